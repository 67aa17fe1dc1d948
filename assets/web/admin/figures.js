// Numbers of the admin pages in words: shares, durations, dollars, sizes; "unknown" is never shown as 0.

import { money } from "../core/format.js";
import { locale, say } from "../core/words.js";

/** @param {number | null | undefined} share from 0 to 1 */
export const percent = (share) =>
  share === null || share === undefined
    ? "–"
    : new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);

/** Milliseconds, short. @param {number | null | undefined} ms */
export function took(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1000) return say({ zh: "{n} 毫秒", en: "{n} ms" }, { n: Math.round(ms) });
  const seconds = ms / 1000;
  if (seconds < 10) return say({ zh: "{n} 秒", en: "{n} s" }, { n: Math.round(seconds * 10) / 10 });
  return span(seconds);
}

/** A span of time with the two units that matter. @param {number} seconds */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 100) return say({ zh: "{n} 秒", en: "{n} s" }, { n: s });
  const minutes = Math.round(s / 60);
  if (minutes < 100) return say({ zh: "{n} 分钟", en: "{n} min" }, { n: minutes });
  const hours = Math.round(s / 3600);
  if (hours < 49) return say({ zh: "{n} 小时", en: "{n} h" }, { n: hours });
  return say({ zh: "{n} 天", en: { one: "{n} day", other: "{n} days" } }, { n: Math.round(s / 86400) });
}

/** Micro-dollars. @param {number | null | undefined} micros */
export function dollars(micros) {
  if (micros === null || micros === undefined) return say({ zh: "未知", en: "unknown" });
  const value = micros / 1e6;
  const digits = value !== 0 && Math.abs(value) < 1 ? 3 : 2;
  const options = /** @type {const} */ ({ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" });
  return new Intl.NumberFormat(locale(), {
    ...options,
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Fen (or cents) in the currency of the house. @param {number} fen @param {string} [currency] */
export const fen = (fen, currency = "CNY") => money(fen, currency);

/** @param {number} bytes */
export function gigabytes(bytes) {
  const options = /** @type {const} */ ({ style: "unit", unit: "gigabyte", unitDisplay: "short" });
  return new Intl.NumberFormat(locale(), { ...options, maximumFractionDigits: 1 }).format(bytes / 1e9);
}
