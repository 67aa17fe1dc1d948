// Orders: what was bought, and what still waits to be paid.

import { get, post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { money, when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { pay } from "./pay.js";

/** @typedef {import("./pay.js").Order} Order */

/** @param {{items: Order[]}} first @param {AbortSignal} signal */
export function orders(first, signal) {
  const list = h("ul", { class: "ledger" });
  const section = h("section", {}, h("h2", { class: "list-title" }, say({ zh: "订单", en: "Orders" })), list);
  const draw = (/** @type {Order[]} */ items) => {
    section.hidden = items.length === 0;
    fill(
      list,
      items.map((order) => row(order, refresh, signal)),
    );
  };
  const refresh = async () => draw((await get("/v1/orders", { signal })).items);
  document.addEventListener("orders", () => refresh().catch(() => undefined), { signal });
  draw(first.items);
  return section;
}

/** @param {Order} order @param {() => Promise<void>} refresh @param {AbortSignal} signal */
function row(order, refresh, signal) {
  const open = order.status === "pending";
  const resume = async () => pay(await get(`/v1/orders/${order.id}`, { signal }), signal);
  const cancel = async () => {
    await post(`/v1/orders/${order.id}/cancel`, undefined, { key: order.id });
    await refresh();
  };
  return h(
    "li",
    { class: "entry" },
    h(
      "span",
      { class: "entry-words" },
      h("span", {}, say(order.item.label)),
      h("span", { class: "hint" }, when(order.created_at)),
    ),
    h("span", { class: "entry-amount" }, money(order.amount_fen, order.currency)),
    open
      ? h(
          "span",
          { class: "actions" },
          button({ label: say({ zh: "支付", en: "Pay" }), small: true, look: "primary", onclick: resume }),
          button({
            label: say({ zh: "取消订单", en: "Call off" }),
            icon: "close",
            iconOnly: true,
            small: true,
            look: "quiet",
            onclick: cancel,
          }),
        )
      : h("span", { class: order.status === "paid" ? "pill good" : "pill" }, say(order.status_label)),
  );
}
