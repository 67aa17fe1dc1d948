// A program that wants to be told: an address is added, tested, told of a job, told again, and deleted.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";
import { devices, launch, visitor } from "../browser.js";
import { startServer } from "../server.js";
import { SLOW_MS, accessible, register, settled } from "../steps.js";

/** @typedef {{id: string, type: string, signed: boolean}} Call */

/** Listens for calls and checks their signatures once it knows the secret. */
async function listen() {
  /** @type {Call[]} */
  const calls = [];
  let secret = "";
  const receiver = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [id, at] = [request.headers["webhook-id"], request.headers["webhook-timestamp"]];
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const expected = `v1,${createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64")}`;
    const signed = String(request.headers["webhook-signature"]).split(" ").includes(expected);
    calls.push({ id: String(id), type: JSON.parse(body).type, signed });
    response.writeHead(204).end();
  });
  await new Promise((done) => receiver.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (receiver.address());
  const trust = (/** @type {string} */ text) => (secret = text);
  return { url: `http://127.0.0.1:${port}/atelier`, calls, trust, stop: () => receiver.close() };
}

test("an address is told, told again, and forgotten", async (t) => {
  const receiver = await listen();
  t.after(() => receiver.stop());
  const server = await startServer({ ATELIER_NET__ALLOW: '["127.0.0.1/32"]' });
  t.after(() => server.stop());
  const browser = await launch();
  t.after(() => browser.close());
  const page = await (await visitor(browser, devices.desktop)).newPage();
  const click = (/** @type {string} */ name) => page.getByRole("button", { name, exact: true }).click();
  const close = () => page.locator("dialog header button").click();
  await register(page, server.url, "integrator");
  await page.goto(`${server.url}/account/webhooks`);
  await page.getByText("No webhooks yet").waitFor();

  await click("Add an address");
  await page.fill("dialog [name=url]", receiver.url);
  await click("Add");
  const secret = await page.locator("dialog .secret code").innerText();
  assert.match(secret, /^whsec_/);
  receiver.trust(secret);
  await close();

  await click("Test");
  await page.locator("dialog .pill", { hasText: "Delivered" }).waitFor({ timeout: SLOW_MS });
  await accessible(page, "deliveries of a webhook");
  assert.deepEqual(
    receiver.calls.map(({ type, signed }) => ({ type, signed })),
    [{ type: "webhook.test", signed: true }],
  );

  await click("Send again");
  await page.getByText("It will be sent again").waitFor();
  await page.waitForFunction(() => !document.querySelector("dialog [aria-busy]"));
  for (const end = Date.now() + SLOW_MS; receiver.calls.length < 2 && Date.now() < end;) await page.waitForTimeout(100);
  assert.equal(receiver.calls.length, 2, "it came again");
  assert.equal(receiver.calls[1].id, receiver.calls[0].id, "under the same id");
  await close();

  await click("Secret");
  assert.equal(await page.locator("dialog .secret code").innerText(), secret);
  await close();
  await page.locator("main").getByRole("button", { name: "Delete", exact: true }).click();
  await page.locator("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("No webhooks yet").waitFor();
  await settled(page);
});
