// The browser's notifications, where they are wanted: asked for when the first job is on its way, never before.

import { live } from "../core/live.js";
import { go } from "../core/router.js";
import { me } from "../core/session.js";
import { say } from "../core/words.js";
import { toast } from "../parts/toast.js";
import { kindName } from "./kind-names.js";

/** @typedef {import("../types.js").Job} Job */

const able = "Notification" in window;

/** Asks for permission, once, if the user wants notifications at all. */
export function offerNotices() {
  if (able && me()?.settings.notifications && Notification.permission === "default") Notification.requestPermission();
}

/** Tells of jobs that end while the user looks at something else: by the browser if it is hidden, else on the page. */
export function announce() {
  document.addEventListener("ended", (event) => {
    const job = /** @type {CustomEvent<Job>} */ (event).detail;
    const waits = job.batch && live().some((other) => other.batch === job.batch);
    if (waits || job.status === "cancelled") return;
    const to = job.batch ? `/batches/${job.batch}` : `/jobs/${job.id}`;
    if (document.hidden) notify(job, to);
    else if (location.pathname !== to && location.pathname !== "/jobs") tell(job, to);
  });
}

/** @param {Job} job */
function words(job) {
  if (job.batch) return say({ zh: "这一批做完了", en: "Your batch is done" });
  if (job.status === "completed") return say({ zh: "图片做好了", en: "Your picture is ready" });
  return say({ zh: "没有做成，积分已退还", en: "It did not work; your credits are back" });
}

/** @param {Job} job @param {string} to */
const tell = (job, to) =>
  toast(`${kindName(job.kind)}: ${words(job)}`, { label: say({ zh: "看看", en: "Show" }), act: () => go(to) });

/** @param {Job} job @param {string} to */
function notify(job, to) {
  if (!able || !me()?.settings.notifications || Notification.permission !== "granted") return;
  try {
    const notice = new Notification(words(job), { body: kindName(job.kind), tag: job.batch ?? job.id });
    notice.onclick = () => {
      window.focus();
      go(to);
      notice.close();
    };
  } catch {
    // Some phones only allow notifications from service workers.
  }
}
