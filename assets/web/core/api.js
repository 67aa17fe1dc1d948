// The API: one call for every endpoint. It renews tokens, tries again when the network is lost, and throws `Problem`.

import { pause } from "./dom.js";
import { Problem, noAnswer } from "./problem.js";
import { bearer, isLoggedIn, renew } from "./tokens.js";
import { lang } from "./words.js";

/**
 * @typedef {object} Options
 * @property {unknown} [body] sent as JSON, unless it is a `FormData` or a `Blob`
 * @property {string} [key] the `Idempotency-Key`: with it a POST may be sent again
 * @property {Record<string, string | number | boolean | null | undefined>} [query]
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers]
 * @property {boolean} [keepalive] goes on when the page is closed
 */

/** How long to wait before each further try, in milliseconds. */
const WAITS = [400, 1000, 2000, 4000, 8000];
/** A server that asks for more patience than this is not waited for. */
const LONGEST_WAIT_MS = 10_000;

/** @type {<T = any>(path: string, options?: Options) => Promise<T>} */
export const get = (path, options) => call("GET", path, options);
/** @type {<T = any>(path: string, body?: unknown, options?: Options) => Promise<T>} */
export const post = (path, body, options) => call("POST", path, { ...options, body });
/** @type {<T = any>(path: string, body?: unknown, options?: Options) => Promise<T>} */
export const put = (path, body, options) => call("PUT", path, { ...options, body });
/** @type {<T = any>(path: string, options?: Options) => Promise<T>} */
export const del = (path, options) => call("DELETE", path, options);

/** A name for one request, so that it counts once however often it is sent. */
export const freshKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/**
 * Calls an endpoint and answers the parsed body (null for 204).
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export async function call(method, path, options = {}) {
  const answer = await send(method, path, options);
  if (answer.status === 204) return null;
  return answer.json();
}

/**
 * Calls an endpoint and answers the raw response, once it is good.
 * @param {string} method
 * @param {string} path
 * @param {Options} [options]
 */
export async function send(method, path, options = {}) {
  const again = method === "GET" || method === "PUT" || method === "DELETE" || Boolean(options.key);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once(method, path, options);
    } catch (error) {
      const wait = again && error instanceof Problem ? patience(error, attempt) : null;
      if (wait === null) throw error;
      await online(wait, options.signal);
      options.signal?.throwIfAborted();
    }
  }
}

/** How long to wait before the next try; null if there is none. @param {Problem} problem @param {number} attempt */
function patience(problem, attempt) {
  const wait = WAITS[attempt];
  if (!problem.retryable || wait === undefined) return null;
  const asked = (problem.body.retry_after ?? 0) * 1000;
  return asked > LONGEST_WAIT_MS ? null : Math.max(wait, asked);
}

/** Waits, but not longer than until the network is back. @param {number} ms @param {AbortSignal} [signal] */
function online(ms, signal) {
  const back = new Promise((done) => addEventListener("online", done, { once: true }));
  return Promise.race([pause(ms, signal), back]);
}

/** @param {string} method @param {string} path @param {Options} options */
async function once(method, path, options) {
  const token = await bearer().catch(() => {
    throw noAnswer();
  });
  let answer = await request(method, path, options, token);
  // A log-in that answers 401 means the password, not the token.
  if (answer.status === 401 && token && !path.startsWith("/v1/auth/login")) {
    const renewed = await renew(token).catch(() => false);
    if (renewed && isLoggedIn()) answer = await request(method, path, options, await bearer());
  }
  if (!answer.ok) throw await problem(answer);
  return answer;
}

/** @param {string} method @param {string} path @param {Options} options @param {string | null} token */
async function request(method, path, options, token) {
  /** @type {Record<string, string>} */
  const headers = { "Accept-Language": lang(), ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (options.key) headers["Idempotency-Key"] = options.key;
  /** @type {any} */
  let body = options.body;
  if (body !== undefined && !(body instanceof FormData) && !(body instanceof Blob)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  try {
    const { signal, keepalive } = options;
    return await fetch(path + search(options.query), { method, headers, body, signal, keepalive });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof TypeError ? noAnswer() : error;
  }
}

/** @param {Options["query"]} query */
function search(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** @param {Response} answer */
async function problem(answer) {
  const body = await answer.json().catch(() => ({ title: `${answer.status} ${answer.statusText}` }));
  const after = Number(answer.headers.get("Retry-After"));
  return new Problem({ ...body, ...(after ? { retry_after: after } : {}) }, answer.status);
}
