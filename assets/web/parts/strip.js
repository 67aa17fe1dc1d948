// A row of links that scrolls sideways where it is too long. The one in force is brought into sight.

import { h } from "../core/dom.js";

/** @param {{class: string, label: string}} look @param {(Node | false)[]} links */
export function strip({ class: name, label }, links) {
  const element = h("nav", { class: name, "aria-label": label }, links);
  requestAnimationFrame(() => {
    const current = element.querySelector("[aria-current]");
    if (!(current instanceof HTMLElement)) return;
    element.scrollLeft = current.offsetLeft - (element.clientWidth - current.offsetWidth) / 2;
  });
  return element;
}
