// The browser's notifications, where they are wanted: asked for when the first job is on its way, never before.

import { go } from "../../core/router.js";
import { me } from "../../core/session.js";
import { say } from "../../core/words.js";
import { kindName } from "../kind-names.js";

const able = "Notification" in window;

/** Asks for permission, once, if the user wants notifications at all. */
export function offerNotices() {
  if (able && me()?.settings.notifications && Notification.permission === "default") Notification.requestPermission();
}

/** Tells of a job that has ended while nobody was looking. @param {import("../../types.js").Job} job */
export function notify(job) {
  if (!able || !document.hidden || !me()?.settings.notifications || Notification.permission !== "granted") return;
  const done = job.status === "completed";
  const title = done
    ? say({ zh: "图片做好了", en: "Your picture is ready" })
    : say({ zh: "没有做成，积分已退还", en: "It did not work; your credits are back" });
  try {
    const notice = new Notification(title, { body: kindName(job.kind), tag: job.id });
    notice.onclick = () => {
      window.focus();
      go(`/jobs/${job.id}`);
      notice.close();
    };
  } catch {
    // Some phones only allow notifications from service workers.
  }
}
