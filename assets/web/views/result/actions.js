// What one does with a picture first: take it, like it, make it again, make something else of it, delete it.

import { call, freshKey, post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { submitted } from "../../core/live.js";
import { go } from "../../core/router.js";
import { say } from "../../core/words.js";
import { button, linkButton } from "../../parts/button.js";
import { askConsent } from "../make/consent.js";
import { remove } from "../works/remove.js";
import { downloads } from "./download.js";
import { requestOf } from "./request.js";
import { useAsInput } from "./reuse.js";

/** @typedef {import("../../types.js").Job} Job */
/** @typedef {import("../../types.js").Work} Work */

/** @param {Work} work @param {Job} job */
export function mainActions(work, job) {
  return h(
    "div",
    { class: "result-actions" },
    h("div", { class: "actions" }, downloads(work), heart(work)),
    h(
      "div",
      { class: "actions" },
      button({
        label: say({ zh: "再来一张", en: "Another like it" }),
        icon: "again",
        small: true,
        onclick: () => again(job),
      }),
      linkButton({
        label: say({ zh: "换设置", en: "Change settings" }),
        small: true,
        href: `/make/${job.kind}?from=${job.id}`,
      }),
      button({ label: say({ zh: "用作素材", en: "Use as a photo" }), small: true, onclick: () => useAsInput(work) }),
      button({
        label: say({ zh: "删除", en: "Delete" }),
        icon: "trash",
        look: "quiet",
        small: true,
        iconOnly: true,
        onclick: () => discard(work),
      }),
    ),
  );
}

/** @param {Work} work */
function heart(work) {
  const press = async () => {
    const on = !work.favorite;
    const answer = await call(on ? "PUT" : "DELETE", `/v1/works/${work.id}/favorite`);
    work.favorite = answer.favorite;
    element.setAttribute("aria-pressed", String(work.favorite));
  };
  const element = button({
    label: say({ zh: "收藏", en: "Favourite" }),
    icon: "heart",
    iconOnly: true,
    "aria-pressed": String(work.favorite),
    onclick: press,
  });
  return element;
}

const MOST_SEED = 2 ** 31;

/** The same photos and settings with another seed: another picture. @param {Job} job */
async function again(job) {
  const request = { ...requestOf(job), seed: Math.floor(Math.random() * MOST_SEED) };
  const key = freshKey();
  const made = await askConsent(() => post("/v1/jobs", request, { key }));
  submitted(made);
  await go(`/jobs/${made.id}`);
}

/** @param {Work} work */
async function discard(work) {
  await go("/works");
  remove([work]);
}
