// What was chosen for a picture, as the catalog calls it.

import { say } from "../../core/words.js";

/** @typedef {import("../../types.js").Job} Job */
/** @typedef {import("../../types.js").Catalog} Catalog */

/** Each setting and its choice, quality among them. @param {Job} job @param {Catalog} all @returns {[string, string][]} */
export function chosen(job, all) {
  const kind = all.kinds.find((one) => one.kind === job.kind);
  const values = /** @type {Record<string, string>} */ ({ ...job.settings, quality: job.quality });
  return (kind?.settings ?? []).map(({ id, label, options }) => {
    const option = options.find((one) => one.id === values[id]);
    return [say(label), option ? say(option.label) : ""];
  });
}

/** @param {Job} job @param {Catalog} all */
export function outputName(job, all) {
  const output = all.outputs.find((row) => row.id === job.output);
  return output ? say(output.label) : job.output;
}
