// The price beside the balance, and the one button.

import { freshKey, post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { credits } from "../../core/format.js";
import { submitted } from "../../core/live.js";
import { go } from "../../core/router.js";
import { me } from "../../core/session.js";
import { say } from "../../core/words.js";
import { button, linkButton } from "../../parts/button.js";
import { askConsent } from "./consent.js";
import { readyRows, submitMany } from "./batch.js";
import { offerNotices } from "../notices.js";

/** @typedef {import("./draft.js").Draft} Draft */

/** @param {Draft} draft @param {AbortSignal} signal @param {boolean} takesMany */
export function payBar(draft, signal, takesMany) {
  const words = h("div", { class: "pay-words", "aria-live": "polite" });
  const place = h("div", { class: "pay-go" });
  // One key for one press: a second try after a lost answer is not a second picture.
  let key = freshKey();
  const again = () => {
    key = freshKey();
    draw();
  };
  let submitting = false;
  const draw = () => {
    const bill = reckon(draft, takesMany);
    fill(words, sum(bill), hint(draft, bill));
    if (!submitting) fill(place, bill.affordable === 0 ? buy() : make(bill, () => press(bill)));
  };
  // The price leaves the balance while this runs: drawn anew, the button could be pressed again.
  const press = async (/** @type {Bill} */ bill) => {
    submitting = true;
    try {
      await submit(draft, bill, () => key);
    } finally {
      submitting = false;
      draw();
    }
  };
  draft.addEventListener("photos", again, { signal });
  draft.addEventListener("settings", again, { signal });
  document.addEventListener("session", draw, { signal });
  draw();
  return h("section", { class: "pay", "aria-label": say({ zh: "提交", en: "Submit" }) }, words, place);
}

/**
 * What can be made of this draft with this balance.
 * @param {Draft} draft
 * @param {boolean} takesMany
 */
function reckon(draft, takesMany) {
  const { price } = draft.kind;
  // Not known until the session is: nobody is told that they are poor before that.
  const balance = me()?.credits ?? Infinity;
  const photos = draft.all();
  const good = takesMany ? readyRows(draft) : [];
  const wanted = takesMany ? Math.max(photos.length, 1) : 1;
  const affordable = price === 0 ? wanted : Math.floor(balance / price);
  const ready = takesMany ? good.length : draft.complete ? 1 : 0;
  const count = Math.min(ready, affordable);
  return {
    price,
    balance,
    wanted,
    ready,
    count,
    affordable,
    short: affordable < wanted,
    several: takesMany && photos.length > 1,
  };
}

/** @typedef {ReturnType<typeof reckon>} Bill */

/** @param {Bill} bill */
function sum({ price, balance, wanted, short }) {
  const total = price * wanted;
  const cost = price === 0 ? say({ zh: "免费", en: "Free" }) : credits(total);
  const have = Number.isFinite(balance) && say({ zh: "余额 {balance}", en: "{balance} left to spend" }, { balance });
  return h(
    "p",
    { class: "pay-sum" },
    h("b", { class: "price" }, cost),
    h("span", { class: short ? "hint short" : "hint" }, have),
  );
}

/** Why the button cannot be pressed yet, or what it will do. @param {Draft} draft @param {Bill} bill */
function hint(draft, { short, several, wanted, affordable, ready }) {
  const text = () => {
    if (several && short)
      return say(
        { zh: "余额够做 {n} 张，共 {all} 张", en: "Your balance covers {n} of {all}" },
        { n: affordable, all: wanted },
      );
    if (short) return say({ zh: "积分不够", en: "Not enough credits" });
    if (ready > 0) return say({ zh: "失败自动退还", en: "Refunded if it fails" });
    if (draft.all().some((photo) => !photo.upload && !photo.error))
      return say({ zh: "正在上传照片…", en: "Sending your photos…" });
    return say({ zh: "先放上照片", en: "Add your photos first" });
  };
  return h("p", { class: "hint" }, text());
}

const buy = () => linkButton({ label: say({ zh: "获取积分", en: "Get credits" }), look: "primary", href: "/credits" });

/** @param {Bill} bill @param {() => Promise<void>} press */
function make({ count, several, wanted }, press) {
  const label = !several
    ? say({ zh: "开始制作", en: "Make it" })
    : count < wanted
      ? say({ zh: "制作前 {n} 张", en: "Make {n} of them" }, { n: count })
      : say({ zh: "制作 {n} 张", en: { one: "Make {n} picture", other: "Make {n} pictures" } }, { n: count });
  return button({ label, look: "primary", disabled: count === 0, onclick: press, class: "go" });
}

/** @param {Draft} draft @param {Bill} bill @param {() => string} key */
async function submit(draft, { count, several }, key) {
  offerNotices();
  if (several) return submitMany(draft, count, key());
  const job = await askConsent(() => post("/v1/jobs", draft.request(), { key: key() }));
  draft.keep();
  submitted(job);
  return go(`/jobs/${job.id}`);
}
