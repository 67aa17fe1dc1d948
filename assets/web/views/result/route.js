// Why this model: the candidates in order, and every attempt with what became of it.

import { h } from "../../core/dom.js";
import { duration } from "../../core/format.js";
import { say } from "../../core/words.js";

/**
 * @typedef {object} Route
 * @property {string | null} model
 * @property {{model: string, priority: number, available: boolean, score?: number}[]} candidates
 * @property {{model: string, provider: string, state: string, class: string | null, started_at: string, ended_at: string | null}[]} attempts
 */

/** @param {Route} why */
export function route(why) {
  const candidate = (/** @type {Route["candidates"][number]} */ one) =>
    h(
      "li",
      { class: one.model === why.model ? "route-model chosen" : "route-model" },
      h("span", {}, one.model),
      h(
        "span",
        { class: one.available ? "pill good" : "pill" },
        one.available ? say({ zh: "可用", en: "available" }) : say({ zh: "未配置", en: "not set up" }),
      ),
    );
  const attempt = (/** @type {Route["attempts"][number]} */ one) => {
    const took = one.ended_at ? duration((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000) : "";
    return h(
      "li",
      { class: "route-model" },
      h("span", {}, `${one.model} · ${took}`),
      h("span", { class: one.state === "done" ? "pill good" : "pill bad" }, outcome(one.state, one.class)),
    );
  };
  return h(
    "div",
    { class: "route" },
    h("h3", {}, say({ zh: "候选模型", en: "Models in question" })),
    h("ol", {}, why.candidates.map(candidate)),
    why.attempts.length > 0 && [
      h("h3", {}, say({ zh: "实际调用", en: "Calls" })),
      h("ol", {}, why.attempts.map(attempt)),
    ],
  );
}

/** @param {string} state @param {string | null} problem */
function outcome(state, problem) {
  if (state === "done") return say({ zh: "成功", en: "done" });
  if (state === "unknown") return say({ zh: "结果未知", en: "outcome unknown" });
  return problem ?? say({ zh: "失败", en: "failed" });
}
