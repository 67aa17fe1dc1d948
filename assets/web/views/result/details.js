// How a picture was made, for the curious: settings, model, and why that model.

import { get } from "../../core/api.js";
import { catalog } from "../../core/catalog.js";
import { fill, h } from "../../core/dom.js";
import { credits, dateTime, duration, size } from "../../core/format.js";
import { say } from "../../core/words.js";
import { loading } from "../../parts/loading.js";
import { chosen, outputName } from "./chosen.js";
import { route } from "./route.js";

/** @typedef {import("../../types.js").Job} Job */
/** @typedef {import("../../types.js").Work} Work */

/** @param {Work} work @param {Job} job @param {AbortSignal} signal */
export function details(work, job, signal) {
  const inside = h("div", {});
  const element = h(
    "details",
    { class: "details" },
    h("summary", {}, say({ zh: "生成过程", en: "How it was made" })),
    inside,
  );
  element.addEventListener("toggle", () => {
    if (!element.open || inside.childElementCount > 0) return;
    const ask = async () => ({ all: await catalog(), why: await get(`/v1/jobs/${job.id}/route`, { signal }) });
    fill(
      inside,
      loading(ask, ({ all, why }) => [facts(work, job, all), route(why)], { signal }),
    );
  });
  return element;
}

/** @param {Work} work @param {Job} job @param {import("../../types.js").Catalog} all */
function facts(work, job, all) {
  const rows = [
    ...chosen(job, all),
    [
      say({ zh: "尺寸", en: "Size" }),
      `${outputName(job, all)} · ${work.image.width}×${work.image.height} · ${size(work.image.bytes)}`,
    ],
    [say({ zh: "模型", en: "Model" }), work.model],
    [say({ zh: "用时", en: "Time" }), job.result?.processing_ms ? duration(job.result.processing_ms / 1000) : "—"],
    [say({ zh: "价格", en: "Price" }), job.price === 0 ? say({ zh: "免费", en: "Free" }) : credits(job.price)],
    [say({ zh: "时间", en: "Made on" }), dateTime(work.created_at)],
    [
      say({ zh: "AI 标识", en: "AI label" }),
      job.label === "none"
        ? say({ zh: "仅元数据", en: "In the metadata only" })
        : say({ zh: "可见标识和元数据", en: "Visible, and in the metadata" }),
    ],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
