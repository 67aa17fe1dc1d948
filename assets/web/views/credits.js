// Credits: what is there, how to get more, what became of each.

import { get } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { number } from "../core/format.js";
import { me, refreshCredits } from "../core/session.js";
import { say } from "../core/words.js";
import { loading, skeleton } from "../parts/loading.js";
import { ledger } from "./credits/ledger.js";
import { orders } from "./credits/orders.js";
import { packages } from "./credits/packages.js";
import { plans } from "./credits/plans.js";
import { redeem } from "./credits/redeem.js";

/** @typedef {{balance: number, total_earned: number, total_spent: number}} Summary */

/** @type {import("../core/router.js").View} */
export default function view({ signal, title }) {
  const heading = say({ zh: "积分", en: "Credits" });
  title(heading);
  const balance = h("p", { class: "balance-large", role: "status" });
  const show = () => fill(balance, h("b", {}, number(me()?.credits ?? 0)), " ", say({ zh: "积分", en: "credits" }));
  show();
  document.addEventListener("session", show, { signal });
  refreshCredits().catch(() => undefined);
  const book = h("div", {}, ledger(signal));
  const changed = () => fill(book, ledger(signal));
  const shop = () =>
    Promise.all([get("/v1/credits/packages", { signal }), get("/v1/plans", { signal }), get("/v1/orders", { signal })]);
  return h(
    "div",
    { class: "narrow-page stack" },
    h("h1", {}, heading),
    h("section", { class: "card purse" }, h("div", {}, balance, totals(signal)), redeem(changed)),
    loading(
      shop,
      ([goods, offers, placed]) => [packages(goods, signal), plans(offers, signal), orders(placed, signal)],
      { signal, waiting: skeleton("lines", 2), class: "stack" },
    ),
    h("section", {}, h("h2", { class: "list-title" }, say({ zh: "明细", en: "Every change" })), book),
  );
}

/** @param {AbortSignal} signal */
function totals(signal) {
  const draw = (/** @type {Summary} */ { total_earned: earned, total_spent: spent }) =>
    h(
      "p",
      { class: "hint" },
      say({ zh: "共获得 {earned}，共花费 {spent}", en: "{earned} received, {spent} spent" }, { earned, spent }),
    );
  return loading(() => get("/v1/credits", { signal }), draw, { signal, waiting: h("p", { class: "hint" }, "…") });
}
