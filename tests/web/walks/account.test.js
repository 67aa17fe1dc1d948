// One's own account: how the page speaks, the password, keys for programs, photos, and leaving for good.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller, PASSWORD, photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { accessible, register, settled } from "../steps.js";

test("an account is set up, kept safe, and erased", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const page = await (await visitor(browser, devices.desktop)).newPage();
  const dialog = page.locator("dialog");
  const press = (/** @type {string} */ name) => page.getByRole("button", { name, exact: true }).click();
  const logIn = (/** @type {string} */ password) =>
    new Caller(server.url, "").call("POST", "/v1/auth/login", { username: "kim", password });
  await register(page, server.url, "kim");
  const kim = new Caller(server.url, (await logIn(PASSWORD)).access_token);

  await t.test("language and usual quality", async () => {
    await page.goto(`${server.url}/account`);
    await page.locator("[name=quality]").selectOption("high");
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByLabel("Keep works by themselves").uncheck();
    await page.locator("[name=language]").selectOption("zh");
    await page.getByRole("heading", { name: "我的账户" }).waitFor();
    await settled(page);
    const { settings } = await kim.call("GET", "/v1/me");
    assert.deepEqual([settings.quality, settings.auto_save, settings.language], ["high", false, "zh"]);
    await page.locator("[name=language]").selectOption("en");
    await page.getByRole("heading", { name: "Your account" }).waitFor();
  });

  await t.test("a key for a program works, and is gone once deleted", async () => {
    await page.goto(`${server.url}/account/keys`);
    await press("New key");
    await page.fill("dialog [name=name]", "shop sync");
    await accessible(page, "a new key");
    await press("Create");
    const key = await page.locator("dialog .secret code").innerText();
    const program = new Caller(server.url, key);
    assert.deepEqual((await program.call("GET", "/v1/jobs")).items, []);
    await page.locator("dialog header button").click();
    await page.locator("main").getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("No keys yet").waitFor();
    await assert.rejects(program.call("GET", "/v1/jobs"), /401/);
  });

  await t.test("a photo is deleted", async () => {
    await kim.upload(photos.product);
    await page.goto(`${server.url}/account/photos`);
    await page.locator(".tile").getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.locator(".tile").waitFor({ state: "detached" });
    assert.deepEqual((await kim.call("GET", "/v1/uploads")).items, []);
  });

  await t.test("a password is changed, then the account erased", async () => {
    await page.goto(`${server.url}/account/security`);
    await page.fill("[name=current]", PASSWORD);
    await page.locator("input[autocomplete=new-password]").fill("a quite different one");
    await press("Save");
    await page.getByText("Other devices have to log in again").waitFor();
    await press("Erase…");
    await page.fill("dialog [name=sure]", "kim");
    await press("Erase for good");
    await page.waitForURL((url) => url.pathname === "/");
    await assert.rejects(logIn("a quite different one"), /401/);
  });
});
