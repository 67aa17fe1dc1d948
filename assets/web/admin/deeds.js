// What the audit log tells of, in words: deeds, and what ids name. Their details are in details.js.

import { say } from "../core/words.js";

/** @type {Record<string, import("../core/words.js").Phrase>} */
const names = {
  "user.add": { zh: "添加用户", en: "Added a user" },
  "user.passwd": { zh: "设置密码", en: "Set a password" },
  "user.role": { zh: "修改角色", en: "Changed the role" },
  "user.mode": { zh: "修改模式", en: "Changed the mode" },
  "user.freeze": { zh: "冻结用户", en: "Froze a user" },
  "user.unfreeze": { zh: "解冻用户", en: "Unfroze a user" },
  "credits.grant": { zh: "赠送积分", en: "Gave credits" },
  "job.look": { zh: "查看用户的任务", en: "Looked at a user's job" },
  "job.retry": { zh: "重做任务", en: "Ran a job again" },
  "job.fail": { zh: "终止任务", en: "Ended a job" },
  "job.make_good": { zh: "补偿任务", en: "Made good for a job" },
  "link.create": { zh: "创建链接", en: "Made a link" },
  "link.revoke": { zh: "撤销链接", en: "Revoked a link" },
  "model.enable": { zh: "启用模型", en: "Switched a model on" },
  "model.disable": { zh: "停用模型", en: "Switched a model off" },
  "model.reset": { zh: "重置熔断", en: "Reset a model" },
  "codes.create": { zh: "生成兑换码", en: "Made codes" },
  "codes.revoke": { zh: "停用兑换码", en: "Stopped codes" },
  "order.confirm": { zh: "确认收款", en: "Confirmed a payment" },
  "order.refund": { zh: "退款", en: "Refunded an order" },
  "order.refund_undo": { zh: "放弃退款", en: "Gave a refund up" },
  "invoice.decide": { zh: "处理发票", en: "Answered an invoice request" },
  "subscription.give": { zh: "赠送套餐", en: "Gave a plan" },
  "subscription.end": { zh: "结束套餐", en: "Ended a plan" },
  "work.show": { zh: "放行作品", en: "Let a work be shown" },
  "work.hide": { zh: "隐藏作品", en: "Hid a work" },
  "work.delete": { zh: "删除作品", en: "Deleted a work" },
  "review.look": { zh: "查看待判断的图片", en: "Looked at a held picture" },
  "review.pass": { zh: "放行图片", en: "Let a picture pass" },
  "review.block": { zh: "拦截图片", en: "Blocked a picture" },
  "review.expire": { zh: "逾期未判断，已拦截", en: "Blocked a picture that nobody decided on in time" },
  "upload.block": { zh: "自动拦截上传的图片", en: "An upload was blocked by moderation" },
  "result.block": { zh: "自动拦截生成的图片", en: "A result was blocked by moderation" },
};

/** @param {string} action */
export const deedName = (action) => (action in names ? say(names[action]) : action);

/** What ids name, by how they begin. @type {Record<string, import("../core/words.js").Phrase>} */
const things = {
  job: { zh: "任务", en: "Job" },
  ord: { zh: "订单", en: "Order" },
  inv: { zh: "发票申请", en: "Invoice request" },
  cdb: { zh: "一批兑换码", en: "Batch of codes" },
  lnk: { zh: "一次性链接", en: "One-time link" },
  wrk: { zh: "作品", en: "Work" },
  upl: { zh: "照片", en: "Photo" },
  rev: { zh: "待判断的图片", en: "Held picture" },
};

/** What an id names, in a word; of a user nothing, and a model is its own name. @param {string} id */
export function thingName(id) {
  const [prefix, rest] = id.split("_");
  if (rest === undefined) return id;
  return prefix in things ? say(things[prefix]) : null;
}
