// A secret to take away: shown, and copied.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { copy } from "../../parts/copy.js";
import { dialog } from "../../parts/dialog.js";

/** @param {string} secret @param {string} hint */
export function showSecret(secret, hint) {
  dialog(say({ zh: "请妥善保存", en: "Keep it safe" }), [
    h("p", {}, hint),
    h("p", { class: "secret" }, h("code", {}, secret)),
    h(
      "div",
      { class: "actions end" },
      button({ label: say({ zh: "复制", en: "Copy" }), icon: "copy", look: "primary", onclick: () => copy(secret) }),
    ),
  ]);
}
