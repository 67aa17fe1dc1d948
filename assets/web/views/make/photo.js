// A photo on its way: made smaller where it is huge, sent, and known by what the server calls it.

import { call } from "../../core/api.js";
import { explain } from "../../core/problem.js";
import { site } from "../../core/site.js";
import { say } from "../../core/words.js";

/** @typedef {import("../../types.js").Upload} Upload */

/** Formats that the server reads. Named one by one, so that iPhones hand over JPEG instead of HEIC. */
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/bmp,image/tiff";

/** More than a model can use: anything above is only slow to send. */
const LONGEST_SIDE = 4096;
const HEAVY_BYTES = 6_000_000;
const QUALITY = 0.92;

export class Photo {
  /** @param {{file?: File, upload?: Upload}} from */
  constructor({ file, upload }) {
    this.name = file?.name ?? "";
    /** The caller's own name for a product, from the file's. */
    this.reference = this.name.replace(/\.[^.]*$/, "").slice(0, 100);
    /** @type {Upload | null} */
    this.upload = upload ?? null;
    this.url = upload?.url ?? (file ? URL.createObjectURL(file) : "");
    this.error = "";
    this.file = file;
  }

  /** Sends it; what went wrong is kept in `error`. */
  async send() {
    if (this.upload || !this.file) return;
    this.error = "";
    try {
      const form = new FormData();
      form.append("file", await smaller(this.file), this.name || "photo.jpg");
      // The same bytes are the same upload: sending it twice does no harm.
      this.upload = await call("POST", "/v1/uploads", { body: form, key: "upload" });
    } catch (error) {
      this.error = explain(error);
    }
  }

  /** Lets go of the browser's copy. */
  release() {
    if (this.file) URL.revokeObjectURL(this.url);
  }
}

/** True if this can be a photo at all. @param {File} file */
export const isPicture = (file) =>
  file.type.startsWith("image/") || /\.(jpe?g|png|webp|gif|bmp|tiff?|heic|heif)$/i.test(file.name);

/** @param {File} file @returns {Promise<Blob>} */
async function smaller(file) {
  if (file.size <= HEAVY_BYTES && file.size <= site.uploads.max_bytes) {
    const size = await measure(file);
    if (!size || Math.max(size.width, size.height) <= LONGEST_SIDE) return file;
  }
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) {
    // The browser cannot read it: the server says what is wrong with it.
    if (file.size > site.uploads.max_bytes) throw new Error(tooBig());
    return file;
  }
  const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const clear = file.type === "image/png" || file.type === "image/webp";
  /** @type {Blob | null} */
  const made = await new Promise((done) => canvas.toBlob(done, clear ? file.type : "image/jpeg", QUALITY));
  return made && made.size < file.size ? made : file;
}

/** @param {File} file */
async function measure(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const size = { width: picture.width, height: picture.height };
  picture.close();
  return size;
}

const tooBig = () =>
  say(
    { zh: "文件过大（最多 {n} MB）", en: "The file is too large ({n} MB at most)" },
    { n: Math.round(site.uploads.max_bytes / 1e6) },
  );
