// The names of states, causes and deeds, for people who run the house.

import { say } from "../core/words.js";

/** @typedef {import("../core/words.js").Phrase} Phrase */

/** Names by id. @param {Record<string, Phrase>} names @returns {(id: string) => string} an id without a name is shown as it is */
export const named = (names) => (id) => (id in names ? say(names[id]) : id);

/** @type {Record<import("../types.js").Status, Phrase>} */
const statuses = {
  pending: { zh: "排队", en: "Waiting" },
  processing: { zh: "进行中", en: "In progress" },
  completed: { zh: "完成", en: "Completed" },
  failed: { zh: "失败", en: "Failed" },
  cancelled: { zh: "已取消", en: "Cancelled" },
};

export const statusIds = /** @type {import("../types.js").Status[]} */ (Object.keys(statuses));
export const statusName = named(statuses);

/** @type {Record<string, string>} */
const tones = { completed: "good", failed: "bad", processing: "warn", pending: "", cancelled: "" };
/** @param {string} status */
export const statusTone = (status) => `pill ${tones[status] ?? ""}`.trim();

export const roleName = named({ user: { zh: "用户", en: "User" }, admin: { zh: "管理员", en: "Administrator" } });
export const modeName = named({ personal: { zh: "个人", en: "Personal" }, business: { zh: "商家", en: "Business" } });
export const standingName = named({
  active: { zh: "正常", en: "Active" },
  frozen: { zh: "已冻结", en: "Frozen" },
  erased: { zh: "已注销", en: "Erased" },
});
export const qualityName = named({
  draft: { zh: "草稿", en: "Draft" },
  standard: { zh: "标准", en: "Standard" },
  high: { zh: "高", en: "High" },
});

export const purposeName = named({
  invite: { zh: "邀请", en: "Invitation" },
  setup: { zh: "初始设置", en: "First administrator" },
  reset: { zh: "重置密码", en: "New password" },
});

/** Why jobs fail, as the operator needs to know it: the user reads gentler words. */
export const causeName = named({
  person_not_found: { zh: "没有找到人物", en: "No person found" },
  garment_not_found: { zh: "没有找到服装", en: "No garment found" },
  face_not_found: { zh: "没有找到人脸", en: "No face found" },
  subject_not_found: { zh: "没有找到商品", en: "No product found" },
  pose_unsupported: { zh: "姿势不支持", en: "Pose not supported" },
  category_unsupported: { zh: "服装种类不支持", en: "Kind of garment not supported" },
  category_mismatch: { zh: "服装与所选品类不符", en: "Garment is of another category" },
  input_gone: { zh: "输入图片已删除", en: "Input picture deleted" },
  input_refused: { zh: "输入被模型拒绝", en: "Input refused by the model" },
  input_unusable: { zh: "输入图片不可用", en: "Input cannot be used" },
  unreadable_image: { zh: "输入图片无法读取", en: "Input cannot be read" },
  result_refused: { zh: "结果被模型拦截", en: "Result refused by the model" },
  result_blocked: { zh: "结果被内容审核拦截", en: "Result blocked by moderation" },
  moderation_unavailable: { zh: "内容审核不可用", en: "Moderation not available" },
  no_picture_made: { zh: "模型没有给出图片", en: "The model made no picture" },
  provider_busy: { zh: "模型服务繁忙", en: "Providers busy" },
  provider_timeout: { zh: "模型没有回答", en: "Provider gave no answer" },
  no_model_available: { zh: "没有可用的模型", en: "No model available" },
  output_cannot_fit: { zh: "压缩不到要求的大小", en: "Does not fit the file size" },
  storage_unavailable: { zh: "存储不可用", en: "Storage not available" },
  crash_loop: { zh: "反复崩溃", en: "Crashed again and again" },
  timeout: { zh: "超过时限", en: "Ran past the limit" },
  internal: { zh: "内部错误", en: "Fault of ours" },
  stopped_by_operator: { zh: "管理员终止", en: "Ended by an operator" },
  account_erased: { zh: "用户已注销", en: "Account erased" },
});

/** What an attempt came to; and, where no attempt failed, which part of the house ended the job. */
export const className = named({
  auth: { zh: "密钥无效", en: "Key refused" },
  account_blocked: { zh: "供应商账户受限", en: "Account blocked" },
  model_gone: { zh: "模型已下线", en: "Model gone" },
  rate_limited: { zh: "请求过频", en: "Too many requests" },
  quota_exhausted: { zh: "额度用尽", en: "Quota used up" },
  overloaded: { zh: "服务繁忙", en: "Overloaded" },
  timeout: { zh: "没有回答", en: "Answer lost" },
  blocked_input: { zh: "输入被拒绝", en: "Input refused" },
  blocked_severe: { zh: "输入严重违规", en: "Severe violation" },
  blocked_output: { zh: "结果被拒绝", en: "Result refused" },
  no_image: { zh: "没有图片", en: "No picture" },
  bad_input: { zh: "图片不可用", en: "Bad input" },
  bad_request: { zh: "请求不被接受", en: "Request refused" },
  internal: { zh: "内部错误", en: "Fault of ours" },
  bad_output: { zh: "输出不合要求", en: "Output does not fit" },
  input_gone: { zh: "输入已删除", en: "Input deleted" },
  moderation: { zh: "内容审核", en: "Moderation" },
  storage: { zh: "存储", en: "Storage" },
  operator: { zh: "管理员", en: "Operator" },
  erased: { zh: "账号已注销", en: "Account erased" },
  unreadable: { zh: "任务记录无法读取", en: "Job cannot be read" },
});

export const attemptName = named({
  open: { zh: "进行中", en: "Under way" },
  done: { zh: "成功", en: "Done" },
  failed: { zh: "失败", en: "Failed" },
  unknown: { zh: "结果未知", en: "Outcome unknown" },
});
