// A shop: several products at once, one batch, a zip; works chosen, deleted, and brought back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { SLOW_MS, asDraft, press, put, register, settled, words } from "../steps.js";

const say = words.en;

test("three products at once, a zip of them, and one deleted by mistake", async () => {
  const [server, browser] = [await startServer(), await launch()];
  const context = await visitor(browser, { ...devices.desktop, acceptDownloads: true });
  const page = await context.newPage();
  await register(page, server.url, "merchant", "business");
  await put(page, "product", [photos.product, photos.garment, photos.portrait]);
  assert.equal(await page.locator(".row").count(), 3);
  await page.locator(".row input").first().fill("SKU-1");
  await asDraft(page);
  await press(page, say.makeMany);
  await page.waitForURL("**/batches/*");
  await page.getByText(say.batchDone).waitFor({ timeout: 3 * SLOW_MS });
  await page.getByText("SKU-1").waitFor();
  const zip = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download zip" }).click();
  assert.match((await zip).suggestedFilename(), /\.zip$/);
  // More works than go into one zip: the server names the next.
  await page.route("**/v1/works/export?*", (route) => {
    const more = !route.request().url().includes("cursor");
    const headers = { Link: '</v1/works/export?cursor=1>; rel="next"' };
    return route.fulfill({ body: "zip", headers: more ? headers : {} });
  });
  const second = page.waitForEvent("download", (file) => /-2\.zip$/.test(file.suggestedFilename()));
  await page.getByRole("button", { name: "Download zip" }).click();
  await second;

  await page.goto(`${server.url}/works`);
  await settled(page);
  await page.getByRole("button", { name: "Select" }).click();
  await page.locator(".tile-box").first().check();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".tile").length === 2);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".tile").length === 3);

  // What the server does not delete comes back by itself.
  await page.route("**/v1/works/*", (route) =>
    route.request().method() === "DELETE"
      ? route.fulfill({ status: 403, json: { title: "Not now", detail: "Not now" } })
      : route.continue(),
  );
  await page.getByRole("button", { name: "Select" }).click();
  await page.locator(".tile-box").first().check();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".tile").length === 2);
  await page.locator("#toasts").getByRole("button", { name: "Close" }).click();
  await page.getByText("Not now").waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".tile").length === 3);
  await browser.close();
  await server.stop();
});
