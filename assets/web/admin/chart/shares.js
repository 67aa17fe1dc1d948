// Causes, parts of a whole: a bar for each, the greatest first, and the list behind it.

import { h } from "../../core/dom.js";
import { number } from "../../core/format.js";
import { s } from "./svg.js";

/**
 * @param {string} label
 * @param {{name: string, count: number, href?: string, tone?: "bad" | "one", note?: string}[]} rows
 */
export function shares(label, rows) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const row = (/** @type {typeof rows[number]} */ { name, count, href, tone = "one", note }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, href ? h("a", { href }, name) : name, note && h("span", { class: "hint" }, note)),
      h(
        "td",
        { class: "span-bar" },
        s(
          "svg",
          { class: "meter", height: 12, width: "100%", "aria-hidden": "true" },
          s("rect", { class: tone, x: 0, y: 0, height: 12, width: `${(100 * count) / most}%`, rx: 3 }),
        ),
      ),
      h("td", { class: "number" }, number(count)),
    );
  const sorted = [...rows].sort((a, b) => b.count - a.count);
  return h("table", { class: "plain-data spans", "aria-label": label }, h("tbody", {}, sorted.map(row)));
}
