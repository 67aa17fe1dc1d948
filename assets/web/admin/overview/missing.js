// What is still missing before strangers can be let in. The card is gone once nothing is.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { section } from "../page.js";
import { setting } from "../parts/refs.js";

/** @typedef {{code: string, key: string, text: import("../../types.js").Words}} Lack */

/** @param {AbortSignal} signal */
export function missing(signal) {
  const place = h("div", { hidden: true });
  const draw = (/** @type {{items: Lack[]}} */ { items }) => {
    place.hidden = items.length === 0;
    if (items.length > 0) fill(place, card(items));
  };
  get("/v1/admin/missing", { signal }).then(draw, () => undefined);
  return place;
}

/** @param {Lack[]} items */
const card = (items) =>
  section(
    say(
      {
        zh: "正式上线前还缺 {n} 项",
        en: { one: "{n} thing is missing for production", other: "{n} things are missing for production" },
      },
      { n: items.length },
    ),
    h(
      "ul",
      { class: "lacks" },
      items.map(({ key, text }) => h("li", {}, say(text), setting(key))),
    ),
  );
