// Make: choose a kind, give it photos, choose how it should look, see what it costs, tap once.

import { get } from "../core/api.js";
import { catalog } from "../core/catalog.js";
import { h } from "../core/dom.js";
import { me } from "../core/session.js";
import { say } from "../core/words.js";
import { loading, skeleton } from "../parts/loading.js";
import { bench } from "./make/bench.js";
import { kindTabs } from "./make/kinds.js";

/** @typedef {import("../types.js").Kind} Kind */

/** Shops think of products first. @type {Record<string, string[]>} */
const order = {
  business: ["product_photo", "fashion_photo", "virtual_tryon", "digital_avatar"],
  personal: ["virtual_tryon", "digital_avatar", "fashion_photo", "product_photo"],
};

/** @type {import("../core/router.js").View} */
export default function view({ params, query, signal, title }) {
  const heading = say({ zh: "制作图片", en: "Make a picture" });
  title(heading);
  const draw = (/** @type {[import("../types.js").Catalog, import("../types.js").Job | null]} */ [all, from]) => {
    const wanted = order[me()?.mode ?? "personal"];
    const kinds = [...all.kinds].sort((a, b) => wanted.indexOf(a.kind) - wanted.indexOf(b.kind));
    const kind = kinds.find((k) => k.kind === params.kind) ?? kinds[0];
    title(say(kind.label));
    const outputs = all.outputs.filter((row) => kind.outputs.includes(row.id));
    return [kindTabs(kinds, kind), bench(kind, outputs, { signal, from, photo: query.get("photo") })];
  };
  const ask = () => Promise.all([catalog(), source(query.get("from"), signal)]);
  return h(
    "div",
    { class: "make" },
    h("h1", { class: "hidden-text" }, heading),
    loading(ask, draw, { signal, waiting: skeleton("page", 1), class: "make-inner" }),
  );
}

/** The job whose photos and settings are used again. @param {string | null} id @param {AbortSignal} signal */
const source = (id, signal) => (id ? get(`/v1/jobs/${encodeURIComponent(id)}`, { signal }).catch(() => null) : null);
