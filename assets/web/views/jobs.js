// Jobs: those under way above, what became of the others below.

import { get } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { isFinal, learn, live } from "../core/live.js";
import { say } from "../core/words.js";
import { linkButton } from "../parts/button.js";
import { empty } from "../parts/loading.js";
import { pager } from "../parts/pager.js";
import { jobRow } from "./jobs/row.js";

/** @typedef {import("../types.js").Job} Job */

/** @type {import("../core/router.js").View} */
export default function view({ signal, title }) {
  const heading = say({ zh: "任务", en: "Jobs" });
  title(heading);
  const running = h("ul", { class: "job-list" });
  const now = h("section", {}, h("h2", { class: "list-title" }, say({ zh: "进行中", en: "In progress" })), running);
  /** @type {Map<string, ReturnType<typeof jobRow>>} */
  const rows = new Map();
  const draw = () => {
    const jobs = live();
    now.hidden = jobs.length === 0;
    const wanted = jobs.map((job) => {
      const row = rows.get(job.id) ?? jobRow(job);
      rows.set(job.id, row);
      row.update(job);
      return row.element;
    });
    if (wanted.some((element, i) => running.children[i] !== element) || running.children.length !== wanted.length)
      fill(running, wanted);
  };
  draw();
  document.addEventListener("job", draw, { signal });
  /** What ended is listed once, whoever tells of it first. @type {Set<string>} */
  const listed = new Set();
  const row = (/** @type {Job} */ job) => {
    listed.add(job.id);
    return jobRow(job).element;
  };
  const load = async (/** @type {string | null} */ cursor) => {
    const page = await get("/v1/jobs", { query: { cursor, limit: 30 }, signal });
    page.items.forEach(learn);
    page.items = page.items.filter((/** @type {Job} */ job) => isFinal(job) && !listed.has(job.id));
    return page;
  };
  const make = linkButton({ label: say({ zh: "做一张", en: "Make one" }), look: "primary", href: "/make" });
  const list = () =>
    pager({
      load,
      draw: row,
      class: "job-list",
      signal,
      empty: empty({ title: say({ zh: "还没有结束的任务", en: "No finished jobs yet" }), action: make }),
    });
  const past = h("div", {}, list());
  // What ends while one looks on goes to the top of the others; the first of all has no list to go to yet.
  const end = (/** @type {Job} */ job) => {
    if (listed.has(job.id)) return;
    const others = past.querySelector(".job-list");
    if (others) others.prepend(row(job));
    else fill(past, list());
  };
  document.addEventListener("ended", (event) => end(/** @type {CustomEvent<Job>} */ (event).detail), { signal });
  return h(
    "div",
    { class: "narrow-page stack" },
    h("h1", {}, heading),
    now,
    h("section", {}, h("h2", { class: "list-title" }, say({ zh: "最近", en: "Recent" })), past),
  );
}
