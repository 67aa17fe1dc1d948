// The details of a deed on one line, in words.

import { say } from "../core/words.js";
import { thingName } from "./deeds.js";
import { fen } from "./figures.js";
import { channelName, invoiceName } from "./words-money.js";
import { modeName, purposeName, roleName } from "./words.js";

/** @type {Record<string, import("../core/words.js").Phrase>} */
const names = {
  user_name: { zh: "用户", en: "of" },
  credits: { zh: "积分", en: "credits" },
  amount: { zh: "积分", en: "credits" },
  expired: { zh: "过期积分", en: "credits expired" },
  taken_back: { zh: "收回积分", en: "credits taken back" },
  shortfall: { zh: "差额", en: "short of" },
  amount_fen: { zh: "金额", en: "amount" },
  reason: { zh: "原因", en: "reason" },
  why: { zh: "原因", en: "reason" },
  role: { zh: "角色", en: "role" },
  mode: { zh: "模式", en: "mode" },
  purpose: { zh: "用途", en: "purpose" },
  plan: { zh: "套餐", en: "plan" },
  months: { zh: "月数", en: "months" },
  status: { zh: "状态", en: "state" },
  channel: { zh: "方式", en: "paid by" },
  name: { zh: "名称", en: "name" },
  count: { zh: "数量", en: "how many" },
  retry_of: { zh: "重做", en: "repeats" },
  about: { zh: "对象", en: "about" },
  finding: { zh: "判断", en: "finding" },
  label: { zh: "判断", en: "finding" },
  score: { zh: "把握", en: "sure" },
  transaction_id: { zh: "流水号", en: "transfer" },
  refund_no: { zh: "退款号", en: "refund" },
};

/** What values are called, by the name of their detail. @type {Record<string, (value: any) => string>} */
const values = {
  role: roleName,
  mode: modeName,
  purpose: purposeName,
  status: invoiceName,
  channel: channelName,
  amount_fen: (value) => fen(value),
  score: (value) => `${value} %`,
  retry_of: named,
  about: named,
};

/** What is said in another way, or only for machines. */
const untold = new Set(["user_id", "reference"]);

/** `credits 100 · reason A welcome`. @param {Record<string, unknown>} detail @returns {string} */
export const detailLine = (detail) =>
  Object.entries(detail ?? {})
    .filter(([name, value]) => value !== null && value !== "" && value !== 0 && !untold.has(name))
    .map(([name, value]) => [name in names ? say(names[name]) : name, told(name, value)].join(" "))
    .join(" · ");

/** @param {string} name @param {unknown} value @returns {string} */
function told(name, value) {
  if (name in values) return values[name](value);
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value)
    .filter(([part]) => !untold.has(part))
    .map(([part, one]) => told(part, one))
    .join(", ");
}

/** @param {string} id */
function named(id) {
  return `${thingName(id) ?? ""} ${id.slice(-6)}`.trim();
}
