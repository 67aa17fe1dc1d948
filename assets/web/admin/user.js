// One user: credits, role, mode, freezing, a link for a new password, and their jobs.

import { get, post, put } from "../core/api.js";
import { h } from "../core/dom.js";
import { credits, dateTime } from "../core/format.js";
import { reload } from "../core/router.js";
import { me } from "../core/session.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { loading } from "../parts/loading.js";
import { list as jobs } from "./jobs.js";
import { showLink } from "./link-made.js";
import { adminPage, section } from "./page.js";
import { ask, reason } from "./parts/ask.js";
import { copyId } from "./parts/refs.js";
import { facts } from "./parts/stat.js";
import { givePlan } from "./user-plan.js";
import { nameOf, standing } from "./users.js";
import { modeName, roleName } from "./words.js";

/** @typedef {import("./types.js").Account} Account */

export default adminPage(
  () => say({ zh: "用户详情", en: "User" }),
  ({ params, signal }) => [
    loading(() => get(`/v1/admin/users/${params.id}`, { signal }), draw, { signal, class: "stack" }),
    h("h2", {}, say({ zh: "TA 的任务", en: "Their jobs" })),
    jobs(new URLSearchParams({ user: params.id }), signal),
  ],
  { back: () => ["/admin/users", say({ zh: "用户", en: "Users" })] },
);

/** @param {Account} user */
function draw(user) {
  const self = user.id === me()?.id;
  const there = user.state !== "erased";
  return section(
    nameOf(user),
    facts([
      [
        say({ zh: "编号", en: "Id" }),
        h("span", { class: "ref" }, h("code", {}, user.id), copyId(user.id, nameOf(user))),
      ],
      [say({ zh: "状态", en: "State" }), standing(user)],
      [say({ zh: "积分", en: "Credits" }), credits(user.credits)],
      [say({ zh: "角色", en: "Role" }), roleName(user.role)],
      [say({ zh: "模式", en: "Mode" }), modeName(user.mode)],
      [say({ zh: "加入", en: "Joined" }), dateTime(user.created_at)],
    ]),
    there &&
      h(
        "div",
        { class: "actions" },
        button({
          label: say({ zh: "赠送积分", en: "Give credits" }),
          icon: "coin",
          look: "primary",
          onclick: () => grant(user),
        }),
        button({ label: say({ zh: "赠送套餐", en: "Give a plan" }), onclick: () => givePlan(user) }),
        button({ label: say({ zh: "修改模式", en: "Change mode" }), onclick: () => changeMode(user) }),
        button({ label: say({ zh: "重设密码", en: "New password" }), onclick: () => resetLink(user) }),
        !self && button({ label: roleAction(user), onclick: () => changeRole(user) }),
        !self && button({ ...freezing(user), onclick: () => freeze(user) }),
      ),
  );
}

/** @param {Account} user */
const grant = (user) =>
  ask({
    title: say({ zh: "赠送积分给 {name}", en: "Give credits to {name}" }, { name: nameOf(user) }),
    text: say(
      {
        zh: "现在有 {n} 积分。赠送会记入账目和操作日志。",
        en: "The balance is {n} now. The gift is entered in the ledger and the audit log.",
      },
      { n: user.credits },
    ),
    action: say({ zh: "赠送", en: "Give" }),
    fields: [
      {
        label: say({ zh: "积分", en: "Credits" }),
        name: "credits",
        type: "number",
        min: 1,
        max: 1_000_000,
        step: 1,
        required: true,
        inputmode: "numeric",
      },
      reason(say({ zh: "用户会在账目里看到", en: "The user reads it in their entries" })),
    ],
    send: async (values) => {
      await post(`/v1/admin/users/${user.id}/grants`, { credits: Number(values.credits), reason: values.reason });
      reload();
    },
    done: say({ zh: "积分已到账", en: "The credits are there" }),
  });

/** @param {Account} user */
function changeMode(user) {
  const mode = user.mode === "personal" ? "business" : "personal";
  ask({
    title: say({ zh: "改为{mode}模式", en: "Change to {mode} mode" }, { mode: modeName(mode).toLowerCase() }),
    text: say({
      zh: "模式决定先显示什么、用哪个模型列表；价格不变。用户可以自己改回来。",
      en: "The mode decides what is shown first and which list of models is used; prices stay. Users can change it back.",
    }),
    action: say({ zh: "修改", en: "Change" }),
    send: async () => {
      await put(`/v1/admin/users/${user.id}`, { mode });
      reload();
    },
  });
}

/** @param {Account} user */
const roleAction = (user) =>
  user.role === "admin"
    ? say({ zh: "取消管理员", en: "Take the admin role away" })
    : say({ zh: "设为管理员", en: "Make administrator" });

/** @param {Account} user */
function changeRole(user) {
  const admin = user.role === "admin";
  ask({
    title: `${roleAction(user)}: ${nameOf(user)}`,
    text: admin
      ? say({ zh: "TA 将立即失去管理权限。", en: "They lose these pages at once." })
      : say({
          zh: "管理员可以看到所有用户的任务、赠送积分、退款、冻结用户。只给你信任的人。",
          en: "Administrators see every user's jobs, give credits, refund and freeze. Only for people you trust.",
        }),
    action: roleAction(user),
    danger: true,
    send: async () => {
      await put(`/v1/admin/users/${user.id}`, { role: admin ? "user" : "admin" });
      reload();
    },
  });
}

/** @param {Account} user @returns {{label: string, look: "danger" | "plain"}} */
const freezing = (user) =>
  user.state === "frozen"
    ? { label: say({ zh: "解冻", en: "Unfreeze" }), look: "plain" }
    : { label: say({ zh: "冻结", en: "Freeze" }), look: "danger" };

/** @param {Account} user */
function freeze(user) {
  const frozen = user.state === "frozen";
  ask({
    title: `${freezing(user).label}: ${nameOf(user)}`,
    text: frozen
      ? say({
          zh: "用户可以重新登录和提交，公开作品恢复显示。",
          en: "They can log in and submit again, and their public works are shown again.",
        })
      : say({
          zh: "用户立即不能登录和提交，排队的任务取消并退款，进行中的做完，公开作品不再显示。可以解冻。",
          en: "They can no longer log in or submit. Waiting jobs are cancelled and refunded, running ones finish, public works vanish. You can unfreeze later.",
        }),
    action: freezing(user).label,
    danger: !frozen,
    fields: [{ ...reason(say({ zh: "记入操作日志", en: "Kept in the audit log" })), required: !frozen }],
    send: async ({ reason }) => {
      await post(`/v1/admin/users/${user.id}/${frozen ? "unfreeze" : "freeze"}`, reason ? { reason } : {});
      reload();
    },
  });
}

/** @param {Account} user */
const resetLink = (user) =>
  ask({
    title: say({ zh: "给 {name} 重设密码", en: "A new password for {name}" }, { name: nameOf(user) }),
    text: say({
      zh: "生成一个一次性链接，由用户自己设置新密码，其他会话随即退出。旧密码在那之前仍有效。",
      en: "This makes a one-time link with which the user sets a new password; their other sessions end then. The old password works until it is used.",
    }),
    action: say({ zh: "生成链接", en: "Make the link" }),
    send: async () => showLink(await post("/v1/admin/links", { purpose: "reset", user_id: user.id })),
  });
