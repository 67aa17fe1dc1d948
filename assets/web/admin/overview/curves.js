// Jobs, upstream cost and calls of the API over time, as columns.

import { h } from "../../core/dom.js";
import { number } from "../../core/format.js";
import { locale, say } from "../../core/words.js";
import { columns } from "../chart/columns.js";
import { dollars } from "../figures.js";

/** @typedef {{calls: number, refused: number, failed: number}} Calls */
/** @typedef {{at: string, completed: number, failed: number, cancelled: number, cost_micros: number, calls: Calls}} Point */
/** @typedef {{step_seconds: number, points: Point[]}} Series */

/** @param {Series} found */
export const curves = (found) => [
  h("div", { class: "card" }, jobs(found)),
  h(
    "div",
    { class: "admin-pair" },
    h("div", { class: "card" }, cost(found)),
    h("div", { class: "card", id: "calls" }, calls(found)),
  ),
];

/** @param {Series} found */
const isHourly = (found) => found.step_seconds < 86_400;

/** @param {Series} found */
const jobs = (found) =>
  columns({
    title: isHourly(found)
      ? say({ zh: "每小时的任务", en: "Jobs per hour" })
      : say({ zh: "每天的任务", en: "Jobs per day" }),
    summary: say(
      {
        zh: "共完成 {done}，失败 {failed}，取消 {cancelled}。",
        en: "{done} completed, {failed} failed, {cancelled} cancelled in all.",
      },
      {
        done: sum(found, (point) => point.completed),
        failed: sum(found, (point) => point.failed),
        cancelled: sum(found, (point) => point.cancelled),
      },
    ),
    times: times(found),
    series: [
      { name: say({ zh: "完成", en: "Completed" }), tone: "one", values: values(found, (point) => point.completed) },
      { name: say({ zh: "失败", en: "Failed" }), tone: "bad", values: values(found, (point) => point.failed) },
      { name: say({ zh: "取消", en: "Cancelled" }), tone: "quiet", values: values(found, (point) => point.cancelled) },
    ],
    show: number,
  });

/** @param {Series} found */
const cost = (found) =>
  columns({
    title: say({ zh: "模型成本", en: "Upstream cost" }),
    summary: say({ zh: "共 {sum}。", en: "{sum} in all." }, { sum: dollars(sum(found, (point) => point.cost_micros)) }),
    times: times(found),
    series: [
      { name: say({ zh: "成本", en: "Cost" }), tone: "two", values: values(found, (point) => point.cost_micros) },
    ],
    show: dollars,
  });

/** @param {Series} found */
const calls = (found) =>
  columns({
    title: say({ zh: "API 调用", en: "Calls of the API" }),
    summary: say(
      { zh: "共 {all} 次，拒绝 {refused}，出错 {failed}。", en: "{all} calls, {refused} refused, {failed} failed." },
      {
        all: sum(found, (point) => point.calls.calls),
        refused: sum(found, (point) => point.calls.refused),
        failed: sum(found, (point) => point.calls.failed),
      },
    ),
    times: times(found),
    series: [
      {
        name: say({ zh: "正常", en: "Answered" }),
        tone: "one",
        values: values(found, (point) => point.calls.calls - point.calls.refused - point.calls.failed),
      },
      {
        name: say({ zh: "拒绝", en: "Refused" }),
        tone: "quiet",
        values: values(found, (point) => point.calls.refused),
      },
      { name: say({ zh: "出错", en: "Failed" }), tone: "bad", values: values(found, (point) => point.calls.failed) },
    ],
    show: number,
  });

/** @param {Series} found @param {(point: Point) => number} of */
const values = (found, of) => found.points.map(of);

/** @param {Series} found @param {(point: Point) => number} of */
const sum = (found, of) => values(found, of).reduce((total, value) => total + value, 0);

/** @param {Series} found */
function times(found) {
  const hourly = isHourly(found);
  const short = new Intl.DateTimeFormat(
    locale(),
    hourly ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "numeric", day: "numeric" },
  );
  const long = new Intl.DateTimeFormat(
    locale(),
    hourly ? { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" } : { dateStyle: "medium" },
  );
  return found.points.map(({ at }) => ({ short: short.format(new Date(at)), long: long.format(new Date(at)) }));
}
