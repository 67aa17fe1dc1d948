// Pictures behind signed links. A link lives a quarter of an hour: one that has ended is asked for anew, unseen.

import { h } from "../core/dom.js";

/**
 * @typedef {object} PictureProps
 * @property {string} src
 * @property {string} alt
 * @property {number} [width]
 * @property {number} [height]
 * @property {string} [class]
 * @property {boolean} [eager]
 * @property {() => Promise<string | null | undefined>} [renew] asks for a fresh link
 */

/** A link is not asked for again sooner than this. */
const AGAIN_MS = 20_000;

/** @param {PictureProps} props */
export function picture({ src, alt, width, height, class: name, eager = false, renew }) {
  const image = h("img", {
    class: ["picture", name].filter(Boolean).join(" "),
    alt,
    width,
    height,
    loading: eager ? "eager" : "lazy",
    decoding: "async",
    draggable: "false",
  });
  let asked = 0;
  image.addEventListener("load", () => image.classList.add("loaded"));
  image.addEventListener("error", async () => {
    if (!renew || Date.now() - asked < AGAIN_MS) {
      image.classList.add("missing");
      return;
    }
    asked = Date.now();
    const fresh = await renew().catch(() => null);
    if (fresh) image.src = fresh;
    else image.classList.add("missing");
  });
  image.src = src;
  return image;
}
