// Form fields with a label, a hint, and the place where a mistake is named.

import { freshId, h } from "../core/dom.js";
import { Problem } from "../core/problem.js";
import { busyWhile } from "./button.js";
import { fail } from "./toast.js";

/**
 * @typedef {object} FieldProps
 * @property {string} label
 * @property {string} name
 * @property {string} [hint]
 * @property {string} [type]
 * @property {boolean} [multiline]
 * @property {{value: string, label: string}[]} [options] makes it a choice
 */

/** @param {FieldProps & Record<string, any>} props */
export function field({ label, name, hint, type = "text", multiline, options, ...more }) {
  const id = freshId(name);
  const described = hint ? `${id}-hint ${id}-error` : `${id}-error`;
  const shared = { id, name, "aria-describedby": described, ...more };
  const control = options
    ? select(options, shared)
    : multiline
      ? h("textarea", { rows: 4, ...shared })
      : h("input", { type, ...shared });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    control,
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "field-error", id: `${id}-error`, "aria-live": "polite" }),
  );
}

/** @param {{value: string, label: string}[]} options @param {Record<string, any>} props */
function select(options, { value, ...props }) {
  const option = (/** @type {{value: string, label: string}} */ o) =>
    h("option", { value: o.value, selected: o.value === value }, o.label);
  return h("select", props, options.map(option));
}

/**
 * A form that sends its values once, names mistakes beside their fields, and tells everything else in a toast.
 * @param {Record<string, any>} props
 * @param {(values: Record<string, string>, form: HTMLFormElement) => unknown} send
 * @param {...import("../core/dom.js").Child} children
 */
export function form(props, send, ...children) {
  const element = h("form", { class: "form", novalidate: true, ...props }, ...children);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    clear(element);
    if (!complain(element)) return;
    const values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(element)));
    const submit = event.submitter ?? element.querySelector("[type=submit]");
    const work = async () => {
      try {
        await send(values, element);
      } catch (error) {
        if (!showErrors(element, error)) fail(error);
      }
    };
    await (submit instanceof HTMLButtonElement ? busyWhile(submit, work) : work());
  });
  return element;
}

/** @param {Element} control @returns {control is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} */
const isEntry = (control) =>
  control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement;

/** What the browser itself can tell is missing; true if nothing. @param {HTMLFormElement} element */
function complain(element) {
  const wrong = [...element.elements].filter(isEntry).filter((control) => !control.checkValidity());
  for (const control of wrong) mark(control, control.validationMessage);
  wrong[0]?.focus();
  return wrong.length === 0;
}

/** @param {HTMLFormElement} element */
function clear(element) {
  element.querySelectorAll(".field-error").forEach((place) => (place.textContent = ""));
  element.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
}

/** @param {HTMLElement} control @param {string} text */
function mark(control, text) {
  control.setAttribute("aria-invalid", "true");
  const place = control.closest(".field")?.querySelector(".field-error");
  if (place) place.textContent = text;
}

/** Names the mistakes of a refusal beside their fields; true if all found one. @param {HTMLFormElement} element @param {unknown} error */
function showErrors(element, error) {
  if (!(error instanceof Problem) || error.errors.length === 0) return false;
  const found = error.errors.map(({ pointer, detail }) => {
    const control = element.elements.namedItem(pointer.split("/").pop() ?? "");
    if (!(control instanceof HTMLElement)) return false;
    mark(control, detail);
    return control;
  });
  const first = found.find((control) => control instanceof HTMLElement);
  if (first instanceof HTMLElement) first.focus();
  return found.every(Boolean);
}
