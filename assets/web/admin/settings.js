// The settings in force, as the server reads them: files, environment and defaults together, secrets hidden.

import { get } from "../core/api.js";
import { h } from "../core/dom.js";
import { say } from "../core/words.js";
import { loading, skeleton } from "../parts/loading.js";
import { adminPage } from "./page.js";

export default adminPage(
  () => say({ zh: "生效的设置", en: "Settings in force" }),
  ({ signal }) => [
    h(
      "p",
      { class: "hint" },
      say({
        zh: "默认值、配置文件和环境变量合在一起的结果，密钥已隐藏。修改配置后重启生效。",
        en: "Defaults, files and the environment put together; secrets are hidden. A change takes a restart.",
      }),
    ),
    loading(() => get("/v1/admin/settings", { signal }), draw, {
      signal,
      waiting: skeleton("lines", 8),
      class: "stack-small",
    }),
  ],
);

/** @param {Record<string, unknown>} settings */
const draw = (settings) => Object.entries(settings).map(([name, value]) => part(name, value));

/** @param {string} name @param {unknown} value */
const part = (name, value) =>
  h(
    "details",
    { class: "card settings-part" },
    h("summary", {}, h("code", {}, name)),
    h(
      "dl",
      { class: "settings-list" },
      lines(name, value).map(([key, text]) => h("div", {}, h("dt", {}, h("code", {}, key)), h("dd", {}, text))),
    ),
  );

/** One line for each setting, by its whole name. @param {string} name @param {unknown} value @returns {[string, string][]} */
function lines(name, value) {
  if (value && typeof value === "object" && !Array.isArray(value)) {
    const inside = Object.entries(value);
    if (inside.length > 0) return inside.flatMap(([key, inner]) => lines(`${name}.${key}`, inner));
  }
  return [[name, shown(value)]];
}

/** @param {unknown} value */
const shown = (value) =>
  value === "" || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
