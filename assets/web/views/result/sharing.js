// Who else sees a work: whoever has the link, and the gallery.

import { call, post, put } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { site } from "../../core/site.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { copy } from "../../parts/copy.js";
import { toggle } from "../../parts/switch.js";

/** @param {import("../../types.js").Work} work */
export function sharing(work) {
  const link = h("div", { class: "share-link" });
  const draw = () => {
    const url = work.share_url;
    fill(
      link,
      url && [
        h("input", {
          value: url,
          readonly: true,
          "aria-label": say({ zh: "分享链接", en: "Share link" }),
          onfocus: (/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select(),
        }),
        button({
          label: say({ zh: "复制", en: "Copy" }),
          icon: "copy",
          small: true,
          onclick: () => hand(url, work.title),
        }),
      ],
    );
  };
  draw();
  const shared = toggle({
    label: say({ zh: "分享链接", en: "Share link" }),
    hint: say({
      zh: "有链接的人不用登录就能看，随时可以收回",
      en: "Whoever has it can look without logging in; take it back at any time",
    }),
    checked: Boolean(work.share_url),
    change: async (on) => {
      if (on) work.share_url = (await post(`/v1/works/${work.id}/share`, undefined, { key: work.id })).url;
      else await call("DELETE", `/v1/works/${work.id}/share`);
      if (!on) work.share_url = null;
      draw();
    },
  });
  const open =
    site.gallery !== "off" &&
    toggle({
      label: say({ zh: "放进广场", en: "Show in the gallery" }),
      hint:
        site.gallery === "public"
          ? say({ zh: "所有人都能看到", en: "Everybody can see it" })
          : say({ zh: "本站用户都能看到", en: "All members of this site can see it" }),
      checked: work.is_public,
      change: async (on) => Object.assign(work, await put(`/v1/works/${work.id}`, { is_public: on })),
    });
  return [shared, link, open];
}

/** Gives a link to the phone's share sheet, else to the clipboard. @param {string} url @param {string} title */
export async function hand(url, title) {
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    await navigator.share({ url, title }).catch(() => undefined);
    return;
  }
  await copy(url);
}
