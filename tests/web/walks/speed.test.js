// How soon a visitor sees the page: the first load without pictures under 100 kB, its largest part within a second.
//
// Other work on the machine only ever makes a load slower: the quickest of a few counts, and where more is running than
// there are processors, a load may take as many times longer. Each figure is printed.

import assert from "node:assert/strict";
import { availableParallelism, loadavg } from "node:os";
import { test } from "node:test";
import { Caller, photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { logIn, settled } from "../steps.js";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {{lcp: number, bytes: number}} Load milliseconds to the largest part, bytes that came over the wire */

const MOST_LCP_MS = 1000;
const MOST_BYTES = 100_000;
const MOST_TRIES = 5;

test("first loads are light and quick", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const username = "visitor";
  const member = await Caller.register(server.url, username);
  const product = await member.upload(photos.product);
  const { result } = await member.make({ kind: "product_photo", inputs: { product }, quality: "draft" });
  await member.call("PUT", `/v1/works/${result.work_id}`, { is_public: true });
  for (const [device, look] of Object.entries(devices)) {
    const context = await visitor(browser, look);
    await logIn(await context.newPage(), server.url, username);
    const known = await context.storageState();
    await context.close();
    const places = { start: "/", make: "/make/product_photo", gallery: "/gallery" };
    for (const [name, path] of Object.entries(places)) {
      await t.test(`${name} on a ${device}`, async (t) => {
        const state = name === "start" ? undefined : known;
        const fresh = () => load(browser, { ...look, storageState: state }, server.url + path);
        const best = await quickest(fresh);
        const most = MOST_LCP_MS * crowd();
        const figures = `LCP ${Math.round(best.lcp)} ms, ${Math.round(best.bytes / 1000)} kB without pictures`;
        t.diagnostic(`${name} on a ${device}: ${figures} (bounds ${Math.round(most)} ms, ${MOST_BYTES / 1000} kB)`);
        assert.ok(best.lcp > 0, "something was painted");
        assert.ok(best.lcp < most, `its largest part took ${best.lcp} ms`);
        assert.ok(best.bytes > 0 && best.bytes < MOST_BYTES, `${best.bytes} bytes came`);
      });
    }
  }
});

/** How many times slower than a quiet one this machine is by now. */
const crowd = () => Math.max(1, loadavg()[0] / availableParallelism());

/** Loads until one is quick enough, or there were enough of them. @param {() => Promise<Load>} once */
async function quickest(once) {
  let best = await once();
  for (let tries = 1; best.lcp >= MOST_LCP_MS && tries < MOST_TRIES; tries += 1) {
    const next = await once();
    if (next.lcp < best.lcp) best = next;
  }
  return best;
}

/**
 * Opens an address with an empty cache.
 * @param {Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} look
 * @param {string} address
 * @returns {Promise<Load>}
 */
async function load(browser, look, address) {
  const context = await visitor(browser, look);
  const page = await context.newPage();
  await page.addInitScript(watchPaints);
  await page.goto(address);
  await settled(page);
  await page.waitForFunction(() =>
    [...document.images].every(({ complete, loading }) => complete || loading === "lazy"),
  );
  // Two frames later what has come is painted, and the observer has heard of it.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const found = await page.evaluate(() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const wire = /** @type {PerformanceResourceTiming[]} */ (entries).filter(({ initiatorType: by }) => by !== "img");
    const bytes = wire.reduce((sum, { transferSize }) => sum + transferSize, 0);
    return { bytes, lcp: Number(Reflect.get(window, "largestPaint") ?? 0) };
  });
  await context.close();
  return found;
}

/** Keeps the time of the largest paint so far in `window.largestPaint`; runs inside the page. */
function watchPaints() {
  const watch = (/** @type {PerformanceObserverEntryList} */ list) =>
    list.getEntries().forEach((entry) => Reflect.set(window, "largestPaint", entry.startTime));
  new PerformanceObserver(watch).observe({ type: "largest-contentful-paint", buffered: true });
}
