// Taking a picture home. The file is the one the server made, label and metadata and all.

import { send } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { size } from "../../core/format.js";
import { inWeChat } from "../../core/site.js";
import { say } from "../../core/words.js";
import { button } from "../../parts/button.js";
import { dialog } from "../../parts/dialog.js";
import { toast } from "../../parts/toast.js";

/** @typedef {import("../../types.js").Work} Work */

/** @param {Work} work */
export function downloads(work) {
  return button({
    label: say({ zh: "下载", en: "Download" }),
    icon: "down",
    look: "primary",
    onclick: () => choose(work),
  });
}

const formats = /** @type {const} */ ([
  ["jpeg", "JPEG", { zh: "小，哪里都能用", en: "Small, works everywhere" }],
  ["png", "PNG", { zh: "无损，较大", en: "Lossless, larger" }],
  ["webp", "WebP", { zh: "最小，网页用", en: "Smallest, for web pages" }],
]);

/** @param {Work} work */
function choose(work) {
  if (inWeChat) {
    toast(say({ zh: "微信里请长按图片保存", en: "In WeChat, press and hold the picture to save it" }));
    return;
  }
  const row = (/** @type {typeof formats[number]} */ [format, name, words]) => {
    const own = format === work.image.format;
    const note = own
      ? say({ zh: "原文件，{size}", en: "As it was made, {size}" }, { size: size(work.image.bytes) })
      : say(words);
    return h(
      "li",
      { class: "download-row" },
      h("span", {}, h("b", {}, name), h("span", { class: "hint" }, note)),
      button({
        label: say({ zh: "下载", en: "Download" }),
        look: own ? "primary" : "plain",
        small: true,
        "aria-label": `${say({ zh: "下载", en: "Download" })} ${name}`,
        onclick: () => take(work, format),
      }),
    );
  };
  const sorted = [...formats].sort((a) => (a[0] === work.image.format ? -1 : 0));
  dialog(say({ zh: "下载图片", en: "Download" }), [
    h("ul", { class: "downloads" }, sorted.map(row)),
    h("p", { class: "hint" }, say({ zh: "每种格式都带 AI 生成标识。", en: "Every format carries the AI label." })),
  ]);
}

/** @param {Work} work @param {string} format */
async function take(work, format) {
  const answer = await send("GET", `/v1/works/${work.id}/file`, { query: { format } });
  const stem = work.image.file_name.replace(/\.[^.]*$/, "");
  await save(await answer.blob(), `${stem}.${format === "jpeg" ? "jpg" : format}`);
}

/** Hands a file to the browser. @param {Blob} file @param {string} name */
export async function save(file, name) {
  const url = URL.createObjectURL(file);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Works as a zip; as several, if there are more than go into one. @param {Record<string, string>} query @param {string} stem names the files */
export async function saveZip(query, stem) {
  if (inWeChat) {
    toast(
      say({
        zh: "微信里不能保存压缩包：请点右上角，在浏览器中打开",
        en: "WeChat cannot save zips: open this page in your browser from the menu at the top right",
      }),
    );
    return;
  }
  let answer = await send("GET", "/v1/works/export", { query });
  for (let part = 1; ; part += 1) {
    await save(await answer.blob(), part === 1 ? `${stem}.zip` : `${stem}-${part}.zip`);
    const next = nextPart(answer);
    if (!next) return;
    answer = await send("GET", next);
  }
}

/** Where the next zip is, if there is one. @param {Response} answer */
const nextPart = (answer) => answer.headers.get("Link")?.match(/<([^>]+)>; rel="next"/)?.[1];

/** The bytes of a work. @param {string} id */
export async function bytesOf(id) {
  return (await send("GET", `/v1/works/${id}/file`)).blob();
}
