// The tables that bookkeeping asks for, as CSV.

import { send } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { locale, say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { field } from "../../parts/field.js";
import { save } from "../../views/result/download.js";
import { section } from "../page.js";
import { csv, ofMonth } from "../parts/csv.js";

/** @typedef {import("../types.js").Order} Order */
/** @typedef {import("../types.js").Invoice} Invoice */
/** @typedef {import("../../types.js").Words} Words */
/** @typedef {{name: Words, text: Words, file: (month: string) => string, make: (month: string) => Promise<Blob>}} Table */

/** @type {Table[]} */
const list = [
  {
    name: { zh: "订单", en: "Orders" },
    text: {
      zh: "所选月份的付款、退款与收不回的差额",
      en: "Payments, refunds and what could not be taken back, of the month",
    },
    file: (month) => `orders-${month}.csv`,
    make: orders,
  },
  {
    name: { zh: "发票申请", en: "Invoice requests" },
    text: { zh: "所选月份的抬头、税号、邮箱与状态", en: "Title, tax number, e-mail and status, of the month" },
    file: (month) => `invoices-${month}.csv`,
    make: invoices,
  },
  {
    name: { zh: "积分账目", en: "Credit entries" },
    text: { zh: "所选月份的每一笔积分变动", en: "Every change of a balance, of the month" },
    file: (month) => `entries-${month}.csv`,
    make: async (month) => (await send("GET", "/v1/admin/csv/entries", { query: { month } })).blob(),
  },
  {
    name: { zh: "模型成本", en: "Upstream cost" },
    text: { zh: "所选月份，按模型和供应商", en: "By model and provider, of the month" },
    file: (month) => `upstream-cost-${month}.csv`,
    make: async (month) => (await send("GET", "/v1/admin/csv/costs", { query: { month } })).blob(),
  },
  {
    name: { zh: "未用积分", en: "Unspent credits" },
    text: { zh: "此刻还没花掉的积分，按来源", en: "What is not spent at this moment, by where it came from" },
    file: () => "unspent-credits.csv",
    make: async () => (await send("GET", "/v1/admin/csv/unspent")).blob(),
  },
];

/** @param {string} month */
async function orders(month) {
  const head = ["id", "created_at", "user_id", "item", "credits", "bonus", "amount", "currency", "channel", "status"];
  const tail = ["paid_at", "transaction_id", "refunded_at", "taken_back", "shortfall", "problem"];
  const rows = /** @type {Order[]} */ (await ofMonth("/v1/admin/orders", month)).map((o) => [
    ...[o.id, o.created_at, o.user_id, o.item.id, o.credits, o.bonus, (o.amount_fen / 100).toFixed(2), o.currency],
    ...[o.channel, o.status, o.paid_at, o.transaction_id, o.refunded_at, o.taken_back, o.shortfall, o.problem],
  ]);
  return csv([[...head, ...tail], ...rows]);
}

/** @param {string} month */
async function invoices(month) {
  const head = ["id", "created_at", "order_id", "user_id", "amount", "title", "tax_number", "email", "status", "note"];
  const rows = /** @type {Invoice[]} */ (await ofMonth("/v1/admin/invoices", month)).map((i) => [
    ...[i.id, i.created_at, i.order_id, i.user_id, (i.amount_fen / 100).toFixed(2)],
    ...[i.title, i.tax_number, i.email, i.status, i.note],
  ]);
  return csv([head, ...rows]);
}

/** The months that can be asked for: this one and the two years before, as `2026-11`. */
function months() {
  const now = new Date();
  return Array.from({ length: 24 }, (_, back) => {
    const first = new Date(now.getFullYear(), now.getMonth() - back, 1);
    const value = `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, "0")}`;
    return { value, label: new Intl.DateTimeFormat(locale(), { year: "numeric", month: "long" }).format(first) };
  });
}

export function tables() {
  const month = field({ label: say({ zh: "月份", en: "Month" }), name: "month", options: months() });
  const chosen = () => month.querySelector("select")?.value ?? "";
  return section(
    say({ zh: "下载表格", en: "Tables to download" }),
    h("div", { class: "month" }, month),
    h(
      "ul",
      { class: "downloads" },
      list.map((table) => row(table, chosen)),
    ),
    h(
      "p",
      { class: "hint" },
      say({ zh: "CSV，UTF-8，可用任何表格软件打开。", en: "CSV in UTF-8, for any spreadsheet." }),
    ),
  );
}

/** @param {Table} table @param {() => string} month */
const row = ({ name, text, file, make }, month) =>
  h(
    "li",
    { class: "download-row" },
    h("span", {}, h("b", {}, say(name)), h("span", { class: "hint" }, say(text))),
    button({
      label: say({ zh: "下载", en: "Download" }),
      "aria-label": `${say({ zh: "下载", en: "Download" })} ${say(name)}`,
      icon: "down",
      small: true,
      onclick: async () => {
        const chosen = month();
        await save(await make(chosen), file(chosen));
      },
    }),
  );
