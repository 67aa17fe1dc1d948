// Complaints about works that others can see.

import { h } from "../core/dom.js";
import { get } from "../core/api.js";
import { when } from "../core/format.js";
import { say } from "../core/words.js";
import { empty, loading } from "../parts/loading.js";
import { adminPage } from "./page.js";
import { table } from "./parts/table.js";

/** @typedef {{id: string, work_id: string, reason: string, contact: string | null, created_at: string}} Report */

export default adminPage(
  () => say({ zh: "审核", en: "Review" }),
  ({ signal }) => loading(() => get("/v1/admin/reports", { signal }), draw, { signal }),
);

/** @param {{items: Report[]}} found */
const draw = ({ items }) =>
  items.length === 0
    ? empty({
        title: say({ zh: "没有待处理的投诉", en: "Nothing to review" }),
        text: say({
          zh: "访客可以在分享页和广场投诉作品。",
          en: "Visitors can complain about works on share pages and in the gallery.",
        }),
      })
    : table(
        say({ zh: "投诉", en: "Complaints" }),
        [
          { name: say({ zh: "原因", en: "Reason" }), as: "main", cell: (/** @type {Report} */ one) => one.reason },
          { name: say({ zh: "作品", en: "Work" }), cell: (one) => h("code", { class: "id" }, one.work_id) },
          { name: say({ zh: "联系方式", en: "Contact" }), cell: (one) => one.contact },
          { name: say({ zh: "时间", en: "When" }), as: "number", cell: (one) => when(one.created_at) },
        ],
        items,
      );
