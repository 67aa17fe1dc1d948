// The books: proved on request, and taken home as tables.

import { get } from "../core/api.js";
import { fill, h } from "../core/dom.js";
import { number } from "../core/format.js";
import { say } from "../core/words.js";
import { button } from "../parts/button.js";
import { empty } from "../parts/loading.js";
import { tables } from "./books/tables.js";
import { adminPage, section } from "./page.js";
import { stats } from "./parts/stat.js";

/** @typedef {import("./types.js").Verdict} Verdict */

export default adminPage(
  () => say({ zh: "账本", en: "Books" }),
  ({ signal }) => [proof(signal), tables()],
);

/** @param {AbortSignal} signal */
function proof(signal) {
  const place = h("div", { "aria-live": "polite" });
  const verify = async () => fill(place, verdict(await get("/v1/admin/ledger/verify", { signal })));
  return section(
    say({ zh: "核对账本", en: "Prove the books" }),
    h(
      "p",
      { class: "hint" },
      say({
        zh: "从每一笔账目重新算出每个余额和每个任务的净额，与记录比较。只读，不改任何东西。",
        en: "Works out every balance and every job's net from the entries and compares them with what is recorded. It changes nothing.",
      }),
    ),
    h(
      "div",
      { class: "actions" },
      button({ label: say({ zh: "开始核对", en: "Prove them now" }), icon: "check", look: "primary", onclick: verify }),
    ),
    place,
  );
}

/** @param {Verdict} found */
function verdict({ wallets, entries, jobs, differences, findings }) {
  const counts = stats([
    { label: say({ zh: "钱包", en: "Wallets" }), value: number(wallets) },
    { label: say({ zh: "账目", en: "Entries" }), value: number(entries) },
    { label: say({ zh: "任务", en: "Jobs" }), value: number(jobs) },
    {
      label: say({ zh: "不符", en: "Differences" }),
      value: number(differences),
      tone: differences === 0 ? "good" : "bad",
    },
  ]);
  if (differences === 0)
    return [counts, h("p", { class: "pill good" }, say({ zh: "账目全部相符", en: "The books balance" }))];
  return [
    counts,
    empty({
      title: say({ zh: "账目不符", en: "The books do not balance" }),
      text: say({
        zh: "先停止服务，备份数据目录，再运行 atelier verify 查看完整清单。",
        en: "Stop the server, copy the data directory, then run atelier verify for the whole list.",
      }),
    }),
    h(
      "ul",
      { class: "findings" },
      findings.map((line) => h("li", {}, h("code", {}, line))),
    ),
  ];
}
