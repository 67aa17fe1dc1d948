// The picture of a choice: made by the studio itself where that shows best, else a small drawing.

import { drawing, h } from "../../core/dom.js";

const pictured = new Set(["background", "lighting", "scene", "model_style", "avatar_style"]);

/** Drawings on a 48-unit square, for what a photo would not tell. @type {Record<string, string>} */
const drawn = {
  "style.natural": "M17 10l-9 5 3 7 4-2v18h18V20l4 2 3-7-9-5c-1.500 3-4 4.500-7 4.500s-5.500-1.500-7-4.500Z",
  "style.fitted":
    "M18 10l-8 5 3 7 4-2 1 8-1.500 10h15L30 28l1-8 4 2 3-7-8-5c-1.500 3-3.500 4.500-6 4.500S19.500 13 18 10Z",
  "style.loose": "M17 9 4 17l4 8 5-3-2 18h26l-2-18 5 3 4-8-13-8c-1.500 3-4 4.500-7 4.500S18.500 12 17 9Z",
  "category.auto":
    "M24 9v6M24 33v6M9 24h6M33 24h6M13.500 13.500l4 4M30.500 30.500l4 4M34.500 13.500l-4 4M17.500 30.500l-4 4",
  "category.top": "M17 10l-9 5 3 7 4-2v18h18V20l4 2 3-7-9-5c-1.500 3-4 4.500-7 4.500s-5.500-1.500-7-4.500Z",
  "category.bottom": "M16 8h16l3 32h-8l-3-20-3 20h-8l3-32Z",
  "category.dress": "M19 8l1 9-8 22h24l-8-22 1-9M20 17h8M19 8c1 3 3 4 5 4s4-1 5-4",
  "quality.draft": "M10 34c6-14 10-6 14-12s6-10 14-8",
  "quality.standard": "M10 36h28M14 30l7-9 6 6 4-5 5 8",
  "quality.high": "M24 8l3.500 10.500L38 22l-10.500 3.500L24 36l-3.500-10.500L10 22l10.500-3.500L24 8ZM36 32v6M33 35h6",
};

/** @param {string} setting @param {string} option */
export function swatch(setting, option) {
  if (pictured.has(setting)) {
    const src = new URL(`../../art/${setting}-${option}.webp`, import.meta.url).href;
    return h("img", { class: "swatch", src, alt: "", width: 72, height: 72, loading: "lazy" });
  }
  const path = drawn[`${setting}.${option}`];
  return path ? h("span", { class: "swatch drawn" }, lines(`<path d="${path}"/>`)) : null;
}

/** The shape of an output. @param {import("../../types.js").Output} output */
export function outputShape({ width, height, background }) {
  const [w, h_] = width && height ? [width, height] : [3, 4];
  const share = 30 / Math.max(w, h_);
  const [a, b] = [w * share, h_ * share];
  const dashed = width ? "" : ' stroke-dasharray="4 3"';
  const clear = background === "transparent" ? `<path d="M${24 - a / 2} 24h${a}M24 ${24 - b / 2}v${b}"/>` : "";
  return h(
    "span",
    { class: "swatch drawn" },
    lines(`<rect x="${24 - a / 2}" y="${24 - b / 2}" width="${a}" height="${b}" rx="2"${dashed}/>${clear}`),
  );
}

/** @param {string} inside */
const lines = (inside) =>
  drawing(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="1.8" ` +
      `stroke-linecap="round" stroke-linejoin="round">${inside}</svg>`,
  );
