// One number at a glance, and the list behind it.

import { h } from "../../core/dom.js";

/**
 * @typedef {object} Stat
 * @property {string} label
 * @property {string} value
 * @property {string} [note]
 * @property {string} [href] the list behind the number
 * @property {"good" | "warn" | "bad"} [tone]
 */

/** @param {Stat} stat */
export function stat({ label, value, note, href, tone }) {
  const content = [
    h("span", { class: "stat-label" }, label),
    h("span", { class: ["stat-value", tone].filter(Boolean).join(" ") }, value),
    h("span", { class: "stat-note" }, note),
  ];
  return href ? h("a", { class: "stat", href }, content) : h("div", { class: "stat" }, content);
}

/** @param {(Stat | null | false)[]} list */
export const stats = (list) =>
  h(
    "div",
    { class: "stats" },
    list.map((one) => one && stat(one)),
  );

/** Pairs of a name and a value. @param {[name: string, value: import("../../core/dom.js").Child][]} pairs */
export const facts = (pairs) =>
  h(
    "dl",
    { class: "admin-facts" },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
