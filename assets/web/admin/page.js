// What is around every admin page: the list of them, the heading, and the door that only administrators pass.

import { h } from "../core/dom.js";
import { load, me } from "../core/session.js";
import { say } from "../core/words.js";
import { linkButton } from "../parts/button.js";
import { empty } from "../parts/loading.js";

/** @typedef {import("../core/router.js").Visit} Visit */
/** @typedef {import("../core/dom.js").Child} Child */

/** @returns {{name: string, places: [href: string, label: string][]}[]} */
const groups = () => [
  {
    name: say({ zh: "运行", en: "Running" }),
    places: [
      ["/admin", say({ zh: "总览", en: "Overview" })],
      ["/admin/jobs", say({ zh: "任务", en: "Jobs" })],
      ["/admin/failures", say({ zh: "失败原因", en: "Failures" })],
      ["/admin/models", say({ zh: "模型", en: "Models" })],
    ],
  },
  {
    name: say({ zh: "用户", en: "People" }),
    places: [
      ["/admin/users", say({ zh: "用户", en: "Users" })],
      ["/admin/links", say({ zh: "一次性链接", en: "One-time links" })],
      ["/admin/review", say({ zh: "审核", en: "Review" })],
    ],
  },
  {
    name: say({ zh: "钱", en: "Money" }),
    places: [
      ["/admin/orders", say({ zh: "订单", en: "Orders" })],
      ["/admin/invoices", say({ zh: "发票", en: "Invoices" })],
      ["/admin/codes", say({ zh: "兑换码", en: "Codes" })],
      ["/admin/prices", say({ zh: "价格与套餐", en: "Prices and plans" })],
      ["/admin/costs", say({ zh: "模型成本", en: "Upstream cost" })],
      ["/admin/books", say({ zh: "账本", en: "Books" })],
    ],
  },
  {
    name: say({ zh: "系统", en: "System" }),
    places: [
      ["/admin/settings", say({ zh: "生效的设置", en: "Settings in force" })],
      ["/admin/audit", say({ zh: "操作日志", en: "Audit log" })],
    ],
  },
];

/** The place in the list that an address belongs to: `/admin/jobs/job_…` is one of the jobs. @param {string} path */
const placeOf = (path) => path.split("/").slice(0, 3).join("/");

function nav() {
  const here = placeOf(location.pathname);
  const place = (/** @type {[string, string]} */ [href, label]) =>
    h("li", {}, h("a", { href, "aria-current": href === here ? "page" : undefined }, label));
  const group = (/** @type {{name: string, places: [string, string][]}} */ { name, places }) =>
    h("div", { class: "admin-group" }, h("p", { "aria-hidden": "true" }, name), h("ul", {}, places.map(place)));
  const element = h(
    "nav",
    { class: "admin-nav", "aria-label": say({ zh: "管理页面", en: "Admin pages" }) },
    groups().map(group),
  );
  // On a phone the list is one row: the present place must be in sight.
  requestAnimationFrame(() => {
    const current = element.querySelector("[aria-current]");
    if (current instanceof HTMLElement && element.scrollWidth > element.clientWidth)
      element.scrollLeft = current.offsetLeft - (element.clientWidth - current.offsetWidth) / 2;
  });
  return element;
}

/**
 * A view that only administrators see.
 * @param {() => string} name
 * @param {(visit: Visit) => Child | Promise<Child>} draw
 * @param {{actions?: () => Child, back?: () => [href: string, label: string]}} [more]
 * @returns {import("../core/router.js").View}
 */
export function adminPage(name, draw, { actions, back } = {}) {
  return async (visit) => {
    const heading = name();
    visit.title(heading);
    const user = me() ?? (await load().catch(() => null));
    if (user && user.role !== "admin") return strangers();
    const up = back?.();
    return h(
      "div",
      { class: "admin" },
      nav(),
      h(
        "div",
        { class: "admin-body stack" },
        h(
          "header",
          { class: "admin-head" },
          h("div", {}, up && h("a", { class: "admin-back", href: up[0] }, `← ${up[1]}`), h("h1", {}, heading)),
          h("div", { class: "actions" }, actions?.()),
        ),
        await draw(visit),
      ),
    );
  };
}

function strangers() {
  return empty({
    title: say({ zh: "只有管理员能看这里", en: "Only administrators can see this" }),
    text: say({
      zh: "需要权限的话，请让管理员把你的角色改为管理员，然后重新登录。",
      en: "If you need it, ask an administrator to give you the role, then log in again.",
    }),
    action: linkButton({ label: say({ zh: "回到制作", en: "Back to making pictures" }), href: "/make" }),
  });
}

/** A card with a heading. @param {string} heading @param {...Child} content */
export function section(heading, ...content) {
  return h("section", { class: "card admin-card" }, h("h2", {}, heading), ...content);
}
