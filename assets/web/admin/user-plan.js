// Giving a user a plan for some months, or ending the one they have.

import { del, get, post } from "../core/api.js";
import { reload } from "../core/router.js";
import { say } from "../core/words.js";
import { empty } from "../parts/loading.js";
import { dialog } from "../parts/dialog.js";
import { button } from "../parts/button.js";
import { ask } from "./parts/ask.js";
import { setting } from "./parts/refs.js";
import { nameOf } from "./users.js";

/** @typedef {import("./types.js").Account} Account */
/** @typedef {{id: string, label: import("../types.js").Words}} Plan */

/** @param {Account} user */
export async function givePlan(user) {
  /** @type {{items: Plan[]}} */
  const { items } = await get("/v1/plans");
  if (items.length === 0) return none();
  const box = ask({
    title: say({ zh: "赠送套餐给 {name}", en: "Give {name} a plan" }, { name: nameOf(user) }),
    text: say({
      zh: "同一套餐的月数会累加；换成另一个套餐立即生效，取代原来的。",
      en: "More months of the same plan are added; another plan takes its place at once.",
    }),
    action: say({ zh: "赠送", en: "Give" }),
    fields: [
      {
        label: say({ zh: "套餐", en: "Plan" }),
        name: "plan",
        options: items.map(({ id, label }) => ({ value: id, label: say(label) })),
      },
      {
        label: say({ zh: "月数", en: "Months" }),
        name: "months",
        type: "number",
        min: 1,
        max: 120,
        inputmode: "numeric",
        hint: say({ zh: "留空则一直有效，直到你结束它", en: "Leave empty for one that goes on until you end it" }),
      },
    ],
    send: async ({ plan, months }) => {
      await post(`/v1/admin/users/${user.id}/subscription`, { plan, ...(months ? { months: Number(months) } : {}) });
      reload();
    },
    done: say({ zh: "套餐已生效", en: "The plan is in force" }),
  });
  box.querySelector(".actions")?.prepend(
    button({
      label: say({ zh: "结束现有套餐", en: "End the present plan" }),
      look: "danger",
      onclick: () => (box.close(), end(user)),
    }),
  );
  return undefined;
}

/** @param {Account} user */
const end = (user) =>
  ask({
    title: say({ zh: "结束 {name} 的套餐", en: "End the plan of {name}" }, { name: nameOf(user) }),
    text: say({
      zh: "套餐立即结束，它赠送而未用完的积分作废。不会退款。",
      en: "It ends at once, and what is unspent of its monthly credits expires. No money goes back.",
    }),
    action: say({ zh: "结束", en: "End it" }),
    danger: true,
    send: async () => {
      await del(`/v1/admin/users/${user.id}/subscription`);
      reload();
    },
    done: say({ zh: "套餐已结束", en: "The plan has ended" }),
  });

const none = () =>
  dialog(say({ zh: "没有套餐", en: "No plans" }), [
    empty({
      title: say({ zh: "还没有配置套餐", en: "No plan is set up" }),
      text: say({ zh: "在配置文件里添加：", en: "Add one to the configuration file:" }),
      action: setting("[plans.list.pro]"),
    }),
  ]);
