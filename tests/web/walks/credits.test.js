// Credits come in: a code that an operator made, and a package that is paid for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, launch, visitor } from "../browser.js";
import { openOffice } from "../office.js";
import { startServer } from "../server.js";
import { balance, register, settled, words } from "../steps.js";

test("a code is redeemed once, on a phone in Chinese", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const root = await openOffice(server);
  const made = await root.call("POST", "/v1/admin/codes", { name: "Spring fair", credits: 20, count: 1 });
  const page = await (await visitor(browser, devices.phone)).newPage();
  await register(page, server.url, "winner");
  await page.locator("a.balance").click();
  await page.waitForURL("**/credits");
  const redeem = async () => {
    await page.getByLabel(words.zh.code).fill(made.codes[0].toLowerCase());
    await page.getByRole("button", { name: words.zh.redeem, exact: true }).click();
  };
  await redeem();
  await page.getByText("到账 20 积分").waitFor();
  assert.equal(await balance(page), 120);
  await page.locator(".entry-amount", { hasText: "+20" }).waitFor();
  await redeem();
  await page.locator(".toast.bad").waitFor();
  await settled(page);
  assert.equal(await balance(page), 120, "nothing more came");
  assert.equal((await root.call("GET", "/v1/admin/codes")).items[0].redeemed, 1);
});

test("a package is bought in the sandbox", async (t) => {
  const server = await startServer({ ATELIER_BILLING__SANDBOX__ENABLED: "true" });
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const page = await (await visitor(browser, devices.desktop)).newPage();
  await register(page, server.url, "buyer");
  await page.goto(`${server.url}/credits`);
  await page.getByRole("button", { name: /^Small/ }).click();
  await page.locator("dialog").getByRole("button", { name: "Pretend to pay" }).click();
  await page.getByText("Paid. Thank you!").waitFor();
  await page.waitForFunction(() => document.querySelector("a.balance")?.textContent?.includes("200"));
  assert.equal(await balance(page), 200);
});
