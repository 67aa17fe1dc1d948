// Jobs under way, wherever the user is on the page: by events while they come, else by asking. It survives reloads,
// sleep and lost networks, because each connection begins with the state as it is.

import { get, send } from "./api.js";
import { pause } from "./dom.js";
import { Problem } from "./problem.js";
import { owns, refreshCredits } from "./session.js";
import { isLoggedIn, onTokens } from "./tokens.js";

/** @typedef {import("../types.js").Job} Job */

/** How often jobs are asked for where there are no events, in milliseconds: while some are live, and while none are. */
const LIVE_MS = 1500;
const IDLE_MS = 15_000;
/** A stream without even a ping for so long is dead: phones that slept do not notice by themselves. */
const SILENCE_MS = 40_000;
/** How long a server without room for another stream is left in peace. */
const CROWD_MS = 20_000;

/** @type {Map<string, Job>} */
const jobs = new Map();
/** No stream is asked for before this moment. */
let streamsFrom = 0;
/** The newest change that is known: a stream goes on from there. */
let revision = 0;
let stop = new AbortController();
let wake = new AbortController();

/** @param {Job} job */
export const isFinal = (job) => job.status === "completed" || job.status === "failed" || job.status === "cancelled";

/** Jobs that are not final, newest first. */
export const live = () => [...jobs.values()].filter((job) => !isFinal(job)).sort((a, b) => (a.id < b.id ? 1 : -1));

/** What is known of a job. @param {string} id */
export const known = (id) => jobs.get(id);

/** Takes over a job as the API told it; older news is dropped. @param {Job} job */
export function learn(job) {
  const before = jobs.get(job.id);
  if (before && before.revision > job.revision) return;
  jobs.set(job.id, job);
  revision = Math.max(revision, job.revision);
  if (before && before.revision === job.revision && before.position === job.position) return;
  document.dispatchEvent(new CustomEvent("job", { detail: job }));
  tellCount();
  if (before && !isFinal(before) && isFinal(job)) ended(job);
  if (!before || isFinal(job) !== isFinal(before)) wake.abort();
}

const tellCount = () => document.dispatchEvent(new CustomEvent("live", { detail: live().length }));

/** @param {Job} job */
function ended(job) {
  document.dispatchEvent(new CustomEvent("ended", { detail: job }));
  refreshCredits().catch(() => undefined);
}

/** A job was submitted: its price is gone from the balance. @param {Job} job */
export function submitted(job) {
  if (job.balance_after !== null) owns(job.balance_after);
  else refreshCredits().catch(() => undefined);
  learn(job);
}

/** Follows the jobs of whoever is logged in, until they log out. */
export function follow() {
  const restart = () => {
    stop.abort();
    stop = new AbortController();
    jobs.clear();
    revision = 0;
    tellCount();
    if (isLoggedIn()) run(stop.signal);
  };
  onTokens(restart);
  document.addEventListener("visibilitychange", () => !document.hidden && wake.abort());
  addEventListener("online", () => wake.abort());
  restart();
}

/** @param {AbortSignal} signal */
async function run(signal) {
  while (!signal.aborted) {
    try {
      await ask(signal);
      if (Date.now() >= streamsFrom) await listen(signal);
    } catch (error) {
      if (error instanceof Problem && error.status >= 400) streamsFrom = Date.now() + CROWD_MS;
    }
    if (signal.aborted) return;
    wake = new AbortController();
    await pause(
      live().length > 0 ? LIVE_MS : IDLE_MS,
      AbortSignal.any ? AbortSignal.any([signal, wake.signal]) : wake.signal,
    );
  }
}

/** The state as it is: recent jobs, and those that we thought were live. @param {AbortSignal} signal */
async function ask(signal) {
  const page = await get("/v1/jobs", { query: { limit: live().length > 15 ? 100 : 20 }, signal });
  page.items.forEach(learn);
  const seen = new Set(page.items.map((/** @type {Job} */ job) => job.id));
  for (const job of live()) {
    if (!seen.has(job.id)) learn(await get(`/v1/jobs/${job.id}`, { signal }));
  }
}

/** Reads events until the stream ends, falls silent, or the network comes back after it was gone. @param {AbortSignal} signal */
async function listen(signal) {
  const headers = { Accept: "text/event-stream", ...(revision ? { "Last-Event-ID": String(revision) } : {}) };
  const line = new AbortController();
  const hangUp = () => line.abort();
  signal.addEventListener("abort", hangUp, { once: true });
  addEventListener("online", hangUp, { once: true });
  let timer = setTimeout(hangUp, SILENCE_MS);
  try {
    const answer = await send("GET", "/v1/events", { headers, signal: line.signal });
    if (!answer.body) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(hangUp, SILENCE_MS);
      const events = (text + value).split(/\r?\n\r?\n/);
      text = events.pop() ?? "";
      events.forEach(hear);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", hangUp);
    removeEventListener("online", hangUp);
  }
}

/** @param {string} event */
function hear(event) {
  const lines = event.split(/\r?\n/);
  const value = (/** @type {string} */ name) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart())
      .join("\n");
  const data = value("data");
  if (value("event").startsWith("job.") && data) learn(JSON.parse(data));
}
