// A finished picture: large, beside what it was made from, with everything one can do with it.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { inWeChat } from "../../core/site.js";
import { say } from "../../core/words.js";
import { mainActions } from "./actions.js";
import { stage } from "./stage.js";
import { details } from "./details.js";
import { names } from "./names.js";
import { rating } from "./rating.js";
import { sharing } from "./sharing.js";

/** @typedef {import("../../types.js").Job} Job */
/** @typedef {import("../../types.js").Work} Work */

/** @param {Work} work @param {Job} job @param {AbortSignal} signal */
export function result(work, job, signal) {
  const renew = async () => (await get(`/v1/works/${work.id}`, { signal })).image.url;
  const hint =
    inWeChat &&
    h(
      "p",
      { class: "check warn" },
      say({ zh: "长按图片即可保存或转发", en: "Press and hold the picture to save or forward it" }),
    );
  return h(
    "article",
    { class: "result" },
    h("div", { class: "result-stage" }, stage(work, job, renew), hint),
    h(
      "div",
      { class: "result-side" },
      names(work),
      mainActions(work, job),
      h("div", { class: "card stack-small" }, sharing(work)),
      rating(job),
      details(work, job, signal),
    ),
  );
}
