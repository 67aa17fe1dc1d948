// Batches of redeem codes: made, taken home, stopped.

import { del, get, post, send } from "../core/api.js";
import { h } from "../core/dom.js";
import { date, number } from "../core/format.js";
import { reload } from "../core/router.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { dialog } from "../parts/dialog.js";
import { save } from "../views/result/download.js";
import { adminPage } from "./page.js";
import { ask } from "./parts/ask.js";
import { copyButton } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";

/** @typedef {import("./types.js").CodeBatch} Batch */

export default adminPage(
  () => say({ zh: "兑换码", en: "Redeem codes" }),
  ({ signal }) => list(signal),
  {
    actions: () =>
      button({
        label: say({ zh: "生成兑换码", en: "Make codes" }),
        icon: "plus",
        look: "primary",
        small: true,
        onclick: create,
      }),
  },
);

/** @param {AbortSignal} signal */
const list = (signal) =>
  endlessTable({
    label: say({ zh: "兑换码", en: "Redeem codes" }),
    columns: [
      {
        name: say({ zh: "批次", en: "Batch" }),
        as: "main",
        cell: (/** @type {Batch} */ batch) => [
          batch.name,
          h(
            "span",
            { class: "hint" },
            say(
              { zh: "{count} 个，每个 {credits} 积分", en: "{count} × {credits} credits" },
              { count: batch.count, credits: batch.credits },
            ),
          ),
        ],
      },
      { name: say({ zh: "状态", en: "State" }), cell: standing },
      {
        name: say({ zh: "已兑换", en: "Redeemed" }),
        as: "number",
        cell: (batch) => `${number(batch.redeemed)} / ${number(batch.count * batch.uses)}`,
      },
      { name: say({ zh: "每人上限", en: "Per user" }), as: "number", cell: (batch) => number(batch.per_user) },
      {
        name: say({ zh: "到期", en: "Good until" }),
        as: "number",
        cell: (batch) => batch.expires_at && date(batch.expires_at),
      },
      { name: say({ zh: "生成", en: "Made" }), as: "number", cell: (batch) => date(batch.created_at) },
      {
        name: say({ zh: "操作", en: "Actions" }),
        as: "actions",
        cell: (batch, update) =>
          h(
            "div",
            { class: "row-actions" },
            button({ label: "CSV", icon: "down", small: true, onclick: () => take(batch) }),
            isOpen(batch) &&
              button({
                label: say({ zh: "停用", en: "Stop" }),
                look: "danger",
                small: true,
                onclick: () => stop(batch, update),
              }),
          ),
      },
    ],
    path: "/v1/admin/codes",
    signal,
    none: {
      title: say({ zh: "还没有兑换码", en: "No codes yet" }),
      text: say({ zh: "兑换码可以印在卡片上，或作为活动赠品。", en: "Codes can be printed on cards or given away." }),
    },
  });

/** @param {Batch} batch */
const isOpen = (batch) => !batch.revoked_at && !(batch.expires_at && Date.parse(batch.expires_at) <= Date.now());

/** @param {Batch} batch */
function standing(batch) {
  if (batch.revoked_at) return h("span", { class: "pill" }, say({ zh: "已停用", en: "Stopped" }));
  if (!isOpen(batch)) return h("span", { class: "pill" }, say({ zh: "已过期", en: "Over" }));
  return h("span", { class: "pill good" }, say({ zh: "可兑换", en: "Open" }));
}

/** @param {Batch} batch */
async function take(batch) {
  const answer = await send("GET", `/v1/admin/codes/${batch.id}/export`);
  await save(await answer.blob(), `${batch.name}.csv`);
}

/** @param {Batch} batch @param {(next: Batch) => void} update */
const stop = (batch, update) =>
  ask({
    title: say({ zh: "停用“{name}”", en: "Stop “{name}”" }, { name: batch.name }),
    text: say({
      zh: "这一批兑换码立即失效，已兑换的积分不变。不能恢复。",
      en: "None of its codes is taken any more; what was redeemed stays. This cannot be undone.",
    }),
    action: say({ zh: "停用", en: "Stop" }),
    danger: true,
    send: async () => {
      await del(`/v1/admin/codes/${batch.id}`);
      update(await get(`/v1/admin/codes/${batch.id}`));
    },
    done: say({ zh: "已停用", en: "Stopped" }),
  });

/** A whole number of at least one. @param {string} label @param {string} name @param {number} value @param {number} max @param {string} [hint] */
const count = (label, name, value, max, hint) => ({
  label,
  name,
  hint,
  value,
  max,
  min: 1,
  type: "number",
  required: true,
  inputmode: "numeric",
});

function create() {
  ask({
    title: say({ zh: "生成兑换码", en: "Make codes" }),
    text: say({ zh: "生成后可以随时再下载这一批。", en: "The batch can be downloaded again at any time." }),
    action: say({ zh: "生成", en: "Make them" }),
    fields: [
      {
        label: say({ zh: "名称", en: "Name" }),
        name: "name",
        required: true,
        maxlength: 100,
        hint: say({ zh: "只有管理员看得到", en: "Only administrators see it" }),
      },
      count(say({ zh: "每个的积分", en: "Credits of each" }), "credits", 50, 1_000_000),
      count(say({ zh: "数量", en: "How many" }), "count", 10, 10_000),
      count(
        say({ zh: "每个可用几次", en: "Uses of each" }),
        "uses",
        1,
        1_000_000,
        say({ zh: "公开活动用一个码、多次使用", en: "One code for everybody: more than one use" }),
      ),
      count(say({ zh: "每人最多兑换几个", en: "Most per user" }), "per_user", 1, 1_000_000),
      {
        label: say({ zh: "到期日", en: "Good until" }),
        name: "expires_at",
        type: "date",
        hint: say({ zh: "留空则不过期", en: "Leave empty for no end" }),
      },
    ],
    send: async ({ name, expires_at: day, ...numbers }) => {
      const counts = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)]));
      const end = day ? { expires_at: new Date(`${day}T23:59:59`).toISOString() } : {};
      show(await post("/v1/admin/codes", { name, ...counts, ...end }));
    },
  });
}

/** @param {Batch} batch */
function show(batch) {
  const text = (batch.codes ?? []).join("\n");
  dialog(
    say({ zh: "“{name}”已生成", en: "“{name}” is ready" }, { name: batch.name }),
    [
      h(
        "textarea",
        { rows: 8, readonly: true, class: "codes", "aria-label": say({ zh: "兑换码", en: "Codes" }) },
        text,
      ),
      h(
        "div",
        { class: "actions end" },
        copyButton(text, say({ zh: "复制全部", en: "Copy all" })),
        button({ label: "CSV", icon: "down", small: true, onclick: () => take(batch) }),
      ),
    ],
    { closed: reload },
  );
}
