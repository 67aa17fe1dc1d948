// Logging in.

import { h } from "../core/dom.js";
import { go } from "../core/router.js";
import { logIn } from "../core/session.js";
import { site } from "../core/site.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { field, form } from "../parts/field.js";

/** Where to go after the log-in: a path of ours and nothing else. @param {URLSearchParams} query */
export function nextPlace(query) {
  const next = query.get("next") ?? "/make";
  return /^\/(?!\/)/.test(next) ? next : "/make";
}

/** @type {import("../core/router.js").View} */
export default function view({ query, title }) {
  const heading = say({ zh: "登录", en: "Log in" });
  title(heading);
  const send = async (/** @type {Record<string, string>} */ { username, password }) => {
    await logIn(username, password);
    go(nextPlace(query), { replace: true });
  };
  const search = query.toString() && `?${query}`;
  const join =
    site.registration === "open" &&
    h(
      "p",
      {},
      say({ zh: "还没有账户？", en: "No account yet? " }),
      h("a", { href: `/register${search}` }, say({ zh: "注册一个", en: "Sign up" })),
    );
  return h(
    "section",
    { class: "narrow" },
    h("h1", {}, heading),
    form(
      {},
      send,
      field({
        label: say({ zh: "用户名", en: "User name" }),
        name: "username",
        required: true,
        autocomplete: "username",
        autocapitalize: "none",
        autofocus: true,
      }),
      field({
        label: say({ zh: "密码", en: "Password" }),
        name: "password",
        type: "password",
        required: true,
        autocomplete: "current-password",
      }),
      button({ label: heading, look: "primary", type: "submit" }),
    ),
    join,
    h(
      "p",
      { class: "hint" },
      say({
        zh: "忘记密码？请联系管理员获取重设链接。",
        en: "Forgot your password? The administrator can make you a link to set a new one.",
      }),
      " ",
      site.contact,
    ),
  );
}
