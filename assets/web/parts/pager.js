// Lists that go on as one scrolls, with a button for whoever does not scroll.

import { fill, h } from "../core/dom.js";
import { explain, isAbort } from "../core/problem.js";
import { say } from "../core/words.js";
import { button } from "./button.js";
import { skeleton } from "./loading.js";

/**
 * @template T
 * @typedef {object} PagerProps
 * @property {(cursor: string | null) => Promise<import("../types.js").Page<T>>} load
 * @property {(item: T) => Node} draw
 * @property {Node} empty shown if there is nothing at all
 * @property {string} [class] of the list
 * @property {"ul" | "div" | "tbody"} [tag]
 * @property {AbortSignal} [signal]
 * @property {HTMLElement} [waiting]
 * @property {(list: HTMLElement) => Node} [frame] puts the list into something
 */

/**
 * @template T
 * @param {PagerProps<T>} props
 */
export function pager({ load, draw, empty, class: name, tag = "ul", signal, waiting, frame }) {
  const list = h(tag, { class: name });
  const end = h("div", { class: "pager-end" });
  const place = h("div", { class: "pager" }, frame ? frame(list) : list, end);
  /** @type {string | null} */
  let cursor = null;
  let running = false;
  let done = false;
  let first = true;

  async function more() {
    if (running || done || signal?.aborted) return;
    running = true;
    fill(end, first ? (waiting ?? skeleton("tiles")) : skeleton("lines", 1));
    try {
      const page = await load(cursor);
      if (signal?.aborted) return;
      list.append(...page.items.map(draw));
      cursor = page.next_cursor;
      done = !cursor;
      if (done && list.childElementCount === 0) fill(place, empty);
      else fill(end, done ? null : button({ label: say({ zh: "加载更多", en: "Show more" }), onclick: more }));
      first = false;
    } catch (error) {
      if (!isAbort(error)) {
        fill(
          end,
          h("p", { role: "alert" }, explain(error)),
          button({ label: say({ zh: "再试一次", en: "Try again" }), onclick: more }),
        );
      }
    } finally {
      running = false;
    }
    if (!done && inSight(end)) more();
  }

  const watcher = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && more(), {
    rootMargin: "600px",
  });
  watcher.observe(end);
  signal?.addEventListener("abort", () => watcher.disconnect(), { once: true });
  more();
  return place;
}

/** @param {Element} element */
const inSight = (element) => element.isConnected && element.getBoundingClientRect().top < innerHeight + 600;
