// One-time links: invitations, new passwords, a first administrator.

import { del, post } from "../core/api.js";
import { h } from "../core/dom.js";
import { credits, dateTime, when } from "../core/format.js";
import { reload } from "../core/router.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { showLink } from "./link-made.js";
import { adminPage } from "./page.js";
import { ask } from "./parts/ask.js";
import { ref } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";
import { modeName, purposeName, roleName } from "./words.js";

/** @typedef {import("./types.js").Link} Link */

export default adminPage(
  () => say({ zh: "一次性链接", en: "One-time links" }),
  ({ query, signal }) => {
    if (query.get("new") === "invite") {
      history.replaceState(history.state, "", "/admin/links");
      setTimeout(invite);
    }
    return [
      h(
        "p",
        { class: "hint" },
        say({
          zh: "邀请链接让对方注册账户（可带积分、角色和模式）。要给老用户重设密码，到用户详情里生成。",
          en: "An invitation opens an account, with credits, a role and a mode if you like. A link for a new password is made on the user's page.",
        }),
      ),
      list(signal),
    ];
  },
  {
    actions: () =>
      button({
        label: say({ zh: "新邀请", en: "New invitation" }),
        icon: "plus",
        look: "primary",
        small: true,
        onclick: invite,
      }),
  },
);

/** @param {AbortSignal} signal */
const list = (signal) =>
  endlessTable({
    label: say({ zh: "一次性链接", en: "One-time links" }),
    columns: [
      {
        name: say({ zh: "用途", en: "Purpose" }),
        as: "main",
        cell: (/** @type {Link} */ link) => [purposeName(link.purpose), h("span", { class: "hint" }, terms(link))],
      },
      { name: say({ zh: "状态", en: "State" }), cell: standing },
      {
        name: say({ zh: "用户", en: "User" }),
        cell: (link) => (link.spent_by ? ref(link.spent_by, link.spent_by_name) : ref(link.user_id, link.user_name)),
      },
      {
        name: say({ zh: "创建人", en: "Made by" }),
        cell: (link) =>
          link.created_by ? ref(link.created_by, link.created_by_name) : say({ zh: "命令行", en: "Command line" }),
      },
      { name: say({ zh: "创建", en: "Made" }), as: "number", cell: (link) => when(link.created_at) },
      { name: say({ zh: "到期", en: "Good until" }), as: "number", cell: (link) => when(link.expires_at) },
      {
        name: say({ zh: "操作", en: "Actions" }),
        as: "actions",
        cell: (link) =>
          isOpen(link) &&
          button({
            label: say({ zh: "撤销", en: "Revoke" }),
            look: "danger",
            small: true,
            onclick: () => revoke(link),
          }),
      },
    ],
    path: "/v1/admin/links",
    signal,
    none: {
      title: say({ zh: "还没有链接", en: "No links yet" }),
      text: say({
        zh: "关闭公开注册时，用邀请链接添加用户。",
        en: "Where registration is closed, people come in by invitation.",
      }),
    },
  });

/** @param {Link} link */
const isOpen = (link) => !link.spent_at && Date.parse(link.expires_at) > Date.now();

/** @param {Link} link */
function terms(link) {
  if (link.purpose !== "invite") return "";
  const role = link.role === "admin" ? roleName(link.role) : "";
  return [role, modeName(link.mode), link.credits > 0 && credits(link.credits)].filter(Boolean).join(" · ");
}

/** @param {Link} link */
function standing(link) {
  if (link.spent_at)
    return h("span", { class: "pill", title: dateTime(link.spent_at) }, say({ zh: "已使用", en: "Used" }));
  if (isOpen(link)) return h("span", { class: "pill good" }, say({ zh: "可用", en: "Open" }));
  return h("span", { class: "pill" }, say({ zh: "已过期", en: "Over" }));
}

function invite() {
  ask({
    title: say({ zh: "新邀请", en: "New invitation" }),
    text: say({ zh: "链接只能用一次，七天内有效。", en: "The link works once, within seven days." }),
    action: say({ zh: "生成链接", en: "Make the link" }),
    fields: [
      {
        label: say({ zh: "附带积分", en: "Credits with it" }),
        name: "credits",
        type: "number",
        min: 0,
        max: 1_000_000,
        value: 0,
        inputmode: "numeric",
      },
      {
        label: say({ zh: "模式", en: "Mode" }),
        name: "mode",
        options: ["personal", "business"].map((value) => ({ value, label: modeName(value) })),
      },
      {
        label: say({ zh: "角色", en: "Role" }),
        name: "role",
        options: ["user", "admin"].map((value) => ({ value, label: roleName(value) })),
        hint: say({ zh: "管理员能看到所有用户和钱", en: "Administrators see all users and all money" }),
      },
    ],
    send: async ({ credits, mode, role }) =>
      showLink(await post("/v1/admin/links", { purpose: "invite", credits: Number(credits), mode, role }), reload),
  });
}

/** @param {Link} link */
const revoke = (link) =>
  ask({
    title: say({ zh: "撤销链接", en: "Revoke this link" }),
    text: say({
      zh: "链接立即失效，打开它的人会看到它已不可用。需要时可以再生成一个。",
      en: "It stops working at once; whoever opens it is told so. You can make another one.",
    }),
    action: say({ zh: "撤销", en: "Revoke" }),
    danger: true,
    send: async () => {
      await del(`/v1/admin/links/${link.id}`);
      reload();
    },
    done: say({ zh: "链接已撤销", en: "The link was revoked" }),
  });
