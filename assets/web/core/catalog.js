// The catalog: what can be made, for how much. Asked for once a visit, and again when somebody logs in or out.

import { get } from "./api.js";
import { onTokens } from "./tokens.js";

/** @typedef {import("../types.js").Catalog} Catalog */

/** @type {Promise<Catalog> | null} */
let known = null;

onTokens(() => (known = null));

/** @returns {Promise<Catalog>} */
export function catalog() {
  known ??= get("/v1/catalog").catch((error) => {
    known = null;
    throw error;
  });
  return /** @type {Promise<Catalog>} */ (known);
}
