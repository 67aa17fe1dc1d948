// Jobs and money over time, as columns.

import { money } from "../../core/format.js";
import { h } from "../../core/dom.js";
import { number } from "../../core/format.js";
import { locale, say } from "../../core/words.js";
import { columns } from "../chart/columns.js";
import { dollars } from "../figures.js";

/** @typedef {{at: string, completed: number, failed: number, cancelled: number, cost_micros: number, paid_fen: number, refunded_fen: number}} Step */
/** @typedef {{by: "hour" | "day", currency: string, items: Step[]}} Trends */

/** @param {Trends} found */
export const trends = (found) => [
  h("div", { class: "card" }, jobs(found)),
  h(
    "div",
    { class: "admin-pair" },
    h("div", { class: "card" }, cost(found)),
    h("div", { class: "card" }, income(found)),
  ),
];

/** @param {Trends} found */
const jobs = ({ by, items }) =>
  columns({
    title:
      by === "hour" ? say({ zh: "每小时的任务", en: "Jobs per hour" }) : say({ zh: "每天的任务", en: "Jobs per day" }),
    summary: say(
      {
        zh: "共完成 {done}，失败 {failed}，取消 {cancelled}。",
        en: "{done} completed, {failed} failed, {cancelled} cancelled in all.",
      },
      { done: sum(items, "completed"), failed: sum(items, "failed"), cancelled: sum(items, "cancelled") },
    ),
    times: times(by, items),
    series: [
      { name: say({ zh: "完成", en: "Completed" }), tone: "one", values: items.map((step) => step.completed) },
      { name: say({ zh: "失败", en: "Failed" }), tone: "bad", values: items.map((step) => step.failed) },
      { name: say({ zh: "取消", en: "Cancelled" }), tone: "quiet", values: items.map((step) => step.cancelled) },
    ],
    show: number,
  });

/** @param {Trends} found */
const cost = ({ by, items }) =>
  columns({
    title: say({ zh: "模型成本", en: "Upstream cost" }),
    summary: say({ zh: "共 {sum}。", en: "{sum} in all." }, { sum: dollars(sum(items, "cost_micros")) }),
    times: times(by, items),
    series: [{ name: say({ zh: "成本", en: "Cost" }), tone: "two", values: items.map((step) => step.cost_micros) }],
    show: dollars,
  });

/** @param {Trends} found */
const income = ({ by, currency, items }) =>
  columns({
    title: say({ zh: "收款与退款", en: "Money in and back" }),
    summary: say(
      { zh: "共收款 {paid}，退款 {back}。", en: "{paid} came in, {back} went back." },
      { paid: money(sum(items, "paid_fen"), currency), back: money(sum(items, "refunded_fen"), currency) },
    ),
    times: times(by, items),
    series: [
      { name: say({ zh: "收款", en: "In" }), tone: "one", values: items.map((step) => step.paid_fen) },
      { name: say({ zh: "退款", en: "Back" }), tone: "bad", values: items.map((step) => step.refunded_fen) },
    ],
    side: true,
    show: (fen) => money(fen, currency),
  });

/** @param {Step[]} items @param {Exclude<keyof Step, "at">} name */
export const sum = (items, name) => items.reduce((total, step) => total + step[name], 0);

/** @param {"hour" | "day"} by @param {Step[]} items */
function times(by, items) {
  const short = new Intl.DateTimeFormat(
    locale(),
    by === "hour" ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "numeric", day: "numeric" },
  );
  const long = new Intl.DateTimeFormat(
    locale(),
    by === "hour" ? { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } : { dateStyle: "medium" },
  );
  return items.map(({ at }) => ({ short: short.format(new Date(at)), long: long.format(new Date(at)) }));
}
