// A browser to walk the page with: Debian's Chromium, driven by playwright-core.

import { chromium } from "playwright-core";

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
