// Elements in one call: h("p", { class: "lead" }, "Hello", h("b", {}, "you")).

/** @typedef {Node | string | number | null | undefined | false | (Node | string | number | null | undefined | false)[]} Child */

/**
 * @typedef {object} Hooks
 * @property {string} [class]
 * @property {Record<string, string>} [data]
 * @property {Record<string, string>} [css] custom properties
 */

/** @typedef {Hooks & Record<string, any>} Props */

/**
 * An element. Props that begin with `on` are listeners, functions of the DOM's own names are set as properties, `true`
 * is an empty attribute, `false`, `null` and `undefined` are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

const properties = new Set(["value", "checked", "disabled", "hidden", "selected", "open", "muted", "indeterminate"]);

/** @param {HTMLElement} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (value === undefined || value === null || value === false) {
    if (properties.has(name) && value === false) /** @type {any} */ (element)[name] = false;
  } else if (name === "data") {
    Object.assign(element.dataset, value);
  } else if (name === "css") {
    for (const [property, text] of Object.entries(value)) element.style.setProperty(property, String(text));
  } else if (name.startsWith("on") && typeof value === "function") {
    element.addEventListener(name.slice(2).toLowerCase(), value);
  } else if (properties.has(name)) {
    /** @type {any} */ (element)[name] = value;
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false || child === "") return [];
    if (Array.isArray(child)) return nodes(child);
    return [child instanceof Node ? child : String(child)];
  });
}

/** Puts these in place of what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/**
 * A drawing from its markup, written in our own files only.
 * @param {string} markup
 * @returns {SVGSVGElement}
 */
export function drawing(markup) {
  const parsed = new DOMParser().parseFromString(markup, "image/svg+xml");
  const svg = document.importNode(parsed.documentElement, true);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  return /** @type {any} */ (svg);
}

let ids = 0;

/** A fresh id, to tie labels to fields. @param {string} stem */
export const freshId = (stem) => `${stem}-${(ids += 1)}`;

/** Resolves after so many milliseconds, or at once when aborted. @param {number} ms @param {AbortSignal} [signal] */
export function pause(ms, signal) {
  return /** @type {Promise<void>} */ (
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
    })
  );
}
