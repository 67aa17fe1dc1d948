// Orders: what was paid, what waits, what is wrong, and money that goes back.

import { del, post } from "../core/api.js";
import { h } from "../core/dom.js";
import { credits, money, when } from "../core/format.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { adminPage } from "./page.js";
import { ask, reason } from "./parts/ask.js";
import { choice, chips, filters } from "./parts/filters.js";
import { narrowed } from "./parts/narrowed.js";
import { ref } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";
import { channelName, orderName, problemName } from "./words-money.js";

/** @typedef {import("./types.js").Order} Order */
/** @typedef {(next: Order) => void} Update */

export default adminPage(
  () => say({ zh: "订单", en: "Orders" }),
  ({ query, signal }) => [bar(query, signal), list(query, signal)],
);

/** @param {URLSearchParams} query @param {AbortSignal} signal */
const bar = (query, signal) =>
  filters(
    chips(
      say({ zh: "状态", en: "State" }),
      "status",
      [
        { value: "", label: say({ zh: "全部", en: "All" }) },
        ...["pending", "paid", "refunding", "refunded", "closed"].map((value) => ({ value, label: orderName(value) })),
      ],
      query,
    ),
    choice(
      say({ zh: "方式", en: "Paid by" }),
      "channel",
      ["manual", "wechat_native", "xpay", "sandbox"].map((value) => ({ value, label: channelName(value) })),
      query,
    ),
    choice(
      say({ zh: "异常", en: "Trouble" }),
      "problem",
      [{ value: "true", label: say({ zh: "只看有异常的", en: "Only with trouble" }) }],
      query,
    ),
    narrowed(query, signal),
  );

/** @param {URLSearchParams} query @param {AbortSignal} signal */
const list = (query, signal) =>
  endlessTable({
    label: say({ zh: "订单", en: "Orders" }),
    columns: [
      {
        name: say({ zh: "商品", en: "Item" }),
        as: "main",
        cell: (/** @type {Order} */ order) => [
          say(order.item.label),
          order.credits + order.bonus > 0 && h("span", { class: "hint" }, credits(order.credits + order.bonus)),
        ],
      },
      { name: say({ zh: "状态", en: "State" }), cell: standing },
      {
        name: say({ zh: "金额", en: "Amount" }),
        as: "number",
        cell: (order) => money(order.amount_fen, order.currency),
      },
      {
        name: say({ zh: "方式", en: "Paid by" }),
        cell: (order) => [channelName(order.channel), h("span", { class: "hint" }, order.reference ?? order.trade_no)],
      },
      { name: say({ zh: "用户", en: "User" }), cell: (order) => ref(order.user_id, order.user_name) },
      { name: say({ zh: "下单", en: "Placed" }), as: "number", cell: (order) => when(order.created_at) },
      {
        name: say({ zh: "操作", en: "Actions" }),
        as: "actions",
        cell: (order, update) => hands(order, update),
      },
    ],
    path: "/v1/admin/orders",
    query: Object.fromEntries(["status", "channel", "problem", "user"].map((name) => [name, query.get(name)])),
    signal,
    none: {
      title: say({ zh: "没有这样的订单", en: "There are no such orders" }),
      text: say({ zh: "用户购买积分或套餐后会出现在这里。", en: "They appear when somebody buys credits or a plan." }),
    },
  });

/** @type {Record<string, string>} */
const tones = { paid: "pill good", pending: "pill warn", refunding: "pill warn", refunded: "pill", closed: "pill" };

/** @param {Order} order */
const standing = (order) => [
  h("span", { class: tones[order.status] ?? "pill" }, say(order.status_label)),
  order.problem && h("span", { class: "pill bad" }, problemName(order.problem)),
  (order.shortfall ?? 0) > 0 &&
    h("span", { class: "hint" }, say({ zh: "差额 {n}", en: "short of {n}" }, { n: credits(order.shortfall ?? 0) })),
];

/** @param {Order} order @param {Update} update */
function hands(order, update) {
  if (order.status === "pending" && order.channel === "manual")
    return button({
      label: say({ zh: "确认收款", en: "Confirm payment" }),
      small: true,
      onclick: () => confirm(order, update),
    });
  if (order.status === "paid")
    return button({
      label: say({ zh: "退款", en: "Refund" }),
      look: "danger",
      small: true,
      onclick: () => refund(order, update),
    });
  if (order.status === "refunding" && order.problem)
    return button({
      label: say({ zh: "放弃退款", en: "Give up" }),
      small: true,
      onclick: () => giveUp(order, update),
    });
  return null;
}

/** @param {Order} order @param {Update} update */
const confirm = (order, update) =>
  ask({
    title: say({ zh: "确认收款 {sum}", en: "Confirm {sum}" }, { sum: money(order.amount_fen, order.currency) }),
    text: say(
      {
        zh: "钱确实到账后再确认：积分立即发给用户。转账附言应为 {ref}。",
        en: "Confirm once the money is really there: the user gets the credits at once. The transfer should name {ref}.",
      },
      { ref: order.reference ?? order.id },
    ),
    action: say({ zh: "已收到款", en: "The money is here" }),
    fields: [
      {
        label: say({ zh: "银行流水号", en: "Number of the transfer" }),
        name: "transaction_id",
        required: true,
        maxlength: 64,
        hint: say({ zh: "保证一笔转账不会支付两个订单", en: "It makes sure that no transfer pays two orders" }),
      },
    ],
    send: async (values) => update(await post(`/v1/admin/orders/${order.id}/confirm`, values)),
    done: say({ zh: "已确认，积分已发放", en: "Confirmed; the credits are there" }),
  });

/** @param {Order} order @param {Update} update */
const refund = (order, update) =>
  ask({
    title: say({ zh: "退款 {sum}", en: "Refund {sum}" }, { sum: money(order.amount_fen, order.currency) }),
    text: say({
      zh: "全额退回用户。先收回积分，最多收到余额为零；已花掉的记为差额。线下付款的订单请自己转回。不能撤回。",
      en: "The whole amount goes back. Credits are taken back first, down to a balance of zero; what was spent is recorded as a shortfall. For orders paid by hand, send the money yourself. This cannot be undone.",
    }),
    action: say({ zh: "退款", en: "Refund" }),
    danger: true,
    fields: [{ ...reason(say({ zh: "用户会看到", en: "The user reads it" })), maxlength: 80 }],
    send: async (values) => update(await post(`/v1/admin/orders/${order.id}/refund`, values)),
    done: say({ zh: "退款已开始", en: "The refund is under way" }),
  });

/** @param {Order} order @param {Update} update */
const giveUp = (order, update) =>
  ask({
    title: say({ zh: "放弃这次退款", en: "Give this refund up" }),
    text: say({
      zh: "订单恢复为已支付，收回的积分返还给用户。渠道表示款项已在途时不会放弃。",
      en: "The order is paid as before and what was taken back returns to the user. Not possible while the channel says that the money is on its way.",
    }),
    action: say({ zh: "放弃退款", en: "Give it up" }),
    danger: true,
    fields: [],
    send: async () => update(await del(`/v1/admin/orders/${order.id}/refund`)),
    done: say({ zh: "已放弃，订单恢复为已支付", en: "Given up; the order is paid as before" }),
  });
