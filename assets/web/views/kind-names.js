// The four kinds by name, for where the catalog is not at hand.

import { say } from "../core/words.js";

/** @typedef {import("../types.js").KindId} KindId */

/** @type {Record<KindId, import("../types.js").Words>} */
const names = {
  virtual_tryon: { zh: "虚拟试衣", en: "Try-on" },
  fashion_photo: { zh: "时尚摄影", en: "Fashion photo" },
  digital_avatar: { zh: "数字分身", en: "Avatar" },
  product_photo: { zh: "商品摄影", en: "Product photo" },
};

export const kinds = /** @type {KindId[]} */ (Object.keys(names));

/** @param {KindId} kind */
export const kindName = (kind) => say(names[kind]);
