// What the owner thinks of a result: one to five stars, and a word if they like.

import { post } from "../../core/api.js";
import { fill, freshId, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { icon } from "../../parts/icon.js";
import { fail, toast } from "../../parts/toast.js";

/** @param {import("../../types.js").Job} job */
export function rating(job) {
  const name = freshId("rating");
  const comment = h("div", { class: "rating-comment" });
  let chosen = job.rating ?? 0;
  const rate = async (/** @type {number} */ stars) => {
    try {
      await post(`/v1/jobs/${job.id}/feedback`, { rating: stars }, { key: job.id });
      chosen = stars;
      job.rating = stars;
      fill(
        comment,
        words(job, () => chosen),
      );
    } catch (error) {
      fail(error);
    }
  };
  const star = (/** @type {number} */ n) =>
    h(
      "label",
      { class: "star" },
      h("input", {
        type: "radio",
        name,
        value: String(n),
        class: "hidden-text",
        checked: n === chosen,
        onchange: () => rate(n),
        "aria-label": say({ zh: "{n} 星", en: { one: "{n} star", other: "{n} stars" } }, { n }),
      }),
      icon("star"),
    );
  return h(
    "fieldset",
    { class: "rating" },
    h("legend", { class: "legend" }, say({ zh: "这张怎么样？", en: "How is it?" })),
    h("div", { class: "stars" }, [1, 2, 3, 4, 5].map(star)),
    comment,
  );
}

/** @param {import("../../types.js").Job} job @param {() => number} stars */
function words(job, stars) {
  const input = h("input", {
    maxlength: 1000,
    placeholder: say({ zh: "哪里好，哪里不好？（可选）", en: "What is good, what is not? (optional)" }),
    "aria-label": say({ zh: "评语", en: "Comment" }),
  });
  const sendIt = async () => {
    await post(`/v1/jobs/${job.id}/feedback`, { rating: stars(), comment: input.value.trim() }, { key: job.id });
    toast(say({ zh: "谢谢", en: "Thank you" }));
    input.value = "";
  };
  return [input, button({ label: say({ zh: "发送", en: "Send" }), small: true, onclick: sendIt })];
}
