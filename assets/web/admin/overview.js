// How the house stands, at a glance. Every number leads to the list behind it.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { credits } from "../core/format.js";
import { say } from "../core/words.js";
import { loading, skeleton } from "../parts/loading.js";
import { kindName } from "../views/kind-names.js";
import { shares } from "./chart/shares.js";
import { spans } from "./chart/spans.js";
import { gigabytes, span } from "./figures.js";
import { curves } from "./overview/curves.js";
import { glance } from "./overview/glance.js";
import { missing } from "./overview/missing.js";
import { adminPage, section } from "./page.js";
import { chips } from "./parts/filters.js";
import { facts } from "./parts/stat.js";
import { causeName } from "./words.js";

/** @typedef {import("./types.js").Overview} Overview */

export default adminPage(
  () => say({ zh: "总览", en: "Overview" }),
  ({ query, signal }) => {
    const hours = query.get("hours") ?? "24";
    return [
      chips(
        say({ zh: "时间范围", en: "Time range" }),
        "hours",
        [
          { value: "24", label: say({ zh: "24 小时", en: "24 hours" }) },
          { value: "168", label: say({ zh: "7 天", en: "7 days" }) },
          { value: "744", label: say({ zh: "31 天", en: "31 days" }) },
        ],
        new URLSearchParams({ hours }),
      ),
      missing(signal),
      loading(() => ask(hours, signal), draw, {
        signal,
        waiting: skeleton("lines", 8),
        class: "stack",
      }),
    ];
  },
);

/** @typedef {import("./overview/curves.js").Series} Series */

/** @param {string} hours @param {AbortSignal} signal @returns {Promise<[Overview, Series]>} */
const ask = (hours, signal) =>
  Promise.all([
    get("/v1/admin/overview", { query: { hours }, signal }),
    get("/v1/admin/series", { query: { hours }, signal }),
  ]);

/** @param {[Overview, Series]} found */
const draw = ([view, time]) => [
  glance(view),
  h("div", { class: "stack" }, curves(time)),
  h(
    "div",
    { class: "admin-pair" },
    h(
      "div",
      { class: "card" },
      durations(
        say({ zh: "各种图片的用时", en: "Time by kind" }),
        say({ zh: "种类", en: "Kind" }),
        view.jobs.by_kind,
        (id) => kindRow(id, view.hours),
      ),
    ),
    h(
      "div",
      { class: "card" },
      durations(
        say({ zh: "各模型的用时", en: "Time by model" }),
        say({ zh: "模型", en: "Model" }),
        view.jobs.by_model,
        (id) => modelRow(id, view.hours),
      ),
    ),
  ),
  h(
    "div",
    { class: "admin-pair" },
    section(say({ zh: "失败原因", en: "Why jobs failed" }), causes(view)),
    section(say({ zh: "积分与服务器", en: "Credits and the server" }), house(view)),
  ),
];

/**
 * @param {string} title
 * @param {string} first
 * @param {Record<string, import("./types.js").Percentiles>} groups
 * @param {(id: string) => {name: string, href: string}} name
 */
const durations = (title, first, groups, name) =>
  spans(
    title,
    first,
    Object.entries(groups).map(([id, figures]) => ({ ...name(id), figures })),
  );

/** @param {string} id @param {number} hours */
const kindRow = (id, hours) => ({
  name: kindName(/** @type {import("../types.js").KindId} */ (id)),
  href: `/admin/jobs?status=completed&kind=${id}&hours=${hours}`,
});
/** @param {string} id @param {number} hours */
const modelRow = (id, hours) => ({
  name: id,
  href: `/admin/jobs?status=completed&model=${encodeURIComponent(id)}&hours=${hours}`,
});

/** @param {Overview} view */
function causes({ jobs, hours }) {
  const rows = Object.entries(jobs.failures).map(([code, count]) => ({
    name: causeName(code),
    count,
    href: `/admin/jobs?status=failed&cause=${code}&hours=${hours}`,
    tone: /** @type {const} */ ("bad"),
  }));
  if (rows.length === 0) return h("p", { class: "hint" }, say({ zh: "没有失败的任务。", en: "No job failed." }));
  return shares(say({ zh: "失败原因", en: "Why jobs failed" }), rows);
}

/** @type {Record<string, import("../core/words.js").Phrase>} */
const flowNames = {
  charge: { zh: "扣费", en: "Charged" },
  refund: { zh: "退还", en: "Refunded" },
  grant: { zh: "赠送", en: "Given" },
  signup_bonus: { zh: "注册奖励", en: "Welcome credits" },
  purchase: { zh: "购买", en: "Bought" },
  redeem: { zh: "兑换", en: "Redeemed" },
  adjust: { zh: "补偿", en: "Made good" },
  expire: { zh: "过期", en: "Expired" },
};

/** @param {Overview} view */
const house = (view) =>
  facts([
    ...Object.entries(flowNames).map(
      ([kind, name]) =>
        /** @type {[string, any]} */ ([
          say(name),
          view.credits[kind] ? h("a", { href: "/admin/books" }, credits(view.credits[kind])) : null,
        ]),
    ),
    [say({ zh: "可用空间", en: "Free space" }), gigabytes(view.free_bytes)],
    [say({ zh: "已运行", en: "Up for" }), span(view.uptime_seconds)],
  ]);
