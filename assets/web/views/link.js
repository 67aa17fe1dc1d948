// One-time links: the first administrator, invitations, forgotten passwords.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { credits } from "../core/format.js";
import { explain } from "../core/problem.js";
import { go } from "../core/router.js";
import { spendLink } from "../core/session.js";
import { say } from "../core/words.js";
import { button, linkButton } from "../parts/button.js";
import { form } from "../parts/field.js";
import { empty } from "../parts/loading.js";
import { password, username } from "./register.js";

/** @typedef {{purpose: "setup" | "invite" | "reset", credits?: number}} Link */

/** @param {Link} link */
const titles = (link) =>
  ({
    setup: say({ zh: "设置管理员", en: "Set up the administrator" }),
    invite: say({ zh: "您收到了邀请", en: "You are invited" }),
    reset: say({ zh: "设置新密码", en: "Set a new password" }),
  })[link.purpose];

/** @type {import("../core/router.js").View} */
export default async function view({ params, title, signal }) {
  const path = `/v1/links/${encodeURIComponent(params.token)}`;
  /** @type {Link} */
  let link;
  try {
    link = await get(path, { signal });
  } catch (error) {
    const home = linkButton({ label: say({ zh: "回首页", en: "To the start page" }), href: "/" });
    const heading = say({ zh: "这个链接不能用了", en: "This link does not work" });
    return h("section", { class: "narrow" }, h("h1", {}, heading), empty({ title: explain(error), action: home }));
  }
  const heading = titles(link);
  title(heading);
  const send = async (/** @type {Record<string, string>} */ values) => {
    await spendLink(params.token, values);
    go(link.purpose === "setup" ? "/admin" : "/make", { replace: true });
  };
  const gift = link.credits
    ? h("p", { class: "lead" }, say({ zh: "附赠 {gift}", en: "It comes with {gift}" }, { gift: credits(link.credits) }))
    : null;
  return h(
    "section",
    { class: "narrow" },
    h("h1", {}, heading),
    gift,
    form(
      {},
      send,
      link.purpose === "reset" ? null : username(),
      password(),
      button({ label: say({ zh: "确定", en: "Continue" }), look: "primary", type: "submit" }),
    ),
  );
}
