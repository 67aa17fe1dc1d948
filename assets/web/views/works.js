// All works: filtered, searched, chosen by the dozen.

import { get } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { go } from "../core/router.js";
import { say } from "../core/words.js";
import { button, linkButton } from "../parts/button.js";
import { empty } from "../parts/loading.js";
import { pager } from "../parts/pager.js";
import { kindName, kinds } from "./kind-names.js";
import { saveZip } from "./result/download.js";
import { isLeaving, remove } from "./works/remove.js";
import { Selection } from "./works/selection.js";
import { workTile } from "./works/tile.js";

/** @typedef {import("../types.js").Work} Work */

/** @type {import("../core/router.js").View} */
export default function view({ query, signal, title }) {
  const heading = say({ zh: "我的作品", en: "Your works" });
  title(heading);
  const filter = { kind: query.get("kind"), tag: query.get("tag"), favorite: query.get("favorite") };
  const selection = new Selection();
  const grid = h("div", {});
  const draw = () => fill(grid, list(filter, selection, signal));
  document.addEventListener("works", draw, { signal });
  draw();
  return h(
    "div",
    { class: "works" },
    h("header", { class: "page-head" }, h("h1", {}, heading), selectBar(selection, draw)),
    filters(filter),
    grid,
  );
}

/** @typedef {{kind: string | null, tag: string | null, favorite: string | null}} Filter */

/** @param {Filter} filter @param {Selection} selection @param {AbortSignal} signal */
function list(filter, selection, signal) {
  const filtered = Boolean(filter.kind || filter.tag || filter.favorite);
  const all = linkButton({ label: say({ zh: "看全部", en: "Show all" }), href: "/works" });
  const make = linkButton({ label: say({ zh: "做第一张", en: "Make your first" }), look: "primary", href: "/make" });
  const load = async (/** @type {string | null} */ cursor) => {
    const page = await get("/v1/works", { query: { ...filter, cursor, limit: 24 }, signal });
    page.items = page.items.filter((/** @type {Work} */ work) => !isLeaving(work.id));
    return page;
  };
  return pager({
    load,
    draw: (/** @type {Work} */ work) => workTile(work, selection),
    class: "grid",
    signal,
    empty: filtered
      ? empty({ title: say({ zh: "没有符合条件的作品", en: "Nothing matches" }), action: all })
      : empty({
          title: say({ zh: "还没有作品", en: "No works yet" }),
          text: say({ zh: "做好的图片会自动放在这里。", en: "Finished pictures appear here by themselves." }),
          action: make,
        }),
  });
}

/** @param {Filter} filter */
function filters(filter) {
  /** @param {Partial<Filter>} change */
  const to = (change) => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value);
    const text = new URLSearchParams(/** @type {[string, string][]} */ (next)).toString();
    return `/works${text && `?${text}`}`;
  };
  const chip = (/** @type {string} */ label, /** @type {boolean} */ on, /** @type {string} */ href) =>
    h("a", { class: "chip", href, "aria-current": on ? "true" : undefined }, label);
  const search = h("input", {
    type: "search",
    name: "tag",
    value: filter.tag ?? "",
    placeholder: say({ zh: "按标签找", en: "Find by tag" }),
    "aria-label": say({ zh: "按标签找", en: "Find by tag" }),
    enterkeyhint: "search",
  });
  const form = h("form", { class: "search", role: "search" }, search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(to({ tag: search.value.trim() }));
  });
  return h(
    "div",
    { class: "filters" },
    h(
      "nav",
      { class: "chips", "aria-label": say({ zh: "筛选", en: "Filter" }) },
      chip(say({ zh: "全部", en: "All" }), !filter.kind && !filter.favorite, to({ kind: null, favorite: null })),
      chip(
        say({ zh: "收藏", en: "Favourites" }),
        Boolean(filter.favorite),
        to({ favorite: filter.favorite ? null : "true" }),
      ),
      kinds.map((kind) => chip(kindName(kind), filter.kind === kind, to({ kind: filter.kind === kind ? null : kind }))),
    ),
    form,
  );
}

/** What can be done with what is chosen. @param {Selection} selection @param {() => void} draw */
function selectBar(selection, draw) {
  const bar = h("div", { class: "actions select-bar" });
  const update = () => {
    const n = selection.size;
    if (!selection.active) {
      fill(
        bar,
        button({ label: say({ zh: "选择", en: "Select" }), small: true, onclick: () => selection.begin() }),
        button({
          label: say({ zh: "全部下载", en: "Download all" }),
          icon: "down",
          look: "quiet",
          small: true,
          onclick: () => saveZip({}, "atelier-works"),
        }),
      );
      return;
    }
    const zip = () => saveZip({ ids: selection.ids().join(",") }, "atelier-works");
    const discard = () => {
      remove(selection.works());
      selection.end();
      draw();
    };
    fill(
      bar,
      h("span", { class: "hint", role: "status" }, say({ zh: "已选 {n} 件", en: "{n} chosen" }, { n })),
      button({ label: say({ zh: "打包下载", en: "Zip" }), icon: "down", small: true, disabled: n === 0, onclick: zip }),
      button({
        label: say({ zh: "删除", en: "Delete" }),
        icon: "trash",
        look: "danger",
        small: true,
        disabled: n === 0,
        onclick: discard,
      }),
      button({ label: say({ zh: "完成", en: "Done" }), look: "quiet", small: true, onclick: () => selection.end() }),
    );
  };
  selection.addEventListener("change", update);
  update();
  return bar;
}
