// Pictures of every page, to be looked at: both languages, phone and desktop, light and dark.
//
//     npm run pictures [-- page…]          they are in tests/web/out

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { devices, launch, visitor } from "./browser.js";
import { furnish } from "./furnish.js";
import { enterOffice, furnishOffice } from "./office.js";
import { root, startServer } from "./server.js";
import { logIn, settled } from "./steps.js";

/** @typedef {"light" | "dark"} Scheme */

const out = path.join(root, "tests/web/out");
const wanted = process.argv.slice(2);

/** @type {{name: string, device: keyof typeof devices, locale: string, scheme: Scheme}[]} */
const looks = [
  { name: "phone-zh", device: "phone", locale: "zh-CN", scheme: "light" },
  { name: "phone-en-dark", device: "phone", locale: "en-GB", scheme: "dark" },
  { name: "desktop-en", device: "desktop", locale: "en-GB", scheme: "light" },
  { name: "desktop-zh-dark", device: "desktop", locale: "zh-CN", scheme: "dark" },
];

await mkdir(out, { recursive: true });
const server = await startServer();
const rooms = await furnish(server.url);
const office = await furnishOffice(server);
const browser = await launch();
for (const { name, device, locale, scheme } of looks) {
  const context = await visitor(browser, { ...devices[device], locale, colorScheme: scheme });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(name, error.message));
  const shoot = async (/** @type {string} */ title, /** @type {string} */ address) => {
    if (wanted.length > 0 && !wanted.includes(title)) return;
    await page.goto(server.url + address);
    await page.waitForLoadState("load");
    await settled(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(out, `${name}-${title}.png`), fullPage: true });
  };
  for (const [title, address] of Object.entries(rooms.open)) await shoot(title, address);
  await logIn(page, server.url, rooms.username);
  for (const [title, address] of Object.entries(rooms.own)) await shoot(title, address);
  await page.evaluate(() => localStorage.removeItem("atelier.tokens"));
  await enterOffice(page, server.url);
  for (const [title, address] of Object.entries(office)) await shoot(`admin-${title}`, address);
  await context.close();
}
await browser.close();
await server.stop();
