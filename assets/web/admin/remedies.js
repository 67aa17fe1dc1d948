// What an operator can do about each cause of failure.

import { say } from "../core/words.js";

/** @typedef {import("../core/words.js").Phrase} Phrase */

/** @type {Phrase} */
const photo = {
  zh: "用户的照片不合适；看拍摄提示是否清楚。",
  en: "The user's photo will not do; see whether the shooting guide is clear.",
};
/** @type {Phrase} */
const refused = {
  zh: "模型的内容审核拒绝了；换模型次序可能有用。",
  en: "The model's content rules refused it; another order of models may help.",
};
/** @type {Phrase} */
const provider = {
  zh: "供应商的问题；看“模型”页，必要时停用或加一个模型。",
  en: "A provider's trouble; see Models, and switch one off or add another.",
};

/** @type {Record<string, Phrase>} */
const remedies = {
  person_not_found: photo,
  garment_not_found: photo,
  face_not_found: photo,
  subject_not_found: photo,
  pose_unsupported: photo,
  category_unsupported: photo,
  category_mismatch: photo,
  input_unusable: photo,
  unreadable_image: photo,
  input_refused: refused,
  result_refused: refused,
  no_picture_made: refused,
  result_blocked: {
    zh: "内容审核拦截了生成的图片；拦得太多就放宽审核策略，或换模型次序。",
    en: "Moderation blocked what was made; if that is too much, ease its strategy or change the order of models.",
  },
  moderation_unavailable: {
    zh: "审核服务没有结论；检查 [moderation] 和 [blobs.cos] 的密钥与网络，然后重做这些任务。",
    en: "Moderation gave no judgement; check the keys and network of [moderation] and [blobs.cos], then run these jobs again.",
  },
  provider_busy: provider,
  provider_timeout: provider,
  no_model_available: {
    zh: "没有可用的模型；检查密钥、预算和熔断。",
    en: "No model could be used; check keys, budgets and breakers.",
  },
  storage_unavailable: {
    zh: "检查存储服务和磁盘空间，然后重做这些任务。",
    en: "Check the storage and the disk, then run these jobs again.",
  },
  timeout: { zh: "超过 jobs.limit_secs；看服务器负载。", en: "Ran past jobs.limit_secs; see how busy the server is." },
  crash_loop: {
    zh: "看日志里的崩溃，带上任务编号报告。",
    en: "Look for the crash in the log and report it with the job's id.",
  },
  internal: {
    zh: "我们的错误；看日志，带上任务编号报告。",
    en: "A fault of ours; see the log and report it with the job's id.",
  },
  stopped_by_operator: { zh: "管理员终止的任务。", en: "Administrators ended these." },
};

/** @param {string} code */
export const remedy = (code) => (code in remedies ? say(remedies[code]) : "");
