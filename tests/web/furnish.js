// Somebody who has made a few things, so that every page has something to show.

import { Caller, photos } from "./api.js";

/** @param {string} url */
export async function furnish(url) {
  const username = "lin";
  const lin = await Caller.register(url, username, "business");
  const [person, garment, portrait, product] = [
    await lin.upload(photos.person),
    await lin.upload(photos.garment),
    await lin.upload(photos.portrait),
    await lin.upload(photos.product),
  ];
  const made = [
    await lin.make({
      kind: "product_photo",
      inputs: { product },
      settings: { background: "marble" },
      quality: "draft",
    }),
    await lin.make({
      kind: "fashion_photo",
      inputs: { product: garment },
      settings: { scene: "loft" },
      quality: "draft",
    }),
    await lin.make({
      kind: "digital_avatar",
      inputs: { photos: [portrait] },
      settings: { avatar_style: "oil" },
      quality: "draft",
    }),
    await lin.make({ kind: "virtual_tryon", inputs: { person, garment }, quality: "draft" }),
  ];
  const batch = "20260301-0900-spring";
  const references = { [garment]: "TEE-GREEN-M", [product]: "CUP-RED-01", [portrait]: "PRINT-07" };
  for (const [input, reference] of Object.entries(references)) {
    await lin.make({
      kind: "product_photo",
      inputs: { product: input },
      settings: { background: "podium" },
      quality: "draft",
      batch,
      reference,
    });
  }
  // A face is what an avatar cannot do without: this one fails, and is refunded.
  const failed = await lin.make({
    kind: "digital_avatar",
    inputs: { photos: [product] },
    quality: "draft",
    fresh: true,
  });
  const work = made[0].result.work_id;
  await lin.call("PUT", `/v1/works/${work}/favorite`);
  const share = await lin.call("POST", `/v1/works/${work}/share`);
  for (const job of made) await lin.call("PUT", `/v1/works/${job.result.work_id}`, { is_public: true });
  await lin.call("POST", "/v1/api-keys", { name: "shop sync", scopes: ["jobs", "uploads"] });
  return { username, ...rooms({ share: new URL(share.url).pathname, made, failed, work, batch }) };
}

/**
 * Every page with something to show.
 * @param {{share: string, made: any[], failed: any, work: string, batch: string}} things
 */
function rooms({ share, made, failed, work, batch }) {
  return {
    open: {
      home: "/",
      login: "/login",
      register: "/register",
      terms: "/terms",
      privacy: "/privacy",
      share: share,
    },
    own: {
      make: "/make/product_photo",
      tryon: "/make/virtual_tryon",
      again: `/make/virtual_tryon?from=${made[3].id}`,
      avatar: "/make/digital_avatar",
      job: `/jobs/${made[1].id}`,
      failed: `/jobs/${failed.id}`,
      work: `/works/${work}`,
      works: "/works",
      jobs: "/jobs",
      batch: `/batches/${batch}`,
      gallery: "/gallery",
      credits: "/credits",
      account: "/account",
      photos: "/account/photos",
      security: "/account/security",
      keys: "/account/keys",
      webhooks: "/account/webhooks",
    },
  };
}
