// The picture itself: before and after on one slider, or the picture alone; a tap makes it large.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { picture } from "../../parts/picture.js";
import { kindName } from "../kind-names.js";
import { zoom } from "./zoom.js";

/** @typedef {import("../../types.js").Job} Job */
/** @typedef {import("../../types.js").Work} Work */

/** @param {Work} work @param {Job} job @param {() => Promise<string>} renew */
export function stage(work, job, renew) {
  const before = job.inputs.find((input) => input.url);
  const place = h("div", { class: "stage" });
  let comparing = false;
  const after = () =>
    picture({
      src: work.image.url,
      alt: altOf(work),
      width: work.image.width,
      height: work.image.height,
      eager: true,
      renew,
    });
  const draw = () => {
    const view =
      comparing && before?.url
        ? compare(before.url, after(), job)
        : h(
            "button",
            {
              class: "stage-open",
              type: "button",
              "aria-label": say({ zh: "放大", en: "Enlarge" }),
              onclick: () => zoom(work, renew),
            },
            after(),
          );
    fill(place, view, tools());
  };
  const tools = () =>
    h(
      "div",
      { class: "stage-tools" },
      before?.url &&
        button({
          label: comparing
            ? say({ zh: "只看成品", en: "Result only" })
            : say({ zh: "前后对比", en: "Before and after" }),
          small: true,
          onclick: () => {
            comparing = !comparing;
            draw();
            place.querySelector("input")?.focus();
          },
        }),
      button({
        label: say({ zh: "放大", en: "Enlarge" }),
        icon: "zoom",
        small: true,
        iconOnly: true,
        onclick: () => zoom(work, renew),
      }),
    );
  draw();
  return place;
}

/** What a screen reader says of a picture. @param {Work} work */
export const altOf = (work) => `${work.title}, ${kindName(work.kind)}`;

/** @param {string} before @param {HTMLElement} after @param {Job} job */
function compare(before, after, job) {
  const slider = h("input", {
    type: "range",
    min: 0,
    max: 100,
    value: "50",
    class: "compare-slider",
    "aria-label": say({ zh: "前后对比，向左右移动", en: "Before and after: move left or right" }),
    oninput: () => element.style.setProperty("--cut", `${slider.value}%`),
  });
  const renew = async () =>
    (await get(`/v1/jobs/${job.id}`)).inputs.find((/** @type {Job["inputs"][number]} */ input) => input.url)?.url;
  const first = picture({
    src: before,
    alt: say({ zh: "原来的照片", en: "The photo it was made from" }),
    eager: true,
    renew,
  });
  const element = h(
    "div",
    { class: "compare", css: { "--cut": "50%" } },
    after,
    h("div", { class: "compare-before" }, first),
    h("span", { class: "compare-line", "aria-hidden": "true" }),
    h("span", { class: "compare-tag left", "aria-hidden": "true" }, say({ zh: "原图", en: "Before" })),
    h("span", { class: "compare-tag right", "aria-hidden": "true" }, say({ zh: "成品", en: "After" })),
    slider,
  );
  return element;
}
