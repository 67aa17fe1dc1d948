// What models cost in the last days: the list behind the numbers of the overview and of the budget.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { date, number } from "../core/format.js";
import { say } from "../core/words.js";
import { empty, loading, skeleton } from "../parts/loading.js";
import { kindName } from "../views/kind-names.js";
import { dollars } from "./figures.js";
import { adminPage } from "./page.js";
import { table } from "./parts/table.js";

/** @typedef {{day: string, model: string, kind: import("../types.js").KindId, attempts: number, pictures: number, unknown: number, cost_micros: number, without_price: number}} Cost */

const DAYS = 31;

export default adminPage(
  () => say({ zh: "模型成本", en: "Upstream cost" }),
  ({ signal }) => [
    h(
      "p",
      { class: "hint" },
      say(
        {
          zh: "最近 {n} 天，按日期、模型和种类。整月的表格在",
          en: "The last {n} days by day, model and kind. Whole months are at ",
        },
        { n: DAYS },
      ),
      h("a", { href: "/admin/books" }, say({ zh: "账本", en: "Books" })),
      say({ zh: "。", en: "." }),
    ),
    loading(() => get("/v1/admin/costs", { query: { days: DAYS }, signal }), draw, {
      signal,
      waiting: skeleton("lines", 3),
    }),
  ],
);

/** @param {{items: Cost[]}} found */
function draw({ items }) {
  if (items.length === 0)
    return empty({
      title: say({ zh: "没有调用任何模型", en: "No model was called" }),
      text: say({ zh: "有任务完成后会出现在这里。", en: "What jobs cost appears here once some have run." }),
    });
  return table(
    say({ zh: "模型成本", en: "Cost of models" }),
    [
      { name: say({ zh: "日期", en: "Day" }), as: "main", cell: (/** @type {Cost} */ one) => date(one.day) },
      { name: say({ zh: "模型", en: "Model" }), cell: (one) => one.model },
      { name: say({ zh: "种类", en: "Kind" }), cell: (one) => kindName(one.kind) },
      { name: say({ zh: "调用", en: "Calls" }), as: "number", cell: (one) => number(one.attempts) },
      { name: say({ zh: "图片", en: "Pictures" }), as: "number", cell: (one) => number(one.pictures) },
      { name: say({ zh: "成本", en: "Cost" }), as: "number", cell: cost },
    ],
    items,
  );
}

/** @param {Cost} one */
const cost = (one) => [
  dollars(one.cost_micros),
  one.without_price > 0 &&
    h("span", { class: "hint" }, say({ zh: "另有 {n} 次未知", en: "and {n} unknown" }, { n: one.without_price })),
];
