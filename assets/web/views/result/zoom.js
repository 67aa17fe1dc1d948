// The picture over the whole window: a tap, the wheel or the keys bring it nearer.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { picture } from "../../parts/picture.js";
import { altOf } from "./stage.js";

const STEPS = [1, 1.5, 2, 3, 4];

/** @param {import("../../types.js").Work} work @param {() => Promise<string>} renew */
export function zoom(work, renew) {
  let step = 0;
  const image = picture({
    src: work.image.url,
    alt: altOf(work),
    width: work.image.width,
    height: work.image.height,
    eager: true,
    renew,
  });
  const room = h("div", { class: "zoom-room", tabindex: 0, "aria-label": altOf(work) }, image);
  const to = (/** @type {number} */ next) => {
    step = Math.max(0, Math.min(STEPS.length - 1, next));
    const [x, y] = [room.scrollLeft + room.clientWidth / 2, room.scrollTop + room.clientHeight / 2];
    const [w, h_] = [room.scrollWidth, room.scrollHeight];
    image.style.setProperty("--zoom", String(STEPS[step]));
    room.scrollTo(
      (x / w) * room.scrollWidth - room.clientWidth / 2,
      (y / h_) * room.scrollHeight - room.clientHeight / 2,
    );
  };
  image.addEventListener("click", () => to(step === 0 ? 2 : 0));
  room.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    to(step - Math.sign(event.deltaY));
  });
  /** @type {HTMLDialogElement} */
  const box = h(
    "dialog",
    { class: "zoom", "aria-label": altOf(work) },
    room,
    h(
      "div",
      { class: "zoom-tools" },
      button({ label: say({ zh: "缩小", en: "Smaller" }), icon: "minus", iconOnly: true, onclick: () => to(step - 1) }),
      button({ label: say({ zh: "放大", en: "Larger" }), icon: "plus", iconOnly: true, onclick: () => to(step + 1) }),
      button({ label: say({ zh: "关闭", en: "Close" }), icon: "close", iconOnly: true, onclick: () => box.close() }),
    ),
  );
  box.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") to(step + 1);
    if (event.key === "-") to(step - 1);
  });
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}
