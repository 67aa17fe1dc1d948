// Every job of every user.

import { h } from "../core/dom.js";
import { credits, when } from "../core/format.js";
import { say } from "../core/words.js";
import { kindName, kinds } from "../views/kind-names.js";
import { took } from "./figures.js";
import { adminPage } from "./page.js";
import { choice, chips, filters, search } from "./parts/filters.js";
import { narrowed } from "./parts/narrowed.js";
import { ref } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";
import { causeName, statusIds, statusName, statusTone } from "./words.js";

/** @typedef {import("./types.js").ListedJob} Job */

export default adminPage(
  () => say({ zh: "任务", en: "Jobs" }),
  ({ query, signal }) => [bar(query, signal), list(query, signal)],
);

/** @param {URLSearchParams} query @param {AbortSignal} signal */
const bar = (query, signal) =>
  filters(
    chips(
      say({ zh: "状态", en: "State" }),
      "status",
      [
        { value: "", label: say({ zh: "全部", en: "All" }) },
        ...statusIds.map((value) => ({ value, label: statusName(value) })),
      ],
      query,
    ),
    choice(
      say({ zh: "种类", en: "Kind" }),
      "kind",
      kinds.map((value) => ({ value, label: kindName(value) })),
      query,
    ),
    search(say({ zh: "批次", en: "Batch" }), "batch", query),
    narrowed(query, signal),
  );

/** What the list can be narrowed by. */
const wanted = ["status", "kind", "batch", "user", "model", "cause", "rated", "hours"];

/** Jobs as a table; also on the page of a user. @param {URLSearchParams} query @param {AbortSignal} signal */
export const list = (query, signal) =>
  endlessTable({
    label: say({ zh: "任务", en: "Jobs" }),
    columns: [
      {
        name: say({ zh: "任务", en: "Job" }),
        as: "main",
        cell: (/** @type {Job} */ job) => [
          ref(job.id, kindName(job.kind)),
          h("span", { class: "hint" }, job.reference ?? job.batch ?? job.id.slice(-6)),
        ],
      },
      { name: say({ zh: "状态", en: "State" }), cell: state },
      { name: say({ zh: "模型", en: "Model" }), cell: (job) => job.result?.model },
      { name: say({ zh: "用时", en: "Time" }), as: "number", cell: (job) => made(job) },
      { name: say({ zh: "价格", en: "Price" }), as: "number", cell: (job) => credits(job.price) },
      { name: say({ zh: "评分", en: "Rating" }), as: "number", cell: (job) => job.rating && `${job.rating} / 5` },
      { name: say({ zh: "用户", en: "User" }), cell: (job) => ref(job.user_id, job.user_name) },
      { name: say({ zh: "提交", en: "Submitted" }), as: "number", cell: (job) => when(job.created_at) },
    ],
    path: "/v1/admin/jobs",
    query: Object.fromEntries(wanted.map((name) => [name, query.get(name)])),
    signal,
    none: {
      title: say({ zh: "没有这样的任务", en: "There are no such jobs" }),
      text: say({ zh: "换个筛选条件，或等用户提交。", en: "Change the filter, or wait for somebody to submit one." }),
    },
  });

/** @param {Job} job */
const made = (job) => (job.result?.processing_ms ? took(job.result.processing_ms) : null);

/** @param {Job} job */
const state = (job) => [
  h("span", { class: statusTone(job.status) }, statusName(job.status)),
  job.error && h("span", { class: "hint" }, causeName(job.error.code)),
];
