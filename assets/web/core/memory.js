// What this browser remembers between visits. Private windows may forget, or refuse: nothing depends on it.

const PREFIX = "atelier.";

/**
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function recall(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** @param {string} name @param {unknown} value `undefined` forgets */
export function remember(name, value) {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full or forbidden: then it is not remembered.
  }
}

/** Calls `told` when another tab changes what is remembered under this name. @param {string} name @param {() => void} told */
export function overheard(name, told) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) told();
  });
}
