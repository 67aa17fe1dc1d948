// Every page: nothing that axe-core objects to, nothing wider than the window, in both languages, light and dark.

import { test } from "node:test";
import { devices, launch, visitor } from "../browser.js";
import { furnish } from "../furnish.js";
import { startServer } from "../server.js";
import { accessible, fits, logIn, settled } from "../steps.js";

test("every page can be used by everybody", async (t) => {
  const [server, browser] = [await startServer(), await launch()];
  const rooms = await furnish(server.url);
  for (const [name, look] of Object.entries({
    "a phone, Chinese, light": { ...devices.phone, colorScheme: /** @type {const} */ ("light") },
    "a desktop, English, dark": { ...devices.desktop, colorScheme: /** @type {const} */ ("dark") },
  })) {
    const context = await visitor(browser, look);
    const page = await context.newPage();
    const visit = async (/** @type {string} */ title, /** @type {string} */ address) => {
      await t.test(`${title} on ${name}`, async () => {
        await page.goto(server.url + address);
        await settled(page);
        await accessible(page, title);
        await fits(page, title);
        // 200 % zoom is a window of half the width.
        await page.setViewportSize({ width: 320, height: 640 });
        await fits(page, `${title} at 320 px`);
        await page.setViewportSize(look.viewport);
      });
    };
    for (const [title, address] of Object.entries(rooms.open)) await visit(title, address);
    await logIn(page, server.url, rooms.username);
    for (const [title, address] of Object.entries(rooms.own)) await visit(title, address);
    await context.close();
  }
  await browser.close();
  await server.stop();
});
