// From opening an account to sharing a picture: once in Chinese on a phone, once in English on a desktop.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { asDraft, balance, press, put, register, result, words } from "../steps.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {typeof words.en} Words */

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  server = await startServer();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await server.stop();
});

for (const [device, lang] of /** @type {const} */ ([
  ["phone", "zh"],
  ["desktop", "en"],
])) {
  test(`a ${device} in ${lang}: four kinds, then shared`, async () => {
    const say = words[lang];
    const context = await visitor(browser, devices[device]);
    const page = await context.newPage();
    /** @type {string[]} */
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await register(page, server.url, `walker-${device}`);
    assert.equal(await balance(page), 100);
    await fourKinds(page, say);
    assert.equal(await balance(page), 100 - 5 - 8 - 10 - 6, "each was charged once");
    await downloaded(page, say);
    const link = await shared(page, say);
    await seenByOthers(link, errors);
    assert.deepEqual(errors, []);
    await context.close();
  });
}

/** @param {Page} page @param {Words} say */
async function fourKinds(page, say) {
  const walks = /** @type {const} */ ([
    ["virtual_tryon", { person: photos.person, garment: photos.garment }],
    ["fashion_photo", { product: photos.garment }],
    ["digital_avatar", { photos: photos.portrait }],
    ["product_photo", { product: photos.product }],
  ]);
  for (const [kind, inputs] of walks) {
    await page.goto(`${server.url}/make/${kind}`);
    for (const [role, file] of Object.entries(inputs)) await put(page, role, file);
    await page.locator(".check.good, .check.warn").first().waitFor();
    await asDraft(page);
    await press(page, say.make);
    await page.waitForURL("**/jobs/job_*");
    assert.ok((await result(page)) > 100_000, `${kind} has made a picture`);
  }
}

/** Takes the picture that is shown home as PNG: the label comes along. @param {Page} page @param {Words} say */
async function downloaded(page, say) {
  await page.getByRole("button", { name: say.download, exact: true }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: `${say.download} PNG` }).click();
  const file = await download;
  assert.match(file.suggestedFilename(), /\.png$/);
  const bytes = await readFile(await file.path());
  assert.ok(bytes.includes("TC260:AIGC"), "the label is in the file");
  await page.keyboard.press("Escape");
}

/** Likes and shares the picture that is shown. @param {Page} page @param {Words} say */
async function shared(page, say) {
  const heart = page.getByRole("button", { name: say.favourite });
  await heart.click();
  await page.waitForFunction(
    (name) => document.querySelector(`[aria-label="${name}"]`)?.getAttribute("aria-pressed") === "true",
    say.favourite,
  );
  await page.getByRole("switch", { name: say.shareLink }).check();
  const field = page.locator(".share-link input");
  await field.waitFor();
  return field.inputValue();
}

/** Somebody without an account opens the link. @param {string} link @param {string[]} errors */
async function seenByOthers(link, errors) {
  const context = await visitor(browser, devices.desktop);
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(link);
  await page.waitForFunction(() => (document.querySelector("img")?.naturalWidth ?? 0) > 100);
  const card = await page.locator("meta[property='og:image']").getAttribute("content");
  assert.ok(card?.startsWith("http") && card.endsWith("/image"), `unfurls with ${card}`);
  assert.equal((await page.request.get(card ?? "")).status(), 200);
  await context.close();
}
