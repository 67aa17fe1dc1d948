// Webhooks: where to tell of jobs that have ended.

import { del, get, post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { when } from "../../core/format.js";
import { Problem } from "../../core/problem.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { confirm, dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { empty, loading } from "../../parts/loading.js";
import { toast } from "../../parts/toast.js";
import { show } from "./keys.js";

/** @typedef {{id: string, url: string, state?: string, disabled_at?: string | null, created_at: string}} Webhook */
/** @typedef {{id: string, status?: string, state?: string, response_status?: number | null, attempts?: number, created_at: string}} Delivery */

/** @param {import("../../core/types.js").User} _user @param {AbortSignal} signal */
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
  const off = hook.state === "disabled" || Boolean(hook.disabled_at);
  const test = async () => {
    await post(`/v1/webhooks/${hook.id}/test`, undefined);
    toast(
      say({ zh: "测试消息已发出，稍后可在“投递记录”查看", en: "A test is on its way; see “Deliveries” in a moment" }),
    );
  };
  const remove = async () => {
    const sure = await confirm({
      title: say({ zh: "删除这个地址？", en: "Delete this address?" }),
      text: hook.url,
      action: say({ zh: "删除", en: "Delete" }),
      danger: true,
    });
    if (!sure) return;
    await del(`/v1/webhooks/${hook.id}`);
    refresh();
  };
  return h(
    "li",
    { class: "entry wrap" },
    h(
      "span",
      { class: "entry-words" },
      h("b", {}, hook.url),
      h("span", { class: "hint" }, when(hook.created_at), off && say({ zh: " · 已停用", en: " · switched off" })),
    ),
    h(
      "span",
      { class: "actions" },
      button({ label: say({ zh: "测试", en: "Test" }), small: true, onclick: test }),
      button({
        label: say({ zh: "投递记录", en: "Deliveries" }),
        small: true,
        onclick: () => deliveries(hook, signal),
      }),
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
  const draw = (/** @type {{items: Delivery[]}} */ { items }) =>
    items.length > 0
      ? h(
          "ul",
          { class: "ledger" },
          items.map((one) =>
            h(
              "li",
              { class: "entry" },
              h(
                "span",
                { class: "entry-words" },
                h("span", {}, when(one.created_at)),
                h("span", { class: "hint" }, one.id),
              ),
              h("span", { class: "pill" }, [one.status ?? one.state, one.response_status].filter(Boolean).join(" ")),
            ),
          ),
        )
      : empty({ title: say({ zh: "还没有投递", en: "Nothing sent yet" }) });
  dialog(
    say({ zh: "投递记录", en: "Deliveries" }),
    [loading(() => get(`/v1/webhooks/${hook.id}/deliveries`, { signal }), draw, { signal })],
    { wide: true },
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
