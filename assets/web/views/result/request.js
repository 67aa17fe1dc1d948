// What a job was asked with: to ask for the same again, and to tell whether two jobs were asked for the same.

/** The body of a request for the same picture. @param {import("../../types.js").Job} job */
export function requestOf({ kind, inputs, settings, quality, output, label, reference }) {
  /** @type {Record<string, string | string[]>} */
  const wanted = {};
  for (const { role, upload_id: id } of inputs) {
    wanted[role] = role === "photos" ? [...(wanted[role] ?? []), id] : id;
  }
  return { kind, inputs: wanted, settings, quality, output, label, reference: reference ?? undefined };
}
