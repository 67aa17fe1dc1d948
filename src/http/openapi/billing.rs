//! Money: the operations of credits, orders, plans, codes and invoices, for buyers and for operators.

use serde_json::{Value, json};

use super::operation::{Operation, delete, get, post, put};
use super::schemas::one_of;
use crate::billing::invoices::InvoiceStatus;
use crate::billing::order::{ChannelId, Status};
use crate::http::Code;

const USER: &str = "usr_0199c0ffee007abc8def0123456789ab";

/// Why an order is not taken.
const BOUGHT: [Code; 3] = [
    Code::Conflict,
    Code::IdempotencyMismatch,
    Code::UpstreamFailed,
];
const SAME: &str = "The same key and request answer with the same order.";

/// Every operation that has to do with money.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [
        credits(),
        orders(),
        plans(),
        all_orders(),
        codes(),
        all_invoices(),
        gifts(),
    ];
    parts.into_iter().flatten().collect()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn credits() -> Vec<Operation> {
    vec![
        get("/v1/credits", "积分", "Balance and totals.").answers("Credits"),
        get(
            "/v1/credits/entries",
            "积分流水",
            "The ledger of the caller, newest first.",
        )
        .pages("Entry"),
        get("/v1/credits/packages", "积分套餐", "What can be bought.")
            .open()
            .answers("Packages")
            .refuses(&[Code::Unauthorized]),
        post("/v1/credits/redeem", "兑换", "Redeems a code.")
            .takes("Redeem", json!({ "code": "ABCD-EFGH-JKLM-NPQR" }))
            .answers("Redeemed")
            .refuses(&[Code::NotFound, Code::Conflict, Code::Gone]),
    ]
}

fn orders() -> Vec<Operation> {
    let invoice = json!({ "title": "上海示例有限公司", "email": "a@example.com" });
    vec![
        get(
            "/v1/orders",
            "订单列表",
            "The caller's orders, newest first.",
        )
        .pages("Order"),
        post("/v1/orders", "下单", "Orders a package.")
            .takes(
                "NewOrder",
                json!({ "package": "small", "channel": "manual" }),
            )
            .header("Idempotency-Key", text(), SAME)
            .status(201)
            .answers("Order")
            .refuses(&BOUGHT),
        get("/v1/orders/{id}", "订单", "An order.")
            .answers("Order")
            .refuses(&[Code::UpstreamFailed]),
        post(
            "/v1/orders/{id}/cancel",
            "取消订单",
            "Calls an unpaid order off.",
        )
        .answers("Order")
        .refuses(&BOUGHT),
        get(
            "/v1/orders/{id}/invoice",
            "发票",
            "The invoice of an order.",
        )
        .answers("Invoice"),
        post(
            "/v1/orders/{id}/invoice",
            "申请发票",
            "Asks for the invoice of a paid order.",
        )
        .takes("InvoiceRequest", invoice)
        .status(201)
        .answers("Invoice")
        .refuses(&[Code::Conflict]),
        post(
            "/v1/payments/{channel}/notify",
            "支付通知",
            "What a payment channel tells; verified.",
        )
        .open()
        .refuses(&[
            Code::BadRequest,
            Code::Unauthorized,
            Code::Forbidden,
            Code::UpstreamFailed,
        ]),
    ]
}

fn plans() -> Vec<Operation> {
    vec![
        get("/v1/plans", "套餐", "Plans on offer.")
            .open()
            .answers("Plans")
            .refuses(&[Code::Unauthorized]),
        get("/v1/subscription", "我的套餐", "The caller's plan.").answers("Subscription"),
        post("/v1/subscription", "订阅", "Orders a plan.")
            .takes("Subscribe", json!({ "plan": "pro", "channel": "manual" }))
            .header("Idempotency-Key", text(), SAME)
            .status(201)
            .answers("Order")
            .refuses(&BOUGHT),
        delete(
            "/v1/subscription",
            "取消订阅",
            "Ends the plan with what is paid.",
        )
        .status(200)
        .answers("Subscription")
        .refuses(&[Code::Conflict, Code::NotFound]),
    ]
}

fn all_orders() -> Vec<Operation> {
    let user = json!({ "type": "string", "example": USER });
    let problem = json!({ "type": "boolean" });
    vec![
        get("/v1/admin/orders", "订单", "Every order, newest first.")
            .pages("AdminOrder")
            .query("status", one_of::<Status>(), "Only in this state.")
            .query("channel", one_of::<ChannelId>(), "Only of this channel.")
            .query("user", user, "Only of this user.")
            .query("problem", problem, "Only those to look at."),
        get("/v1/admin/orders/{id}", "订单", "An order.").answers("AdminOrder"),
        post(
            "/v1/admin/orders/{id}/confirm",
            "确认收款",
            "Confirms that an order was paid by hand.",
        )
        .takes("Confirmation", json!({ "transaction_id": "20261122-1" }))
        .answers("AdminOrder")
        .refuses(&[Code::OrderState]),
        post(
            "/v1/admin/orders/{id}/refund",
            "退款",
            "Pays an order back.",
        )
        .takes("Reason", json!({ "reason": "bought twice" }))
        .answers("AdminOrder")
        .refuses(&[Code::OrderState]),
        delete(
            "/v1/admin/orders/{id}/refund",
            "放弃退款",
            "Gives a refund up that hangs; refused while the money is on its way.",
        )
        .status(200)
        .answers("AdminOrder")
        .refuses(&[
            Code::InvalidParameters,
            Code::OrderState,
            Code::PaymentUnavailable,
        ]),
    ]
}

fn codes() -> Vec<Operation> {
    let new = json!({ "name": "spring", "credits": 50, "count": 10 });
    vec![
        get("/v1/admin/codes", "兑换码", "Batches of redeem codes.").pages("CodeBatch"),
        post("/v1/admin/codes", "新建兑换码", "Makes redeem codes.")
            .takes("NewCodes", new)
            .status(201)
            .answers("CodeBatchMade"),
        get("/v1/admin/codes/{id}", "一批兑换码", "A batch of codes.").answers("CodeBatch"),
        delete(
            "/v1/admin/codes/{id}",
            "作废兑换码",
            "Revokes what is left of a batch.",
        ),
        get(
            "/v1/admin/codes/{id}/export",
            "导出兑换码",
            "The codes of a batch as a table.",
        )
        .bytes("text/csv"),
    ]
}

fn all_invoices() -> Vec<Operation> {
    vec![
        get("/v1/admin/invoices", "发票申请", "Requests for invoices.")
            .pages("AdminInvoice")
            .query("status", one_of::<InvoiceStatus>(), "Only in this state."),
        put(
            "/v1/admin/invoices/{id}",
            "处理发票",
            "Says what became of a request.",
        )
        .takes("InvoiceDecision", json!({ "status": "issued" }))
        .answers("AdminInvoice")
        .refuses(&[Code::Conflict]),
    ]
}

fn gifts() -> Vec<Operation> {
    vec![
        post(
            "/v1/admin/users/{id}/grants",
            "赠送积分",
            "Gives a user credits.",
        )
        .takes("Grant", json!({ "credits": 100, "reason": "welcome" }))
        .answers("Granted"),
        post(
            "/v1/admin/users/{id}/subscription",
            "赠送套餐",
            "Gives a user a plan.",
        )
        .takes("GivePlan", json!({ "plan": "pro", "months": 1 }))
        .answers("PlanGiven")
        .refuses(&[Code::Conflict]),
        delete(
            "/v1/admin/users/{id}/subscription",
            "结束套餐",
            "Ends a user's plan.",
        ),
    ]
}
