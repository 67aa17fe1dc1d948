// The operator's own house: name, accent, notice, filings and documents, where everybody sees them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { accessible, fits, settled } from "../steps.js";

test("a site says whose it is", async (t) => {
  const server = await startServer({
    ATELIER_SITE__NAME__ZH: "青禾影棚",
    ATELIER_SITE__NAME__EN: "Green Shoot",
    ATELIER_SITE__ACCENT: "#ffd400",
    ATELIER_SITE__CONTACT: "400-000-0000",
    ATELIER_SITE__NOTICE__ZH: "周末例行维护",
    ATELIER_SITE__NOTICE__EN: "Maintenance this weekend",
    ATELIER_SITE__FILINGS: '[{text="京ICP备00000000号",url="https://beian.miit.gov.cn/"}]',
  });
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const page = await (await visitor(browser, devices.phone)).newPage();
  await page.goto(server.url);
  await settled(page);
  await page.locator("a.brand", { hasText: "青禾影棚" }).waitFor();
  await page.getByText("周末例行维护").waitFor();
  const filing = page.locator("footer").getByRole("link", { name: "京ICP备00000000号" });
  assert.equal(await filing.getAttribute("href"), "https://beian.miit.gov.cn/");
  await page.locator("footer", { hasText: "400-000-0000" }).waitFor();
  // A bright yellow could not be read on paper: it is made darker by itself, which axe-core sees.
  await accessible(page, "a start page with another accent");

  for (const [path, words] of Object.entries({ "/terms": ["标识", "青禾影棚"], "/privacy": ["人脸", "保留"] })) {
    await page.goto(server.url + path);
    const text = await page.locator("main").innerText();
    for (const word of words) assert.ok(text.includes(word), `${path} speaks of ${word}`);
    await page.locator("footer", { hasText: "京ICP备00000000号" }).waitFor();
    await accessible(page, path);
    await fits(page, path);
  }
});
