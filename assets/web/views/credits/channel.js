// How to pay: asked only where there is a choice.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";

/** @param {{id: string, label: import("../../types.js").Words}[]} channels @returns {Promise<string | null>} */
export function chooseChannel(channels) {
  const able = channels.filter(({ id }) => id !== "xpay");
  if (able.length === 1) return Promise.resolve(able[0].id);
  return new Promise((answer) => {
    /** @type {string | null} */
    let chosen = null;
    const take = (/** @type {string} */ id) => {
      chosen = id;
      box.close();
    };
    const row = (/** @type {{id: string, label: import("../../types.js").Words}} */ { id, label }) =>
      h("li", {}, button({ label: say(label), onclick: () => take(id) }));
    const box = dialog(
      say({ zh: "怎么支付？", en: "How would you like to pay?" }),
      [h("ul", { class: "stack-small" }, able.map(row))],
      {
        closed: () => answer(chosen),
      },
    );
  });
}
