// The steps of a walk, in whichever language the page speaks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PASSWORD } from "./api.js";

/** @typedef {import("playwright-core").Page} Page */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A picture in the debug build, on a busy machine. */
export const SLOW_MS = 300_000;

/** The words of the page that a walk looks for. */
export const words = {
  zh: {
    make: "开始制作",
    download: "下载",
    favourite: "收藏",
    shareLink: "分享链接",
    gallery: "放进广场",
    cancel: "取消，退还积分",
    cancelled: "任务已取消",
    again: "再来一张",
    refund: "退还",
    offline: /网络断开了/,
    good: /照片可以用|背景/,
    redeem: "兑换",
    code: "兑换码",
    makeMany: "制作 3 张",
    batchDone: /完成 3 \/ 3/,
  },
  en: {
    make: "Make it",
    download: "Download",
    favourite: "Favourite",
    shareLink: "Share link",
    gallery: "Show in the gallery",
    cancel: "Cancel and refund",
    cancelled: "Cancelled",
    again: "Another like it",
    refund: "Refund",
    offline: /You are offline/,
    good: /Your photos will do|background/,
    redeem: "Redeem",
    code: "Code",
    makeMany: "Make 3 pictures",
    batchDone: /3 of 3 done/,
  },
};

/** Opens an account on the page. @param {Page} page @param {string} url @param {string} name @param {"personal" | "business"} [mode] */
export async function register(page, url, name, mode = "personal") {
  await page.goto(`${url}/register`);
  await page.fill("[name=username]", name);
  await page.fill("[name=password]", PASSWORD);
  await page.check(`[name=mode][value=${mode}]`);
  await page.click("[type=submit]");
  await page.waitForURL("**/make");
}

/** Logs somebody in on the page. @param {Page} page @param {string} url @param {string} username */
export async function logIn(page, url, username) {
  await page.goto(`${url}/login`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", PASSWORD);
  await page.click("[type=submit]");
  await page.waitForURL("**/make");
}

/** Puts photos into the place of a role. @param {Page} page @param {string} role @param {string | string[]} files */
export async function put(page, role, files) {
  await page.setInputFiles(`[data-role=${role}] input[type=file]:not([capture])`, files);
}

/** Asks for a quick picture. @param {Page} page */
export const asDraft = (page) => page.locator("input[value=draft]").first().dispatchEvent("click");

/** Presses the one button once it can be pressed. @param {Page} page @param {string} label */
export async function press(page, label) {
  const button = page.getByRole("button", { name: label, exact: true });
  await button.waitFor({ timeout: SLOW_MS });
  await page.waitForFunction(
    (text) =>
      [...document.querySelectorAll("button.go, .pay-go button")].some(
        (b) => b.textContent === text && !(/** @type {HTMLButtonElement} */ (b).disabled),
      ),
    label,
    { timeout: SLOW_MS },
  );
  await button.click();
}

/** Waits for the finished picture and answers the number of pixels it shows. @param {Page} page */
export async function result(page) {
  const picture = page.locator(".stage img").first();
  await picture.waitFor({ timeout: SLOW_MS });
  await page.waitForFunction(
    () => /** @type {HTMLImageElement} */ (document.querySelector(".stage img"))?.naturalWidth > 0,
    null,
    { timeout: SLOW_MS },
  );
  return picture.evaluate(
    (image) =>
      /** @type {HTMLImageElement} */ (image).naturalWidth * /** @type {HTMLImageElement} */ (image).naturalHeight,
  );
}

/** The balance in the head of the page. @param {Page} page */
export const balance = async (page) => Number((await page.locator("a.balance").innerText()).replace(/\D/g, ""));

/** Waits until the page has nothing more to load. @param {Page} page */
export const settled = (page) =>
  page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton"), null, { timeout: SLOW_MS });

/** Asserts that axe-core finds nothing (WCAG 2.2 A and AA, and good practice). @param {Page} page @param {string} where */
export async function accessible(page, where) {
  await settled(page);
  // What slides in is measured once it has arrived.
  await page.waitForTimeout(300);
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] }),
  );
  const told = found.violations.map(
    (/** @type {any} */ v) =>
      `${v.id}: ${v.help}\n  ${v.nodes.map((/** @type {any} */ n) => `${n.target} ${n.failureSummary}`).join("\n  ")}`,
  );
  assert.deepEqual(told, [], `${where}\n${told.join("\n")}`);
}

/** Asserts that nothing is wider than the window. @param {Page} page @param {string} where */
export async function fits(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 1, `${where} is ${over} px wider than the window`);
}
