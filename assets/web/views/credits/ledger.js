// The ledger as its owner reads it: what came, what went, what came back.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { number, signed, when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { empty, skeleton } from "../../parts/loading.js";
import { pager } from "../../parts/pager.js";

/** @typedef {import("../../types.js").Entry} Entry */

/** @param {AbortSignal} signal */
export const ledger = (signal) =>
  pager({
    load: (cursor) => get("/v1/credits/entries", { query: { cursor, limit: 30 }, signal }),
    draw: row,
    class: "ledger",
    signal,
    waiting: skeleton("lines", 4),
    empty: empty({ title: say({ zh: "还没有变动", en: "Nothing has changed yet" }) }),
  });

/** @param {Entry} entry */
function row(entry) {
  const back = entry.kind === "refund";
  const words = [
    h("span", {}, say(entry.description)),
    back && h("span", { class: "pill good" }, say({ zh: "退还", en: "Refund" })),
  ];
  return h(
    "li",
    { class: back ? "entry back" : "entry" },
    h(
      "span",
      { class: "entry-words" },
      entry.job_id ? h("a", { href: `/jobs/${entry.job_id}` }, words) : h("span", {}, words),
      h("span", { class: "hint" }, when(entry.created_at)),
    ),
    h("span", { class: entry.amount > 0 ? "entry-amount plus" : "entry-amount" }, signed(entry.amount)),
    h(
      "span",
      { class: "entry-balance hint" },
      h("span", { class: "hidden-text" }, say({ zh: "余额", en: "Balance" })),
      number(entry.balance_after),
    ),
  );
}
