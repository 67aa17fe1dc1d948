// The work bench of one kind: photos on one side, settings on the other, the price below.

import { get } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { me } from "../../core/session.js";
import { say } from "../../core/words.js";
import { Draft } from "./draft.js";
import { inputArea } from "./inputs.js";
import { many } from "./many.js";
import { payBar } from "./pay.js";
import { Photo } from "./photo.js";
import { settingsPanel } from "./settings.js";
import { verdict } from "./verdict.js";

/** @typedef {import("../../types.js").Kind} Kind */
/** @typedef {import("../../types.js").Output} Output */

/**
 * @param {Kind} kind
 * @param {Output[]} outputs
 * @param {{signal: AbortSignal, from: import("../../types.js").Job | null, photo: string | null}} start
 */
export function bench(kind, outputs, { signal, from, photo }) {
  const draft = new Draft(kind, outputs, from?.kind === kind.kind ? from : null);
  const takesMany = kind.inputs.length === 1 && kind.inputs[0].max === 1;
  const shop = me()?.mode === "business";
  const inputs = takesMany
    ? many(draft, signal, shop)
    : h(
        "div",
        { class: "inputs" },
        kind.inputs.map((input) => inputArea(draft, input, signal)),
      );
  const element = h(
    "div",
    { class: "bench" },
    h(
      "section",
      { class: "bench-photos", "aria-label": say({ zh: "照片", en: "Photos" }) },
      inputs,
      takesMany ? null : verdict(draft, signal),
    ),
    h("section", { class: "bench-settings", "aria-label": say({ zh: "设置", en: "Settings" }) }, settingsPanel(draft)),
    payBar(draft, signal, takesMany),
  );
  signal.addEventListener("abort", () => draft.all().forEach((one) => one.release()), { once: true });
  if (from) useAgain(draft, from);
  if (photo) useUpload(draft, photo, signal);
  return element;
}

/** Puts the photos of an earlier job into the draft. @param {Draft} draft @param {import("../../types.js").Job} job */
function useAgain(draft, job) {
  for (const { role, upload_id: id, url } of job.inputs) {
    if (url) draft.photos.get(role)?.push(new Photo({ upload: /** @type {any} */ ({ id, url }) }));
  }
  draft.changed("photos");
}

/** Puts one upload into the first place for it. @param {Draft} draft @param {string} id @param {AbortSignal} signal */
async function useUpload(draft, id, signal) {
  const { items } = await get("/v1/uploads", { query: { limit: 100 }, signal });
  const upload = items.find((/** @type {import("../../types.js").Upload} */ one) => one.id === id);
  const wanted = new URLSearchParams(location.search).get("role");
  const role = draft.kind.inputs.find((input) => input.role === wanted)?.role ?? draft.kind.inputs[0].role;
  if (!upload) return;
  draft.photos.get(role)?.push(new Photo({ upload }));
  draft.changed("photos");
}
