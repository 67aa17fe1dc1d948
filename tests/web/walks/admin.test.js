// The operator's day: what happened, whom to help, what to hand out, and whether the books balance.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, launch, visitor } from "../browser.js";
import { customer, enterOffice, furnishOffice, openOffice } from "../office.js";
import { startServer } from "../server.js";
import { accessible, fits, settled } from "../steps.js";

/** @typedef {import("playwright-core").Page} Page */

/** Presses a button of the dialog that is open. @param {Page} page @param {string} name */
const agree = (page, name) => page.locator("dialog").getByRole("button", { name, exact: true }).click();

/** @param {Page} page @param {string} name */
const click = (page, name) => page.locator("main").getByRole("button", { name, exact: true }).click();

/** A server and a browser that end with the test. @param {import("node:test").TestContext} t */
async function house(t) {
  const server = await startServer();
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  return { server, browser };
}

/** An administrator on the page, and a customer with a finished and a failed job. @param {import("node:test").TestContext} t */
async function begin(t) {
  const { server, browser } = await house(t);
  await openOffice(server);
  const { anna, id, done, failed } = await customer(server.url, "anna");
  const context = await visitor(browser, { ...devices.desktop, acceptDownloads: true });
  const page = await context.newPage();
  await enterOffice(page, server.url);
  const open = async (/** @type {string} */ path) => {
    await page.goto(server.url + path);
    await settled(page);
  };
  const balance = async () => (await anna.call("GET", "/v1/credits")).balance;
  return { page, id, done, failed, open, balance };
}

test("an operator looks and helps", async (t) => {
  const { page, id, done, failed, open, balance } = await begin(t);

  await t.test("the overview counts, and its numbers lead to the jobs", async () => {
    const completed = page.locator("a.stat", { hasText: "Jobs completed" });
    assert.equal(await completed.locator(".stat-value").innerText(), "1");
    await completed.click();
    await page.waitForURL("**/admin/jobs?status=completed&hours=24");
    await page.getByText("Ended in the last 24 h").waitFor();
    await page.getByRole("link", { name: "anna", exact: true }).waitFor();
    await page.getByRole("link", { name: "Product photo" }).click();
    await page.waitForURL(`**/admin/jobs/${done.id}`);
  });

  await t.test("a completed job is made good, once", async () => {
    await settled(page);
    const before = await balance();
    await click(page, "Make good");
    await page.fill("dialog [name=reason]", "The colour was off");
    await agree(page, "Give back");
    await page.getByText("The credits were given back").waitFor();
    assert.equal(await balance(), before + done.price);
  });

  await t.test("a failed job is run again as a new one", async () => {
    await open(`/admin/jobs/${failed.id}`);
    await click(page, "Run again, free");
    await agree(page, "Run again");
    await page.waitForURL((url) => url.pathname.startsWith("/admin/jobs/") && !url.pathname.endsWith(failed.id));
  });

  await t.test("a user is found, given credits and frozen", async () => {
    await open("/admin/users?search=anna");
    await page.getByRole("link", { name: "anna" }).click();
    await page.waitForURL(`**/admin/users/${id}`);
    const before = await balance();
    await click(page, "Give credits");
    await page.fill("dialog [name=credits]", "50");
    await page.fill("dialog [name=reason]", "For the wait");
    await agree(page, "Give");
    await page.getByText("The credits are there").waitFor();
    assert.equal(await balance(), before + 50);
    await click(page, "Freeze");
    await page.fill("dialog [name=reason]", "A test");
    await agree(page, "Freeze");
    await page.getByText("Frozen").first().waitFor();
    await click(page, "Unfreeze");
    await agree(page, "Unfreeze");
    await page.getByText("Active").first().waitFor();
  });
});

test("an operator hands out and proves", async (t) => {
  const { page, open } = await begin(t);

  await t.test("a link is shown once, and revoked", async () => {
    await open("/admin/links");
    await click(page, "New invitation");
    await page.fill("dialog [name=credits]", "20");
    await agree(page, "Make the link");
    const address = await page.locator("dialog input[readonly]").inputValue();
    assert.match(address, /#links\//);
    await agree(page, "Close");
    await click(page, "Revoke");
    await agree(page, "Revoke");
    await page.getByText("The link was revoked").waitFor();
  });

  await t.test("codes are made and taken home", async () => {
    await open("/admin/codes");
    await click(page, "Make codes");
    await page.fill("dialog [name=name]", "Spring fair");
    await page.fill("dialog [name=count]", "3");
    await agree(page, "Make them");
    const codes = page.locator("dialog textarea.codes");
    await codes.waitFor();
    assert.equal((await codes.inputValue()).split("\n").length, 3);
    const file = page.waitForEvent("download");
    await agree(page, "CSV");
    assert.match((await file).suggestedFilename(), /\.csv$/);
  });

  await t.test("a model is switched off and on, and a route worked out", async () => {
    await open("/admin/models");
    const use = page.getByRole("switch", { name: "Use this model" }).first();
    await use.click();
    await page.getByText("Switched off", { exact: true }).first().waitFor();
    await page.getByRole("switch", { name: "Use this model" }).first().click();
    await page.getByText("Switched on").waitFor();
    await click(page, "Work it out");
    await page.getByText("It would go to studio", { exact: false }).waitFor();
  });

  await t.test("the books balance, and the log tells who did all this", async () => {
    await open("/admin/books");
    await click(page, "Prove them now");
    await page.getByText("The books balance").waitFor();
    for (const table of ["Orders", "Invoice requests", "Credit entries", "Upstream cost", "Unspent credits"]) {
      const file = page.waitForEvent("download");
      await page.getByRole("button", { name: `Download ${table}` }).click();
      assert.match((await file).suggestedFilename(), /\.csv$/, table);
    }
    await open("/admin/audit");
    await page.getByRole("link", { name: "root", exact: true }).first().waitFor();
    for (const deed of ["Revoked a link", "Made codes", "Switched a model off", "Switched a model on"])
      await page.getByText(deed).first().waitFor();
  });
});

test("a held picture is looked at and decided on", async (t) => {
  const { page, id, done, open } = await begin(t);
  // Moderation needs a vendor: its answers stand here as the API gives them.
  const now = new Date().toISOString();
  const finding = { label: "Ads", score: 70, reference: "x" };
  const held = { id: "rev_1", state: "open", user_id: id, upload_id: null, job_id: done.id, finding };
  const review = { ...held, created_at: now, decide_by: now };
  /** @type {string[]} */
  const calls = [];
  await page.route("**/v1/admin/moderation**", (route) => {
    const [method, path] = [route.request().method(), new URL(route.request().url()).pathname];
    calls.push(`${method} ${path.replace("/v1/admin/moderation", "")}`);
    const list = path.endsWith("/moderation");
    return route.fulfill({
      json: list ? { items: [review], next_cursor: null } : { ...review, image_url: "/icon.svg" },
    });
  });
  await open("/admin/review");
  await page.getByText("Ads, 70 % sure").waitFor();
  await accessible(page, "a held picture");
  assert.deepEqual(calls, ["GET "], "nobody has looked yet");
  await click(page, "Look at it");
  await page.getByRole("img", { name: "A picture that a job made" }).waitFor();
  await fits(page, "a held picture");
  await click(page, "Block");
  await agree(page, "Block this picture");
  await page.getByText("It is blocked").waitFor();
  assert.deepEqual(calls.slice(1), ["GET /rev_1", "POST /rev_1/block"]);
});

test("every admin page can be used by everybody", async (t) => {
  const { server, browser } = await house(t);
  const rooms = await furnishOffice(server);
  for (const [name, look] of Object.entries({
    "a phone, Chinese, light": { ...devices.phone, colorScheme: /** @type {const} */ ("light") },
    "a desktop, English, dark": { ...devices.desktop, colorScheme: /** @type {const} */ ("dark") },
  })) {
    const context = await visitor(browser, look);
    const page = await context.newPage();
    await enterOffice(page, server.url);
    for (const [title, address] of Object.entries(rooms)) {
      await t.test(`${title} on ${name}`, async () => {
        await page.goto(server.url + address);
        await settled(page);
        assert.equal(new URL(page.url()).pathname, address);
        assert.ok(await page.locator("nav.admin-nav").isVisible(), `${title} is an admin page`);
        await accessible(page, title);
        await fits(page, title);
        // 200 % zoom is a window of half the width.
        await page.setViewportSize({ width: 320, height: 640 });
        await fits(page, `${title} at 320 px`);
        await page.setViewportSize(look.viewport);
      });
    }
    await context.close();
  }
});

test("whoever is no administrator is told so", async (t) => {
  const { server, browser } = await house(t);
  await openOffice(server);
  const page = await (await visitor(browser)).newPage();
  await page.goto(`${server.url}/register`);
  await page.fill("[name=username]", "curious");
  await page.fill("[name=password]", "correct horse battery");
  await page.click("[type=submit]");
  await page.waitForURL("**/make");
  await page.goto(`${server.url}/admin`);
  await page.getByRole("heading", { name: /Only administrators|只有管理员/ }).waitFor();
});
