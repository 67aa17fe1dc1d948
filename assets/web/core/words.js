// The two languages of the page. A text is written where it is used, in both: `say({ zh: "…", en: "…" })`.

import { recall, remember } from "./memory.js";

/** @typedef {"zh" | "en"} Lang */
/** @typedef {{one: string, other: string}} Plural English tells one from many; Chinese does not. */
/** @typedef {{zh: string, en: string | Plural}} Phrase */

const plurals = new Intl.PluralRules("en");

/** @type {Lang} */
let current = choose();

/** What was chosen here before, else what the browser prefers. @returns {Lang} */
function choose() {
  const chosen = /** @type {string} */ (recall("lang", ""));
  if (chosen === "zh" || chosen === "en") return chosen;
  const first = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag));
  return first?.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** The language in force. */
export const lang = () => current;

/** The name of the language in force, for `Intl` and HTML. */
export const locale = () => (current === "zh" ? "zh-CN" : "en");

/** Changes the language. The page is drawn anew by whoever listens to `document`'s event `lang`. @param {Lang} next */
export function speak(next) {
  remember("lang", next);
  if (next === current) return;
  current = next;
  document.documentElement.lang = locale();
  document.dispatchEvent(new Event("lang"));
}

/**
 * The phrase in the language in force, with `{name}` filled in. `{n}` also chooses the English plural.
 * @param {Phrase} phrase
 * @param {Record<string, string | number>} [values]
 */
export function say(phrase, values = {}) {
  const text = current === "zh" ? phrase.zh : english(phrase.en, Number(values.n));
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? shown(values[name]) : place));
}

/** @param {string | Plural} text @param {number} n */
function english(text, n) {
  if (typeof text === "string") return text;
  return plurals.select(n) === "one" ? text.one : text.other;
}

/** @param {string | number} value */
const shown = (value) => (typeof value === "number" ? value.toLocaleString(locale()) : value);

document.documentElement.lang = locale();
