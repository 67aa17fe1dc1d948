// Who wants an invoice, and what became of it.

import { put } from "../core/api.js";
import { h } from "../core/dom.js";
import { date } from "../core/format.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { fen } from "./figures.js";
import { adminPage } from "./page.js";
import { ask } from "./parts/ask.js";
import { chips, filters } from "./parts/filters.js";
import { ref } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";
import { invoiceName } from "./words-money.js";

/** @typedef {import("./types.js").Invoice} Invoice */
/** @typedef {(next: Invoice) => void} Update */

export default adminPage(
  () => say({ zh: "发票申请", en: "Invoice requests" }),
  ({ query, signal }) => [bar(query), list(query, signal)],
);

/** @param {URLSearchParams} query */
const bar = (query) =>
  filters(
    chips(
      say({ zh: "状态", en: "State" }),
      "status",
      [
        { value: "", label: say({ zh: "全部", en: "All" }) },
        ...["requested", "issued", "rejected"].map((value) => ({ value, label: invoiceName(value) })),
      ],
      query,
    ),
  );

/** @type {Record<string, string>} */
const tones = { requested: "pill warn", issued: "pill good", rejected: "pill" };

/** @param {URLSearchParams} query @param {AbortSignal} signal */
const list = (query, signal) =>
  endlessTable({
    label: say({ zh: "发票申请", en: "Invoice requests" }),
    columns: [
      {
        name: say({ zh: "抬头", en: "Made out to" }),
        as: "main",
        cell: (/** @type {Invoice} */ one) => [
          one.title ?? say({ zh: "（已注销）", en: "(account erased)" }),
          h("span", { class: "hint" }, one.tax_number),
        ],
      },
      {
        name: say({ zh: "状态", en: "State" }),
        cell: (one) => [
          h("span", { class: tones[one.status] ?? "pill" }, invoiceName(one.status)),
          h("span", { class: "hint" }, one.note),
        ],
      },
      { name: say({ zh: "金额", en: "Amount" }), as: "number", cell: (one) => fen(one.amount_fen) },
      { name: say({ zh: "邮箱", en: "E-mail" }), cell: (one) => one.email },
      { name: say({ zh: "用户", en: "User" }), cell: (one) => ref(one.user_id, one.user_name) },
      { name: say({ zh: "申请", en: "Asked" }), as: "number", cell: (one) => date(one.created_at) },
      {
        name: say({ zh: "操作", en: "Actions" }),
        as: "actions",
        cell: (one, update) =>
          one.status === "requested" &&
          h(
            "div",
            { class: "row-actions" },
            button({
              label: say({ zh: "已开具", en: "Issued" }),
              small: true,
              onclick: () => decide(one, "issued", update),
            }),
            button({
              label: say({ zh: "拒绝", en: "Reject" }),
              look: "danger",
              small: true,
              onclick: () => decide(one, "rejected", update),
            }),
          ),
      },
    ],
    path: "/v1/admin/invoices",
    query: { status: query.get("status") },
    signal,
    none: {
      title: say({ zh: "没有发票申请", en: "Nobody asked for an invoice" }),
      text: say({ zh: "用户可以为已支付的订单申请。", en: "Users can ask for one of a paid order." }),
    },
  });

/** @param {Invoice} one @param {"issued" | "rejected"} status @param {Update} update */
const decide = (one, status, update) =>
  ask({
    title:
      status === "issued"
        ? say({ zh: "发票已开具", en: "The invoice is issued" })
        : say({ zh: "拒绝开票", en: "Reject the request" }),
    text:
      status === "issued"
        ? say({
            zh: "先在税务系统开好并发到用户邮箱，再在这里标记。",
            en: "Issue it in the tax system and mail it first, then mark it here.",
          })
        : say({ zh: "用户会看到拒绝和说明。", en: "The user reads that, and your words." }),
    action: status === "issued" ? say({ zh: "标记为已开具", en: "Mark as issued" }) : say({ zh: "拒绝", en: "Reject" }),
    danger: status === "rejected",
    fields: [
      {
        label: say({ zh: "给用户的说明", en: "Words to the user" }),
        name: "note",
        maxlength: 200,
        required: status === "rejected",
      },
    ],
    send: async ({ note }) => update(await put(`/v1/admin/invoices/${one.id}`, { status, ...(note ? { note } : {}) })),
  });
