// A work in a grid.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { icon } from "../../parts/icon.js";
import { picture } from "../../parts/picture.js";
import { altOf } from "../result/stage.js";

/** @typedef {import("../../types.js").Work} Work */
/** @typedef {import("./selection.js").Selection} Selection */

/** @param {Work} work @param {Selection} selection */
export function workTile(work, selection) {
  const renew = async () => (await get(`/v1/works/${work.id}`)).image.thumbnail_url;
  const box = h("input", {
    type: "checkbox",
    class: "tile-box",
    hidden: true,
    "aria-label": say({ zh: "选择 {title}", en: "Choose {title}" }, { title: work.title }),
    onchange: () => selection.choose(work, box.checked),
  });
  const link = h(
    "a",
    { href: `/works/${work.id}`, class: "tile-link" },
    picture({
      src: work.image.thumbnail_url,
      alt: altOf(work),
      width: work.image.width,
      height: work.image.height,
      renew,
    }),
    work.favorite && h("span", { class: "tile-heart" }, icon("heart")),
    h("span", { class: "tile-name" }, work.reference ?? work.title),
  );
  link.addEventListener("click", (event) => {
    if (!selection.active) return;
    event.preventDefault();
    box.checked = !box.checked;
    selection.choose(work, box.checked);
  });
  selection.addEventListener("change", () => {
    box.hidden = !selection.active;
    if (!selection.active) box.checked = false;
  });
  return h("li", { class: "tile" }, link, box);
}
