// Webhooks: where to tell of jobs that have ended.

import { del, get, post, put } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { when } from "../../core/format.js";
import { Problem } from "../../core/problem.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { confirm, dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { empty, loading } from "../../parts/loading.js";
import { pager } from "../../parts/pager.js";
import { show } from "./keys.js";

/** @typedef {{id: string, url: string, enabled: boolean, note: import("../../types.js").Words, created_at: string}} Webhook */
/** @typedef {{id: string, event: string, state: string, tries: number, status: number | null, error: string | null, next_try_at: string | null, created_at: string}} Delivery */

/** @param {import("../../types.js").User} _user @param {AbortSignal} signal */
export function webhooks(_user, signal) {
  const list = h("div", {});
  const ask = () =>
    get("/v1/webhooks", { signal }).catch((error) => {
      if (error instanceof Problem && error.status === 404) return { items: [] };
      throw error;
    });
  const refresh = () => void fill(list, loading(ask, draw, { signal }));
  const draw = (/** @type {{items: Webhook[]}} */ { items }) =>
    items.length > 0
      ? h(
          "ul",
          { class: "ledger" },
          items.map((hook) => row(hook, refresh, signal)),
        )
      : empty({
          title: say({ zh: "还没有回调地址", en: "No webhooks yet" }),
          text: say({ zh: "任务结束时，我们会把结果发到您的地址。", en: "When a job ends, we tell your address." }),
        });
  refresh();
  return [
    h(
      "p",
      { class: "hint" },
      say({
        zh: "按 Standard Webhooks 签名，失败会按计划重试。",
        en: "Signed as Standard Webhooks says, and sent again on a schedule if they fail.",
      }),
    ),
    h(
      "div",
      {},
      button({
        label: say({ zh: "添加地址", en: "Add an address" }),
        icon: "plus",
        look: "primary",
        onclick: () => create(refresh),
      }),
    ),
    list,
  ];
}

/** @param {Webhook} hook @param {() => void} refresh @param {AbortSignal} signal */
function row(hook, refresh, signal) {
  const test = async () => {
    await post(`/v1/webhooks/${hook.id}/test`, undefined);
    deliveries(hook, signal);
  };
  const flip = async () => {
    await put(`/v1/webhooks/${hook.id}`, { enabled: !hook.enabled });
    refresh();
  };
  const remove = async () => {
    const title = say({ zh: "删除这个地址？", en: "Delete this address?" });
    const action = say({ zh: "删除", en: "Delete" });
    if (!(await confirm({ title, text: hook.url, action, danger: true }))) return;
    await del(`/v1/webhooks/${hook.id}`);
    refresh();
  };
  const switching = hook.enabled ? say({ zh: "停用", en: "Switch off" }) : say({ zh: "启用", en: "Switch on" });
  return h(
    "li",
    { class: "entry wrap" },
    h(
      "span",
      { class: "entry-words" },
      h("b", {}, hook.url),
      h("span", { class: "hint" }, `${when(hook.created_at)} · ${say(hook.note)}`),
    ),
    h(
      "span",
      { class: "actions" },
      hook.enabled && button({ label: say({ zh: "测试", en: "Test" }), small: true, onclick: test }),
      button({
        label: say({ zh: "投递记录", en: "Deliveries" }),
        small: true,
        onclick: () => deliveries(hook, signal),
      }),
      button({ label: switching, small: true, onclick: flip }),
      button({
        label: say({ zh: "删除", en: "Delete" }),
        icon: "trash",
        iconOnly: true,
        small: true,
        look: "quiet",
        onclick: remove,
      }),
    ),
  );
}

/** @param {Webhook} hook @param {AbortSignal} signal */
function deliveries(hook, signal) {
  const list = pager({
    load: (cursor) => get(`/v1/webhooks/${hook.id}/deliveries`, { query: { cursor, limit: 20 }, signal }),
    draw: delivery,
    class: "ledger",
    signal,
    empty: empty({ title: say({ zh: "还没有投递", en: "Nothing sent yet" }) }),
  });
  dialog(say({ zh: "投递记录", en: "Deliveries" }), [list], { wide: true });
}

/** @type {Record<string, [string, import("../../types.js").Words]>} */
const states = {
  pending: ["pill", { zh: "等待发送", en: "Waiting" }],
  delivered: ["pill good", { zh: "已送达", en: "Delivered" }],
  failed: ["pill bad", { zh: "失败", en: "Failed" }],
};

/** @param {Delivery} one */
function delivery(one) {
  const [tone, words] = states[one.state] ?? ["pill", { zh: one.state, en: one.state }];
  const facts = [
    when(one.created_at),
    say({ zh: "{n} 次", en: { one: "{n} try", other: "{n} tries" } }, { n: one.tries }),
    one.status,
    one.error,
    one.next_try_at && say({ zh: "下次 {when}", en: "next {when}" }, { when: when(one.next_try_at) }),
  ];
  return h(
    "li",
    { class: "entry" },
    h(
      "span",
      { class: "entry-words" },
      h("span", {}, one.event),
      h("span", { class: "hint" }, facts.filter(Boolean).join(" · ")),
    ),
    h("span", { class: tone }, say(words)),
  );
}

/** @param {() => void} refresh */
function create(refresh) {
  const send = async (/** @type {Record<string, string>} */ { url }) => {
    const made = await post("/v1/webhooks", { url });
    box.close();
    refresh();
    if (made.secret) show(made.secret);
  };
  const box = dialog(say({ zh: "添加回调地址", en: "Add an address" }), [
    form(
      {},
      send,
      field({
        label: say({ zh: "地址（https）", en: "Address (https)" }),
        name: "url",
        type: "url",
        required: true,
        placeholder: "https://",
      }),
      h(
        "div",
        { class: "actions end" },
        button({ label: say({ zh: "添加", en: "Add" }), look: "primary", type: "submit" }),
      ),
    ),
  ]);
}
