// Choosing among photos that were sent before.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { date } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";
import { empty } from "../../parts/loading.js";
import { pager } from "../../parts/pager.js";
import { picture } from "../../parts/picture.js";

/** @typedef {import("../../types.js").Upload} Upload */

/** @param {number} room how many may be chosen @param {(uploads: Upload[]) => void} take */
export function earlier(room, take) {
  const leaving = new AbortController();
  /** @type {Map<string, Upload>} */
  const chosen = new Map();
  const done = button({
    label: say({ zh: "使用", en: "Use" }),
    look: "primary",
    disabled: true,
    onclick: () => {
      take([...chosen.values()]);
      box.close();
    },
  });
  const tile = (/** @type {Upload} */ upload) => {
    const input = h("input", { type: room > 1 ? "checkbox" : "radio", name: "earlier", class: "hidden-text" });
    input.addEventListener("change", () => {
      if (room === 1) chosen.clear();
      if (input.checked && chosen.size < room) chosen.set(upload.id, upload);
      else chosen.delete(upload.id);
      input.checked = chosen.has(upload.id);
      done.disabled = chosen.size === 0;
    });
    const label = say({ zh: "{when} 上传", en: "Sent on {when}" }, { when: date(upload.created_at) });
    return h("li", {}, h("label", { class: "earlier" }, input, picture({ src: upload.url, alt: label })));
  };
  const list = pager({
    load: (cursor) => get("/v1/uploads", { query: { cursor, limit: 24 }, signal: leaving.signal }),
    draw: tile,
    class: "earlier-grid",
    signal: leaving.signal,
    empty: empty({
      title: say({ zh: "还没有传过照片", en: "No photos yet" }),
      text: say({
        zh: "传过的照片会留在这里，下次不用再传。",
        en: "Photos you send stay here, so that you need not send them again.",
      }),
    }),
  });
  const box = dialog(
    say({ zh: "用过的照片", en: "Earlier photos" }),
    [list, h("div", { class: "actions end sticky-actions" }, done)],
    {
      wide: true,
      closed: () => leaving.abort(),
    },
  );
}
