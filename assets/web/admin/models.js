// The models: how each does, what it costs, what it lacks, and the operator's hand on it.

import { get, post, put } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { number, when } from "../core/format.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { loading } from "../parts/loading.js";
import { toggle } from "../parts/switch.js";
import { toast } from "../parts/toast.js";
import { dollars, percent, took } from "./figures.js";
import { budget } from "./models/budget.js";
import { breaker, keyHelp, retirement } from "./models/standing.js";
import { trial } from "./models/trial.js";
import { adminPage, section } from "./page.js";
import { ask } from "./parts/ask.js";
import { facts } from "./parts/stat.js";
import { className, qualityName } from "./words.js";

/** @typedef {import("./types.js").Model} Model */

export default adminPage(
  () => say({ zh: "模型", en: "Models" }),
  ({ signal }) => loading(() => get("/v1/admin/models", { signal }), draw, { signal, class: "stack" }),
);

/** @param {{items: Model[], budget: import("./types.js").Budget}} found */
function draw({ items, budget: spent }) {
  const ready = items.filter((model) => model.configured);
  const others = items.filter((model) => !model.configured);
  return [
    budget(spent),
    h("div", { class: "model-list" }, ready.map(card)),
    trial(),
    others.length > 0 &&
      section(
        say({ zh: "还没有密钥的模型", en: "Models without a key" }),
        h(
          "p",
          { class: "hint" },
          say({
            zh: "一个密钥就够用；没有密钥的模型会跳过。密钥写在配置文件或环境变量里，不进数据库。",
            en: "One key is enough; models without one are skipped. Keys are kept in the configuration or the environment, never in the database.",
          }),
        ),
        h("ul", { class: "lacks quiet" }, others.map(keyHelp)),
      ),
  ];
}

/** @param {Model} first */
function card(first) {
  const element = h("section", { class: "card admin-card", "aria-label": first.model });
  const show = (/** @type {Model} */ model) => fill(element, content(model, show));
  show(first);
  return element;
}

/** @param {Model} model @param {(next: Model) => void} show */
const content = (model, show) => [
  h("header", { class: "model-head" }, h("h2", {}, model.model), breaker(model), places(model)),
  retirement(model),
  facts([
    [say({ zh: "供应商", en: "Provider" }), model.provider],
    [say({ zh: "最近成功率", en: "Lately successful" }), model.calls > 0 && rate(model)],
    [
      say({ zh: "用时 P50 / P99", en: "Time P50 / P99" }),
      model.took_ms && `${took(model.took_ms.p50)} / ${took(model.took_ms.p99)}`,
    ],
    [say({ zh: "正在用", en: "In use" }), crowd(model)],
    [say({ zh: "每张价格", en: "Price of a picture" }), prices(model)],
    [say({ zh: "今日花费", en: "Spent today" }), spentToday(model)],
    [say({ zh: "失败", en: "Failures" }), failures(model)],
    [say({ zh: "上游型号", en: "Vendor's name" }), upstream(model)],
  ]),
  h(
    "div",
    { class: "model-hands" },
    toggle({
      label: say({ zh: "使用这个模型", en: "Use this model" }),
      checked: model.enabled,
      change: async (enabled) => {
        show(await put(path(model), { enabled }));
        toast(
          enabled
            ? say({ zh: "已启用", en: "Switched on" })
            : say({ zh: "已停用，进行中的调用会做完", en: "Switched off; calls that are under way go on" }),
        );
      },
    }),
    button({ label: say({ zh: "重置", en: "Reset" }), icon: "again", small: true, onclick: () => reset(model, show) }),
  ),
];

/** @param {Model} model */
const path = (model) => `/v1/admin/models/${encodeURIComponent(model.model)}`;

/** @param {Model} model */
const rate = (model) =>
  say(
    { zh: "{share}（{n} 次）", en: { one: "{share} of {n} call", other: "{share} of {n} calls" } },
    { share: percent(model.success), n: model.calls },
  );

/** @param {Model} model */
const crowd = ({ crowd: n, concurrency: most }) =>
  most === null ? number(n) : say({ zh: "{n} / {most}", en: "{n} of {most}" }, { n, most });

/** @param {Model} model */
function places({ personal, business }) {
  const place = (/** @type {string} */ name, /** @type {number | null} */ at) =>
    at && h("span", { class: "pill" }, `${name} ${number(at)}`);
  return [place(say({ zh: "个人", en: "personal" }), personal), place(say({ zh: "商家", en: "business" }), business)];
}

/** @param {Model} model */
function prices({ price_micros: micros }) {
  const all = Object.entries(micros);
  if (all.length === 0) return say({ zh: "未知", en: "unknown" });
  const same = all.every(([, price]) => price === all[0][1]);
  if (same) return dollars(all[0][1]);
  const order = ["draft", "standard", "high"];
  all.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return all.map(([quality, price]) => `${qualityName(quality)} ${dollars(price)}`).join(", ");
}

/** @param {Model} model */
const spentToday = (model) =>
  model.daily_budget_micros
    ? say(
        { zh: "{spent}，上限 {most}", en: "{spent} of {most}" },
        { spent: dollars(model.spent_today_micros), most: dollars(model.daily_budget_micros) },
      )
    : dollars(model.spent_today_micros);

/** @param {Model} model */
const failures = ({ failures: all }) =>
  Object.entries(all)
    .map(([name, count]) => `${className(name)} ${number(count)}`)
    .join(", ");

/** @param {Model} model */
const upstream = (model) => [...new Set(Object.values(model.upstream))].join(", ");

/** @param {Model} model @param {(next: Model) => void} show */
const reset = (model, show) =>
  ask({
    title: say({ zh: "重置 {model}", en: "Reset {model}" }, { model: model.model }),
    text: model.rests_until
      ? say(
          {
            zh: "它在 {when} 之前休息。重置会合上熔断，并忘记最近的失败。",
            en: "It rests until {when}. A reset closes its breaker and forgets what speaks against it.",
          },
          { when: when(model.rests_until) },
        )
      : say({ zh: "合上熔断，并忘记最近的失败。", en: "Closes its breaker and forgets its last failures." }),
    action: say({ zh: "重置", en: "Reset" }),
    send: async () => show(await post(`${path(model)}/reset`)),
    done: say({ zh: "已重置", en: "Reset" }),
  });
