// The start page: for visitors, what this is; whoever is logged in goes on making.

import { h } from "../core/dom.js";
import { go } from "../core/router.js";
import { site } from "../core/site.js";
import { isLoggedIn } from "../core/tokens.js";
import { say } from "../core/words.js";
import { linkButton } from "../parts/button.js";

const tiles = () => [
  {
    kind: "product_photo",
    name: say({ zh: "商品摄影", en: "Product photo" }),
    text: say({ zh: "干净的背景，讲究的光", en: "A clean ground and good light" }),
  },
  {
    kind: "fashion_photo",
    name: say({ zh: "时尚摄影", en: "Fashion photo" }),
    text: say({ zh: "一件衣服，一个场景", en: "One garment, a set of its own" }),
  },
  {
    kind: "digital_avatar",
    name: say({ zh: "数字分身", en: "Avatar" }),
    text: say({ zh: "一到八张照片，一幅肖像", en: "A portrait from a few photos" }),
  },
  {
    kind: "virtual_tryon",
    name: say({ zh: "虚拟试衣", en: "Try-on" }),
    text: say({ zh: "先看上身，再做决定", en: "See it worn before you decide" }),
  },
];

const art = (/** @type {string} */ name) => new URL(`../art/${name}`, import.meta.url).href;

/** @type {import("../core/router.js").View} */
export default function view() {
  if (isLoggedIn()) {
    go("/make", { replace: true });
    return h("div");
  }
  const start = site.registration === "open" ? "/register" : "/login";
  return h(
    "div",
    {},
    h(
      "section",
      { class: "hero" },
      h("h1", {}, say({ zh: "普通照片，拍出大片。", en: "Ordinary photos in. Fashion pictures out." })),
      h(
        "p",
        { class: "lead" },
        say({
          zh: "拍下衣服或商品，选一个场景，几十秒后得到可以直接上架的图片。",
          en: "Photograph a garment or a product, choose a set, and have a picture for your shop in under a minute.",
        }),
      ),
      h(
        "div",
        { class: "actions" },
        linkButton({ label: say({ zh: "开始制作", en: "Make a picture" }), look: "primary", href: start }),
        linkButton({ label: say({ zh: "登录", en: "Log in" }), look: "quiet", href: "/login" }),
      ),
    ),
    h(
      "section",
      { class: "show", "aria-label": say({ zh: "四种图片", en: "Four kinds of picture" }) },
      tiles().map(tile),
    ),
  );
}

/** @param {{kind: string, name: string, text: string}} what */
function tile({ kind, name, text }, index = 0) {
  return h(
    "a",
    { class: "show-tile", href: `/make/${kind}` },
    h(
      "figure",
      {},
      h("img", {
        src: art(`show-${kind}.webp`),
        width: 480,
        height: 640,
        alt: "",
        loading: index > 1 ? "lazy" : "eager",
      }),
      h("img", {
        src: art(`before-${kind}.webp`),
        class: "show-before",
        width: 160,
        height: 160,
        alt: "",
        loading: "lazy",
      }),
    ),
    h("span", {}, h("b", {}, name), h("span", { class: "hint" }, text)),
  );
}
