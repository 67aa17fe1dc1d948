// Texts into the clipboard, where the browser lets us.

import { say } from "../core/words.js";
import { toast } from "./toast.js";

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say({ zh: "已复制", en: "Copied" }));
  } catch {
    toast(
      say({
        zh: "浏览器不允许复制，请长按文字手动复制",
        en: "The browser does not allow it: select the text and copy it yourself",
      }),
    );
  }
}
