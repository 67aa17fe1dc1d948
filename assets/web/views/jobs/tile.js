// A product of a batch in a grid: its photo while it is made, its picture once it is done.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { isFinal } from "../../core/live.js";
import { say } from "../../core/words.js";
import { picture } from "../../parts/picture.js";

/** @typedef {import("../../types.js").Job} Job */

/** @param {Job} first */
export function batchTile(first) {
  const face = h("div", { class: "tile-face" });
  const note = h("span", { class: "tile-note" });
  const element = h(
    "li",
    { class: "tile" },
    h(
      "a",
      { class: "tile-link", href: `/jobs/${first.id}` },
      face,
      note,
      h("span", { class: "tile-name" }, first.reference ?? say({ zh: "未命名", en: "Unnamed" })),
    ),
  );
  let shown = "";
  const update = (/** @type {Job} */ job) => {
    if (shown !== job.status) {
      shown = job.status;
      const image = job.result?.images[0];
      const url = image?.thumbnail_url ?? job.inputs.find((input) => input.url)?.url ?? "";
      const renew = async () => (await get(`/v1/jobs/${job.id}`)).result?.images[0]?.thumbnail_url;
      fill(face, url && picture({ src: url, alt: "", renew }));
      element.classList.toggle("waiting", !isFinal(job));
      element.classList.toggle("bad", job.status === "failed");
    }
    note.textContent = words(job);
    note.hidden = !note.textContent;
  };
  update(first);
  return { element, update };
}

/** @param {Job} job */
function words(job) {
  if (job.status === "completed") return "";
  if (job.status === "failed") return say({ zh: "失败，已退还", en: "Failed, refunded" });
  if (job.status === "cancelled") return say({ zh: "已取消", en: "Cancelled" });
  return job.status === "pending" ? say({ zh: "排队中", en: "Waiting" }) : `${job.progress} %`;
}
