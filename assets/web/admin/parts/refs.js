// What ids name, as it stands in lists: by its name, linked to its page, with the id itself easy to copy.

import { h } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { copy } from "../../parts/copy.js";

/** The page of what an id names. @type {Record<string, string>} */
const pages = { job: "/admin/jobs/", usr: "/admin/users/" };

/** An id by its end, which tells ids of one day apart; the whole of it is in the tip. @param {string} id */
const short = (id) => (id.length > 16 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id);

/**
 * What an id names, and the id to copy.
 * @param {string | null | undefined} id
 * @param {string | null} [name] nobody has a name who has left, or came by WeChat and never chose one
 */
export function ref(id, name) {
  if (!id) return null;
  const page = pages[id.split("_")[0]];
  const look = { title: id, class: name ? undefined : "id" };
  const text = name ?? short(id);
  return h(
    "span",
    { class: "ref" },
    page ? h("a", { ...look, href: page + id }, text) : h("span", look, text),
    copyId(id, text),
  );
}

/** A small button that copies an id. @param {string} id @param {string} of what it names */
export const copyId = (id, of) =>
  button({
    label: say({ zh: "复制 {of} 的编号", en: "Copy the id of {of}" }, { of }),
    icon: "copy",
    iconOnly: true,
    look: "quiet",
    class: "copy-id",
    title: id,
    onclick: () => copy(id),
  });

/** A button that copies a text. @param {string} text @param {string} label */
export function copyButton(text, label) {
  return button({
    label,
    icon: "copy",
    small: true,
    onclick: () => copy(text),
  });
}

/** What is set in the configuration, by the key to change. @param {string} key */
export const setting = (key) => h("code", { class: "setting" }, key);
