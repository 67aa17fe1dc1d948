// How it should look: every setting as a row of pictures to choose from.

import { freshId, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { outputShape, swatch } from "./swatch.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {{id: string, label: import("../../types.js").Words}} Option */

/** The catalog begins with the default; people expect them in order. */
const rising = ["draft", "standard", "high"];

/** @param {Draft} draft */
export function settingsPanel(draft) {
  const rows = draft.kind.settings.map(({ id, label, options }) =>
    choice(
      say(label),
      id === "quality" ? [...options].sort((a, b) => rising.indexOf(a.id) - rising.indexOf(b.id)) : options,
      draft.settings[id],
      (option) => swatch(id, option.id),
      (value) => draft.choose(id, value),
    ),
  );
  const output = choice(
    say({ zh: "尺寸", en: "Size" }),
    draft.outputs,
    draft.output,
    (option) => outputShape(/** @type {import("../../types.js").Output} */ (option)),
    (value) => draft.choose("output", value),
  );
  return h("div", { class: "settings" }, rows, output);
}

/**
 * @param {string} label
 * @param {Option[]} options
 * @param {string} chosen
 * @param {(option: Option) => Node | null} face
 * @param {(id: string) => void} choose
 */
function choice(label, options, chosen, face, choose) {
  const name = freshId("choice");
  const one = (/** @type {Option} */ option) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "radio",
        class: "hidden-text",
        name,
        value: option.id,
        checked: option.id === chosen,
        onchange: () => choose(option.id),
      }),
      face(option),
      h("span", { class: "choice-name" }, say(option.label)),
    );
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", { class: "legend" }, label),
    h("div", { class: "choice-row" }, options.map(one)),
  );
}
