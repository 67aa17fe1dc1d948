// Failures by cause, kind and model, each with its latest job.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { number, when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { loading } from "../../parts/loading.js";
import { kindName } from "../../views/kind-names.js";
import { section } from "../page.js";
import { table } from "../parts/table.js";
import { causeName, className } from "../words.js";

/** @typedef {{code: string, class: string | null, kind: import("../../types.js").KindId, model: string | null, count: number, latest_job_id: string, latest_at: string}} Group */

/** @param {string} hours @param {AbortSignal} signal */
export const groups = (hours, signal) =>
  loading(
    () => get("/v1/admin/failures", { query: { hours }, signal }),
    (/** @type {{items: Group[]}} */ { items }) => draw(items, hours),
    { signal, waiting: h("div") },
  );

/** The jobs of a group. Whatever failed before a model was asked has none. @param {Group} group @param {string} hours */
function jobsOf({ code, kind, model }, hours) {
  const query = new URLSearchParams({ status: "failed", cause: code, kind, hours, ...(model ? { model } : {}) });
  return `/admin/jobs?${query}`;
}

/** @param {Group[]} items @param {string} hours */
const draw = (items, hours) =>
  items.length > 0 &&
  section(
    say({ zh: "按原因、种类和模型", en: "By cause, kind and model" }),
    table(
      say({ zh: "按原因、种类和模型", en: "By cause, kind and model" }),
      [
        {
          name: say({ zh: "原因", en: "Cause" }),
          as: "main",
          cell: (/** @type {Group} */ group) => [
            causeName(group.code),
            group.class && h("span", { class: "hint" }, className(group.class)),
          ],
        },
        { name: say({ zh: "种类", en: "Kind" }), cell: (group) => kindName(group.kind) },
        { name: say({ zh: "模型", en: "Model" }), cell: (group) => group.model },
        {
          name: say({ zh: "次数", en: "Jobs" }),
          as: "number",
          cell: (group) => h("a", { href: jobsOf(group, hours) }, number(group.count)),
        },
        {
          name: say({ zh: "最近一次", en: "Latest" }),
          as: "number",
          cell: (group) => h("a", { href: `/admin/jobs/${group.latest_job_id}` }, when(group.latest_at)),
        },
      ],
      items,
    ),
  );
