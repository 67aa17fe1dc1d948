// The names of what stands in orders and invoices.

import { named } from "./words.js";

export const orderName = named({
  pending: { zh: "待支付", en: "Waiting" },
  paid: { zh: "已支付", en: "Paid" },
  closed: { zh: "已关闭", en: "Closed" },
  refunding: { zh: "退款中", en: "Being refunded" },
  refunded: { zh: "已退款", en: "Refunded" },
});

export const channelName = named({
  manual: { zh: "线下付款", en: "By hand" },
  sandbox: { zh: "模拟支付", en: "Sandbox" },
  wechat_native: { zh: "微信扫码", en: "WeChat QR" },
  xpay: { zh: "小程序支付", en: "WeChat mini-program" },
});

/** What the till found wrong; one without a name is told in its own words. */
export const problemName = named({
  amount: { zh: "金额不符", en: "Wrong amount" },
  late: { zh: "关闭后才付款", en: "Paid after it was closed" },
});

export const invoiceName = named({
  requested: { zh: "待处理", en: "Requested" },
  issued: { zh: "已开具", en: "Issued" },
  rejected: { zh: "已拒绝", en: "Rejected" },
});
