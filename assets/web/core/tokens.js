// The tokens of the session: kept by the browser, renewed before they end, one tab at a time.

import { overheard, recall, remember } from "./memory.js";
import { lang } from "./words.js";

/** @typedef {{access: string, refresh: string, until: number}} Tokens `until` in milliseconds */

/** Renew this long before the end. */
const EARLY_MS = 60_000;

/** @type {Tokens | null} */
let held = recall("tokens", null);
/** @type {Promise<boolean> | null} */
let renewing = null;
const listeners = new Set();

overheard("tokens", () => {
  const before = Boolean(held);
  held = recall("tokens", null);
  if (Boolean(held) !== before) tell();
});

const tell = () => listeners.forEach((told) => told());

/** Calls `told` when somebody logs in or out, in any tab. @param {() => void} told */
export const onTokens = (told) => void listeners.add(told);

/** True if somebody is logged in. */
export const isLoggedIn = () => held !== null;

/** @param {{access_token: string, refresh_token: string, expires_in: number}} answer */
export function keep(answer) {
  const wasOut = held === null;
  held = {
    access: answer.access_token,
    refresh: answer.refresh_token,
    until: Date.now() + answer.expires_in * 1000,
  };
  remember("tokens", held);
  if (wasOut) tell();
}

/** Forgets the session here. @returns {string | undefined} the refresh token it had */
export function drop() {
  const refresh = held?.refresh;
  held = null;
  remember("tokens", undefined);
  if (refresh) tell();
  return refresh;
}

/** A token that is good for a while, or null if nobody is logged in. @returns {Promise<string | null>} */
export async function bearer() {
  if (held && held.until - EARLY_MS < Date.now()) await renew(held.access);
  return held?.access ?? null;
}

/** Gets new tokens, unless somebody did so since `stale` was read. @param {string} stale @returns {Promise<boolean>} */
export function renew(stale) {
  const running = renewing ?? alone(() => exchange(stale)).finally(() => (renewing = null));
  renewing = running;
  return running;
}

/** One tab at a time, where the browser can. @param {() => Promise<boolean>} work @returns {Promise<boolean>} */
const alone = async (work) => (navigator.locks ? navigator.locks.request("atelier.tokens", work) : work());

/** @param {string} stale */
async function exchange(stale) {
  held = recall("tokens", held);
  if (!held) return false;
  if (held.access !== stale) return true;
  const answer = await fetch("/v1/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": lang() },
    body: JSON.stringify({ refresh_token: held.refresh }),
  });
  if (answer.ok) keep(await answer.json());
  else if (answer.status === 401 || answer.status === 403) drop();
  return answer.ok;
}
