// "Try it": which model a job would go to now, and why. Nothing is charged and no model is asked.

import { post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { field, form } from "../../parts/field.js";
import { kindName, kinds } from "../../views/kind-names.js";
import { section } from "../page.js";
import { candidates } from "../parts/candidates.js";
import { modeName, qualityName } from "../words.js";

/** @typedef {{kind: string, quality: string, list: string, model: string | null, candidates: import("../types.js").Candidate[]}} Answer */

export function trial() {
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const explain = async (/** @type {Record<string, string>} */ { kind, quality, mode }) =>
    fill(place, answer(await post("/v1/admin/route/explain", { kind, mode, ...(quality ? { quality } : {}) })));
  return section(
    say({ zh: "试一下", en: "Try it" }),
    h(
      "p",
      { class: "hint" },
      say({
        zh: "现在提交的话会用哪个模型，为什么。只推算，不调用也不收费。",
        en: "Which model a job would go to now, and why. It is worked out only: nothing is called, nothing is charged.",
      }),
    ),
    form(
      { class: "form trial" },
      explain,
      field({
        label: say({ zh: "种类", en: "Kind" }),
        name: "kind",
        options: kinds.map((value) => ({ value, label: kindName(value) })),
      }),
      field({
        label: say({ zh: "质量", en: "Quality" }),
        name: "quality",
        options: [
          { value: "", label: say({ zh: "该种类的默认", en: "The kind's own" }) },
          ...["draft", "standard", "high"].map((value) => ({ value, label: qualityName(value) })),
        ],
      }),
      field({
        label: say({ zh: "模式", en: "Mode" }),
        name: "mode",
        options: ["personal", "business"].map((value) => ({ value, label: modeName(value) })),
      }),
      button({ label: say({ zh: "推算", en: "Work it out" }), look: "primary", type: "submit", icon: "route" }),
    ),
    place,
  );
}

/** @param {Answer} found */
const answer = (found) => [
  h(
    "p",
    {},
    found.model
      ? say(
          { zh: "会用 {model}（{list}列表）。", en: "It would go to {model}, from the {list} list." },
          { model: found.model, list: modeName(found.list).toLowerCase() },
        )
      : say({
          zh: "没有可用的模型，任务会失败并退款。",
          en: "No model could be used: the job would fail and be refunded.",
        }),
  ),
  candidates(found.candidates, found.model),
];
