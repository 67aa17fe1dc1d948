// The account: settings first, everything else a tab away.

import { h } from "../core/dom.js";
import { me } from "../core/session.js";
import { say } from "../core/words.js";
import { loading, skeleton } from "../parts/loading.js";
import { strip } from "../parts/strip.js";
import { load } from "../core/session.js";
import { keys } from "./account/keys.js";
import { photos } from "./account/photos.js";
import { security } from "./account/security.js";
import { settings } from "./account/settings.js";
import { webhooks } from "./account/webhooks.js";

/** @typedef {import("../types.js").User} User */

/** @type {Record<string, {label: import("../types.js").Words, draw: (user: User, signal: AbortSignal) => import("../core/dom.js").Child}>} */
const parts = {
  settings: { label: { zh: "设置", en: "Settings" }, draw: settings },
  photos: { label: { zh: "我的照片", en: "Photos" }, draw: photos },
  security: { label: { zh: "登录与安全", en: "Log-in and safety" }, draw: security },
  keys: { label: { zh: "API 密钥", en: "API keys" }, draw: keys },
  webhooks: { label: { zh: "回调", en: "Webhooks" }, draw: webhooks },
};

/** @type {import("../core/router.js").View} */
export default function view({ params, signal, title }) {
  const name = params.part in parts ? params.part : "settings";
  const part = parts[name];
  title(say(part.label));
  const tab = ([id, { label }] = ["", part]) =>
    h(
      "a",
      {
        class: "chip",
        href: id === "settings" ? "/account" : `/account/${id}`,
        "aria-current": id === name ? "page" : undefined,
      },
      say(label),
    );
  const ask = async () => me() ?? (await load());
  return h(
    "div",
    { class: "narrow-page stack" },
    h("h1", {}, say({ zh: "我的账户", en: "Your account" })),
    strip({ class: "chips", label: say({ zh: "账户", en: "Account" }) }, Object.entries(parts).map(tab)),
    loading(ask, (user) => (user ? part.draw(user, signal) : null), {
      signal,
      waiting: skeleton("lines", 4),
      class: "stack",
    }),
  );
}
