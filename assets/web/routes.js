// Every address of the page. A view is fetched when it is first shown.

/** @type {import("./core/router.js").Route[]} */
export const routes = [
  { path: "/", load: () => import("./views/home.js"), open: true },
  { path: "/login", load: () => import("./views/login.js"), open: true },
  { path: "/register", load: () => import("./views/register.js"), open: true },
  { path: "/links/:token", load: () => import("./views/link.js"), open: true },
  { path: "/make", load: () => import("./views/make.js") },
  { path: "/make/:kind", load: () => import("./views/make.js") },
  { path: "/jobs", load: () => import("./views/jobs.js") },
  { path: "/jobs/:id", load: () => import("./views/job.js") },
  { path: "/batches/:batch", load: () => import("./views/batch.js") },
  { path: "/works", load: () => import("./views/works.js") },
  { path: "/works/:id", load: () => import("./views/work.js") },
  { path: "/gallery", load: () => import("./views/gallery.js"), open: true },
  { path: "/credits", load: () => import("./views/credits.js") },
  { path: "/account", load: () => import("./views/account.js") },
  { path: "/account/:part", load: () => import("./views/account.js") },
];
