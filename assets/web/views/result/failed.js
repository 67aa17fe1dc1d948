// A job that did not end well: why, that the credits are back, and what to do now.

import { h } from "../../core/dom.js";
import { credits } from "../../core/format.js";
import { say } from "../../core/words.js";
import { linkButton } from "../../parts/button.js";
import { icon } from "../../parts/icon.js";
import { picture } from "../../parts/picture.js";

/** @param {import("../../types.js").Job} job */
export function failed(job) {
  const cancelled = job.status === "cancelled";
  const gone = job.status === "completed";
  const heading = gone
    ? say({ zh: "作品已删除", en: "This picture has been deleted" })
    : cancelled
      ? say({ zh: "任务已取消", en: "Cancelled" })
      : say({ zh: "这次没有做成", en: "This one did not work" });
  const refund =
    !gone &&
    job.price > 0 &&
    h(
      "p",
      { class: "refund" },
      icon("check"),
      say({ zh: "已退还 {n}", en: "{n} back on your balance" }, { n: credits(job.price) }),
    );
  const photo = job.inputs.find((input) => input.url);
  return h(
    "div",
    { class: "failed" },
    photo?.url ? picture({ src: photo.url, alt: "", eager: true }) : null,
    h("h2", {}, heading),
    job.error && h("p", {}, say(job.error.message)),
    refund,
    h(
      "div",
      { class: "actions" },
      linkButton({
        label: say({ zh: "用这些照片再试", en: "Try again with these photos" }),
        look: "primary",
        icon: "again",
        href: `/make/${job.kind}?from=${job.id}`,
      }),
      linkButton({ label: say({ zh: "换张照片", en: "Use other photos" }), href: `/make/${job.kind}` }),
    ),
  );
}
