// A batch: one bar for all of it, a tile a product, and what to do about those that failed.

import { freshKey, get, post } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { credits } from "../core/format.js";
import { isFinal, learn, submitted } from "../core/live.js";
import { say } from "../core/words.js";
import { button, linkButton } from "../parts/button.js";
import { broken, loading, skeleton } from "../parts/loading.js";
import { toast } from "../parts/toast.js";
import { batchTile } from "./jobs/tile.js";
import { askConsent } from "./make/consent.js";
import { saveZip } from "./result/download.js";
import { requestOf } from "./result/request.js";

/** @typedef {import("../types.js").Job} Job */

const CALM_MS = 400;

/** @type {import("../core/router.js").View} */
export default function view({ params, signal, title }) {
  const name = params.batch;
  const heading = say({ zh: "批次 {name}", en: "Batch {name}" }, { name });
  title(heading);
  const draw = (/** @type {Job[]} */ jobs) => batch(name, jobs, signal);
  const body = loading(() => allOf(name, signal), draw, { signal, waiting: skeleton("tiles") });
  return h("div", {}, h("header", { class: "page-head" }, h("h1", {}, heading)), body);
}

/** Every job of the batch, oldest first. @param {string} name @param {AbortSignal} signal @returns {Promise<Job[]>} */
async function allOf(name, signal) {
  /** @type {Job[]} */
  const jobs = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    /** @type {import("../types.js").Page<Job>} */
    const page = await get("/v1/jobs", { query: { batch: name, cursor, limit: 100 }, signal });
    jobs.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  jobs.forEach(learn);
  return jobs.reverse();
}

/** @param {string} name @param {Job[]} first @param {AbortSignal} signal */
function batch(name, first, signal) {
  /** @type {Map<string, Job>} */
  const jobs = new Map(first.map((job) => [job.id, job]));
  /** @type {Map<string, ReturnType<typeof batchTile>>} */
  const tiles = new Map();
  const top = h("section", { class: "card batch-top" });
  const grid = h("ul", { class: "grid" });
  let retrying = false;
  // Drawn anew, the button could be pressed again while it works.
  const again = async (/** @type {Job[]} */ failed) => {
    retrying = true;
    try {
      await retryAll(failed, signal);
    } finally {
      retrying = false;
      draw();
    }
  };
  const draw = () => {
    const shown = latest([...jobs.values()]);
    if (!retrying) fill(top, summary(name, shown, again));
    const wanted = shown.map((job) => {
      const tile = tiles.get(job.id) ?? batchTile(job);
      tiles.set(job.id, tile);
      tile.update(job);
      return tile.element;
    });
    if (wanted.length !== grid.children.length || wanted.some((tile, i) => grid.children[i] !== tile))
      fill(grid, wanted);
  };
  /** @type {number | undefined} */
  let timer;
  document.addEventListener(
    "job",
    (event) => {
      const job = /** @type {CustomEvent<Job>} */ (event).detail;
      if (job.batch !== name) return;
      jobs.set(job.id, job);
      clearTimeout(timer);
      timer = window.setTimeout(draw, jobs.size > 20 ? CALM_MS : 0);
    },
    { signal },
  );
  draw();
  if (jobs.size === 0) return broken(new Error(name), () => location.reload());
  return [top, grid];
}

/** What failed and was asked for again counts once, as it stands now. @param {Job[]} jobs */
function latest(jobs) {
  /** @type {Job[]} */
  const shown = [];
  /** @type {Map<string, number>} */
  const places = new Map();
  for (const job of [...jobs].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const asked = JSON.stringify(requestOf(job));
    const before = places.get(asked);
    const place = before !== undefined && shown[before].status === "failed" ? before : shown.length;
    shown[place] = job;
    places.set(asked, place);
  }
  return shown;
}

/** @param {string} name @param {Job[]} jobs @param {(failed: Job[]) => Promise<void>} again */
function summary(name, jobs, again) {
  const count = (/** @type {string} */ status) => jobs.filter((job) => job.status === status).length;
  const [done, failed, cancelled] = [count("completed"), count("failed"), count("cancelled")];
  const ended = jobs.filter(isFinal).length;
  const share = jobs.reduce((sum, job) => sum + (isFinal(job) ? 100 : job.progress), 0) / Math.max(jobs.length, 1);
  const spent = jobs.reduce(
    (sum, job) => sum + (job.status === "failed" || job.status === "cancelled" ? 0 : job.price),
    0,
  );
  const words = [
    say({ zh: "完成 {done} / {all}", en: "{done} of {all} done" }, { done, all: jobs.length }),
    failed > 0 && say({ zh: "失败 {n}，已退还", en: "{n} failed and refunded" }, { n: failed }),
    cancelled > 0 && say({ zh: "取消 {n}，已退还", en: "{n} cancelled and refunded" }, { n: cancelled }),
    credits(spent),
  ];
  return [
    h("progress", {
      class: "progress",
      max: 100,
      value: share,
      "aria-label": say({ zh: "整批进度", en: "Progress of the batch" }),
    }),
    h("p", { role: "status" }, words.filter(Boolean).join(" · ")),
    h(
      "div",
      { class: "actions" },
      done > 0 &&
        button({
          label: say({ zh: "打包下载", en: "Download zip" }),
          icon: "down",
          look: ended === jobs.length ? "primary" : "plain",
          onclick: () => saveZip({ batch: name }, name),
        }),
      failed > 0 &&
        button({
          label: say({ zh: "重试失败的 {n} 件", en: "Retry {n} failed" }, { n: failed }),
          icon: "again",
          onclick: () => again(jobs.filter((job) => job.status === "failed")),
        }),
      linkButton({
        label: say({ zh: "再做一批", en: "Another batch" }),
        look: "quiet",
        href: `/make/${jobs[0]?.kind ?? ""}`,
      }),
    ),
  ];
}

/** @param {Job[]} failed @param {AbortSignal} signal */
async function retryAll(failed, signal) {
  for (const job of failed) await retry(job, signal);
  toast(
    say(
      { zh: "重新提交了 {n} 件", en: { one: "{n} product submitted again", other: "{n} products submitted again" } },
      { n: failed.length },
    ),
  );
}

/** The same product in the same batch, as a new job. @param {Job} job @param {AbortSignal} signal */
async function retry(job, signal) {
  const request = { ...requestOf(job), batch: job.batch };
  const key = freshKey();
  submitted(await askConsent(() => post("/v1/jobs", request, { key, signal })));
}
