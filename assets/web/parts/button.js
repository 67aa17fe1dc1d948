// Buttons. One that starts something is busy until that has ended, and says what went wrong.

import { h } from "../core/dom.js";
import { icon } from "./icon.js";
import { fail } from "./toast.js";

/**
 * @typedef {object} Look
 * @property {string} label what it does; read aloud when only the icon shows
 * @property {import("./icon.js").IconName} [icon]
 * @property {"primary" | "plain" | "quiet" | "danger"} [look]
 * @property {boolean} [iconOnly]
 * @property {boolean} [small]
 */

/** @typedef {Look & {onclick?: (event: MouseEvent) => unknown, type?: "button" | "submit", disabled?: boolean, [more: string]: any}} ButtonProps */

/** @param {Look} look */
function face({ label, icon: name, iconOnly, look = "plain", small }) {
  const classes = ["button", look, iconOnly && "icon-only", small && "small"].filter(Boolean).join(" ");
  const children = [name && icon(name), iconOnly ? null : h("span", {}, label)];
  const named = iconOnly ? { "aria-label": label, title: label } : {};
  return { classes, children, named };
}

/** @param {ButtonProps} props @returns {HTMLButtonElement} */
export function button({ label, icon, look, iconOnly, small, onclick, type = "button", class: own = "", ...more }) {
  const { classes, children, named } = face({ label, icon, look, iconOnly, small });
  const element = h("button", { ...named, ...more, type, class: `${classes} ${own}`.trim() }, ...children);
  if (onclick) element.addEventListener("click", (event) => busyWhile(element, () => onclick(event)));
  return element;
}

/** A link that looks like a button. @param {Look & {href: string, [more: string]: any}} props */
export function linkButton({ label, icon, look, iconOnly, small, ...more }) {
  const { classes, children, named } = face({ label, icon, look, iconOnly, small });
  return h("a", { ...named, ...more, class: classes }, ...children);
}

/** Keeps a button from being pressed twice; what goes wrong is said. @param {HTMLButtonElement} element @param {() => unknown} work */
export async function busyWhile(element, work) {
  if (element.getAttribute("aria-busy") === "true") return;
  const before = element.disabled;
  try {
    const running = work();
    if (!(running instanceof Promise)) return;
    element.setAttribute("aria-busy", "true");
    element.disabled = true;
    await running;
  } catch (error) {
    fail(error);
  } finally {
    element.removeAttribute("aria-busy");
    element.disabled = before;
  }
}
