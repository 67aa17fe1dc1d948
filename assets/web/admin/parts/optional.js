// What another version of the server may not have: then nothing is shown, and nothing looks broken.

import { get } from "../../core/api.js";
import { Problem } from "../../core/problem.js";

/** @type {<T = any>(path: string, options?: import("../../core/api.js").Options) => Promise<T | null>} */
export async function optional(path, options) {
  try {
    return await get(path, options);
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 405)) return null;
    throw error;
  }
}
