// Asks before something happens: says what it will do, takes a reason if one is needed, and stays open on a mistake.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";
import { field, form } from "../../parts/field.js";
import { toast } from "../../parts/toast.js";

/**
 * @param {object} what
 * @param {string} what.title
 * @param {string} what.text what it does, to whom, and whether it can be undone
 * @param {string} what.action the words on the button
 * @param {boolean} [what.danger]
 * @param {Parameters<typeof field>[0][]} [what.fields]
 * @param {(values: Record<string, string>) => Promise<unknown>} what.send
 * @param {string} [what.done] said afterwards
 */
export function ask({ title, text, action, danger = false, fields = [], send, done }) {
  const act = async (/** @type {Record<string, string>} */ values) => {
    await send(values);
    box.close();
    if (done) toast(done);
  };
  const cancel = button({ label: say({ zh: "取消", en: "Cancel" }), onclick: () => box.close() });
  const submit = button({ label: action, look: danger ? "danger" : "primary", type: "submit" });
  const box = dialog(title, [
    h("p", {}, text),
    form({}, act, ...fields.map(field), h("div", { class: "actions end" }, cancel, submit)),
  ]);
  return box;
}

/** Why something is done, for the audit log. @param {string} hint @param {string} [value] */
export const reason = (hint, value = "") => ({
  label: say({ zh: "原因", en: "Reason" }),
  name: "reason",
  hint,
  value,
  required: true,
  maxlength: 200,
});
