// Webhooks: where to tell of jobs that have ended.

import { del, get, post, put } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { confirm, dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { empty, loading } from "../../parts/loading.js";
import { showSecret } from "./secret.js";
import { deliveries } from "./webhooks/deliveries.js";

/** @typedef {{id: string, url: string, enabled: boolean, note: import("../../types.js").Words, created_at: string}} Webhook */

/** @param {import("../../types.js").User} _user @param {AbortSignal} signal */
export function webhooks(_user, signal) {
  const list = h("div", {});
  const ask = () => get("/v1/webhooks", { signal });
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
    await post(`/v1/webhooks/${hook.id}/test`);
    deliveries(hook.id, signal);
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
        onclick: () => deliveries(hook.id, signal),
      }),
      button({ label: say({ zh: "密钥", en: "Secret" }), small: true, onclick: () => reveal(hook) }),
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

/** @param {Webhook} hook */
async function reveal(hook) {
  tell((await get(`/v1/webhooks/${hook.id}/secret`)).secret);
}

/** @param {string} secret */
const tell = (secret) =>
  showSecret(
    secret,
    say({
      zh: "收到回调时，用它核对签名，确认是我们发的。",
      en: "It signs what we send: check the signature with it when a call arrives.",
    }),
  );

/** @param {() => void} refresh */
function create(refresh) {
  const send = async (/** @type {Record<string, string>} */ { url }) => {
    const made = await post("/v1/webhooks", { url });
    box.close();
    refresh();
    tell(made.secret);
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
