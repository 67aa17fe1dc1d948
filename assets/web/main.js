// Begins: who is logged in, the frame, the address.

import { catalog } from "./core/catalog.js";
import { h, fill } from "./core/dom.js";
import { frame } from "./core/frame.js";
import { follow } from "./core/live.js";
import { reload, start } from "./core/router.js";
import { load } from "./core/session.js";
import { isLoggedIn, onTokens } from "./core/tokens.js";
import { routes } from "./routes.js";
import { announce } from "./views/notices.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const main = h("main", { id: "main", tabindex: -1 });
const around = frame(main);
fill(app, around);

// Nothing waits for this but the name and the balance; without a connection the page still draws.
if (isLoggedIn()) load().catch(() => undefined);
// Warm, so that the first view need not wait for it.
if (isLoggedIn()) catalog().catch(() => undefined);

start(routes, main);
// A session that has ended, here or in another tab, ends what it showed.
onTokens(() => isLoggedIn() || reload());
follow();
announce();
