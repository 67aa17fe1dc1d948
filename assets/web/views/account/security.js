// The password, WeChat, leaving for good.

import { del, post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { load } from "../../core/session.js";
import { drop } from "../../core/tokens.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { toast } from "../../parts/toast.js";
import { password, username } from "../register.js";

/** @typedef {import("../../types.js").User} User */

/** @param {User} user */
export const security = (user) => [secret(user), wechat(user), goodbye(user)];

/** @param {User} user */
function secret(user) {
  const first = user.username === null;
  const send = async (/** @type {Record<string, string>} */ values, /** @type {HTMLFormElement} */ element) => {
    const { current, password: fresh, username: name } = values;
    await post("/v1/auth/password", { ...(first ? { username: name } : { current }), new: fresh });
    element.reset();
    await load();
    toast(say({ zh: "密码已更新，其他设备需重新登录", en: "Done. Other devices have to log in again" }));
  };
  return h(
    "section",
    { class: "card" },
    h(
      "h2",
      {},
      first
        ? say({ zh: "设置用户名和密码", en: "Set a user name and a password" })
        : say({ zh: "修改密码", en: "Change your password" }),
    ),
    form(
      {},
      send,
      first
        ? username()
        : field({
            label: say({ zh: "当前密码", en: "Present password" }),
            name: "current",
            type: "password",
            required: true,
            autocomplete: "current-password",
          }),
      password(first ? undefined : say({ zh: "新密码", en: "New password" })),
      h("div", {}, button({ label: say({ zh: "保存", en: "Save" }), type: "submit" })),
    ),
  );
}

/** @param {User} user */
const wechat = (user) =>
  h(
    "section",
    { class: "card stack-small" },
    h("h2", {}, say({ zh: "微信", en: "WeChat" })),
    h(
      "p",
      { class: "hint" },
      user.username === null
        ? say({
            zh: "您用微信登录。设置用户名和密码后，也可以在浏览器里登录。",
            en: "You log in with WeChat. With a user name and a password you can log in here as well.",
          })
        : say({
            zh: "要绑定微信：在本站的小程序里点“我的 → 绑定已有账户”，输入这里的用户名和密码。",
            en: "To link WeChat, open this site's mini-program, choose “Me → link an account” and enter the user name and password you use here.",
          }),
    ),
  );

/** @param {User} user */
function goodbye(user) {
  const word = user.username ?? say({ zh: "注销", en: "erase" });
  const ask = () => {
    const send = async (/** @type {Record<string, string>} */ { sure }, /** @type {HTMLFormElement} */ element) => {
      if (sure.trim() !== word) {
        /** @type {HTMLElement} */ (element.querySelector(".field-error")).textContent = say({
          zh: "不一致",
          en: "This is not the same",
        });
        return;
      }
      await del("/v1/me");
      box.close();
      history.replaceState(null, "", "/");
      drop();
      toast(say({ zh: "账户已注销，数据正在删除", en: "Your account is erased; your data is being deleted" }));
    };
    const box = dialog(say({ zh: "注销账户", en: "Erase your account" }), [
      h(
        "p",
        {},
        say({
          zh: "照片、作品和分享链接都会删除，积分清零，无法恢复。",
          en: "Photos, works and share links are deleted and your credits go to zero. This cannot be undone.",
        }),
      ),
      form(
        {},
        send,
        field({
          label: say({ zh: "输入“{word}”确认", en: "Type “{word}” to confirm" }, { word }),
          name: "sure",
          required: true,
          autocomplete: "off",
        }),
        h(
          "div",
          { class: "actions end" },
          button({ label: say({ zh: "永久注销", en: "Erase for good" }), look: "danger", type: "submit" }),
        ),
      ),
    ]);
  };
  return h(
    "section",
    { class: "card stack-small" },
    h("h2", {}, say({ zh: "注销账户", en: "Erase your account" })),
    h(
      "p",
      { class: "hint" },
      say({
        zh: "删除您的照片、作品和个人信息。账目只留编号。",
        en: "Your photos, works and personal data are deleted. The books keep a bare number.",
      }),
    ),
    h("div", {}, button({ label: say({ zh: "注销…", en: "Erase…" }), look: "danger", onclick: ask })),
  );
}
