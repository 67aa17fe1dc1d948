// Numbers, dates and sizes as people of either language write them.

import { locale, say } from "./words.js";

/** @param {number} value */
export const number = (value) => new Intl.NumberFormat(locale()).format(value);

/** With its sign, as in a ledger. @param {number} value */
export const signed = (value) => new Intl.NumberFormat(locale(), { signDisplay: "exceptZero" }).format(value);

/** @param {string} moment */
export const date = (moment) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(moment));

/** @param {string} moment */
export const dateTime = (moment) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));

/** Only the time today, else the date as well. @param {string} moment */
export function when(moment) {
  const then = new Date(moment);
  if (then.toDateString() === new Date().toDateString()) {
    return new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(then);
  }
  const options = /** @type {const} */ ({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return new Intl.DateTimeFormat(locale(), options).format(then);
}

/** @param {number} bytes */
export function size(bytes) {
  const [unit, share] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const options = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: bytes < 1e6 ? 0 : 1 };
  return new Intl.NumberFormat(locale(), /** @type {Intl.NumberFormatOptions} */ (options)).format(
    bytes / Number(share),
  );
}

/** @param {number} seconds */
export function duration(seconds) {
  const s = Math.max(1, Math.round(seconds));
  if (s < 90) return say({ zh: "{n} 秒", en: "{n} s" }, { n: s });
  return say({ zh: "{n} 分钟", en: "{n} min" }, { n: Math.round(s / 60) });
}

/** Real money: fen (or cents) and a currency code. @param {number} minor @param {string} currency */
export function money(minor, currency) {
  const options = /** @type {const} */ ({ style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return new Intl.NumberFormat(locale(), options).format(minor / 100);
}

/** @param {number} n */
export const credits = (n) => say({ zh: "{n} 积分", en: { one: "{n} credit", other: "{n} credits" } }, { n });
