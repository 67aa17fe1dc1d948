// Who is logged in, and how many credits they have. `document` hears `session` when either changes.

import { get, post } from "./api.js";
import { drop, isLoggedIn, keep, onTokens } from "./tokens.js";
import { recall } from "./memory.js";
import { speak } from "./words.js";

/** @typedef {import("../types.js").User} User */

/** @type {User | null} */
let user = null;

const tell = () => document.dispatchEvent(new Event("session"));

onTokens(() => {
  if (!isLoggedIn()) {
    user = null;
    tell();
  } else if (!user) {
    load().catch(() => undefined);
  }
});

/** Whoever is logged in. */
export const me = () => user;

/** Asks again who is logged in. Answers null if nobody is. @returns {Promise<User | null>} */
export async function load() {
  if (isLoggedIn()) {
    const found = await get("/v1/me");
    if (isLoggedIn()) become(found);
  }
  return user;
}

/** Takes over what the API said of the user. @param {User} next */
export function become(next) {
  user = { ...user, ...next };
  const chosen = next.settings?.language;
  if (chosen && !recall("lang", "")) speak(chosen);
  tell();
}

/** The balance that the last answer told. @param {number} credits */
export function owns(credits) {
  if (!user || user.credits === credits) return;
  user = { ...user, credits };
  tell();
}

/** Asks for the balance again. */
export async function refreshCredits() {
  if (user) owns((await get("/v1/credits")).balance);
}

/** @param {string} path @param {Record<string, unknown>} body */
async function enter(path, body) {
  const answer = await post(path, body);
  keep(answer);
  become(answer.user);
  return answer;
}

/** @param {string} username @param {string} password */
export const logIn = (username, password) => enter("/v1/auth/login", { username, password });

/** @param {string} username @param {string} password @param {string} mode */
export const register = (username, password, mode) => enter("/v1/auth/register", { username, password, mode });

/** Spends a one-time link. @param {string} token @param {Record<string, unknown>} body */
export const spendLink = (token, body) => enter(`/v1/links/${encodeURIComponent(token)}`, body);

/** Ends the session here and on the server. */
export async function logOut() {
  const refresh = drop();
  if (refresh) await post("/v1/auth/logout", { refresh_token: refresh }).catch(() => undefined);
}
