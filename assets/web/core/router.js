// Addresses and what they show. Links are ordinary links; a view is a module whose default export draws it.

import { fill } from "./dom.js";
import { isLoggedIn } from "./tokens.js";
import { Problem, noAnswer } from "./problem.js";
import { say } from "./words.js";
import { site } from "./site.js";
import { broken } from "../parts/loading.js";

/**
 * @typedef {object} Visit
 * @property {Record<string, string>} params what the address holds
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal aborted when the user leaves
 * @property {(title: string) => void} title names the page
 */

/** @typedef {(visit: Visit) => Node | Promise<Node>} View */
/** @typedef {{path: string, load: () => Promise<{default: View}>, open?: boolean}} Route `open` ones need no log-in */

/** @type {Route[]} */
let routes = [];
/** @type {HTMLElement} */
let place;
let leaving = new AbortController();
/** Where each entry of the history was scrolled to. @type {Map<string, number>} */
const scrolls = new Map();

/** Starts answering addresses. @param {Route[]} table @param {HTMLElement} main */
export function start(table, main) {
  routes = table;
  place = main;
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => show(true));
  document.addEventListener("click", follow);
  document.addEventListener("lang", () => show(true));
  return show(false);
}

/** Goes to an address of the page. @param {string} to @param {{replace?: boolean}} [how] @returns {Promise<void>} */
export function go(to, { replace = false } = {}) {
  scrolls.set(here(), scrollY);
  if (replace) history.replaceState({ id: freshPlace() }, "", to);
  else history.pushState({ id: freshPlace() }, "", to);
  return show(false);
}

/** Draws the present address again. */
export const reload = () => show(true);

const freshPlace = () => String(Date.now() + Math.random());
const here = () => history.state?.id ?? "first";

/** @param {MouseEvent} event */
function follow(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = /** @type {Element} */ (event.target).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.download || link.origin !== location.origin) return;
  if (!find(link.pathname)) return;
  event.preventDefault();
  const part = link.pathname === location.pathname && document.getElementById(link.hash.slice(1));
  if (part) return part.scrollIntoView({ behavior: "smooth" });
  go(link.pathname + link.search + link.hash);
}

/** @param {string} path */
function find(path) {
  const parts = path.split("/").filter(Boolean);
  for (const route of routes) {
    const wanted = route.path.split("/").filter(Boolean);
    if (wanted.length !== parts.length && !route.path.endsWith("*")) continue;
    /** @type {Record<string, string>} */
    const params = {};
    const fits = wanted.every((name, i) => {
      if (name === "*") return true;
      if (!name.startsWith(":")) return name === parts[i];
      const value = decoded(parts[i]);
      params[name.slice(1)] = value;
      return value !== "";
    });
    if (fits) return { route, params };
  }
  return null;
}

/** A part of an address as it was meant; empty if it is not there or means nothing. @param {string | undefined} part */
function decoded(part) {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    return "";
  }
}

/** Old and short addresses: one-time links keep their token behind the hash, out of every log. */
function unhash() {
  const [, name, rest] = location.hash.match(/^#(\w+)(?:\/([\w-]+))?$/) ?? [];
  if (location.pathname !== "/" || !name) return null;
  if (name === "links" && rest) return { path: "/links/:token", params: { token: rest } };
  if (name === "credits") history.replaceState(null, "", "/credits");
  return null;
}

/** @param {boolean} back @returns {Promise<void>} */
async function show(back) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const link = unhash();
  const found = link
    ? { route: routes.find((route) => route.path === link.path), params: link.params }
    : find(location.pathname);
  if (!found?.route) return go("/", { replace: true });
  const { route, params } = found;
  if (!route.open && !isLoggedIn()) {
    const next = encodeURIComponent(location.pathname + location.search);
    return go(`/login?next=${next}`, { replace: true });
  }
  document.dispatchEvent(new CustomEvent("place", { detail: location.pathname }));
  place.setAttribute("aria-busy", "true");
  const query = new URLSearchParams(location.search);
  document.title = say(site.name);
  /** @param {string} title */
  const title = (title) => void (document.title = `${title} · ${say(site.name)}`);
  const node = await drawn(async () => (await load(route))({ params, query, signal, title }), signal);
  // Whoever came after draws, and says when that is done.
  if (signal.aborted) return;
  fill(place, node);
  place.removeAttribute("aria-busy");
  scrollTo(0, back ? (scrolls.get(here()) ?? 0) : 0);
  announce(back);
}

/** What a view draws, or why it could not. @param {() => Promise<Node>} draw @param {AbortSignal} signal */
async function drawn(draw, signal) {
  try {
    return await draw();
  } catch (error) {
    if (error instanceof Problem && error.offline) addEventListener("online", reload, { once: true, signal });
    return broken(error, reload);
  }
}

/** Moves the focus to the new page's heading, so that keyboards and screen readers begin there. @param {boolean} quiet */
function announce(quiet) {
  const heading = place.querySelector("h1");
  if (quiet || !(heading instanceof HTMLElement) || place.querySelector("[autofocus]")) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/**
 * The view of a route. A module of an older version is gone after an upgrade: then the whole page is loaded anew, once.
 * Only if the server answers: without a connection the frame stays, and the failure is drawn in it.
 * @param {Route} route
 * @returns {Promise<View>}
 */
async function load(route) {
  try {
    const module = await route.load();
    sessionStorage.removeItem("atelier.reloaded");
    return module.default;
  } catch (error) {
    if (!(await serverAnswers())) throw noAnswer();
    if (sessionStorage.getItem("atelier.reloaded")) throw error;
    sessionStorage.setItem("atelier.reloaded", "1");
    location.reload();
    return new Promise(() => undefined);
  }
}

const serverAnswers = () =>
  fetch("/healthz", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
