// Photos that were sent, with what they take, and how to be rid of them.

import { del, get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { date, size } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { confirm } from "../../parts/dialog.js";
import { empty } from "../../parts/loading.js";
import { pager } from "../../parts/pager.js";
import { picture } from "../../parts/picture.js";

/** @typedef {import("../../types.js").Upload} Upload */

/** @param {unknown} _user @param {AbortSignal} signal */
export const photos = (_user, signal) => [
  h(
    "p",
    { class: "hint" },
    say({
      zh: "这些是您上传过的照片，只有您能看到。拍摄地点等信息在保存前已删除。",
      en: "The photos you have sent. Only you can see them; where they were taken was removed before they were stored.",
    }),
  ),
  pager({
    load: (cursor) => get("/v1/uploads", { query: { cursor, limit: 24 }, signal }),
    draw: tile,
    class: "grid",
    signal,
    empty: empty({
      title: say({ zh: "没有照片", en: "No photos" }),
      text: say({
        zh: "制作图片时上传的照片会出现在这里。",
        en: "Photos that you send while making pictures appear here.",
      }),
    }),
  }),
];

/** @param {Upload} upload */
function tile(upload) {
  const discard = async () => {
    const sure = await confirm({
      title: say({ zh: "删除这张照片？", en: "Delete this photo?" }),
      text: say({
        zh: "用它做好的作品会保留，但不能再对比原图。",
        en: "Pictures made from it stay, without the comparison.",
      }),
      action: say({ zh: "删除", en: "Delete" }),
      danger: true,
    });
    if (!sure) return;
    await del(`/v1/uploads/${upload.id}`);
    element.remove();
  };
  const element = h(
    "li",
    { class: "tile photo" },
    h(
      "div",
      { class: "tile-link" },
      picture({
        src: upload.url,
        alt: say({ zh: "{when} 的照片", en: "Photo of {when}" }, { when: date(upload.created_at) }),
      }),
      h("span", { class: "tile-name" }, date(upload.created_at)),
      h("span", { class: "tile-facts hint" }, `${upload.width}×${upload.height} · ${size(upload.bytes)}`),
    ),
    button({
      label: say({ zh: "删除", en: "Delete" }),
      icon: "trash",
      iconOnly: true,
      small: true,
      class: "tile-act",
      onclick: discard,
    }),
  );
  return element;
}
