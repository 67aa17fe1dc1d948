// Paying an order: what to do, and watching until it is done.

import { get, send } from "../../core/api.js";
import { fill, h, pause } from "../../core/dom.js";
import { money } from "../../core/format.js";
import { load } from "../../core/session.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { copy } from "../../parts/copy.js";
import { dialog } from "../../parts/dialog.js";
import { toast } from "../../parts/toast.js";

/** @typedef {import("../../types.js").Words} Words */

/**
 * @typedef {object} Order
 * @property {string} id
 * @property {"pending" | "paid" | "closed" | "refunding" | "refunded"} status
 * @property {Words} status_label
 * @property {string} channel
 * @property {{kind: string, id: string, label: Words}} item
 * @property {number} credits
 * @property {number} bonus
 * @property {number} amount_fen
 * @property {string} currency
 * @property {Record<string, any> | null} payment
 * @property {string} created_at
 */

const ASK_MS = 2500;

/** @param {Order} order @param {AbortSignal} signal */
export function pay(order, signal) {
  const leaving = new AbortController();
  signal.addEventListener("abort", () => box.close(), { once: true });
  const state = h("p", { class: "hint", role: "status" }, say({ zh: "等待支付…", en: "Waiting for your payment…" }));
  const box = dialog(
    say({ zh: "支付 {sum}", en: "Pay {sum}" }, { sum: money(order.amount_fen, order.currency) }),
    [h("p", {}, say(order.item.label)), ways(order), state],
    {
      closed: () => leaving.abort(),
    },
  );
  watch(order.id, leaving.signal, (now) => {
    if (now.status === "paid") {
      box.close();
      load().catch(() => undefined);
      toast(say({ zh: "支付成功，已到账", en: "Paid. Thank you!" }));
      document.dispatchEvent(new Event("orders"));
    } else if (now.status !== "pending") {
      fill(state, say(now.status_label));
    }
  });
}

/** @param {string} id @param {AbortSignal} signal @param {(order: Order) => void} tell */
async function watch(id, signal, tell) {
  for (let status = "pending"; status === "pending" && !signal.aborted;) {
    await pause(ASK_MS, signal);
    if (signal.aborted) return;
    const order = await get(`/v1/orders/${id}`, { signal }).catch(() => null);
    if (!order) continue;
    status = order.status;
    tell(order);
  }
}

/** What the buyer does, by what the channel tells. @param {Order} order */
function ways({ payment }) {
  const { instructions, reference, qr_svg: code, notify_url: sandbox, notify_body: paid } = payment ?? {};
  return [
    code &&
      h("img", {
        class: "pay-code",
        src: `data:image/svg+xml,${encodeURIComponent(code)}`,
        alt: say({ zh: "支付二维码", en: "QR code for paying" }),
        width: 220,
        height: 220,
      }),
    code &&
      h("p", { class: "hint" }, say({ zh: "用微信扫一扫；在手机上可长按保存后从相册扫描", en: "Scan it with WeChat" })),
    sandbox && pretend(new URL(sandbox, location.href).pathname, paid),
    instructions && h("p", { class: "pay-instructions" }, say(instructions)),
    reference &&
      h(
        "p",
        { class: "pay-reference" },
        say({ zh: "付款时请备注：", en: "Write this on your payment: " }),
        h("code", {}, reference),
        button({
          label: say({ zh: "复制", en: "Copy" }),
          icon: "copy",
          iconOnly: true,
          small: true,
          look: "quiet",
          onclick: () => copy(reference),
        }),
      ),
  ];
}

/** The sandbox moves no money: the buyer reports the payment that it would report. @param {string} path @param {unknown} paid */
const pretend = (path, paid) =>
  h(
    "div",
    { class: "stack-small" },
    h("p", {}, say({ zh: "这是模拟支付，不会真的扣款。", en: "This is the sandbox: no money moves." })),
    button({
      label: say({ zh: "模拟支付", en: "Pretend to pay" }),
      look: "primary",
      onclick: () => send("POST", path, { body: paid }),
    }),
  );
