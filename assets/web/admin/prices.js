// What things cost, as configured: prices, packages and plans, each with the setting that changes it.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { credits, money, number } from "../core/format.js";
import { say } from "../core/words.js";
import { empty, loading, skeleton } from "../parts/loading.js";
import { kindName } from "../views/kind-names.js";
import { adminPage, section } from "./page.js";
import { setting } from "./parts/refs.js";
import { table } from "./parts/table.js";

/** @typedef {import("../types.js").Words} Words */
/** @typedef {{id: string, label: Words, credits: number, bonus: number, price_fen: number, currency: string}} Package */
/** @typedef {{id: string, label: Words, discount: number, unlimited: string[], fair_use: number | null, priority: boolean, monthly_credits: number, price_fen: number, currency: string, for_sale: boolean}} Plan */
/** @typedef {{kind: import("../types.js").KindId, list_price: number}} Kind */
/** @typedef {{id: string, label: Words}} Channel */

export default adminPage(
  () => say({ zh: "价格与套餐", en: "Prices and plans" }),
  ({ signal }) => {
    const found = async () => ({
      catalog: await get("/v1/catalog", { signal }),
      packages: await get("/v1/credits/packages", { signal }),
      plans: await get("/v1/plans", { signal }),
    });
    return [
      h(
        "p",
        { class: "hint" },
        say({
          zh: "价格只在配置文件里改，改后重启：网页、接口和账目用的是同一份。",
          en: "Prices are changed in the configuration alone, followed by a restart: the page, the API and the books use the same.",
        }),
      ),
      loading(found, draw, { signal, waiting: skeleton("lines", 8), class: "stack" }),
    ];
  },
);

/** @param {{catalog: {kinds: Kind[]}, packages: {items: Package[], channels: Channel[]}, plans: {items: Plan[]}}} found */
const draw = ({ catalog, packages, plans }) => [
  section(say({ zh: "每张图片", en: "A picture" }), kinds(catalog.kinds)),
  section(say({ zh: "积分包", en: "Packages of credits" }), goods(packages.items), channels(packages.channels)),
  section(say({ zh: "套餐", en: "Plans" }), list(plans.items)),
];

const key = () => say({ zh: "修改处", en: "Changed by" });

/** @param {Kind[]} rows */
const kinds = (rows) =>
  table(
    say({ zh: "每张图片", en: "A picture" }),
    [
      { name: say({ zh: "种类", en: "Kind" }), as: "main", cell: (kind) => kindName(kind.kind) },
      { name: say({ zh: "价格", en: "Price" }), as: "number", cell: (kind) => credits(kind.list_price) },
      { name: key(), cell: (kind) => setting(`prices.${kind.kind}`) },
    ],
    rows,
  );

/** @param {Package[]} rows */
const goods = (rows) =>
  rows.length === 0
    ? h("p", {}, say({ zh: "没有积分包出售。", en: "No package is for sale." }), " ", setting("[[billing.packages]]"))
    : table(
        say({ zh: "积分包", en: "Packages of credits" }),
        [
          { name: say({ zh: "名称", en: "Name" }), as: "main", cell: (one) => say(one.label) },
          { name: say({ zh: "积分", en: "Credits" }), as: "number", cell: (one) => number(one.credits) },
          { name: say({ zh: "赠送", en: "Bonus" }), as: "number", cell: (one) => one.bonus > 0 && number(one.bonus) },
          { name: say({ zh: "价格", en: "Price" }), as: "number", cell: (one) => money(one.price_fen, one.currency) },
          { name: key(), cell: (one) => setting(`billing.packages: ${one.id}`) },
        ],
        rows,
      );

/** @param {Channel[]} rows */
const channels = (rows) =>
  h(
    "p",
    {},
    rows.length === 0
      ? say({ zh: "没有开通支付方式，用户还不能购买。", en: "No way to pay is set up: nobody can buy yet." })
      : `${say({ zh: "支付方式：", en: "Paid by: " })}${rows.map(({ label }) => say(label)).join(", ")}`,
    " ",
    setting("billing.*"),
  );

/** @param {Plan} plan */
const brings = (plan) =>
  [
    plan.discount > 0 && say({ zh: "减价 {n}%", en: "{n} % off" }, { n: plan.discount }),
    plan.unlimited.length > 0 &&
      say(
        { zh: "不限次：{list}", en: "unlimited: {list}" },
        { list: plan.unlimited.map((kind) => kindName(/** @type {any} */ (kind))).join(", ") },
      ),
    plan.fair_use && say({ zh: "每月最多 {n} 张", en: "up to {n} a month" }, { n: plan.fair_use }),
    plan.monthly_credits > 0 && say({ zh: "每月 {n} 积分", en: "{n} credits a month" }, { n: plan.monthly_credits }),
    plan.priority && say({ zh: "优先", en: "served first" }),
  ]
    .filter(Boolean)
    .join(" · ");

/** @param {Plan[]} rows */
const list = (rows) =>
  rows.length === 0
    ? empty({
        title: say({ zh: "没有套餐", en: "No plans" }),
        text: say({
          zh: "套餐可以打折、不限次或优先排队。",
          en: "A plan can take prices down, make kinds free, or serve people first.",
        }),
        action: setting("[plans.list.pro]"),
      })
    : table(
        say({ zh: "套餐", en: "Plans" }),
        [
          { name: say({ zh: "名称", en: "Name" }), as: "main", cell: (plan) => say(plan.label) },
          { name: say({ zh: "内容", en: "Brings" }), cell: brings },
          {
            name: say({ zh: "每月", en: "A month" }),
            as: "number",
            cell: (plan) =>
              plan.for_sale ? money(plan.price_fen, plan.currency) : say({ zh: "不出售", en: "not for sale" }),
          },
          { name: key(), cell: (plan) => setting(`plans.list.${plan.id}`) },
        ],
        rows,
      );
