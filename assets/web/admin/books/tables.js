// The tables that bookkeeping asks for, as CSV.

import { send } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { locale, say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { field } from "../../parts/field.js";
import { save } from "../../views/result/download.js";
import { section } from "../page.js";

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
    make: async (month) => (await send("GET", "/v1/admin/csv/orders", { query: { month } })).blob(),
  },
  {
    name: { zh: "发票申请", en: "Invoice requests" },
    text: { zh: "所选月份的抬头、税号、邮箱与状态", en: "Title, tax number, e-mail and status, of the month" },
    file: (month) => `invoices-${month}.csv`,
    make: async (month) => (await send("GET", "/v1/admin/csv/invoices", { query: { month } })).blob(),
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
