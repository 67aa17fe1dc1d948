// A batch of which one product fails: it is refunded, asked for again, and all of it goes into one zip.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { SLOW_MS, asDraft, balance, press, put, register, words } from "../steps.js";
import { startVendors } from "../vendors.js";
import { zipNames } from "../zip.js";

const say = words.en;

test("one of three fails, is made again, and the zip is named by reference", async (t) => {
  const vendors = await startVendors();
  t.after(() => vendors.stop());
  const server = await startServer(vendors.settings);
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const page = await (await visitor(browser, { ...devices.desktop, acceptDownloads: true })).newPage();
  await register(page, server.url, "retailer", "business");
  await put(page, "product", [photos.product, photos.garment, photos.portrait]);
  for (const [row, reference] of ["CUP-1", "TEE-2", "PRINT-3"].entries())
    await page.locator(".row input").nth(row).fill(reference);
  await asDraft(page);
  await vendors.play(["severe"]);
  await press(page, say.makeMany);
  await page.waitForURL("**/batches/*");
  await page.getByText("2 of 3 done · 1 failed and refunded").waitFor({ timeout: SLOW_MS });
  assert.equal(await balance(page), 100 - 2 * 6, "the failed one was refunded");

  await page.getByRole("button", { name: "Retry 1 failed" }).click();
  await page.getByText(say.batchDone).waitFor({ timeout: SLOW_MS });
  await page.waitForFunction(() => document.querySelector("a.balance")?.textContent?.includes("82"));

  const zip = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download zip" }).click();
  const names = zipNames(await readFile(await (await zip).path()));
  assert.equal(names.length, 3, names.join());
  for (const reference of ["CUP-1", "TEE-2", "PRINT-3"])
    assert.ok(
      names.some((name) => name.startsWith(reference)),
      `${reference} is among ${names}`,
    );
});
