// One job from the inside: what was asked, every attempt, and the operator's hand on it.

import { get, post } from "../core/api.js";
import { catalog } from "../core/catalog.js";
import { h } from "../core/dom.js";
import { credits, dateTime } from "../core/format.js";
import { go, reload } from "../core/router.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { loading } from "../parts/loading.js";
import { picture } from "../parts/picture.js";
import { kindName } from "../views/kind-names.js";
import { chosen, outputName } from "../views/result/chosen.js";
import { dollars, took } from "./figures.js";
import { adminPage, section } from "./page.js";
import { ask, reason } from "./parts/ask.js";
import { candidates } from "./parts/candidates.js";
import { copyId, ref } from "./parts/refs.js";
import { facts } from "./parts/stat.js";
import { table } from "./parts/table.js";
import { attemptName, causeName, className, statusName, statusTone } from "./words.js";

/** @typedef {import("./types.js").ShownJob} Job */
/** @typedef {import("./types.js").Attempt} Attempt */

export default adminPage(
  () => say({ zh: "任务详情", en: "Job" }),
  ({ params, signal }) =>
    loading(() => Promise.all([get(`/v1/admin/jobs/${params.id}`, { signal }), catalog()]), draw, {
      signal,
      class: "stack",
    }),
  { back: () => ["/admin/jobs", say({ zh: "任务", en: "Jobs" })] },
);

/** @param {[Job, import("../types.js").Catalog]} found */
const draw = ([job, all]) => [
  section(
    kindName(job.kind),
    h(
      "p",
      { class: "job-standing" },
      h("span", { class: statusTone(job.status) }, statusName(job.status)),
      say(job.error ? job.error.message : job.message),
    ),
    pictures(job),
    facts([
      [
        say({ zh: "编号", en: "Id" }),
        h("span", { class: "ref" }, h("code", {}, job.id), copyId(job.id, kindName(job.kind))),
      ],
      [say({ zh: "用户", en: "User" }), ref(job.user_id, job.user_name)],
      [say({ zh: "失败原因", en: "Cause" }), job.error && `${causeName(job.error.code)} (${job.error.code})`],
      [say({ zh: "模型", en: "Model" }), job.result?.model],
      [say({ zh: "价格", en: "Price" }), priceOf(job)],
      ...chosen(job, all),
      [say({ zh: "尺寸", en: "Size" }), outputName(job, all)],
      [say({ zh: "货号 / 批次", en: "Reference / batch" }), [job.reference, job.batch].filter(Boolean).join(" / ")],
      [say({ zh: "重试", en: "Retries" }), job.retries || null],
      [
        say({ zh: "重做自", en: "Repeats" }),
        job.retry_of && ref(job.retry_of, say({ zh: "之前的任务", en: "An earlier job" })),
      ],
      [say({ zh: "缓存", en: "Cache" }), job.cache && say({ zh: "命中", en: "Hit" })],
      [say({ zh: "评分", en: "Rating" }), job.rating && `${job.rating} / 5`],
      [say({ zh: "提交", en: "Submitted" }), dateTime(job.created_at)],
      [say({ zh: "开始", en: "Started" }), job.started_at && dateTime(job.started_at)],
      [say({ zh: "结束", en: "Ended" }), job.completed_at && dateTime(job.completed_at)],
      [say({ zh: "用时", en: "Time" }), job.result?.processing_ms && took(job.result.processing_ms)],
    ]),
    h("div", { class: "actions" }, hands(job)),
  ),
  section(say({ zh: "调用", en: "Attempts" }), attempts(job.route.attempts)),
  section(say({ zh: "候选模型", en: "Models in question" }), candidates(job.route.candidates, job.route.model)),
];

/** @param {Job} job */
function priceOf(job) {
  const back = job.price > 0 && (job.status === "failed" || job.status === "cancelled");
  return back ? `${credits(job.price)} · ${say({ zh: "已退还", en: "refunded" })}` : credits(job.price);
}

/** @param {Job} job */
function pictures(job) {
  const image = job.result?.images[0];
  const fresh = async () => (await get(`/v1/admin/jobs/${job.id}`)).result?.images[0]?.thumbnail_url;
  const inputs = job.inputs
    .filter((input) => input.url)
    .map((input) => frame(picture({ src: String(input.url), alt: "" }), say({ zh: "输入", en: "Input" })));
  const result =
    image && frame(picture({ src: image.thumbnail_url, alt: "", renew: fresh }), say({ zh: "结果", en: "Result" }));
  return h("div", { class: "job-pictures" }, inputs, result);
}

/** @param {Node} image @param {string} caption */
const frame = (image, caption) => h("figure", {}, image, h("figcaption", { class: "hint" }, caption));

/** @param {Attempt[]} list */
function attempts(list) {
  if (list.length === 0)
    return h("p", { class: "hint" }, say({ zh: "没有调用任何模型。", en: "No model was called." }));
  return table(
    say({ zh: "调用", en: "Attempts" }),
    [
      {
        name: say({ zh: "模型", en: "Model" }),
        as: "main",
        cell: (one) => [
          h("b", {}, one.model),
          one.provider !== one.model && h("span", { class: "hint" }, one.provider),
        ],
      },
      {
        name: say({ zh: "结果", en: "Outcome" }),
        cell: (one) => [
          h(
            "span",
            { class: { done: "pill good", open: "pill warn" }[String(one.state)] ?? "pill bad" },
            attemptName(one.state),
          ),
          one.class && h("span", { class: "hint" }, className(one.class)),
        ],
      },
      { name: say({ zh: "用时", en: "Time" }), as: "number", cell: (one) => took(lasted(one)) },
      { name: say({ zh: "成本", en: "Cost" }), as: "number", cell: (one) => dollars(one.cost_micros) },
      { name: say({ zh: "开始", en: "Started" }), as: "number", cell: (one) => dateTime(one.started_at) },
    ],
    list,
  );
}

/** @param {Attempt} one */
const lasted = (one) => one.took_ms ?? (one.ended_at ? Date.parse(one.ended_at) - Date.parse(one.started_at) : null);

/** What can be done with a job in its state. @param {Job} job */
function hands(job) {
  switch (job.status) {
    case "failed":
      return button({
        label: say({ zh: "免费重做", en: "Run again, free" }),
        icon: "again",
        onclick: () => retry(job),
      });
    case "completed":
      return (
        job.price > 0 &&
        button({ label: say({ zh: "退还积分", en: "Make good" }), icon: "coin", onclick: () => makeGood(job) })
      );
    case "pending":
    case "processing":
      return button({
        label: say({ zh: "终止并退款", en: "End and refund" }),
        look: "danger",
        onclick: () => end(job),
      });
    case "cancelled":
      return null;
  }
}

/** @param {Job} job */
const retry = (job) =>
  ask({
    title: say({ zh: "免费重做", en: "Run it again" }),
    text: say({
      zh: "用同样的照片和设置新建一个任务，用户不付积分。这个失败的任务保持不变。",
      en: "This makes a new job with the same photos and settings; the user pays nothing. The failed job stays as it is.",
    }),
    action: say({ zh: "重做", en: "Run again" }),
    send: async () => {
      const made = await post(`/v1/admin/jobs/${job.id}/retry`);
      go(`/admin/jobs/${made.id}`);
    },
    done: say({ zh: "新任务已排队", en: "The new job waits for its turn" }),
  });

/** @param {Job} job */
const makeGood = (job) =>
  ask({
    title: say({ zh: "退还积分", en: "Make good" }),
    text: say(
      {
        zh: "把这个任务的 {n} 积分还给用户，作品仍归用户。只能退还一次，不能撤回。",
        en: {
          one: "Gives {n} credit back to the user, who keeps the picture. It can be done once and not be undone.",
          other: "Gives {n} credits back to the user, who keeps the picture. It can be done once and not be undone.",
        },
      },
      { n: job.price },
    ),
    action: say({ zh: "退还", en: "Give back" }),
    fields: [reason(say({ zh: "用户会在账目里看到", en: "The user reads it in their entries" }))],
    send: async ({ reason }) => {
      await post(`/v1/admin/jobs/${job.id}/make-good`, { reason });
      reload();
    },
    done: say({ zh: "积分已退还", en: "The credits were given back" }),
  });

/** @param {Job} job */
const end = (job) =>
  ask({
    title: say({ zh: "终止任务", en: "End this job" }),
    text: say({
      zh: "任务立即失败，积分全部退还。已经发给模型的调用可能仍会收费。不能撤回。",
      en: "The job fails at once and is refunded in full. A call that has left may still cost money upstream. This cannot be undone.",
    }),
    action: say({ zh: "终止", en: "End it" }),
    danger: true,
    send: async () => {
      await post(`/v1/admin/jobs/${job.id}/fail`);
      reload();
    },
    done: say({ zh: "任务已终止，积分已退还", en: "The job has ended and was refunded" }),
  });
