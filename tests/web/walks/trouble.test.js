// What goes wrong: a job called off, a lost network, a page reloaded in the middle, a link that has ended.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Caller, PASSWORD, photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { balance, press, put, register, result, settled, words } from "../steps.js";

/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("a job that waits is called off, and the credits come back in plain sight", async () => {
  const server = await startServer({ ATELIER_JOBS__CONCURRENCY: "0" });
  const page = await (await visitor(browser, devices.desktop)).newPage();
  await register(page, server.url, "patience");
  await page.goto(`${server.url}/make/product_photo`);
  await put(page, "product", photos.product);
  await press(page, words.en.make);
  await page.getByRole("button", { name: words.en.cancel }).waitFor();
  assert.equal(await balance(page), 94);
  await page.reload();
  await page.getByRole("button", { name: words.en.cancel }).click();
  await page.getByRole("heading", { name: words.en.cancelled }).waitFor();
  await page.waitForFunction(() => document.querySelector("a.balance")?.textContent?.includes("100"));
  await page.goto(`${server.url}/credits`);
  await settled(page);
  await page.locator(".entry.back .pill", { hasText: words.en.refund }).waitFor();
  await server.stop();
});

test("a network that is lost while a job runs is said, waited for, and got over", async () => {
  const server = await startServer();
  const context = await visitor(browser, devices.phone);
  const page = await context.newPage();
  await register(page, server.url, "tunnel");
  await page.goto(`${server.url}/make/product_photo`);
  await put(page, "product", photos.product);
  await press(page, words.zh.make);
  await page.waitForURL("**/jobs/job_*");
  await page.locator(".watch").waitFor();
  await context.setOffline(true);
  await page.getByText(words.zh.offline).waitFor();
  await context.setOffline(false);
  assert.ok((await result(page)) > 100_000);
  await server.stop();
});

test("a picture whose link has ended is asked for anew, unseen", async () => {
  const server = await startServer();
  const page = await (await visitor(browser, devices.desktop)).newPage();
  await register(page, server.url, "sleeper");
  await page.goto(`${server.url}/make/product_photo`);
  await put(page, "product", photos.product);
  await press(page, words.en.make);
  await result(page);
  let refused = 0;
  await page.route("**/files/**", (route) => {
    refused += 1;
    return refused === 1 ? route.fulfill({ status: 404 }) : route.continue();
  });
  await page.goto(`${server.url}/works`);
  await page.waitForFunction(() =>
    [...document.images].some((image) => image.closest(".tile") && image.naturalWidth > 0),
  );
  assert.ok(refused >= 2, "the first link did not work, another one did");
  await server.stop();
});

test("a view that cannot be fetched is said, and shown once the network is back", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const context = await visitor(browser, devices.desktop);
  const page = await context.newPage();
  await register(page, server.url, "islander");
  await settled(page);
  await context.setOffline(true);
  await page.getByRole("link", { name: "Account" }).click();
  await page.getByText("The server cannot be reached.").waitFor();
  assert.equal(new URL(page.url()).pathname, "/account");
  assert.ok(await page.locator("a.balance").isVisible(), "the frame is still there");
  await context.setOffline(false);
  await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
});

test("a picture is submitted once, whatever changes while it is", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const page = await (await visitor(browser, devices.desktop)).newPage();
  await register(page, server.url, "impatient");
  await page.goto(`${server.url}/make/product_photo`);
  await put(page, "product", photos.product);
  /** @type {(value?: unknown) => void} */
  let release = () => undefined;
  const held = new Promise((done) => (release = done));
  await page.route("**/v1/jobs", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await press(page, words.en.make);
  await page.evaluate(() => document.dispatchEvent(new Event("session")));
  const button = page.getByRole("button", { name: words.en.make, exact: true });
  assert.ok(await button.isDisabled(), "it cannot be pressed again");
  assert.equal(await button.getAttribute("aria-busy"), "true");
  release();
  await page.waitForURL("**/jobs/job_*");
});

test("an address that means nothing leads home", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const page = await (await visitor(browser, devices.desktop)).newPage();
  await register(page, server.url, "stray");
  await page.goto(`${server.url}/jobs/%ff`);
  await page.waitForURL((url) => url.pathname === "/");
  await page.locator("main h1").waitFor();
});

test("the first picture that is done is listed while one looks on", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const page = await (await visitor(browser, devices.desktop)).newPage();
  await register(page, server.url, "watcher");
  await page.goto(`${server.url}/jobs`);
  await page.getByText("No finished jobs yet").waitFor();
  const login = { username: "watcher", password: PASSWORD };
  const { access_token: token } = await new Caller(server.url, "").call("POST", "/v1/auth/login", login);
  const watcher = new Caller(server.url, token);
  const product = await watcher.upload(photos.product);
  await watcher.make({ kind: "product_photo", inputs: { product }, quality: "draft" });
  await page.locator(".pager .job-list li").waitFor();
  assert.equal(await page.locator(".pager .job-list li").count(), 1);
});
