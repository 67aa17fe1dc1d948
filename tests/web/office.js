// An administrator and a house with something to administrate, for walks and pictures of the admin pages.

import { Caller, PASSWORD, photos } from "./api.js";

export const admin = "root";

/** Opens the first administrator's account with the link that a new server prints. @param {{url: string, setup: string}} server */
export async function openOffice({ url, setup }) {
  const token = setup.split("#links/")[1];
  const answer = await new Caller(url, "").call("POST", `/v1/links/${token}`, { username: admin, password: PASSWORD });
  return new Caller(url, answer.access_token);
}

/** Somebody with a finished and a failed job. @param {string} url @param {string} name */
export async function customer(url, name) {
  const anna = await Caller.register(url, name);
  const product = await anna.upload(photos.product);
  const done = await anna.make({ kind: "product_photo", inputs: { product }, quality: "draft", reference: "CUP-RED" });
  // A cup has no face: this one fails, and is refunded.
  const failed = await anna.make({ kind: "digital_avatar", inputs: { photos: [product] }, quality: "draft" });
  const { id } = await anna.call("GET", "/v1/me");
  return { anna, id, done, failed };
}

/**
 * Every admin page with something to show.
 * @param {{url: string, setup: string}} server
 */
export async function furnishOffice(server) {
  const root = await openOffice(server);
  const { id, done, failed } = await customer(server.url, "anna");
  await root.call("POST", `/v1/admin/users/${id}/grants`, { credits: 50, reason: "A welcome" });
  await root.call("POST", "/v1/admin/links", { purpose: "invite", credits: 20 });
  await root.call("POST", "/v1/admin/codes", { name: "Spring fair", credits: 20, count: 3 });
  return {
    overview: "/admin",
    jobs: "/admin/jobs",
    job: `/admin/jobs/${done.id}`,
    "failed-job": `/admin/jobs/${failed.id}`,
    failures: "/admin/failures",
    models: "/admin/models",
    users: "/admin/users",
    user: `/admin/users/${id}`,
    links: "/admin/links",
    review: "/admin/review",
    orders: "/admin/orders",
    invoices: "/admin/invoices",
    codes: "/admin/codes",
    prices: "/admin/prices",
    costs: "/admin/costs",
    books: "/admin/books",
    settings: "/admin/settings",
    audit: "/admin/audit",
  };
}

/** Logs an administrator in on the page. @param {import("playwright-core").Page} page @param {string} url */
export async function enterOffice(page, url) {
  await page.goto(`${url}/login?next=/admin`);
  await page.fill("[name=username]", admin);
  await page.fill("[name=password]", PASSWORD);
  await page.click("[type=submit]");
  // The address of the log-in ends in `/admin` too.
  await page.waitForURL((url) => url.pathname === "/admin");
}
