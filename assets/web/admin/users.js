// Everybody who has an account.

import { h } from "../core/dom.js";
import { date, number } from "../core/format.js";
import { say } from "../core/words.js";
import { linkButton } from "../parts/button.js";
import { adminPage } from "./page.js";
import { choice, chips, filters, search } from "./parts/filters.js";
import { ref } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";
import { modeName, roleName, standingName } from "./words.js";

/** @typedef {import("./types.js").Account} Account */

export default adminPage(
  () => say({ zh: "用户", en: "Users" }),
  ({ query, signal }) => [bar(query), list(query, signal)],
  {
    actions: () =>
      linkButton({
        label: say({ zh: "邀请用户", en: "Invite somebody" }),
        icon: "plus",
        small: true,
        href: "/admin/links?new=invite",
      }),
  },
);

/** @param {URLSearchParams} query */
const bar = (query) =>
  filters(
    search(say({ zh: "用户名、昵称或编号", en: "Name, nickname or id" }), "search", query),
    chips(
      say({ zh: "状态", en: "State" }),
      "state",
      [
        { value: "", label: say({ zh: "全部", en: "All" }) },
        ...["active", "frozen", "erased"].map((value) => ({ value, label: standingName(value) })),
      ],
      query,
    ),
    choice(
      say({ zh: "角色", en: "Role" }),
      "role",
      ["user", "admin"].map((value) => ({ value, label: roleName(value) })),
      query,
    ),
  );

/** Name first; whoever came by WeChat may have none. @param {Account} user */
export const nameOf = (user) => user.username ?? user.nickname ?? user.id.slice(-8);

/** @param {Account} user */
export const standing = (user) =>
  h("span", { class: user.state === "active" ? "pill good" : "pill bad" }, standingName(user.state));

/** @param {URLSearchParams} query @param {AbortSignal} signal */
const list = (query, signal) =>
  endlessTable({
    label: say({ zh: "用户", en: "Users" }),
    columns: [
      {
        name: say({ zh: "用户", en: "User" }),
        as: "main",
        cell: (/** @type {Account} */ user) => [
          ref(user.id, nameOf(user)),
          user.nickname && user.nickname !== user.username && h("span", { class: "hint" }, user.nickname),
        ],
      },
      { name: say({ zh: "状态", en: "State" }), cell: standing },
      { name: say({ zh: "角色", en: "Role" }), cell: (user) => roleName(user.role) },
      { name: say({ zh: "模式", en: "Mode" }), cell: (user) => modeName(user.mode) },
      { name: say({ zh: "积分", en: "Credits" }), as: "number", cell: (user) => number(user.credits) },
      { name: say({ zh: "加入", en: "Joined" }), as: "number", cell: (user) => date(user.created_at) },
    ],
    path: "/v1/admin/users",
    query: Object.fromEntries(["search", "state", "role"].map((name) => [name, query.get(name)])),
    signal,
    none: {
      title: say({ zh: "没有这样的用户", en: "There is nobody like that" }),
      text: say({
        zh: "搜索会匹配用户名和昵称的开头，或完整的编号。",
        en: "The search looks at user names, nicknames and whole ids.",
      }),
    },
  });
