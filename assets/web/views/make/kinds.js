// The four kinds, as tabs with a picture.

import { h } from "../../core/dom.js";
import { credits } from "../../core/format.js";
import { say } from "../../core/words.js";
import { strip } from "../../parts/strip.js";

/** @typedef {import("../../types.js").Kind} Kind */

/** @param {Kind[]} kinds @param {Kind} chosen */
export function kindTabs(kinds, chosen) {
  const tab = (/** @type {Kind} */ kind) =>
    h(
      "a",
      { class: "kind", href: `/make/${kind.kind}`, "aria-current": kind === chosen ? "true" : undefined },
      h("img", {
        src: new URL(`../../art/show-${kind.kind}.webp`, import.meta.url).href,
        alt: "",
        width: 96,
        height: 120,
      }),
      h("span", { class: "kind-name" }, say(kind.label)),
      h("span", { class: "hint" }, price(kind)),
    );
  return strip({ class: "kinds", label: say({ zh: "图片种类", en: "Kinds of picture" }) }, kinds.map(tab));
}

/** @param {Kind} kind */
function price(kind) {
  if (kind.price === 0) return say({ zh: "免费", en: "Free" });
  if (kind.price === kind.list_price) return credits(kind.price);
  return [h("s", {}, String(kind.list_price)), " ", credits(kind.price)];
}
