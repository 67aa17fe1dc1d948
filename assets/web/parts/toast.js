// Short messages at the edge of the page. Screen readers hear them; one with an action stays a little longer.

import { h } from "../core/dom.js";
import { explain, isAbort } from "../core/problem.js";
import { say } from "../core/words.js";
import { icon } from "./icon.js";

const SHORT_MS = 5000;
const LONG_MS = 9000;

/**
 * @param {string} text
 * @param {{label?: string, act?: () => unknown, bad?: boolean, ended?: () => void}} [more] `ended` is called once it has
 *   gone without its action being taken
 */
export function toast(text, { label, act, bad = false, ended } = {}) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const close = (taken = false) => {
    clearTimeout(timer);
    if (!element.isConnected) return;
    element.remove();
    if (taken) act?.();
    else ended?.();
  };
  const element = h(
    "div",
    { class: bad ? "toast bad" : "toast" },
    h("p", {}, text),
    label && h("button", { class: "toast-act", type: "button", onclick: () => close(true) }, label),
    h(
      "button",
      { class: "toast-close", type: "button", "aria-label": say({ zh: "关闭", en: "Close" }), onclick: () => close() },
      icon("close"),
    ),
  );
  const timer = setTimeout(close, label || bad ? LONG_MS : SHORT_MS);
  // Behind an open dialog it could neither be seen nor pressed.
  const front = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  if (place.parentElement !== front) front.append(place);
  place.append(element);
}

/** Says what went wrong, unless it was called off. @param {unknown} error */
export function fail(error) {
  if (!isAbort(error)) toast(explain(error), { bad: true });
}
