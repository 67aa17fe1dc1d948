// Many products at once: each a job of its own, all of one batch.

import { post } from "../../core/api.js";
import { submitted } from "../../core/live.js";
import { Problem } from "../../core/problem.js";
import { go } from "../../core/router.js";
import { refreshCredits } from "../../core/session.js";
import { say } from "../../core/words.js";
import { toast } from "../../parts/toast.js";
import { askConsent } from "./consent.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./photo.js").Photo} Photo */

/** Requests under way at once. */
const LANES = 4;

/** What the server found in a photo. @type {WeakMap<Photo, {refused: boolean}>} */
export const verdicts = new WeakMap();

/** The products that can be made: sent, and not refused. @param {Draft} draft */
export const readyRows = (draft) => draft.all().filter((photo) => photo.upload && !verdicts.get(photo)?.refused);

/** A name for a batch: when it began, and something of its own. @param {string} key */
function batchName(key) {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}-${key.slice(0, 6)}`;
}

/** Submits as many as asked, in order, and goes to the batch. @param {Draft} draft @param {number} count @param {string} key */
export async function submitMany(draft, count, key) {
  const rows = readyRows(draft).slice(0, count);
  const batch = batchName(key);
  const waiting = rows.map((photo, index) => ({ photo, index }));
  let made = 0;
  /** @type {unknown} */
  let stopped = null;
  const submit = async (/** @type {typeof waiting[number] | undefined} */ next) => {
    if (!next) return;
    const { photo, index } = next;
    const request = { ...draft.request(photo), batch, reference: photo.reference.trim() || undefined };
    try {
      submitted(await askConsent(() => post("/v1/jobs", request, { key: `${key}-${index}` })));
      made += 1;
    } catch (error) {
      // One bad photo holds up nothing else; an empty purse holds up everything.
      if (!(error instanceof Problem) || error.status !== 422) stopped = error;
      else toast(`${photo.reference}: ${error.message}`, { bad: true });
    }
  };
  const lane = async () => {
    while (waiting.length > 0 && !stopped) await submit(waiting.shift());
  };
  // The first alone, so that a document is asked for once.
  await submit(waiting.shift());
  await Promise.all(Array.from({ length: LANES }, lane));
  await refreshCredits().catch(() => undefined);
  draft.keep();
  if (made === 0 && stopped) throw stopped;
  if (stopped)
    toast(say({ zh: "已提交 {n} 张，其余没有提交", en: "{n} submitted; the rest were not" }, { n: made }), {
      bad: true,
    });
  await go(`/batches/${batch}`);
}
