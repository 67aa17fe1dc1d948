// Who one is here, and how the page behaves.

import { put } from "../../core/api.js";
import { catalog } from "../../core/catalog.js";
import { h } from "../../core/dom.js";
import { duration, number } from "../../core/format.js";
import { become, logOut } from "../../core/session.js";
import { lang, say, speak } from "../../core/words.js";
import { button, linkButton } from "../../parts/button.js";
import { field } from "../../parts/field.js";
import { loading } from "../../parts/loading.js";
import { toggle } from "../../parts/switch.js";
import { fail, toast } from "../../parts/toast.js";

/** @typedef {import("../../types.js").User} User */

/** @param {Record<string, unknown>} change */
async function change(change) {
  become(await put("/v1/me", change));
}

/** Saves what was chosen at once. @param {(value: string) => Record<string, unknown>} to */
const saving = (to) => async (/** @type {Event} */ event) => {
  try {
    await change(to(/** @type {HTMLSelectElement} */ (event.target).value));
    toast(say({ zh: "已保存", en: "Saved" }));
  } catch (error) {
    fail(error);
  }
};

/** @param {User} user @param {AbortSignal} signal */
export function settings(user, signal) {
  return [
    profile(user),
    h(
      "section",
      { class: "card stack-small" },
      h("h2", {}, say({ zh: "偏好", en: "Preferences" })),
      language(),
      quality(user, signal),
      switches(user),
    ),
    figures(user),
    out(user),
  ];
}

/** @param {User} user */
function profile(user) {
  const modes = [
    { value: "personal", label: say({ zh: "自己用：先显示试衣和分身", en: "Myself: try-ons and avatars first" }) },
    {
      value: "business",
      label: say({ zh: "店铺用：先显示商品图，可批量", en: "My shop: product pictures first, many at once" }),
    },
  ];
  return h(
    "section",
    { class: "card form" },
    h("h2", {}, user.username ?? user.nickname ?? say({ zh: "微信用户", en: "WeChat user" })),
    field({
      label: say({ zh: "昵称", en: "Nickname" }),
      name: "nickname",
      value: user.nickname ?? "",
      maxlength: 32,
      onchange: saving((value) => ({ nickname: value.trim() || null })),
    }),
    field({
      label: say({ zh: "用途", en: "Used for" }),
      name: "mode",
      options: modes,
      value: user.mode,
      onchange: saving((mode) => ({ mode })),
    }),
  );
}

function language() {
  const options = [
    { value: "zh", label: "中文" },
    { value: "en", label: "English" },
  ];
  const chosen = async (/** @type {Event} */ event) => {
    const next = /** @type {"zh" | "en"} */ (/** @type {HTMLSelectElement} */ (event.target).value);
    await change({ settings: { language: next } }).catch(fail);
    speak(next);
  };
  return field({
    label: say({ zh: "语言", en: "Language" }),
    name: "language",
    options,
    value: lang(),
    onchange: chosen,
  });
}

/** @param {User} user @param {AbortSignal} signal */
function quality(user, signal) {
  const draw = (/** @type {import("../../types.js").Catalog} */ { kinds }) => {
    const options = kinds[0].settings.find(({ id }) => id === "quality")?.options ?? [];
    const rows = [
      { value: "", label: say({ zh: "按图片种类", en: "As suits the picture" }) },
      ...options.map(({ id, label }) => ({ value: id, label: say(label) })),
    ];
    return field({
      label: say({ zh: "默认画质", en: "Usual quality" }),
      name: "quality",
      options: rows,
      value: user.settings.quality ?? "",
      onchange: saving((value) => ({ settings: { quality: value || null } })),
    });
  };
  return loading(catalog, draw, { signal });
}

/** @param {User} user */
function switches(user) {
  return [
    toggle({
      label: say({ zh: "自动保存作品", en: "Keep works by themselves" }),
      hint: say({
        zh: "关闭后，未保存的图片过一段时间会删除",
        en: "If off, pictures that are not saved go after a while",
      }),
      checked: user.settings.auto_save,
      change: (on) => change({ settings: { auto_save: on } }),
    }),
    toggle({
      label: say({ zh: "完成时通知我", en: "Tell me when it is done" }),
      hint: say({ zh: "浏览器通知和微信订阅消息", en: "By the browser and by WeChat" }),
      checked: user.settings.notifications,
      change: async (on) => {
        if (on && "Notification" in window && Notification.permission === "default")
          await Notification.requestPermission();
        await change({ settings: { notifications: on } });
      },
    }),
  ];
}

/** @param {User} user */
function figures({ statistics }) {
  if (!statistics || statistics.works_created === 0) return null;
  const rows = [
    [say({ zh: "作品", en: "Works" }), number(statistics.works_created)],
    [say({ zh: "分享", en: "Shared" }), number(statistics.works_shared)],
    [say({ zh: "被收藏", en: "Favourites" }), number(statistics.favorite_count)],
    [say({ zh: "生成用时", en: "Time spent making" }), duration(statistics.generation_seconds)],
  ];
  return h(
    "dl",
    { class: "figures" },
    rows.map(([name, value]) => h("div", { class: "card" }, h("dd", {}, value), h("dt", {}, name))),
  );
}

/** @param {User} user */
function out(user) {
  const leave = () => {
    history.replaceState(null, "", "/");
    return logOut();
  };
  return h(
    "div",
    { class: "actions" },
    user.role === "admin" && linkButton({ label: say({ zh: "管理后台", en: "Administration" }), href: "/admin" }),
    button({ label: say({ zh: "退出登录", en: "Log out" }), onclick: leave }),
  );
}
