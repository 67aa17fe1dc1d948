// What the server sees in the photos, before anything is charged.

import { post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { explain, isAbort } from "../../core/problem.js";
import { owns } from "../../core/session.js";
import { say } from "../../core/words.js";
import { icon } from "../../parts/icon.js";
import { askConsent } from "./consent.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("../../types.js").Quote} Quote */

/** Lets a few quick changes pass before it asks. */
const CALM_MS = 250;

/**
 * Asks for the checks and the price of a request.
 * @param {Record<string, unknown>} request
 * @param {AbortSignal} [signal]
 * @returns {Promise<Quote>}
 */
export async function quote(request, signal) {
  const found = await askConsent(() => post("/v1/jobs/preview", request, { signal }));
  owns(found.balance);
  return found;
}

/** Draws the verdict on a draft, and asks again whenever photos change. @param {Draft} draft @param {AbortSignal} signal */
export function verdict(draft, signal) {
  const place = h("div", { class: "verdict", "aria-live": "polite" });
  let asked = "";
  /** @type {number | undefined} */
  let timer;
  let running = new AbortController();
  const ask = async () => {
    if (!draft.complete) {
      asked = "";
      fill(place);
      return;
    }
    const request = draft.request();
    const key = JSON.stringify([request.inputs, request.settings]);
    if (key === asked) return;
    asked = key;
    running.abort();
    running = new AbortController();
    fill(place, line("wait", say({ zh: "正在检查照片…", en: "Looking at your photos…" })));
    try {
      fill(place, checks(await quote(request, running.signal)));
    } catch (error) {
      asked = "";
      if (!isAbort(error)) fill(place, line("bad", explain(error)));
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, CALM_MS);
  };
  draft.addEventListener("photos", soon, { signal });
  draft.addEventListener("settings", soon, { signal });
  signal.addEventListener("abort", () => running.abort(), { once: true });
  return place;
}

/** What was found, as lines. @param {Quote} found */
export function checks(found) {
  if (found.checks.length === 0) return [line("good", say({ zh: "照片可以用", en: "Your photos will do" }))];
  return found.checks.map((check) => line(check.refuses ? "bad" : "warn", say(check.message)));
}

/** @param {"good" | "warn" | "bad" | "wait"} tone @param {string} text */
export function line(tone, text) {
  const mark = {
    good: icon("check"),
    warn: icon("info"),
    bad: icon("alert"),
    wait: h("span", { class: "spinner", "aria-hidden": "true" }),
  }[tone];
  return h("p", { class: `check ${tone}` }, mark, h("span", {}, text));
}
