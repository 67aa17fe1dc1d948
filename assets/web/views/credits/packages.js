// Packages of credits for sale.

import { freshKey, post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { money, number } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { pay } from "./pay.js";
import { chooseChannel } from "./channel.js";

/** @typedef {import("../../types.js").Words} Words */
/** @typedef {{id: string, label: Words, credits: number, bonus: number, price_fen: number, currency: string}} Package */
/** @typedef {{id: string, label: Words}} Channel */

/** @param {{items: Package[], channels: Channel[]}} shop @param {AbortSignal} signal */
export function packages({ items, channels }, signal) {
  if (items.length === 0 || channels.length === 0) return null;
  const buy = async (/** @type {Package} */ goods) => {
    const channel = await chooseChannel(channels);
    if (!channel) return;
    pay(await post("/v1/orders", { package: goods.id, channel }, { key: freshKey() }), signal);
  };
  const card = (/** @type {Package} */ goods) =>
    h(
      "li",
      { class: "card goods" },
      h("h3", {}, say(goods.label)),
      h("p", { class: "goods-credits" }, h("b", {}, number(goods.credits)), " ", say({ zh: "积分", en: "credits" })),
      goods.bonus > 0 &&
        h("p", { class: "pill good" }, say({ zh: "另送 {n}", en: "{n} more for free" }, { n: goods.bonus })),
      button({
        label: money(goods.price_fen, goods.currency),
        look: "primary",
        "aria-label": `${say(goods.label)} ${money(goods.price_fen, goods.currency)}`,
        onclick: () => buy(goods),
      }),
    );
  return h(
    "section",
    {},
    h("h2", { class: "list-title" }, say({ zh: "购买积分", en: "Buy credits" })),
    h("ul", { class: "goods-list" }, items.map(card)),
  );
}
