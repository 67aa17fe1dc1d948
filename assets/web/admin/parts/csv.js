// Tables as CSV, made here from the lists of the API.

import { get } from "../../core/api.js";

/** A cell. What users wrote must not run as a formula in a spreadsheet. @param {unknown} value */
function cell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The mark at the front tells spreadsheets that it is UTF-8. @param {unknown[][]} rows */
export const csv = (rows) =>
  new Blob(["\uFEFF", rows.map((row) => row.map(cell).join(",")).join("\r\n"), "\r\n"], { type: "text/csv" });

/**
 * All items of a list that were made in a month, oldest first. Lists are newest first: reading stops before it.
 * @template {{created_at: string}} T
 * @param {string} path
 * @param {string} month as `2026-11`
 * @returns {Promise<T[]>}
 */
export async function ofMonth(path, month) {
  const [year, number] = month.split("-").map(Number);
  const [from, until] = [new Date(year, number - 1, 1), new Date(year, number, 1)];
  /** @type {T[]} */
  const found = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    /** @type {import("../../types.js").Page<T>} */
    const page = await get(path, { query: { cursor, limit: 100 } });
    found.push(...page.items.filter((item) => new Date(item.created_at) >= from && new Date(item.created_at) < until));
    const last = page.items.at(-1);
    cursor = last && new Date(last.created_at) >= from ? page.next_cursor : null;
  } while (cursor);
  return found.reverse();
}
