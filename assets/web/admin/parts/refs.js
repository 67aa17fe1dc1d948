// Ids and codes as they stand in lists: short, linked to what they name, and easy to copy.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { toast } from "../../parts/toast.js";

/** The page of what an id names. @type {Record<string, string>} */
const pages = { job: "/admin/jobs/", usr: "/admin/users/" };

/** An id by its end, which tells ids of one day apart; the whole of it is in the tip. @param {string} id */
const short = (id) => (id.length > 16 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id);

/** @param {string | null | undefined} id @param {string} [label] */
export function ref(id, label) {
  if (!id) return null;
  const page = pages[id.split("_")[0]];
  const text = label ?? short(id);
  return page
    ? h("a", { href: page + id, title: id, class: label ? undefined : "id" }, text)
    : h("span", { title: id, class: "id" }, text);
}

/** A button that copies a text. @param {string} text @param {string} label */
export function copyButton(text, label) {
  return button({
    label,
    icon: "copy",
    small: true,
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      toast(say({ zh: "已复制", en: "Copied" }));
    },
  });
}

/** What is set in the configuration, by the key to change. @param {string} key */
export const setting = (key) => h("code", { class: "setting" }, key);
