// API keys, for programs. Each is shown once.

import { del, get, post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { date, when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { confirm, dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { empty, loading } from "../../parts/loading.js";
import { showSecret } from "./secret.js";

/** @typedef {{id: string, name: string, scopes: string[], created_at: string, last_used_at: string | null}} Key */

/** What a key may do. @type {[string, import("../../types.js").Words][]} */
const scopes = [
  ["jobs", { zh: "提交和查看任务", en: "Submit and follow jobs" }],
  ["uploads", { zh: "上传照片", en: "Upload photos" }],
  ["works", { zh: "读取和修改作品", en: "Read and change works" }],
  ["credits", { zh: "读取积分、购买、兑换", en: "Read credits, buy, redeem" }],
  ["account", { zh: "读取和修改设置", en: "Read and change settings" }],
  ["webhooks", { zh: "管理回调", en: "Manage webhooks" }],
];

/** @param {string} id */
function scopeName(id) {
  const words = scopes.find(([scope]) => scope === id)?.[1];
  return words ? say(words) : id;
}

/** @param {import("../../types.js").User} _user @param {AbortSignal} signal */
export function keys(_user, signal) {
  const list = h("div", {});
  const refresh = () =>
    void fill(
      list,
      loading(() => get("/v1/api-keys", { signal }), draw, { signal }),
    );
  const draw = (/** @type {{items: Key[]}} */ { items }) =>
    items.length > 0
      ? h(
          "ul",
          { class: "ledger" },
          items.map((key) => row(key, refresh)),
        )
      : empty({
          title: say({ zh: "还没有密钥", en: "No keys yet" }),
          text: say({
            zh: "密钥让您的程序代您调用接口。",
            en: "A key lets your own programs use the API in your name.",
          }),
        });
  refresh();
  return [
    h(
      "p",
      { class: "hint" },
      say({ zh: "接口说明见", en: "The API is described at " }),
      h("a", { href: "/docs", target: "_blank" }, "/docs"),
      ".",
    ),
    h(
      "div",
      {},
      button({
        label: say({ zh: "新建密钥", en: "New key" }),
        icon: "plus",
        look: "primary",
        onclick: () => create(refresh),
      }),
    ),
    list,
  ];
}

/** @param {Key} key @param {() => void} refresh */
function row(key, refresh) {
  const revoke = async () => {
    const sure = await confirm({
      title: say({ zh: "删除密钥“{name}”？", en: "Delete the key “{name}”?" }, { name: key.name }),
      text: say({ zh: "使用它的程序会立即无法访问。", en: "Programs that use it stop working at once." }),
      action: say({ zh: "删除", en: "Delete" }),
      danger: true,
    });
    if (!sure) return;
    await del(`/v1/api-keys/${key.id}`);
    refresh();
  };
  const used = key.last_used_at
    ? say({ zh: "最近使用 {when}", en: "last used {when}" }, { when: when(key.last_used_at) })
    : say({ zh: "未使用", en: "never used" });
  return h(
    "li",
    { class: "entry" },
    h(
      "span",
      { class: "entry-words" },
      h("b", {}, key.name),
      h("span", { class: "hint" }, key.scopes.map(scopeName).join(say({ zh: "、", en: ", " }))),
      h("span", { class: "hint" }, `${date(key.created_at)} · ${used}`),
    ),
    button({
      label: say({ zh: "删除", en: "Delete" }),
      icon: "trash",
      iconOnly: true,
      small: true,
      look: "quiet",
      onclick: revoke,
    }),
  );
}

/** @param {() => void} refresh */
function create(refresh) {
  const send = async (/** @type {Record<string, string>} */ { name }, /** @type {HTMLFormElement} */ element) => {
    const chosen = scopes.map(([id]) => id).filter((id) => element.querySelector(`[value=${id}]:checked`));
    const made = await post("/v1/api-keys", { name, scopes: chosen });
    box.close();
    refresh();
    showSecret(made.key, say({ zh: "它只显示这一次。", en: "It is shown this one time only." }));
  };
  const scope = ([id, words] = scopes[0]) =>
    h(
      "label",
      { class: "check-row" },
      h("input", {
        type: "checkbox",
        name: "scopes",
        value: id,
        checked: id === "jobs" || id === "uploads" || id === "works",
      }),
      say(words),
    );
  const box = dialog(say({ zh: "新建密钥", en: "New key" }), [
    form(
      {},
      send,
      field({
        label: say({ zh: "名称", en: "Name" }),
        name: "name",
        required: true,
        maxlength: 64,
        hint: say({ zh: "例如：店铺同步脚本", en: "Such as: shop sync" }),
      }),
      h(
        "fieldset",
        { class: "stack-small" },
        h("legend", { class: "legend" }, say({ zh: "权限", en: "It may" })),
        scopes.map(scope),
      ),
      h(
        "div",
        { class: "actions end" },
        button({ label: say({ zh: "创建", en: "Create" }), look: "primary", type: "submit" }),
      ),
    ),
  ]);
}
