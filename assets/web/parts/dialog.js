// Dialogs: the browser's own, so that focus stays inside and Escape closes.

import { freshId, h } from "../core/dom.js";
import { say } from "../core/words.js";
import { button } from "./button.js";

/**
 * Opens a dialog. Answers its element; `close()` on it ends it.
 * @param {string} title
 * @param {import("../core/dom.js").Child[]} content
 * @param {{wide?: boolean, closed?: () => void}} [more]
 */
export function dialog(title, content, { wide = false, closed } = {}) {
  const id = freshId("dialog");
  const close = button({
    label: say({ zh: "关闭", en: "Close" }),
    icon: "close",
    look: "quiet",
    iconOnly: true,
    onclick: () => element.close(),
  });
  const element = h(
    "dialog",
    { class: wide ? "dialog wide" : "dialog", "aria-labelledby": id },
    h("header", { class: "dialog-head" }, h("h2", { id }, title), close),
    h("div", { class: "dialog-body" }, ...content),
  );
  element.addEventListener("click", (event) => event.target === element && element.close());
  element.addEventListener("close", () => {
    document.body.append(...element.querySelectorAll("#toasts"));
    element.remove();
    closed?.();
  });
  document.body.append(element);
  element.showModal();
  return element;
}

/**
 * Asks before something that cannot be undone.
 * @param {{title: string, text: string, action: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, action, danger = false }) {
  return new Promise((answer) => {
    let agreed = false;
    const yes = button({
      label: action,
      look: danger ? "danger" : "primary",
      onclick: () => {
        agreed = true;
        element.close();
      },
    });
    const no = button({ label: say({ zh: "取消", en: "Cancel" }), onclick: () => element.close() });
    const element = dialog(title, [h("p", {}, text), h("div", { class: "actions end" }, no, yes)], {
      closed: () => answer(agreed),
    });
  });
}
