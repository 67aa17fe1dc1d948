// Where photos come from: dropped, pasted, picked, shot, or chosen from earlier ones.

import { h } from "../../core/dom.js";
import { byTouch } from "../../core/site.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { toast } from "../../parts/toast.js";
import { earlier } from "./earlier.js";
import { ACCEPTED, isPicture } from "./photo.js";

/**
 * Buttons that bring photos.
 * @param {{multiple: boolean, front: boolean, files: (files: File[]) => void, uploads: (uploads: import("../../types.js").Upload[]) => void, room: () => number}} props
 */
export function sourceButtons({ multiple, front, files, uploads, room }) {
  const picker = h("input", {
    type: "file",
    accept: ACCEPTED,
    multiple,
    hidden: true,
    "aria-hidden": "true",
    tabindex: -1,
  });
  picker.addEventListener("change", () => {
    files(only(picker.files));
    picker.value = "";
  });
  const camera = h("input", {
    type: "file",
    accept: "image/*",
    capture: front ? "user" : "environment",
    hidden: true,
    tabindex: -1,
    "aria-hidden": "true",
  });
  camera.addEventListener("change", () => {
    files(only(camera.files));
    camera.value = "";
  });
  return h(
    "div",
    { class: "source" },
    picker,
    camera,
    button({
      label: multiple ? say({ zh: "选择照片", en: "Choose photos" }) : say({ zh: "选择照片", en: "Choose a photo" }),
      icon: "photo",
      small: true,
      onclick: () => picker.click(),
    }),
    byTouch &&
      button({ label: say({ zh: "拍照", en: "Shoot" }), icon: "camera", small: true, onclick: () => camera.click() }),
    button({
      label: say({ zh: "用过的", en: "Earlier" }),
      look: "quiet",
      small: true,
      onclick: () => earlier(room(), uploads),
    }),
  );
}

/**
 * Takes files that are dropped on an element.
 * @param {HTMLElement} element
 * @param {(files: File[]) => void} take
 */
export function acceptDrops(element, take) {
  let depth = 0;
  const light = (/** @type {number} */ by) => {
    depth = Math.max(0, depth + by);
    element.classList.toggle("dropping", depth > 0);
  };
  element.addEventListener("dragenter", (event) => (event.preventDefault(), light(1)));
  element.addEventListener("dragleave", () => light(-1));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    light(-depth);
    take(only(event.dataTransfer?.files));
  });
}

/** Takes pictures that are pasted anywhere. @param {AbortSignal} signal @param {(files: File[]) => void} take */
export function acceptPastes(signal, take) {
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const files = only(event.clipboardData?.files, true);
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  };
  document.addEventListener("paste", paste, { signal });
}

/** The pictures among some files; others are named. @param {FileList | null | undefined} list @param {boolean} [quiet] */
function only(list, quiet = false) {
  const files = [...(list ?? [])];
  const pictures = files.filter(isPicture);
  if (pictures.length < files.length && !quiet) {
    const n = files.length - pictures.length;
    toast(
      say(
        {
          zh: "{n} 个文件不是图片，已跳过",
          en: {
            one: "{n} file is not a picture and was left out",
            other: "{n} files are not pictures and were left out",
          },
        },
        { n },
      ),
    );
  }
  return pictures;
}
