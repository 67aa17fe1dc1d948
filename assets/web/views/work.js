// One work of one's own.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { loading, skeleton } from "../parts/loading.js";
import { result } from "./result/result.js";

/** @type {import("../core/router.js").View} */
export default function view({ params, signal, title }) {
  const ask = async () => {
    const work = await get(`/v1/works/${encodeURIComponent(params.id)}`, { signal });
    const job = await get(`/v1/jobs/${work.job_id}`, { signal });
    return { work, job };
  };
  const draw = (/** @type {{work: import("../types.js").Work, job: import("../types.js").Job}} */ { work, job }) => {
    title(work.title);
    return [h("h1", { class: "hidden-text" }, work.title), result(work, job, signal)];
  };
  return loading(ask, draw, { signal, waiting: skeleton("page", 1), class: "job" });
}
