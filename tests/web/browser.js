// A browser to walk the page with: Debian's Chromium, driven by playwright-core.

import { chromium } from "playwright-core";
import { SLOW_MS } from "./steps.js";

/** The two people who walk: a phone in Chinese, a desktop in English. */
export const devices = {
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: "zh-CN",
  },
  desktop: { viewport: { width: 1280, height: 800 }, locale: "en-GB" },
};

/** Starts the browser. `ATELIER_CHROMIUM` names another one. */
export const launch = () =>
  chromium.launch({
    executablePath: process.env.ATELIER_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });

/**
 * Somebody's own browser window, patient enough for a busy machine.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [look]
 */
export async function visitor(browser, look) {
  const context = await browser.newContext(look);
  context.setDefaultTimeout(SLOW_MS);
  return context;
}
