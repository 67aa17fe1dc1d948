// Who did what, and to whom. Nothing here can be changed.

import { h } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { say } from "../core/words.js";
import { deedName, thingName } from "./deeds.js";
import { detailLine } from "./details.js";
import { adminPage } from "./page.js";
import { ref } from "./parts/refs.js";
import { endlessTable } from "./parts/table.js";

/** @typedef {import("./types.js").AuditLine} Line */

export default adminPage(
  () => say({ zh: "操作日志", en: "Audit log" }),
  ({ signal }) => [
    h(
      "p",
      { class: "hint" },
      say({
        zh: "管理员做过的每件事，包括查看用户的图片。最新的在前，不能修改。",
        en: "Everything administrators did, looking at users' pictures included. Newest first; it cannot be changed.",
      }),
    ),
    endlessTable({
      label: say({ zh: "操作日志", en: "Audit log" }),
      columns: [
        {
          name: say({ zh: "操作", en: "What" }),
          as: "main",
          cell: (/** @type {Line} */ line) => deedName(line.action),
        },
        { name: say({ zh: "对象", en: "To" }), cell: target },
        {
          name: say({ zh: "细节", en: "Details" }),
          cell: (line) => {
            const text = detailLine(line.detail);
            return text && h("span", { class: "hint" }, text);
          },
        },
        {
          name: say({ zh: "操作人", en: "By" }),
          cell: (line) =>
            line.actor_id
              ? ref(line.actor_id, line.actor_name)
              : say({ zh: "命令行或系统", en: "Command line or system" }),
        },
        { name: say({ zh: "时间", en: "When" }), as: "number", cell: (line) => dateTime(line.at) },
      ],
      path: "/v1/admin/audit",
      signal,
    }),
  ],
);

/** What it was done to: a user by name, a model as it is called, all else by what it is. @param {Line} line */
const target = ({ target: id, target_name: name }) => id && ref(id, name ?? thingName(id));
