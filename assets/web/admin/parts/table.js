// Tables of things. On a phone each row becomes a card that names its own cells.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { empty } from "../../parts/loading.js";
import { pager } from "../../parts/pager.js";
import { skeleton } from "../../parts/loading.js";

/** @typedef {import("../../core/dom.js").Child} Child */

/**
 * @template T
 * @typedef {object} Column
 * @property {string} name
 * @property {(item: T, update: (next: T | null) => void) => Child} cell `update` draws the row anew, or takes it away
 * @property {"number" | "main" | "actions"} [as]
 */

/** @template T @param {Column<T>[]} columns */
function head(columns) {
  const cell = (/** @type {Column<T>} */ { name, as }) =>
    h(
      "th",
      { role: "columnheader", scope: "col", class: as },
      as === "actions" ? h("span", { class: "hidden-text" }, name) : name,
    );
  return h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map(cell)));
}

/** @template T @param {Column<T>[]} columns @param {T} item @returns {HTMLTableRowElement} */
function row(columns, item) {
  const element = h("tr", { role: "row" });
  const update = (/** @type {T | null} */ next) => {
    if (next === null) element.remove();
    else draw(next);
  };
  const draw = (/** @type {T} */ shown) =>
    fill(
      element,
      columns.map(({ name, as, cell }) => {
        const content = cell(shown, update);
        const bare = content === null || content === undefined || content === "" || content === false;
        return h(
          "td",
          { role: "cell", class: [as, bare && "bare"].filter(Boolean).join(" "), data: { name } },
          content,
        );
      }),
    );
  draw(item);
  return element;
}

/** @template T @param {string} label @param {Column<T>[]} columns @param {HTMLElement} body */
const frame = (label, columns, body) =>
  h("table", { class: "data", role: "table", "aria-label": label }, head(columns), body);

/**
 * A table of what is at hand.
 * @template T
 * @param {string} label
 * @param {Column<T>[]} columns
 * @param {T[]} items
 */
export function table(label, columns, items) {
  const body = h("tbody", { role: "rowgroup" });
  body.append(...items.map((item) => row(columns, item)));
  return frame(label, columns, body);
}

/**
 * A table that goes on as one scrolls, page by page from the API.
 * @template T
 * @param {object} props
 * @param {string} props.label
 * @param {Column<T>[]} props.columns
 * @param {string} props.path
 * @param {Record<string, string | number | null | undefined>} [props.query]
 * @param {AbortSignal} props.signal
 * @param {Parameters<typeof empty>[0]} [props.none] what to say if there is nothing
 */
export function endlessTable({ label, columns, path, query, signal, none }) {
  return pager({
    load: (cursor) => get(path, { query: { ...query, cursor, limit: 30 }, signal }),
    draw: (/** @type {T} */ item) => row(columns, item),
    tag: "tbody",
    frame: (body) => {
      body.setAttribute("role", "rowgroup");
      return frame(label, columns, body);
    },
    waiting: skeleton("lines", 6),
    empty: empty(none ?? { title: say({ zh: "这里还没有内容", en: "Nothing here yet" }) }),
    signal,
  });
}
