// One product or thirty: a single big photo while there is one, a row each when there are more.

import { fill, h } from "../../core/dom.js";
import { explain } from "../../core/problem.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { picture } from "../../parts/picture.js";
import { verdicts } from "./batch.js";
import { sending } from "./inputs.js";
import { Photo } from "./photo.js";
import { acceptDrops, acceptPastes, sourceButtons } from "./source.js";
import { checks, line, quote } from "./verdict.js";

/** @typedef {import("./draft.js").Draft} Draft */

const MOST = 60;
/** Photos that are sent and checked at once. */
const LANES = 3;

/** @param {Draft} draft @param {AbortSignal} signal @param {boolean} shop */
export function many(draft, signal, shop) {
  const [input] = draft.kind.inputs;
  const photos = () => draft.photos.get(input.role) ?? [];
  /** @type {Map<Photo, Row>} */
  const rows = new Map();
  const line = lanes(LANES);
  const add = (/** @type {Photo[]} */ fresh) => {
    const taken = fresh.slice(0, MOST - photos().length);
    photos().push(...taken);
    taken.forEach(begin);
    draft.changed("photos");
  };
  const begin = (/** @type {Photo} */ photo) => {
    const row = new Row(photo, draft, () => remove(photo), signal);
    rows.set(photo, row);
    line(() => row.work());
  };
  const remove = (/** @type {Photo} */ photo) => {
    photo.release();
    rows.delete(photo);
    photos().splice(photos().indexOf(photo), 1);
    draft.changed("photos");
  };
  const files = (/** @type {File[]} */ list) => add(list.map((file) => new Photo({ file })));
  const list = h("ul", { class: "rows" });
  const hint = h("div", { class: "drop-hint" });
  const title = h("h2", { class: "drop-title" });
  const sources = sourceButtons({
    multiple: true,
    front: false,
    files,
    uploads: (all) => add(all.map((upload) => new Photo({ upload }))),
    room: () => MOST - photos().length,
  });
  const element = h("div", { class: "drop", data: { role: input.role } }, title, list, hint, sources);
  acceptDrops(element, files);
  acceptPastes(signal, files);
  const draw = () => {
    photos().forEach((photo) => rows.has(photo) || begin(photo));
    const n = photos().length;
    fill(
      title,
      say(input.label),
      n > 1 &&
        h("span", { class: "hint" }, say({ zh: "{n} 件", en: { one: "{n} product", other: "{n} products" } }, { n })),
    );
    show(
      list,
      photos().flatMap((photo) => rows.get(photo)?.element ?? []),
    );
    list.classList.toggle("single", n === 1);
    fill(hint, n === 0 && welcome(input, shop));
    element.classList.toggle("filled", n > 0);
  };
  draft.addEventListener("photos", draw, { signal });
  draw();
  return element;
}

/** Puts rows into the list, only if they are others: a row that is put back loses the cursor of whoever types in it. @param {HTMLElement} list @param {HTMLElement[]} rows */
function show(list, rows) {
  const same = rows.length === list.children.length && rows.every((row, i) => list.children[i] === row);
  if (!same) fill(list, rows);
}

/** @param {import("../../types.js").Kind["inputs"][number]} input @param {boolean} shop */
function welcome(input, shop) {
  const several = shop
    ? say({ zh: "一次可以放入多件商品，每件一行。", en: "Drop as many products as you like: one row each." })
    : say({ zh: "也可以一次放入多件。", en: "You can add several at once." });
  return [
    h("img", {
      class: "guide-art",
      src: new URL("../../art/guide-product.svg", import.meta.url).href,
      alt: "",
      width: 96,
      height: 96,
    }),
    h("p", { class: "hint" }, say(input.guide)),
    h("p", { class: "hint" }, several),
  ];
}

/** One product: its photo, its name, what the server thinks of it. */
class Row {
  /** @param {Photo} photo @param {Draft} draft @param {() => void} remove @param {AbortSignal} signal */
  constructor(photo, draft, remove, signal) {
    this.photo = photo;
    this.draft = draft;
    this.signal = signal;
    this.state = h("div", { class: "row-state", "aria-live": "polite" }, photo.upload ? null : sending());
    const reference = h("input", {
      value: photo.reference,
      maxlength: 100,
      placeholder: say({ zh: "货号（可选）", en: "Reference (optional)" }),
      "aria-label": say({ zh: "货号", en: "Reference" }),
      oninput: () => (photo.reference = reference.value),
    });
    this.element = h(
      "li",
      { class: "row" },
      picture({ src: photo.url, alt: photo.name || say({ zh: "商品照片", en: "Photo of the product" }), eager: true }),
      h("div", { class: "row-words" }, reference, this.state),
      button({
        label: say({ zh: "移除", en: "Remove" }),
        icon: "close",
        look: "quiet",
        iconOnly: true,
        small: true,
        onclick: remove,
      }),
    );
  }

  /** Sends the photo and asks what the server sees in it. */
  async work() {
    await this.photo.send();
    if (this.signal.aborted) return;
    if (this.photo.error) {
      const again = button({ label: say({ zh: "重试", en: "Retry" }), small: true, onclick: () => this.work() });
      fill(this.state, line("bad", this.photo.error), again);
    } else {
      await this.check();
    }
    this.draft.changed("photos");
  }

  async check() {
    fill(this.state, line("wait", say({ zh: "正在检查…", en: "Looking at it…" })));
    try {
      const found = await quote(this.draft.request(this.photo), this.signal);
      verdicts.set(this.photo, { refused: found.checks.some((check) => check.refuses) });
      fill(this.state, checks(found));
    } catch (error) {
      verdicts.set(this.photo, { refused: true });
      fill(this.state, line("bad", explain(error)));
    }
  }
}

/** Runs what it is given, so many at once. @param {number} count */
function lanes(count) {
  /** @type {(() => Promise<void>)[]} */
  const waiting = [];
  let running = 0;
  const next = () => {
    const work = waiting.shift();
    if (!work || running >= count) return work && waiting.unshift(work);
    running += 1;
    return work().finally(() => {
      running -= 1;
      next();
    });
  };
  return (/** @type {() => Promise<void>} */ work) => {
    waiting.push(work);
    next();
  };
}
