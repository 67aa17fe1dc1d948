// Filters of a list, kept in the address: a filtered list can be sent to a colleague, and Back goes to the one before.

import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";

/** @typedef {{value: string, label: string}} Option */

/** The present address with other values. @param {Record<string, string | null>} change */
export function addressWith(change) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  return location.pathname + (text && `?${text}`);
}

/** One of a few, as links. @param {string} label @param {string} name @param {Option[]} options @param {URLSearchParams} query */
export function chips(label, name, options, query) {
  const present = query.get(name) ?? "";
  const chip = (/** @type {Option} */ option) =>
    h(
      "a",
      {
        class: "chip",
        href: addressWith({ [name]: option.value }),
        "aria-current": option.value === present ? "true" : undefined,
      },
      option.label,
    );
  return h("nav", { class: "chips", "aria-label": label }, options.map(chip));
}

/** One of many. @param {string} label @param {string} name @param {Option[]} options @param {URLSearchParams} query */
export function choice(label, name, options, query) {
  const present = query.get(name) ?? "";
  const all = { value: "", label: `${label}: ${say({ zh: "全部", en: "all" })}` };
  const option = (/** @type {Option} */ one) =>
    h("option", { value: one.value, selected: one.value === present }, one.label);
  const select = h("select", { "aria-label": label, class: "filter" }, [all, ...options].map(option));
  select.addEventListener("change", () => go(addressWith({ [name]: select.value })));
  return select;
}

/** A text to look for. @param {string} label @param {string} name @param {URLSearchParams} query */
export function search(label, name, query) {
  const input = h("input", {
    type: "search",
    name,
    value: query.get(name) ?? "",
    placeholder: label,
    "aria-label": label,
    autocapitalize: "none",
    enterkeyhint: "search",
  });
  const element = h(
    "form",
    { class: "admin-search", role: "search" },
    input,
    button({ label: say({ zh: "查找", en: "Find" }), icon: "search", iconOnly: true, type: "submit" }),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    go(addressWith({ [name]: input.value.trim() }));
  });
  return element;
}

/** Filters in a row. @param {...import("../../core/dom.js").Child} children */
export const filters = (...children) => h("div", { class: "admin-filters" }, ...children);
