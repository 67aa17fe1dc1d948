// A switch that takes effect at once, and goes back if the server refuses.

import { freshId, h } from "../core/dom.js";
import { fail } from "./toast.js";

/** @param {{label: string, hint?: string, checked: boolean, change: (on: boolean) => Promise<unknown>}} props */
export function toggle({ label, hint, checked, change }) {
  const id = freshId("switch");
  const input = h("input", {
    id,
    type: "checkbox",
    role: "switch",
    checked,
    "aria-describedby": hint && `${id}-hint`,
    onchange: async () => {
      const on = input.checked;
      try {
        await change(on);
      } catch (error) {
        input.checked = !on;
        fail(error);
      }
    },
  });
  return h(
    "div",
    { class: "switch" },
    h("label", { for: id }, label, hint && h("span", { class: "hint", id: `${id}-hint` }, hint)),
    input,
  );
}
