// How a model stands: resting or not, going away or not, and what to set if it has no key.

import { h } from "../../core/dom.js";
import { date, when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { setting } from "../parts/refs.js";
import { className } from "../words.js";

/** @typedef {import("../types.js").Model} Model */

/** @param {Model} model */
export function breaker({ enabled, breaker: state, rests_until: until, rests_because: because }) {
  if (!enabled) return h("span", { class: "pill" }, say({ zh: "已停用", en: "Switched off" }));
  if (state === "closed") return h("span", { class: "pill good" }, say({ zh: "正常", en: "Works" }));
  if (state === "half_open") return h("span", { class: "pill warn" }, say({ zh: "试探中", en: "Being tried" }));
  const why = because ? `: ${className(because)}` : "";
  const till = until ? say({ zh: "，到 {when}", en: ", until {when}" }, { when: when(until) }) : "";
  return h("span", { class: "pill bad" }, say({ zh: "休息", en: "Resting" }) + why + till);
}

/** @param {Model} model */
export function retirement({ model, retires_on: day, retires_in_days: days }) {
  if (!day || days === null || days === undefined) return null;
  const text =
    days < 0
      ? say({ zh: "供应商已于 {day} 下线它。", en: "Its vendor took it away on {day}." }, { day: date(day) })
      : say(
          {
            zh: "供应商将在 {n} 天后（{day}）下线它。",
            en: {
              one: "Its vendor takes it away in {n} day, on {day}.",
              other: "Its vendor takes it away in {n} days, on {day}.",
            },
          },
          { n: days, day: date(day) },
        );
  return h(
    "p",
    { class: "model-warning" },
    text,
    " ",
    say({ zh: "换一个型号：", en: "Name another one: " }),
    setting(`[models."${model}"] model = …`),
  );
}

/** @param {Model} model */
export function keyHelp({ model, provider }) {
  if (!provider)
    return h(
      "li",
      {},
      h("b", {}, model),
      h("span", { class: "hint" }, say({ zh: "没有设置供应商：", en: "No provider is set:" })),
      setting(`[models."${model}"]`),
    );
  return h(
    "li",
    {},
    h("b", {}, model),
    setting(`ATELIER_PROVIDERS__${provider.toUpperCase().replaceAll("-", "_")}__API_KEY=…`),
  );
}
