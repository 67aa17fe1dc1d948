// Failed jobs by what made them fail: what to do about each cause, and the jobs themselves.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { say } from "../core/words.js";
import { empty, loading } from "../parts/loading.js";
import { shares } from "./chart/shares.js";
import { adminPage, section } from "./page.js";
import { chips, filters } from "./parts/filters.js";
import { list } from "./jobs.js";
import { groups as byCause } from "./failures/groups.js";
import { remedy } from "./remedies.js";
import { causeName } from "./words.js";

/** @typedef {import("./types.js").Overview} Overview */

export default adminPage(
  () => say({ zh: "失败原因", en: "Failures" }),
  ({ query, signal }) => {
    const hours = query.get("hours") ?? "24";
    return [
      filters(
        chips(
          say({ zh: "时间范围", en: "Time range" }),
          "hours",
          [
            { value: "24", label: say({ zh: "24 小时", en: "24 hours" }) },
            { value: "168", label: say({ zh: "7 天", en: "7 days" }) },
            { value: "744", label: say({ zh: "31 天", en: "31 days" }) },
          ],
          new URLSearchParams({ hours }),
        ),
      ),
      loading(
        () => get("/v1/admin/overview", { query: { hours }, signal }),
        (view) => groups(view, hours),
        { signal },
      ),
      byCause(hours, signal),
      h("h2", {}, say({ zh: "失败的任务", en: "Failed jobs" })),
      list(new URLSearchParams({ status: "failed", hours }), signal),
    ];
  },
);

/** @param {Overview} view @param {string} hours */
function groups({ jobs }, hours) {
  const rows = Object.entries(jobs.failures).map(([code, count]) => ({
    name: causeName(code),
    note: remedy(code),
    count,
    href: `/admin/jobs?status=failed&cause=${code}&hours=${hours}`,
    tone: /** @type {const} */ ("bad"),
  }));
  if (rows.length === 0)
    return empty({
      title: say({ zh: "没有失败的任务", en: "No job failed" }),
      text: say({ zh: "这段时间里全部成功。", en: "All went well in this time." }),
    });
  return section(say({ zh: "按原因", en: "By cause" }), shares(say({ zh: "按原因", en: "By cause" }), rows));
}
