// The place for the photos of one role: empty it says what to shoot, full it shows them.

import { fill, h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { picture } from "../../parts/picture.js";
import { toast } from "../../parts/toast.js";
import { Photo } from "./photo.js";
import { acceptDrops, acceptPastes, sourceButtons } from "./source.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("../../types.js").Kind["inputs"][number]} Input */

/** @param {Draft} draft @param {Input} input @param {AbortSignal} signal */
export function inputArea(draft, input, signal) {
  const { role, label, guide, max } = input;
  const photos = () => draft.photos.get(role) ?? [];
  const room = () => (max === 1 ? 1 : max - photos().length);
  const add = (/** @type {Photo[]} */ fresh) => {
    if (max === 1 && fresh.length > 0)
      photos()
        .splice(0)
        .forEach((old) => old.release());
    if (fresh.length > room())
      toast(say({ zh: "最多 {n} 张", en: { one: "{n} photo at most", other: "{n} photos at most" } }, { n: max }));
    const taken = fresh.slice(0, room());
    photos().push(...taken);
    draft.changed("photos");
    taken.forEach((photo) => photo.send().then(() => draft.changed("photos")));
  };
  const files = (/** @type {File[]} */ list) => add(list.map((file) => new Photo({ file })));
  const shelf = h("ul", { class: max > 1 ? "shelf several" : "shelf" });
  const hint = h("div", { class: "drop-hint" });
  const sources = sourceButtons({
    multiple: max > 1,
    front: role === "photos",
    files,
    uploads: (uploads) => add(uploads.map((upload) => new Photo({ upload }))),
    room,
  });
  const element = h(
    "div",
    { class: "drop", data: { role } },
    h(
      "h2",
      { class: "drop-title" },
      say(label),
      max > 1 && h("span", { class: "hint" }, say({ zh: "最多 {n} 张", en: "up to {n}" }, { n: max })),
    ),
    shelf,
    hint,
    sources,
  );
  acceptDrops(element, files);
  acceptPastes(signal, (list) => {
    const first = draft.kind.inputs.find((one) => (draft.photos.get(one.role)?.length ?? 0) < one.max);
    if ((first?.role ?? draft.kind.inputs[0].role) === role) files(list);
  });
  const draw = () => {
    fill(
      shelf,
      photos().map((photo) => tile(draft, role, photo)),
    );
    fill(hint, photos().length === 0 ? [guideArt(role), h("p", { class: "hint" }, say(guide))] : null);
    element.classList.toggle("filled", photos().length > 0);
  };
  draft.addEventListener("photos", draw, { signal });
  draw();
  return element;
}

/** @param {Draft} draft @param {string} role @param {Photo} photo */
function tile(draft, role, photo) {
  const remove = () => {
    photo.release();
    const list = draft.photos.get(role) ?? [];
    list.splice(list.indexOf(photo), 1);
    draft.changed("photos");
  };
  const again = async () => {
    await photo.send();
    draft.changed("photos");
  };
  const state = photo.upload ? null : photo.error ? sorry(photo.error, again) : sending();
  return h(
    "li",
    { class: "shelf-item" },
    picture({ src: photo.url, alt: photo.name || say({ zh: "照片", en: "Photo" }), eager: true }),
    state,
    button({
      label: say({ zh: "移除", en: "Remove" }),
      icon: "close",
      look: "plain",
      iconOnly: true,
      small: true,
      onclick: remove,
    }),
  );
}

/** What covers a photo that is on its way. */
export const sending = () =>
  h(
    "p",
    { class: "veil", role: "status" },
    h("span", { class: "spinner", "aria-hidden": "true" }),
    say({ zh: "上传中", en: "Sending" }),
  );

/** @param {string} text @param {() => unknown} again */
const sorry = (text, again) =>
  h(
    "div",
    { class: "veil bad", role: "alert" },
    h("p", {}, text),
    button({ label: say({ zh: "重试", en: "Retry" }), small: true, onclick: again }),
  );

/** A small drawing of how to shoot it. @param {string} role */
function guideArt(role) {
  const file = { person: "guide-person", photos: "guide-face", garment: "guide-garment", product: "guide-product" }[
    role
  ];
  return (
    file &&
    h("img", {
      class: "guide-art",
      src: new URL(`../../art/${file}.svg`, import.meta.url).href,
      alt: "",
      width: 96,
      height: 96,
    })
  );
}
