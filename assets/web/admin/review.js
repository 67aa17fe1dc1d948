// What a person has to decide: pictures that moderation is not sure of, works that wait to be shown, and those that
// somebody complained about.

import { get, post } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { when } from "../core/format.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { empty, skeleton } from "../parts/loading.js";
import { pager } from "../parts/pager.js";
import { picture } from "../parts/picture.js";
import { kindName } from "../views/kind-names.js";
import { adminPage } from "./page.js";
import { ask, reason } from "./parts/ask.js";
import { ref } from "./parts/refs.js";
import { pictures } from "./review/pictures.js";

/** @typedef {{reason: string, contact: string | null, created_at: string}} Complaint */
/** @typedef {{id: string, user_id: string, job_id: string, kind: import("../types.js").KindId, title: string, image: import("../types.js").Image, is_public: boolean, held: boolean, user_name?: string | null, reports: Complaint[], created_at: string}} Held */
/** @typedef {"show" | "hide" | "delete"} Decision */

export default adminPage(
  () => say({ zh: "审核", en: "Review" }),
  ({ signal }) => [
    part(say({ zh: "待判断的图片", en: "Pictures to decide on" }), pictures(signal)),
    part(say({ zh: "作品", en: "Works" }), works(signal)),
  ],
);

/** @param {string} heading @param {Node} list */
const part = (heading, list) => h("section", {}, h("h2", { class: "list-title" }, heading), list);

/** @param {AbortSignal} signal */
const works = (signal) =>
  pager({
    load: (cursor) => get("/v1/admin/review", { query: { cursor, limit: 20 }, signal }),
    draw: card,
    class: "review-list",
    signal,
    waiting: skeleton("lines", 2),
    empty: empty({
      title: say({ zh: "没有要审核的作品", en: "No work to review" }),
      text: say({
        zh: "被投诉的作品，以及公开画廊里等待放行的作品，会出现在这里。",
        en: "Works that somebody complained about, and those that wait to be shown in a public gallery, appear here.",
      }),
    }),
  });

/** @param {Held} work */
function card(work) {
  const element = h("li", { class: "card review" });
  const done = () => fill(element, h("p", { class: "hint" }, say({ zh: "已处理", en: "Decided" })));
  return fill(
    element,
    picture({ src: work.image.thumbnail_url, alt: work.title }),
    h(
      "div",
      { class: "review-words" },
      h("h3", {}, work.title),
      h(
        "p",
        { class: "hint" },
        kindName(work.kind),
        " · ",
        ref(work.user_id, work.user_name),
        " · ",
        when(work.created_at),
      ),
      work.held && h("p", { class: "pill warn" }, say({ zh: "等待放行", en: "Waits to be shown" })),
      h("ul", {}, work.reports.map(complaint)),
      h(
        "div",
        { class: "actions" },
        button({ label: say({ zh: "放行", en: "Show" }), small: true, onclick: () => decide(work, "show", done) }),
        button({ label: say({ zh: "隐藏", en: "Hide" }), small: true, onclick: () => decide(work, "hide", done) }),
        button({
          label: say({ zh: "删除", en: "Delete" }),
          look: "danger",
          small: true,
          onclick: () => decide(work, "delete", done),
        }),
      ),
    ),
  );
}

/** @param {Complaint} one */
const complaint = (one) =>
  h(
    "li",
    {},
    `“${one.reason}” `,
    h("span", { class: "hint" }, [one.contact, when(one.created_at)].filter(Boolean).join(" · ")),
  );

/** What each decision does. @type {Record<Decision, {title: import("../types.js").Words, text: import("../types.js").Words}>} */
const decisions = {
  show: {
    title: { zh: "放行作品", en: "Show this work" },
    text: { zh: "作品可以公开显示，投诉随之关闭。", en: "Others may see it, and its complaints are closed." },
  },
  hide: {
    title: { zh: "隐藏作品", en: "Hide this work" },
    text: {
      zh: "作品不再公开，分享链接失效，用户自己仍能看到。投诉随之关闭。以后可以放行。",
      en: "Nobody but its owner sees it any more, and its complaints are closed. You can show it again later.",
    },
  },
  delete: {
    title: { zh: "删除作品", en: "Delete this work" },
    text: {
      zh: "作品和图片永久删除，用户也看不到了，积分不退。不能恢复。",
      en: "The work and its picture are gone for good, for its owner too; credits are not given back. This cannot be undone.",
    },
  },
};

/** @param {Held} work @param {Decision} decision @param {() => void} done */
const decide = (work, decision, done) =>
  ask({
    title: say(decisions[decision].title),
    text: say(decisions[decision].text),
    action: say(decisions[decision].title),
    danger: decision === "delete",
    fields: [{ ...reason(say({ zh: "记入操作日志", en: "Kept in the audit log" })), required: decision !== "show" }],
    send: async (values) => {
      await post(`/v1/admin/review/${work.id}`, { decision, ...(values.reason ? { reason: values.reason } : {}) });
      done();
    },
  });
