// What models cost today, against what they may.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { dollars } from "../figures.js";
import { setting } from "../parts/refs.js";
import { stats } from "../parts/stat.js";

/** @param {import("../types.js").Budget} spent */
export const budget = (spent) =>
  h(
    "div",
    { class: "stack" },
    stats([
      {
        label: say({ zh: "今日花费", en: "Spent today" }),
        value: dollars(spent.spent_micros),
        note: spent.limit_micros
          ? say({ zh: "上限 {most}", en: "of {most}" }, { most: dollars(spent.limit_micros) })
          : say({ zh: "没有上限", en: "no limit" }),
        href: "/admin/costs",
        tone: spent.nearly_reached ? "warn" : undefined,
      },
    ]),
    !spent.limit_micros &&
      h(
        "p",
        { class: "hint" },
        say({ zh: "每日上限由此设置：", en: "The limit of a day is set by " }),
        setting("routing.daily_budget_usd"),
      ),
    spent.models_nearly_reached.length > 0 &&
      h(
        "p",
        { class: "model-warning" },
        say({ zh: "接近各自上限：", en: "Near their own limits: " }),
        spent.models_nearly_reached.join(", "),
      ),
  );
