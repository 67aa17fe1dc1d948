// Columns over time: what stands on top of each other belongs together. Below them, the same numbers as a table.

import { fill, freshId, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { fitted, s, ticks } from "./svg.js";

/** @typedef {{name: string, tone: "one" | "two" | "bad" | "quiet", values: number[]}} Series */

/**
 * @typedef {object} Columns
 * @property {string} title
 * @property {string} summary what the drawing shows, for whoever does not see it
 * @property {{short: string, long: string}[]} times the name of each column, under it and in full
 * @property {Series[]} series
 * @property {boolean} [side] side by side instead of on top of each other
 * @property {(value: number) => string} show
 */

const HEIGHT = 210;
const TOP = 12;
const BOTTOM = 26;
const RIGHT = 2;
const LETTER = 7.2;

/** @param {Columns} what */
export function columns(what) {
  const place = h("div", { class: "chart-place" });
  fitted(place, (width) => fill(place, drawing(what, width)));
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, h("h2", {}, what.title), legend(what.series)),
    place,
    numbers(what),
  );
}

/** @param {Series[]} series */
const legend = (series) =>
  series.length > 1 &&
  h(
    "ul",
    { class: "chart-legend" },
    series.map(({ name, tone }) => h("li", {}, h("span", { class: `chart-dot ${tone}`, "aria-hidden": "true" }), name)),
  );

/** @param {Columns} what @param {number} width */
function drawing({ title, summary, times, series, side = false, show }, width) {
  const tops = times.map((_, i) => series.map(({ values }) => values[i] ?? 0));
  const most = Math.max(0, ...tops.map((all) => (side ? Math.max(...all) : all.reduce((a, b) => a + b, 0))));
  const lines = ticks(most);
  // Where nothing happened there is one line, and nothing above it to be named.
  const labels = lines.map((line) => (line > most && most === 0 ? "" : show(line)));
  const left = Math.max(...labels.map((label) => label.length)) * LETTER + 10;
  const scale = (HEIGHT - TOP - BOTTOM) / (lines.at(-1) ?? 1);
  const step = (width - left - RIGHT) / times.length;
  const y = (/** @type {number} */ value) => HEIGHT - BOTTOM - value * scale;
  const [titleId, descId] = [freshId("chart"), freshId("chart")];
  const svg = s(
    "svg",
    {
      class: "columns",
      viewBox: `0 0 ${width} ${HEIGHT}`,
      height: HEIGHT,
      width,
      role: "img",
      "aria-labelledby": `${titleId} ${descId}`,
    },
    s("title", { id: titleId }, title),
    s("desc", { id: descId }, summary),
  );
  lines.forEach((line, i) => {
    svg.append(
      s("line", { class: i === 0 ? "base" : "grid", x1: left, x2: width - RIGHT, y1: y(line), y2: y(line) }),
      s("text", { class: "tick", x: left - 8, y: y(line) + 4, "text-anchor": "end" }, labels[i]),
    );
  });
  // As many names as fit, and never one cut at the edge.
  const widest = Math.max(...times.map(({ short }) => short.length * LETTER + 14));
  const every = Math.max(1, Math.ceil(widest / step));
  times.forEach((time, i) => {
    const group = s("g", { class: "column" }, s("title", {}, said(time.long, series, i, show)));
    group.append(s("rect", { class: "reach", x: left + i * step, y: TOP, width: step, height: HEIGHT - TOP - BOTTOM }));
    group.append(...bars(series, i, { x: left + i * step, step, side, y }));
    svg.append(group);
    const middle = left + (i + 0.5) * step;
    const fits = middle + widest / 2 - 7 <= width && middle - widest / 2 + 7 >= 0;
    if (i % every === 0 && fits)
      svg.append(s("text", { class: "tick", x: middle, y: HEIGHT - 8, "text-anchor": "middle" }, time.short));
  });
  return svg;
}

/**
 * @param {Series[]} series
 * @param {number} i
 * @param {{x: number, step: number, side: boolean, y: (value: number) => number}} where
 */
function bars(series, i, { x, step, side, y }) {
  const gap = Math.min(6, step * 0.2);
  const wide = side ? (step - gap) / series.length : step - gap;
  let below = 0;
  return series.flatMap(({ tone, values }, nth) => {
    const value = values[i] ?? 0;
    if (value <= 0) return [];
    const from = side ? 0 : below;
    below += value;
    const top = y(from + value);
    // The smallest value is still seen.
    const height = Math.max(1.5, y(from) - top);
    const at = x + gap / 2 + (side ? nth * wide : 0);
    return [
      s("rect", {
        class: tone,
        x: at,
        y: y(from) - height,
        width: Math.max(1, wide - (side ? 1 : 0)),
        height,
        rx: Math.min(2, wide / 4),
      }),
    ];
  });
}

/** @param {string} time @param {Series[]} series @param {number} i @param {(value: number) => string} show */
const said = (time, series, i, show) =>
  [time, ...series.map(({ name, values }) => `${name}: ${show(values[i] ?? 0)}`)].join("\n");

/** @param {Columns} what */
function numbers({ title, times, series, show }) {
  const name = (/** @type {Series} */ one) => h("th", { scope: "col", class: "number" }, one.name);
  const line = (/** @type {{long: string}} */ time, /** @type {number} */ i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, time.long),
      series.map(({ values }) => h("td", { class: "number" }, show(values[i] ?? 0))),
    );
  const details = h("details", { class: "chart-numbers" }, h("summary", {}, say({ zh: "看数字", en: "As a table" })));
  // Many rows that few look at: made when they are.
  details.addEventListener(
    "toggle",
    () =>
      details.append(
        h(
          "div",
          { class: "chart-table", tabindex: 0, role: "region", "aria-label": title },
          h(
            "table",
            { class: "plain-data", "aria-label": title },
            h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say({ zh: "时间", en: "Time" })), series.map(name))),
            h("tbody", {}, times.map(line)),
          ),
        ),
      ),
    { once: true },
  );
  return details;
}
