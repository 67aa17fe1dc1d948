// Pictures that moderation is not sure of. Nobody sees them until somebody decides; who decides too late has blocked them.

import { get, post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { when } from "../../core/format.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { empty, skeleton } from "../../parts/loading.js";
import { pager } from "../../parts/pager.js";
import { picture } from "../../parts/picture.js";
import { ask } from "../parts/ask.js";
import { ref } from "../parts/refs.js";

/** @typedef {{label: string, score: number, reference: string}} Finding `score` is 0 to 100 */
/** @typedef {{id: string, user_id: string, user_name?: string | null, upload_id: string | null, job_id: string | null, finding: Finding, created_at: string, decide_by: string, image_url?: string}} Held */
/** @typedef {"pass" | "block"} Decision */

/** @param {AbortSignal} signal */
export const pictures = (signal) =>
  pager({
    load: (cursor) => get("/v1/admin/moderation", { query: { cursor, limit: 20 }, signal }),
    draw: card,
    class: "review-list",
    signal,
    waiting: skeleton("lines", 2),
    empty: empty({
      title: say({ zh: "没有待判断的图片", en: "No picture to decide on" }),
      text: say({
        zh: "内容审核拿不准的图片会出现在这里，在您决定之前谁也看不到。",
        en: "Pictures that moderation is not sure of appear here; nobody sees them before you decide.",
      }),
    }),
  });

/** @param {Held} held */
function card(held) {
  const element = h("li", { class: "card review" });
  const decided = (/** @type {string} */ words) => fill(element, h("p", { class: "hint", role: "status" }, words));
  return fill(
    element,
    unseen(held),
    h(
      "div",
      { class: "review-words" },
      h("h3", {}, source(held)),
      h("p", { class: "pill warn" }, finding(held.finding)),
      h("p", { class: "hint" }, ref(held.user_id, held.user_name), " · ", subject(held)),
      h(
        "p",
        { class: "hint" },
        say(
          { zh: "{from} 提交，{until} 之后算拦截", en: "Held since {from}; counts as blocked after {until}" },
          { from: when(held.created_at), until: when(held.decide_by) },
        ),
      ),
      h(
        "div",
        { class: "actions" },
        button({ label: say({ zh: "放行", en: "Pass" }), small: true, onclick: () => decide(held, "pass", decided) }),
        button({
          label: say({ zh: "拦截", en: "Block" }),
          look: "danger",
          small: true,
          onclick: () => decide(held, "block", decided),
        }),
      ),
    ),
  );
}

/** @param {Held} held */
const source = (held) =>
  held.job_id
    ? say({ zh: "生成的图片", en: "A picture that a job made" })
    : say({ zh: "上传的图片", en: "A picture that was sent in" });

/** @param {Held} held */
const subject = (held) =>
  held.job_id
    ? ref(held.job_id, say({ zh: "任务", en: "The job" }))
    : ref(held.upload_id, say({ zh: "照片", en: "The photo" }));

/** @param {Finding} finding */
const finding = ({ label, score }) =>
  say({ zh: "{label}，把握 {score}%", en: "{label}, {score} % sure" }, { label, score });

/** The place of a picture. It is asked for only by hand, since each look is written into the audit log. @param {Held} held */
function unseen(held) {
  const place = h("div", { class: "review-unseen" });
  const look = async () => {
    const { image_url: src } = await get(`/v1/admin/moderation/${held.id}`);
    fill(place, src ? picture({ src, alt: source(held), eager: true }) : gone());
  };
  return fill(
    place,
    button({ label: say({ zh: "查看图片", en: "Look at it" }), icon: "photo", small: true, onclick: look }),
    h("p", { class: "hint" }, say({ zh: "记入操作日志", en: "Kept in the audit log" })),
  );
}

const gone = () => h("p", { class: "hint" }, say({ zh: "已经有人处理", en: "Somebody has decided" }));

/** What each decision does. @type {Record<Decision, {title: import("../../types.js").Words, text: import("../../types.js").Words, done: import("../../types.js").Words}>} */
const decisions = {
  pass: {
    title: { zh: "放行图片", en: "Let this picture pass" },
    text: {
      zh: "上传的图片可以使用；生成的图片交给用户，任务完成。",
      en: "What was sent in may be used; what was made goes to its owner, and the job is completed.",
    },
    done: { zh: "已放行", en: "It has passed" },
  },
  block: {
    title: { zh: "拦截图片", en: "Block this picture" },
    text: {
      zh: "图片删除，不能恢复。等它的任务失败，积分退还。",
      en: "The picture is deleted for good. A job that waits for it fails and is refunded.",
    },
    done: { zh: "已拦截", en: "It is blocked" },
  },
};

/** @param {Held} held @param {Decision} decision @param {(words: string) => void} decided */
const decide = (held, decision, decided) =>
  ask({
    title: say(decisions[decision].title),
    text: say(decisions[decision].text),
    action: say(decisions[decision].title),
    danger: decision === "block",
    send: async () => {
      await post(`/v1/admin/moderation/${held.id}/${decision}`);
      decided(say(decisions[decision].done));
    },
  });
