// The house in a dozen numbers, each with the list behind it.

import { credits, money, number } from "../../core/format.js";
import { say } from "../../core/words.js";
import { dollars, percent, took } from "../figures.js";
import { stats } from "../parts/stat.js";

/** @typedef {import("../types.js").Overview} Overview */

/** @param {Overview} view */
export const glance = (view) => stats([...quality(view), ...queue(view), ...wealth(view), traffic(view)]);

/** @param {Overview} view */
function quality({ jobs, credits: flows, refund_rate: share, hours }) {
  const ended = jobs.completed + jobs.failed;
  const back = flows.refund ?? 0;
  return [
    {
      label: say({ zh: "完成的任务", en: "Jobs completed" }),
      value: number(jobs.completed),
      note: jobs.cache_hits > 0 ? say({ zh: "其中缓存 {n}", en: "{n} from the cache" }, { n: jobs.cache_hits }) : "",
      href: `/admin/jobs?status=completed&hours=${hours}`,
    },
    {
      label: say({ zh: "成功率", en: "Success rate" }),
      value: percent(jobs.success_rate),
      note: say({ zh: "失败 {n}", en: "{n} failed" }, { n: jobs.failed }),
      href: `/admin/failures?hours=${hours}`,
      tone: /** @type {"bad" | undefined} */ (ended >= 10 && (jobs.success_rate ?? 1) < 0.9 ? "bad" : undefined),
    },
    {
      label: say({ zh: "退款率", en: "Refund rate" }),
      value: percent(share ?? (ended > 0 ? jobs.failed / ended : null)),
      note: credits(back),
      href: `/admin/jobs?status=failed&hours=${hours}`,
    },
    {
      label: say({ zh: "满意度", en: "Satisfaction" }),
      value: jobs.rating === null ? "–" : `${jobs.rating.toFixed(1)} / 5`,
      note: say({ zh: "{n} 人评分", en: { one: "{n} rating", other: "{n} ratings" } }, { n: jobs.ratings }),
      href: `/admin/jobs?rated=true&hours=${hours}`,
    },
  ];
}

/** @param {Overview} view */
const queue = ({ queue }) => [
  {
    label: say({ zh: "排队", en: "In the queue" }),
    value: number(queue.ready + queue.held),
    note: queue.ready > 0 ? say({ zh: "最久等了 {t}", en: "oldest waits {t}" }, { t: took(queue.oldest_ms) }) : "",
    href: "/admin/jobs?status=pending",
    tone: /** @type {"warn" | undefined} */ (queue.oldest_ms > 60_000 ? "warn" : undefined),
  },
  {
    label: say({ zh: "进行中", en: "Being made" }),
    value: number(queue.processing),
    href: "/admin/jobs?status=processing",
  },
];

/** @param {Overview} view */
function wealth({ jobs, revenue = [], margin }) {
  const takings = revenue.map((sum) => ({
    label: say({ zh: "净收款", en: "Money in, net" }),
    value: money(sum.paid_fen - sum.refunded_fen, sum.currency),
    note: say({ zh: "{n} 个已付订单", en: { one: "{n} paid order", other: "{n} paid orders" } }, { n: sum.orders }),
    href: "/admin/orders?status=paid",
  }));
  return [
    ...takings,
    {
      label: say({ zh: "模型成本", en: "Upstream cost" }),
      value: dollars(jobs.cost_micros),
      note:
        jobs.cost_unknown > 0 ? say({ zh: "另有 {n} 次未知", en: "and {n} unknown" }, { n: jobs.cost_unknown }) : "",
      href: "/admin/costs",
    },
    ...(margin ? [left(margin)] : []),
  ];
}

/** @param {NonNullable<Overview["margin"]>} margin */
const left = (margin) => ({
  label: say({ zh: "毛利", en: "Margin" }),
  value: money(margin.margin_fen, margin.currency),
  note: say(
    { zh: "已扣模型成本 {cost}", en: "after {cost} for models" },
    { cost: money(margin.cost_fen, margin.currency) },
  ),
  href: "/admin/books",
  tone: /** @type {"warn" | undefined} */ (margin.margin_fen < 0 ? "warn" : undefined),
});

/** @param {Overview} view */
const traffic = ({ calls }) =>
  calls
    ? {
        label: say({ zh: "API 调用", en: "API calls" }),
        value: number(calls.calls),
        note: say(
          { zh: "出错 {bad}，拒绝 {refused}", en: "{bad} failed, {refused} refused" },
          {
            bad: percent(calls.calls ? calls.failed / calls.calls : 0),
            refused: percent(calls.calls ? calls.refused / calls.calls : 0),
          },
        ),
        href: "#calls",
      }
    : null;
