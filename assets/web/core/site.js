// What the site says of itself. The shell brings it along, so that the first drawing needs no request.

/** @type {import("../types.js").Site} */
export const site = JSON.parse(document.getElementById("site")?.textContent || "{}");

/** True inside WeChat, whose browser cannot save files. */
export const inWeChat = /MicroMessenger/i.test(navigator.userAgent);

/** True where fingers point. */
export const byTouch = matchMedia("(pointer: coarse)").matches;
