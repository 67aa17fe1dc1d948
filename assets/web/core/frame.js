// What is around every page: the brand, the places to go, the balance, the footer.

import { fill, h } from "./dom.js";
import { credits } from "./format.js";
import { me } from "./session.js";
import { site } from "./site.js";
import { isLoggedIn, onTokens } from "./tokens.js";
import { lang, say, speak } from "./words.js";
import { icon } from "../parts/icon.js";

/** @typedef {{href: string, label: string, icon: import("../parts/icon.js").IconName}} Place */

/** The places in the bar. @returns {Place[]} */
function places() {
  /** @type {Place[]} */
  const list = [
    { href: "/make", label: say({ zh: "制作", en: "Make" }), icon: "make" },
    { href: "/works", label: say({ zh: "作品", en: "Works" }), icon: "works" },
  ];
  if (site.gallery !== "off")
    list.push({ href: "/gallery", label: say({ zh: "广场", en: "Gallery" }), icon: "gallery" });
  list.push({ href: "/account", label: say({ zh: "我的", en: "Account" }), icon: "account" });
  if (me()?.role === "admin") list.push({ href: "/admin", label: say({ zh: "管理", en: "Admin" }), icon: "chart" });
  return list;
}

/** Puts the frame around the place where views are drawn. @param {HTMLElement} main */
export function frame(main) {
  const header = h("header", { class: "head" });
  const notice = h("aside", { class: "notice", "aria-label": say({ zh: "公告", en: "Notice" }) });
  const footer = h("footer", { class: "foot" });
  const bar = h("nav", { class: "bar", "aria-label": say({ zh: "主要页面", en: "Main pages" }) });
  const live = h("a", { class: "live-chip", href: "/jobs", hidden: true });
  const draw = () => {
    fill(header, ...head(live));
    fill(bar, isLoggedIn() ? places().map(tab) : null);
    bar.hidden = !isLoggedIn();
    notice.textContent = say(site.notice);
    notice.hidden = !notice.textContent;
    fill(footer, ...foot());
    mark();
  };
  draw();
  onTokens(draw);
  document.addEventListener("lang", draw);
  document.addEventListener("session", draw);
  document.addEventListener("place", () => mark());
  document.addEventListener("live", (event) => showLive(live, /** @type {CustomEvent<number>} */ (event).detail));
  const skip = h("a", { class: "skip", href: "#main" }, say({ zh: "跳到内容", en: "Skip to content" }));
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  return h("div", { class: "frame" }, skip, header, notice, main, footer, bar);
}

/** @param {HTMLElement} live */
function head(live) {
  const brand = h("a", { class: "brand", href: "/" }, logo());
  const user = me();
  if (!isLoggedIn()) {
    const login = h("a", { class: "button quiet", href: "/login" }, say({ zh: "登录", en: "Log in" }));
    const open = site.registration === "open";
    const join = open && h("a", { class: "button primary", href: "/register" }, say({ zh: "注册", en: "Sign up" }));
    return [
      brand,
      h("nav", { class: "head-side", "aria-label": say({ zh: "账户", en: "Account" }) }, language(), login, join),
    ];
  }
  const middle = h(
    "nav",
    { class: "head-places", "aria-label": say({ zh: "页面", en: "Pages" }) },
    places().map(({ href, label }) => h("a", { href, class: "place" }, label)),
  );
  const balance = user && h("a", { class: "balance", href: "/credits" }, icon("coin"), credits(user.credits));
  return [brand, middle, h("div", { class: "head-side" }, live, balance)];
}

const logo = () => (site.logo ? h("img", { src: site.logo, alt: say(site.name), class: "logo" }) : say(site.name));

/** @param {Place} place */
const tab = (place) => h("a", { class: "tab place", href: place.href }, icon(place.icon), h("span", {}, place.label));

function language() {
  const other = lang() === "zh" ? "en" : "zh";
  const name = other === "zh" ? "中文" : "English";
  return h(
    "button",
    { class: "button quiet language", type: "button", lang: other, onclick: () => speak(other) },
    name,
  );
}

function foot() {
  const filings = site.filings.map(({ text, url }) =>
    url ? h("a", { href: url, rel: "noopener", target: "_blank" }, text) : h("span", {}, text),
  );
  return [
    h("span", {}, say(site.name)),
    site.contact && h("span", {}, site.contact),
    h("a", { href: "/terms" }, say({ zh: "使用条款", en: "Terms" })),
    h("a", { href: "/privacy" }, say({ zh: "隐私说明", en: "Privacy" })),
    ...filings,
    language(),
  ];
}

/** Marks the place that is shown. */
function mark() {
  const [, first] = location.pathname.split("/");
  document.querySelectorAll(".place").forEach((link) => {
    const own = link.getAttribute("href")?.slice(1) === first;
    if (own) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

/** @param {HTMLElement} chip @param {number} count */
function showLive(chip, count) {
  chip.hidden = count === 0;
  fill(
    chip,
    h("span", { class: "spinner", "aria-hidden": "true" }),
    say({ zh: "{n} 个进行中", en: "{n} in progress" }, { n: count }),
  );
}
