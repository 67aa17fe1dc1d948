// What others made and chose to show.

import { get, post } from "../core/api.js";
import { h } from "../core/dom.js";
import { site } from "../core/site.js";
import { say } from "../core/words.js";
import { isLoggedIn } from "../core/tokens.js";
import { button, linkButton } from "../parts/button.js";
import { dialog } from "../parts/dialog.js";
import { field, form } from "../parts/field.js";
import { empty } from "../parts/loading.js";
import { pager } from "../parts/pager.js";
import { picture } from "../parts/picture.js";
import { toast } from "../parts/toast.js";
import { kindName } from "./kind-names.js";

/** @typedef {import("../types.js").Work} Work */

/** @type {import("../core/router.js").View} */
export default function view({ signal, title }) {
  const heading = say({ zh: "广场", en: "Gallery" });
  title(heading);
  const hidden = site.gallery === "members" && !isLoggedIn();
  const enter = linkButton({ label: say({ zh: "登录", en: "Log in" }), look: "primary", href: "/login?next=/gallery" });
  const body = hidden
    ? empty({ title: say({ zh: "登录后可以看", en: "Log in to see it" }), action: enter })
    : pager({
        load: (cursor) => get("/v1/gallery", { query: { cursor, limit: 24 }, signal }),
        draw: tile,
        class: "grid",
        signal,
        empty: empty({
          title: say({ zh: "还没有公开的作品", en: "Nothing here yet" }),
          text: say({
            zh: "在自己的作品页打开“放进广场”，别人就能看到。",
            en: "Switch on “Show in the gallery” on one of your works, and others will see it here.",
          }),
        }),
      });
  return h("div", {}, h("header", { class: "page-head" }, h("h1", {}, heading)), body);
}

/** @param {Work} work */
function tile(work) {
  const alt = `${work.title}, ${kindName(work.kind)}`;
  const thumbnail = picture({ src: work.image.thumbnail_url, alt, width: work.image.width, height: work.image.height });
  return h(
    "li",
    { class: "tile" },
    h(
      "button",
      { type: "button", class: "tile-link", onclick: () => open(work, alt) },
      thumbnail,
      h("span", { class: "tile-name" }, work.title),
    ),
  );
}

/** @param {Work} work @param {string} alt */
function open(work, alt) {
  const image = picture({
    src: work.image.url,
    alt,
    width: work.image.width,
    height: work.image.height,
    eager: true,
    class: "gallery-large",
  });
  dialog(
    work.title,
    [
      image,
      h("p", { class: "hint" }, `${kindName(work.kind)} · ${say({ zh: "由 AI 生成", en: "Made with AI" })}`),
      h(
        "div",
        { class: "actions end" },
        button({ label: say({ zh: "举报", en: "Report" }), look: "quiet", small: true, onclick: () => report(work) }),
      ),
    ],
    { wide: true },
  );
}

/** @param {Work} work */
function report(work) {
  const tell = async (/** @type {Record<string, string>} */ { reason, contact }) => {
    await post("/v1/reports", { work_id: work.id, reason, contact: contact || undefined });
    box.close();
    toast(say({ zh: "收到了，我们会处理", en: "Thank you, we will look into it" }));
  };
  const box = dialog(say({ zh: "举报这张图片", en: "Report this picture" }), [
    form(
      {},
      tell,
      field({
        label: say({ zh: "有什么问题？", en: "What is wrong with it?" }),
        name: "reason",
        multiline: true,
        required: true,
        maxlength: 1000,
      }),
      field({
        label: say({ zh: "联系方式（可选）", en: "How to reach you (optional)" }),
        name: "contact",
        maxlength: 200,
      }),
      button({ label: say({ zh: "提交", en: "Send" }), look: "primary", type: "submit" }),
    ),
  ]);
}
