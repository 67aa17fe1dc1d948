// SVG elements in one call, and a drawing that follows the width of its place.

/** @param {string} tag @param {Record<string, string | number>} [props] @param {...(Node | string)} children */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * Calls `draw` with the width there is, now and whenever it changes: letters keep their size on every screen.
 * @param {HTMLElement} place
 * @param {(width: number) => void} draw
 */
export function fitted(place, draw) {
  let before = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width === before || width === 0) return;
    before = width;
    draw(width);
  }).observe(place);
}

/** Round steps that reach at least `most`: 1, 2, 5, 10, 20… @param {number} most @param {number} [lines] */
export function ticks(most, lines = 4) {
  if (most <= 0) return [0, 1];
  const raw = most / lines;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
