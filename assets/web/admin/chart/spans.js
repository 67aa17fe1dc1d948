// How long things take: half, nine of ten and nearly all of them, as a bar in three shades beside its numbers.

import { h } from "../../core/dom.js";
import { number } from "../../core/format.js";
import { say } from "../../core/words.js";
import { took } from "../figures.js";
import { s } from "./svg.js";

/** @typedef {{count: number, p50: number, p90: number, p99: number}} Percentiles */

/**
 * @param {string} title
 * @param {string} first what the first column names
 * @param {{name: string, href?: string, figures: Percentiles}[]} rows
 */
export function spans(title, first, rows) {
  const most = Math.max(1, ...rows.map(({ figures }) => figures.p99));
  const sorted = [...rows].sort((a, b) => b.figures.count - a.figures.count);
  const column = (/** @type {string} */ name, kind = "number") => h("th", { scope: "col", class: kind }, name);
  const row = (/** @type {typeof rows[number]} */ { name, href, figures }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, href ? h("a", { href }, name) : name),
      h("td", { class: "span-bar" }, bar(figures, most)),
      [figures.p50, figures.p90, figures.p99].map((ms) => h("td", { class: "number" }, took(ms))),
      h("td", { class: "number soft" }, number(figures.count)),
    );
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, h("h2", {}, title)),
    rows.length === 0
      ? h("p", { class: "hint" }, say({ zh: "这段时间没有完成的任务。", en: "No job was completed in this time." }))
      : h(
          "table",
          { class: "plain-data spans", "aria-label": title },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              column(first, ""),
              h("th", { class: "span-bar", "aria-hidden": "true" }),
              column("P50"),
              column("P90"),
              column("P99"),
              column(say({ zh: "任务数", en: "Jobs" }), "number soft"),
            ),
          ),
          h("tbody", {}, sorted.map(row)),
        ),
  );
}

/** @param {Percentiles} figures @param {number} most */
function bar({ p50, p90, p99 }, most) {
  const width = (/** @type {number} */ ms) => `${(100 * ms) / most}%`;
  const part = (/** @type {string} */ tone, /** @type {number} */ ms) =>
    s("rect", { class: tone, x: 0, y: 0, height: 12, width: width(ms), rx: 3 });
  return s(
    "svg",
    { class: "meter", height: 12, width: "100%", "aria-hidden": "true" },
    part("p99", p99),
    part("p90", p90),
    part("p50", p50),
  );
}
