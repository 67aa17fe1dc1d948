// What was sent to a webhook and how it went; any of it can be sent again.

import { get, post } from "../../../core/api.js";
import { fill, h } from "../../../core/dom.js";
import { when } from "../../../core/format.js";
import { say } from "../../../core/words.js";
import { button } from "../../../parts/button.js";
import { dialog } from "../../../parts/dialog.js";
import { empty } from "../../../parts/loading.js";
import { pager } from "../../../parts/pager.js";
import { toast } from "../../../parts/toast.js";

/** @typedef {{id: string, event: string, state: string, tries: number, status: number | null, error: string | null, next_try_at: string | null, created_at: string}} Delivery */

/** @param {string} hook @param {AbortSignal} signal */
export function deliveries(hook, signal) {
  const list = pager({
    load: (cursor) => get(`/v1/webhooks/${hook}/deliveries`, { query: { cursor, limit: 20 }, signal }),
    draw: row,
    class: "ledger",
    signal,
    empty: empty({ title: say({ zh: "还没有投递", en: "Nothing sent yet" }) }),
  });
  dialog(say({ zh: "投递记录", en: "Deliveries" }), [list], { wide: true });
}

/** @param {Delivery} first */
function row(first) {
  const element = h("li", { class: "entry" });
  const draw = (/** @type {Delivery} */ one) => fill(element, ...content(one, draw));
  draw(first);
  return element;
}

/** @type {Record<string, [string, import("../../../types.js").Words]>} */
const states = {
  pending: ["pill", { zh: "等待发送", en: "Waiting" }],
  delivered: ["pill good", { zh: "已送达", en: "Delivered" }],
  failed: ["pill bad", { zh: "失败", en: "Failed" }],
};

/** @type {Record<string, import("../../../types.js").Words>} */
const events = {
  "webhook.test": { zh: "测试", en: "Test" },
  "job.completed": { zh: "任务完成", en: "Job completed" },
  "job.failed": { zh: "任务失败", en: "Job failed" },
  "job.cancelled": { zh: "任务取消", en: "Job cancelled" },
};

/** @param {Delivery} one @param {(next: Delivery) => void} update */
function content(one, update) {
  const [tone, words] = states[one.state] ?? ["pill", { zh: one.state, en: one.state }];
  const facts = [
    when(one.created_at),
    say({ zh: "{n} 次", en: { one: "{n} try", other: "{n} tries" } }, { n: one.tries }),
    one.status,
    one.error,
    one.next_try_at && say({ zh: "下次 {when}", en: "next {when}" }, { when: when(one.next_try_at) }),
  ];
  return [
    h(
      "span",
      { class: "entry-words" },
      h("span", {}, one.event in events ? say(events[one.event]) : one.event),
      h("span", { class: "hint" }, facts.filter(Boolean).join(" · ")),
    ),
    h("span", { class: tone }, say(words)),
    one.state === "pending" ? null : again(one, update),
  ];
}

/** @param {Delivery} one @param {(next: Delivery) => void} update */
const again = (one, update) =>
  button({
    label: say({ zh: "重新投递", en: "Send again" }),
    icon: "again",
    iconOnly: true,
    small: true,
    look: "quiet",
    onclick: async () => {
      update(await post(`/v1/webhooks/deliveries/${one.id}/replay`));
      toast(say({ zh: "已重新排队", en: "It will be sent again" }));
    },
  });
