// What a list is narrowed to besides its filters, by the link that led to it: in words, each with a way out.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { icon } from "../../parts/icon.js";
import { span } from "../figures.js";
import { causeName } from "../words.js";
import { addressWith } from "./filters.js";

/** @typedef {(value: string, signal: AbortSignal) => import("../../core/dom.js").Child} Words */

/** @type {Record<string, Words>} */
const words = {
  user: (id, signal) => [say({ zh: "只看用户 ", en: "Only of " }), nameOf(id, signal)],
  model: (model) => say({ zh: "只看 {model} 做的", en: "Only made by {model}" }, { model }),
  cause: (code) => say({ zh: "只看原因：{cause}", en: "Only for: {cause}" }, { cause: causeName(code) }),
  rated: () => say({ zh: "只看有评分的", en: "Only rated ones" }),
  hours: (hours) =>
    say({ zh: "最近 {time} 结束的", en: "Ended in the last {time}" }, { time: span(Number(hours) * 3600) }),
};

/** @param {URLSearchParams} query @param {AbortSignal} signal */
export const narrowed = (query, signal) =>
  Object.entries(words).map(([name, tell]) => {
    const value = query.get(name);
    return value && h("p", { class: "pill narrowed" }, h("span", {}, tell(value, signal)), out(name));
  });

/** @param {string} name */
const out = (name) =>
  h(
    "a",
    { href: addressWith({ [name]: null }), "aria-label": say({ zh: "去掉这个条件", en: "Drop this filter" }) },
    icon("close"),
  );

/** Their name once it is known. @param {string} id @param {AbortSignal} signal */
function nameOf(id, signal) {
  const place = h("b", { title: id }, "…");
  get(`/v1/admin/users/${id}`, { signal }).then(
    (user) => fill(place, user.username ?? user.nickname ?? id.slice(-8)),
    () => fill(place, id.slice(-8)),
  );
  return place;
}
