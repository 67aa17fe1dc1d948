// A result as a photo for the next picture.

import { call } from "../../core/api.js";
import { catalog } from "../../core/catalog.js";
import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";
import { bytesOf } from "./download.js";

/** @param {import("../../types.js").Work} work */
export async function useAsInput(work) {
  const { kinds } = await catalog();
  const places = kinds.flatMap((kind) => kind.inputs.map((input) => ({ kind, input })));
  const use = async (/** @type {typeof places[number]} */ { kind, input }) => {
    const form = new FormData();
    form.append("file", await bytesOf(work.id), work.image.file_name);
    const upload = await call("POST", "/v1/uploads", { body: form, key: "upload" });
    box.close();
    await go(`/make/${kind.kind}?photo=${upload.id}&role=${input.role}`);
  };
  const row = (/** @type {typeof places[number]} */ place) =>
    h("li", {}, button({ label: `${say(place.kind.label)} · ${say(place.input.label)}`, onclick: () => use(place) }));
  const box = dialog(say({ zh: "用在哪里？", en: "Use it for what?" }), [
    h("ul", { class: "stack-small" }, places.map(row)),
  ]);
}
