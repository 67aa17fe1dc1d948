// A job that is being made: what happens now, how far it is, how long it will take, and how to call it off.

import { post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { duration } from "../../core/format.js";
import { learn } from "../../core/live.js";
import { say } from "../../core/words.js";
import { button, linkButton } from "../../parts/button.js";
import { picture } from "../../parts/picture.js";
import { kindName } from "../kind-names.js";

/** @typedef {import("../../types.js").Job} Job */

/** @param {Job} first @param {AbortSignal} signal */
export function watching(first, signal) {
  const bar = h("progress", { class: "progress", max: 100, "aria-label": say({ zh: "进度", en: "Progress" }) });
  const words = h("p", { class: "watch-words", role: "status" });
  const facts = h("p", { class: "hint" });
  const actions = h("div", { class: "actions" });
  const lost = h(
    "p",
    { class: "check warn", hidden: navigator.onLine },
    say({
      zh: "网络断开了，恢复后会自动继续显示。任务不受影响。",
      en: "You are offline. The job goes on, and so does this page once you are back.",
    }),
  );
  const online = () => (lost.hidden = navigator.onLine);
  addEventListener("online", online, { signal });
  addEventListener("offline", online, { signal });
  const inputs = first.inputs.filter((input) => input.url);
  const element = h(
    "div",
    { class: "watch" },
    h(
      "div",
      { class: `watch-photos of-${Math.min(inputs.length, 2)}` },
      inputs.slice(0, 2).map(({ url }) => picture({ src: url ?? "", alt: "", eager: true })),
    ),
    h("div", { class: "watch-side" }, h("h2", {}, kindName(first.kind)), bar, words, facts, lost, actions, more()),
  );
  let cancellable = false;
  const update = (/** @type {Job} */ job) => {
    bar.value = job.progress;
    words.textContent = say(job.message);
    facts.textContent = [place(job), time(job)].filter(Boolean).join(" · ");
    const can = job.status === "pending";
    if (can !== cancellable) fill(actions, can && cancelButton(job));
    cancellable = can;
  };
  return { element, update };
}

/** @param {Job} job */
function place(job) {
  if (job.status !== "pending") return "";
  if (job.position !== null) return say({ zh: "排在第 {n} 位", en: "Number {n} in line" }, { n: job.position });
  return job.ahead_more_than
    ? say({ zh: "前面还有 {n} 个以上", en: "More than {n} ahead" }, { n: job.ahead_more_than })
    : "";
}

/** @param {Job} job */
const time = ({ eta_seconds: eta }) =>
  eta ? say({ zh: "大约还要 {time}", en: "About {time} to go" }, { time: duration(eta) }) : "";

/** @param {Job} job */
function cancelButton(job) {
  const press = async () => learn(await post(`/v1/jobs/${job.id}/cancel`, undefined, { key: job.id }));
  return button({ label: say({ zh: "取消，退还积分", en: "Cancel and refund" }), onclick: press });
}

const more = () =>
  h(
    "div",
    { class: "watch-more" },
    h(
      "p",
      { class: "hint" },
      say({ zh: "可以离开这一页，任务会继续。", en: "You can leave this page; the job goes on." }),
    ),
    linkButton({
      label: say({ zh: "再做一张", en: "Make another" }),
      look: "quiet",
      icon: "plus",
      href: "/make",
      small: true,
    }),
  );
