// Plans: what each brings, the one in force, and a month of another.

import { del, freshKey, post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { date, money } from "../../core/format.js";
import { load, me } from "../../core/session.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { confirm } from "../../parts/dialog.js";
import { toast } from "../../parts/toast.js";
import { kindName } from "../kind-names.js";
import { chooseChannel } from "./channel.js";
import { pay } from "./pay.js";

/** @typedef {import("../../types.js").Words} Words */
/** @typedef {import("../../types.js").KindId} KindId */

/**
 * @typedef {object} Plan
 * @property {string} id
 * @property {Words} label
 * @property {number} discount
 * @property {KindId[]} unlimited
 * @property {boolean} priority
 * @property {number} [monthly_credits]
 * @property {number} price_fen
 * @property {string} currency
 * @property {boolean} for_sale
 */

/** @param {{items: Plan[], channels: {id: string, label: Words}[]}} shop @param {AbortSignal} signal */
export function plans({ items, channels }, signal) {
  const own = me()?.subscription;
  const shown = items.filter((plan) => plan.for_sale || plan.id === own?.plan);
  if (shown.length === 0) return null;
  const buy = async (/** @type {Plan} */ plan) => {
    const channel = await chooseChannel(channels);
    if (channel) pay(await post("/v1/subscription", { plan: plan.id, channel }, { key: freshKey() }), signal);
  };
  const card = (/** @type {Plan} */ plan) => {
    const current = plan.id === own?.plan;
    return h(
      "li",
      { class: current ? "card goods chosen" : "card goods" },
      h("h3", {}, say(plan.label)),
      h(
        "ul",
        { class: "benefits" },
        benefits(plan).map((text) => h("li", {}, text)),
      ),
      current &&
        own?.ends_at &&
        h("p", { class: "hint" }, say({ zh: "到 {day} 为止", en: "Until {day}" }, { day: date(own.ends_at) })),
      plan.for_sale &&
        channels.length > 0 &&
        button({
          label: say(
            current ? { zh: "续一个月 {sum}", en: "One more month, {sum}" } : { zh: "{sum} / 月", en: "{sum} a month" },
            { sum: money(plan.price_fen, plan.currency) },
          ),
          look: current ? "plain" : "primary",
          onclick: () => buy(plan),
        }),
      current &&
        own?.ends_at &&
        button({ label: say({ zh: "不再续费", en: "Do not renew" }), look: "quiet", small: true, onclick: stop }),
    );
  };
  return h(
    "section",
    {},
    h("h2", { class: "list-title" }, say({ zh: "套餐", en: "Plans" })),
    h("ul", { class: "goods-list" }, shown.map(card)),
  );
}

/** @param {Plan} plan */
function benefits(plan) {
  return [
    plan.discount > 0 && say({ zh: "每张优惠 {n}%", en: "{n} % off every picture" }, { n: plan.discount }),
    plan.unlimited.length > 0 &&
      say(
        { zh: "不限张数：{kinds}", en: "Unlimited: {kinds}" },
        { kinds: plan.unlimited.map(kindName).join(say({ zh: "、", en: ", " })) },
      ),
    plan.priority && say({ zh: "优先处理", en: "Served first" }),
    plan.monthly_credits && say({ zh: "每月送 {n} 积分", en: "{n} credits each month" }, { n: plan.monthly_credits }),
  ].filter((text) => typeof text === "string");
}

async function stop() {
  const sure = await confirm({
    title: say({ zh: "不再续费？", en: "Stop renewing?" }),
    text: say({ zh: "套餐会用到已付的期限结束。", en: "The plan goes on to the end of what is paid." }),
    action: say({ zh: "不再续费", en: "Do not renew" }),
  });
  if (!sure) return;
  await del("/v1/subscription");
  await load();
  toast(say({ zh: "好的，到期后不再续费", en: "It will not be renewed" }));
}
