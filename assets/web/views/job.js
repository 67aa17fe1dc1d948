// One job: watched while it is made, shown once it is done, explained if it failed.

import { get } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { isFinal, known, learn } from "../core/live.js";
import { say } from "../core/words.js";
import { loading, skeleton } from "../parts/loading.js";
import { kindName } from "./kind-names.js";
import { failed } from "./result/failed.js";
import { result } from "./result/result.js";
import { watching } from "./result/watching.js";

/** @typedef {import("../types.js").Job} Job */

/** @type {import("../core/router.js").View} */
export default function view({ params, signal, title }) {
  const ask = async () => {
    const job = await get(`/v1/jobs/${encodeURIComponent(params.id)}`, { signal });
    learn(job);
    return job;
  };
  const draw = (/** @type {Job} */ job) => {
    title(kindName(job.kind));
    return follow(known(job.id) ?? job, signal);
  };
  return loading(ask, draw, { signal, waiting: skeleton("page", 1) });
}

/** Draws a job, and draws it again when it changes. @param {Job} first @param {AbortSignal} signal */
function follow(first, signal) {
  const place = h("div", { class: "job" });
  const heading = h("h1", { class: "hidden-text" }, kindName(first.kind));
  const body = h("div", {});
  place.append(heading, body);
  /** @type {ReturnType<typeof watching> | null} */
  let watch = null;
  let over = false;
  const draw = (/** @type {Job} */ job) => {
    // What changes afterwards is changed on this page, such as the rating: nobody's half a comment is drawn over.
    if (over) return;
    over = isFinal(job);
    if (!over) {
      if (!watch) fill(body, (watch = watching(job, signal)).element);
      watch.update(job);
      return;
    }
    watch = null;
    if (job.status === "completed" && job.result) showResult(body, job, signal);
    else fill(body, failed(job));
  };
  draw(first);
  document.addEventListener("job", (event) => heard(event, first.id, draw), { signal });
  return place;
}

/** @param {Event} event @param {string} id @param {(job: Job) => void} draw */
function heard(event, id, draw) {
  const job = /** @type {CustomEvent<Job>} */ (event).detail;
  if (job.id === id) draw(job);
}

/** @param {HTMLElement} body @param {Job} job @param {AbortSignal} signal */
function showResult(body, job, signal) {
  const ask = () => get(`/v1/works/${job.result?.work_id}`, { signal });
  const waiting = h("p", { class: "hint" }, say({ zh: "完成，正在打开…", en: "Done, opening it…" }));
  fill(
    body,
    loading(ask, (work) => result(work, job, signal), { signal, waiting }),
  );
}
