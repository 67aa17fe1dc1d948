// Codes for credits.

import { freshKey, post } from "../../core/api.js";
import { credits } from "../../core/format.js";
import { owns } from "../../core/session.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { field, form } from "../../parts/field.js";
import { toast } from "../../parts/toast.js";

/** @param {() => void} changed */
export function redeem(changed) {
  const send = async (/** @type {Record<string, string>} */ { code }, /** @type {HTMLFormElement} */ element) => {
    const answer = await post("/v1/credits/redeem", { code: code.trim() }, { key: freshKey() });
    owns(answer.balance);
    element.reset();
    toast(say({ zh: "到账 {n}", en: "{n} added" }, { n: credits(answer.credits) }));
    changed();
  };
  return form(
    { class: "form inline" },
    send,
    field({
      label: say({ zh: "兑换码", en: "Code" }),
      name: "code",
      required: true,
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
    }),
    button({ label: say({ zh: "兑换", en: "Redeem" }), type: "submit" }),
  );
}
