// What went wrong, in the user's language, and whether trying again can help.

import { say } from "./words.js";

/** A refusal of the API (RFC 9457), or a connection that failed (status 0). */
export class Problem extends Error {
  /** @param {Record<string, any>} body @param {number} status */
  constructor(body, status) {
    super(body.errors?.[0]?.detail ?? body.detail ?? body.title ?? String(status));
    this.name = "Problem";
    this.status = status;
    /** @type {string} */
    this.code = body.code ?? "unknown";
    /** @type {string} */
    this.title = body.title ?? this.message;
    /** @type {{pointer: string, detail: string}[]} */
    this.errors = body.errors ?? [];
    /** @type {string} */
    this.requestId = body.request_id ?? "";
    this.retryable = Boolean(body.retryable);
    /** @type {Record<string, any>} all members, also those that only this refusal has */
    this.body = body;
  }

  /** True if no answer came at all. */
  get offline() {
    return this.status === 0;
  }
}

/** What to say when no answer came. */
export const noAnswer = () =>
  new Problem(
    {
      code: "offline",
      retryable: true,
      title: say({ zh: "连接不上服务器", en: "The server cannot be reached" }),
      detail: say({
        zh: "连接不上服务器。请检查网络，恢复后会自动继续。",
        en: "The server cannot be reached. Check your connection; this goes on by itself once it is back.",
      }),
    },
    0,
  );

/** The sentence for any error. @param {unknown} error */
export function explain(error) {
  if (error instanceof Problem) return error.message;
  console.error(error);
  return say({ zh: "页面出错了，请刷新重试。", en: "Something went wrong on this page; reload it and try again." });
}

/** True if the work was called off, which nobody needs to be told. @param {unknown} error */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";
