// A job in a list: small picture, what it is, how far it is or how it ended.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { credits, duration, when } from "../../core/format.js";
import { isFinal } from "../../core/live.js";
import { say } from "../../core/words.js";
import { picture } from "../../parts/picture.js";
import { kindName } from "../kind-names.js";

/** @typedef {import("../../types.js").Job} Job */

/** @param {Job} first */
export function jobRow(first) {
  const image = h("div", { class: "job-thumb" });
  const words = h("span", { class: "job-state" });
  const pill = h("span", {});
  const bar = h("progress", { class: "progress", max: 100, "aria-label": say({ zh: "进度", en: "Progress" }) });
  const element = h(
    "li",
    {},
    h(
      "a",
      { class: "job-row", href: `/jobs/${first.id}` },
      image,
      h(
        "span",
        { class: "job-words" },
        h("b", {}, kindName(first.kind), first.reference && h("span", { class: "hint" }, ` ${first.reference}`)),
        words,
        bar,
      ),
      pill,
    ),
  );
  let shown = "";
  const update = (/** @type {Job} */ job) => {
    const url = job.result?.images[0]?.thumbnail_url ?? job.inputs.find((input) => input.url)?.url ?? "";
    if (url && job.status !== shown) fill(image, picture({ src: url, alt: "", renew: () => fresh(job.id) }));
    shown = job.status;
    bar.hidden = isFinal(job);
    bar.value = job.progress;
    words.textContent = isFinal(job)
      ? when(job.completed_at ?? job.created_at)
      : [say(job.message), job.eta_seconds ? duration(job.eta_seconds) : ""].filter(Boolean).join(" · ");
    const [tone, text] = ending(job);
    pill.className = tone;
    pill.textContent = text;
  };
  update(first);
  return { element, update };
}

/** @param {string} id */
const fresh = async (id) => (await get(`/v1/jobs/${id}`)).result?.images[0]?.thumbnail_url;

/** @param {Job} job @returns {[string, string]} */
function ending(job) {
  const back = job.price > 0 ? say({ zh: "已退还 {n}", en: "{n} refunded" }, { n: credits(job.price) }) : "";
  switch (job.status) {
    case "completed":
      return ["pill good", say({ zh: "完成", en: "Done" })];
    case "failed":
      return ["pill bad", [say({ zh: "失败", en: "Failed" }), back].filter(Boolean).join(" · ")];
    case "cancelled":
      return ["pill", [say({ zh: "已取消", en: "Cancelled" }), back].filter(Boolean).join(" · ")];
    case "pending":
      return ["pill", say({ zh: "排队", en: "Waiting" })];
    case "processing":
      return ["pill warn", `${job.progress} %`];
  }
}
