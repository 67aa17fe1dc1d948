// What is there before the answer: a quiet outline of it; and, if there is no answer, why and what to do.

import { fill, h } from "../core/dom.js";
import { explain, isAbort } from "../core/problem.js";
import { say } from "../core/words.js";
import { button } from "./button.js";

/** Grey shapes where something will be. @param {"lines" | "tiles" | "page"} shape @param {number} [count] */
export function skeleton(shape, count = 6) {
  const bone = () => h("div", { class: "bone" });
  return h("div", { class: `skeleton ${shape}`, "aria-hidden": "true" }, Array.from({ length: count }, bone));
}

/**
 * Draws what a request answers, once it does.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => import("../core/dom.js").Child} draw
 * @param {{signal?: AbortSignal, waiting?: HTMLElement, class?: string}} [more]
 */
export function loading(ask, draw, { signal, waiting = skeleton("lines", 3), class: name = "loading" } = {}) {
  const place = h("div", { class: name, "aria-busy": "true" });
  const run = async () => {
    fill(place, waiting, h("p", { class: "hidden-text", role: "status" }, say({ zh: "加载中", en: "Loading" })));
    try {
      const answer = await ask();
      if (!signal?.aborted) fill(place, draw(answer));
    } catch (error) {
      if (!signal?.aborted && !isAbort(error)) fill(place, broken(error, run));
    } finally {
      place.removeAttribute("aria-busy");
    }
  };
  run();
  return place;
}

/** Why something is not there, with a way to try again. @param {unknown} error @param {() => unknown} again */
export function broken(error, again) {
  return h(
    "div",
    { class: "broken", role: "alert" },
    h("p", {}, explain(error)),
    button({ label: say({ zh: "再试一次", en: "Try again" }), icon: "again", onclick: again }),
  );
}

/**
 * Nothing here yet, and what would change that.
 * @param {{title: string, text?: string, action?: Node}} what
 */
export function empty({ title, text, action }) {
  return h("div", { class: "empty" }, h("h2", {}, title), text && h("p", {}, text), action);
}
