// Opening an account.

import { h } from "../core/dom.js";
import { go } from "../core/router.js";
import { register } from "../core/session.js";
import { site } from "../core/site.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { field, form } from "../parts/field.js";
import { empty } from "../parts/loading.js";
import { nextPlace } from "./login.js";

/** @type {import("../core/router.js").View} */
export default function view({ query, title }) {
  const heading = say({ zh: "注册", en: "Sign up" });
  title(heading);
  if (site.registration !== "open") return h("section", { class: "narrow" }, h("h1", {}, heading), closed());
  const send = async (/** @type {Record<string, string>} */ { username, password, mode }) => {
    await register(username, password, mode);
    go(nextPlace(query), { replace: true });
  };
  return h(
    "section",
    { class: "narrow" },
    h("h1", {}, heading),
    form(
      {},
      send,
      username(),
      password(),
      modes(),
      agreement(),
      button({ label: heading, look: "primary", type: "submit" }),
    ),
    h(
      "p",
      {},
      say({ zh: "已有账户？", en: "Have an account? " }),
      h("a", { href: "/login" }, say({ zh: "登录", en: "Log in" })),
    ),
  );
}

const closed = () =>
  empty({
    title:
      site.registration === "invite"
        ? say({ zh: "注册需要邀请链接", en: "You need an invitation" })
        : say({ zh: "本站未开放注册", en: "Registration is closed" }),
    text: `${say({ zh: "请联系管理员。", en: "Ask the administrator." })} ${site.contact}`,
  });

/** The field for a name that is being chosen. */
export const username = () =>
  field({
    label: say({ zh: "用户名", en: "User name" }),
    name: "username",
    hint: say({ zh: "3–32 个字母、数字或汉字", en: "3–32 letters, digits or Chinese characters" }),
    required: true,
    minlength: 3,
    maxlength: 32,
    autocomplete: "username",
    autocapitalize: "none",
    autofocus: true,
  });

/** The field for a password that is being chosen. */
export const password = (label = say({ zh: "密码", en: "Password" })) =>
  field({
    label,
    name: "password",
    hint: say({ zh: "至少 8 个字符", en: "8 characters or more" }),
    type: "password",
    required: true,
    minlength: 8,
    maxlength: 128,
    autocomplete: "new-password",
  });

function modes() {
  const option = (
    /** @type {string} */ value,
    /** @type {string} */ label,
    /** @type {string} */ text,
    checked = false,
  ) =>
    h(
      "label",
      { class: "mode" },
      h("input", { type: "radio", name: "mode", value, checked }),
      h("span", {}, h("b", {}, label), h("span", { class: "hint" }, text)),
    );
  return h(
    "fieldset",
    { class: "modes" },
    h("legend", {}, say({ zh: "我想用它来", en: "I want it for" })),
    option(
      "personal",
      say({ zh: "自己", en: "Myself" }),
      say({ zh: "试衣、分身，一次一张", en: "Try-ons and avatars, one at a time" }),
      true,
    ),
    option(
      "business",
      say({ zh: "店铺", en: "My shop" }),
      say({ zh: "商品图，一次多件", en: "Product pictures, many at once" }),
    ),
  );
}

const agreement = () =>
  h(
    "p",
    { class: "hint" },
    say({ zh: "注册即表示同意", en: "By signing up you agree to the " }),
    h("a", { href: "/terms", target: "_blank" }, say({ zh: "《使用条款》", en: "terms of use" })),
    say({ zh: "和", en: " and the " }),
    h("a", { href: "/privacy", target: "_blank" }, say({ zh: "《隐私说明》", en: "privacy notice" })),
    say({ zh: "。", en: "." }),
  );
