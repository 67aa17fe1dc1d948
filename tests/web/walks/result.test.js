// What can be done with a picture once it is there, and with the photos and settings that made it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Caller, photos } from "../api.js";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { accessible, asDraft, logIn, press, put, settled, words } from "../steps.js";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Caller} */
let owner;
/** @type {any} */
let job;

const draft = (/** @type {string} */ product) => ({
  kind: "product_photo",
  inputs: { product },
  settings: { background: "wood" },
  quality: "draft",
});

before(async () => {
  [server, browser] = [await startServer(), await launch()];
  owner = await Caller.register(server.url, "owner");
  job = await owner.make(draft(await owner.upload(photos.product)));
});
after(async () => {
  await browser.close();
  await server.stop();
});

/** The owner's window. @param {import("playwright-core").BrowserContextOptions} [look] */
async function enter(look = devices.desktop) {
  const page = await (await visitor(browser, look)).newPage();
  await logIn(page, server.url, "owner");
  return page;
}

test("a picture is compared, enlarged, named, rated, explained and used again", async (t) => {
  const page = await enter();
  await page.goto(`${server.url}/jobs/${job.id}`);

  await t.test("before and after, by keyboard", async () => {
    await page.getByRole("button", { name: "Before and after" }).click();
    await page.keyboard.press("ArrowRight");
    const slider = page.locator(".compare-slider");
    assert.equal(await slider.inputValue(), "51");
    await accessible(page, "before and after");
    const cut = await page.locator(".compare").evaluate((element) => element.style.getPropertyValue("--cut"));
    assert.equal(cut, "51%");
    await page.getByRole("button", { name: "Result only" }).click();
  });

  await t.test("near and far, and out by Escape", async () => {
    await page.locator(".stage-tools").getByRole("button", { name: "Enlarge" }).click();
    await page.keyboard.press("+");
    const zoom = () => page.locator(".zoom img").evaluate((image) => image.style.getPropertyValue("--zoom"));
    assert.equal(await zoom(), "1.5");
    await page.keyboard.press("Escape");
    await page.locator("dialog.zoom").waitFor({ state: "detached" });
  });

  await t.test("a title and tags, by which it is found", async () => {
    await page.getByRole("button", { name: "Title and tags" }).click();
    await page.fill("dialog [name=title]", "Red cup");
    await page.fill("dialog [name=tags]", "spring table");
    await page.locator("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Red cup" }).waitFor();
    await page.getByRole("link", { name: "spring" }).click();
    await page.waitForURL("**/works?tag=spring");
    await page.locator(".tile").waitFor();
    assert.equal(await page.locator(".tile").count(), 1);
    await page.goBack();
  });

  await t.test("stars, and why this model", async () => {
    await page.locator(".star").nth(3).click();
    await page.getByLabel("Comment").fill("A good red");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Thank you").waitFor();
    assert.equal((await owner.call("GET", `/v1/jobs/${job.id}`)).rating, 4);
    await page.getByText("How it was made").click();
    await page.locator(".route-model.chosen", { hasText: "studio" }).waitFor();
    await page.locator(".facts", { hasText: "Visible, and in the metadata" }).waitFor();
  });

  await t.test("as the photo of the next one", async () => {
    await page.getByRole("button", { name: "Use as a photo" }).click();
    await page.getByRole("button", { name: /^Product photo/ }).click();
    await page.waitForURL("**/make/product_photo?photo=*");
    await page.locator("[data-role=product] img.picture.loaded").waitFor();
  });
});

test("earlier photos and the last settings are at hand", async () => {
  const page = await enter(devices.phone);
  await page.goto(`${server.url}/make/product_photo`);
  await page.locator("[data-role=product]").getByRole("button", { name: "用过的" }).click();
  await page.locator("label.earlier").first().click();
  await accessible(page, "earlier photos");
  await page.locator("dialog").getByRole("button", { name: "使用" }).click();
  await page.locator("[data-role=product] img.picture.loaded").waitFor();
  await page.locator("input[value=marble]").dispatchEvent("click");
  await page.reload();
  await settled(page);
  assert.ok(await page.locator("input[value=marble]").isChecked(), "the background is remembered");
});

test("a photo is dropped, another one pasted", async () => {
  const page = await enter();
  await page.goto(`${server.url}/make/virtual_tryon`);
  await page.locator("[data-role=garment]").waitFor();
  const hand = (/** @type {"drop" | "paste"} */ deed) =>
    page.evaluate(async (deed) => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 400;
      const picture = await new Promise((done) => canvas.toBlob(done));
      const data = new DataTransfer();
      data.items.add(new File([picture], `${deed}.png`, { type: "image/png" }));
      const event =
        deed === "drop"
          ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      document.querySelector("[data-role=garment]")?.dispatchEvent(event);
    }, deed);
  await hand("drop");
  await page.locator("[data-role=garment] .shelf-item").waitFor();
  await hand("paste");
  await page.locator("[data-role=person] .shelf-item").waitFor();
});

test("WeChat cannot download: it is told how to save", async () => {
  const agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50";
  const page = await enter({ ...devices.phone, userAgent: agent });
  await page.goto(`${server.url}/works/${job.result.work_id}`);
  await page.getByRole("button", { name: "下载", exact: true }).click();
  await page.getByText("微信里请长按图片保存").waitFor();
  await page.goto(`${server.url}/works`);
  await settled(page);
  await page.getByRole("button", { name: "全部下载" }).click();
  await page.getByText("在浏览器中打开").waitFor();
});

test("whoever looks elsewhere is told when a picture is done", async () => {
  const page = await enter();
  await page.addInitScript(() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    const told = /** @type {string[]} */ ([]);
    class Notice {
      static permission = "granted";
      constructor(/** @type {string} */ title) {
        told.push(title);
      }
    }
    Object.assign(window, { told, Notification: Notice });
  });
  await page.goto(`${server.url}/make/product_photo`);
  await put(page, "product", photos.garment);
  await asDraft(page);
  await press(page, words.en.make);
  await page.waitForFunction(() => /** @type {any} */ (window).told.includes("Your picture is ready"));
});
