// A link that was just made: shown once, because only its hash is kept.

import { h } from "../core/dom.js";
import { dateTime } from "../core/format.js";
import { say } from "../core/words.js";
import { dialog } from "../parts/dialog.js";
import { copyButton } from "./parts/refs.js";
import { purposeName } from "./words.js";

/** @param {import("./types.js").Link} link @param {() => void} [closed] */
export function showLink(link, closed) {
  const address = h("input", { value: link.url ?? "", readonly: true, "aria-label": say({ zh: "链接", en: "Link" }) });
  address.addEventListener("focus", () => address.select());
  dialog(
    purposeName(link.purpose),
    [
      h(
        "p",
        {},
        say(
          {
            zh: "只显示这一次，请现在复制。有效期到 {when}，只能用一次。",
            en: "It is shown this once: copy it now. It works once, until {when}.",
          },
          { when: dateTime(link.expires_at) },
        ),
      ),
      address,
      h("div", { class: "actions end" }, copyButton(link.url ?? "", say({ zh: "复制链接", en: "Copy the link" }))),
    ],
    { closed },
  );
}
