// The title and the tags of a work, changed where they stand.

import { put } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { kindName } from "../kind-names.js";

/** @typedef {import("../../types.js").Work} Work */

/** @param {Work} work */
export function names(work) {
  const place = h("header", { class: "names" });
  const draw = () =>
    fill(
      place,
      h("p", { class: "hint" }, [kindName(work.kind), work.reference].filter(Boolean).join(" · ")),
      h("h2", { class: "names-title" }, work.title),
      h(
        "div",
        { class: "tags" },
        work.tags.map((tag) => h("a", { class: "pill", href: `/works?tag=${encodeURIComponent(tag)}` }, tag)),
        button({
          label: say({ zh: "改名和标签", en: "Title and tags" }),
          look: "quiet",
          small: true,
          onclick: () => edit(work, draw),
        }),
      ),
    );
  draw();
  return place;
}

/** @param {Work} work @param {() => void} done */
function edit(work, done) {
  const save = async (/** @type {Record<string, string>} */ values) => {
    const tags = values.tags.split(/[,，、\s]+/).filter(Boolean);
    Object.assign(work, await put(`/v1/works/${work.id}`, { title: values.title.trim(), tags }));
    box.close();
    done();
  };
  const box = dialog(say({ zh: "标题和标签", en: "Title and tags" }), [
    form(
      {},
      save,
      field({
        label: say({ zh: "标题", en: "Title" }),
        name: "title",
        value: work.title,
        required: true,
        maxlength: 100,
      }),
      field({
        label: say({ zh: "标签", en: "Tags" }),
        name: "tags",
        value: work.tags.join(" "),
        hint: say({ zh: "用空格分开", en: "With spaces between them" }),
      }),
      button({ label: say({ zh: "保存", en: "Save" }), look: "primary", type: "submit" }),
    ),
  ]);
}
