// The models that a job could go to: in which order they would be asked, and where their points come from.

import { h } from "../../core/dom.js";
import { locale, say } from "../../core/words.js";
import { table } from "./table.js";

/** @typedef {import("../types.js").Candidate} Candidate */

/** @type {Record<string, import("../../core/words.js").Phrase>} */
const partNames = {
  priority: { zh: "次序", en: "order" },
  quality: { zh: "质量", en: "quality" },
  cost: { zh: "成本", en: "cost" },
  success: { zh: "成功率", en: "success" },
  latency: { zh: "速度", en: "speed" },
  availability: { zh: "空闲", en: "room" },
};

/** @type {Record<string, import("../../core/words.js").Phrase>} */
const reasons = {
  not_configured: { zh: "没有密钥", en: "no key" },
  other_kinds: { zh: "不做这种图片", en: "makes other kinds" },
  disabled: { zh: "已停用", en: "switched off" },
  budget_reached: { zh: "已达今日预算", en: "budget reached" },
};

/** @param {number} points */
const shown = (points) =>
  new Intl.NumberFormat(locale(), { signDisplay: "exceptZero", maximumFractionDigits: 1 }).format(points);

/** @param {Candidate[]} list @param {string | null} [chosen] */
export function candidates(list, chosen) {
  const scored = list.some((one) => one.score !== undefined);
  return table(
    say({ zh: "候选模型", en: "Models in question" }),
    [
      {
        name: say({ zh: "模型", en: "Model" }),
        as: "main",
        cell: (/** @type {Candidate} */ one) => [
          one.model === chosen ? h("b", {}, one.model) : one.model,
          one.model === chosen && h("span", { class: "pill good" }, say({ zh: "选中", en: "chosen" })),
        ],
      },
      {
        name: say({ zh: "可用", en: "Available" }),
        cell: (one) =>
          one.available
            ? h(
                "span",
                { class: "pill good" },
                one.rank ? say({ zh: "第 {n} 个", en: "No. {n}" }, { n: one.rank }) : say({ zh: "可用", en: "yes" }),
              )
            : h("span", { class: "pill" }, why(one)),
      },
      {
        name: say({ zh: "得分", en: "Points" }),
        as: "number",
        cell: (one) => (one.score === undefined ? (scored ? "–" : null) : shown(one.score).replace("+", "")),
      },
      {
        name: say({ zh: "得分来自", en: "Made of" }),
        cell: (one) => one.parts && h("span", { class: "hint" }, Object.entries(one.parts).map(part).join(" · ")),
      },
    ],
    list,
  );
}

/** @param {[string, number]} part */
const part = ([name, points]) => `${name in partNames ? say(partNames[name]) : name} ${shown(points)}`;

/** @param {Candidate} one */
function why({ unavailable }) {
  if (!unavailable) return say({ zh: "没有密钥", en: "no key" });
  return unavailable in reasons ? say(reasons[unavailable]) : unavailable;
}
