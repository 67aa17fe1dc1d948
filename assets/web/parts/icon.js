// The page's few icons: strokes on a 24-unit square, drawn for it.

import { drawing } from "../core/dom.js";

const strokes = {
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c1-3.6 4-5.5 7.5-5.5s6.500 1.900 7.500 5.500",
  again: "M19.500 12a7.500 7.500 0 1 1-2.400-5.500M19.500 3.500v4h-4",
  alert: "M12 8v5M12 16.500v.1M12 3 2.500 20h19L12 3Z",
  camera: "M4 8h3.500L9 5.500h6L16.500 8H20v11H4V8ZM12 16.500a3.250 3.250 0 1 0 0-6.500 3.250 3.250 0 0 0 0 6.500Z",
  chart: "M4 20h16M6.500 20v-6M12 20V6M17.500 20v-9",
  check: "M5 12.500 10 17.500 19.500 7",
  close: "M6 6l12 12M18 6 6 18",
  coin: "M12 20.500c4.700 0 8.500-3.800 8.500-8.500S16.700 3.500 12 3.500 3.500 7.300 3.500 12s3.800 8.500 8.500 8.500ZM12 8l4 4-4 4-4-4 4-4Z",
  copy: "M9 9h10v10H9V9ZM15 5H5v10",
  down: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  gallery: "M4 5h7v8H4V5ZM13 5h7v5h-7V5ZM13 12h7v7h-7v-7ZM4 15h7v4H4v-4Z",
  heart: "M12 19.500S4 15 4 9.300A4.300 4.300 0 0 1 12 7a4.300 4.300 0 0 1 8 2.300c0 5.700-8 10.200-8 10.200Z",
  info: "M12 11v5.500M12 7.600v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  make: "M12 3.500v3M12 17.500v3M3.500 12h3M17.500 12h3M6.300 6.300l2 2M15.700 15.700l2 2M17.700 6.300l-2 2M8.300 15.700l-2 2",
  minus: "M5 12h14",
  photo: "M4 5h16v14H4V5ZM4 16l4.500-4.500 4 4L15.500 12.500 20 17M15.500 9v.1",
  plus: "M12 5v14M5 12h14",
  route:
    "M6 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM18 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 17h6a3.500 3.500 0 0 0 0-7h-4a3.500 3.500 0 0 1 0-7h6",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20.500 20.500",
  star: "M12 3.800l2.500 5.300 5.700.8-4.200 4 1 5.800-5-2.800-5 2.800 1-5.800-4.200-4 5.700-.8L12 3.800Z",
  trash: "M5 7h14M10 7V4.500h4V7M6.500 7l1 13h9l1-13M10 11v5.500M14 11v5.500",
  works: "M4 4.500h16v15H4v-15ZM4 15.500l5-5 4 4 2.500-2.500 4.500 4.500",
  zoom: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20.500 20.500M10.500 8v5M8 10.500h5",
};

/** @typedef {keyof typeof strokes} IconName */

/** @param {IconName} name */
export const icon = (name) =>
  drawing(
    `<svg xmlns="http://www.w3.org/2000/svg" class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
      `stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><path d="${strokes[name]}"/></svg>`,
  );
