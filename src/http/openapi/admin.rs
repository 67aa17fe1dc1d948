//! What operators do: the operations below `/v1/admin`.

use serde_json::{Value, json};

use super::operation::{Operation, delete, get, post, put};
use super::schemas::one_of;
use crate::http::Code;
use crate::jobs::Status;
use crate::kinds::Kind;

/// Every operation of administrators.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [figures(), jobs(), users(), rest(), moderation(), models()];
    parts.into_iter().flatten().collect()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn past() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": 744 })
}

fn hours() -> Value {
    let mut hours = past();
    hours["default"] = json!(24);
    hours
}

fn month() -> Value {
    json!({ "type": "string", "example": "2026-11" })
}

const BACK: &str = "How many hours back.";
const MONTH: &str = "A month of the operator's calendar; this one if absent.";

fn figures() -> Vec<Operation> {
    vec![
        get(
            "/v1/admin/overview",
            "概览",
            "How the house stands: jobs, queue, money, models, calls.",
        )
        .query("hours", hours(), BACK),
        get(
            "/v1/admin/series",
            "曲线",
            "Jobs, calls and cost over time.",
        )
        .query("hours", hours(), BACK),
        get("/v1/admin/failures", "失败原因", "Failed jobs by cause.").query(
            "hours",
            hours(),
            BACK,
        ),
        get(
            "/v1/admin/missing",
            "上线前缺什么",
            "What production still needs; empty when all is well.",
        ),
        get(
            "/v1/admin/settings",
            "生效的配置",
            "The settings in force, secrets hidden.",
        ),
        get("/v1/admin/csv/entries", "流水表", "The ledger of a month.")
            .query("month", month(), MONTH)
            .bytes("text/csv"),
        get("/v1/admin/csv/orders", "订单表", "The orders of a month.")
            .query("month", month(), MONTH)
            .bytes("text/csv"),
        get(
            "/v1/admin/csv/invoices",
            "发票申请表",
            "The invoices asked for in a month.",
        )
        .query("month", month(), MONTH)
        .bytes("text/csv"),
        get(
            "/v1/admin/csv/costs",
            "模型成本表",
            "What models cost in a month.",
        )
        .query("month", month(), MONTH)
        .bytes("text/csv"),
        get(
            "/v1/admin/csv/unspent",
            "未用积分表",
            "What is in all wallets, by origin.",
        )
        .bytes("text/csv"),
        get(
            "/v1/admin/review",
            "审核列表",
            "Works that wait to be shown or were complained about.",
        )
        .pages("Object"),
        post(
            "/v1/admin/review/{id}",
            "审核决定",
            "Shows, hides or deletes a work and closes its complaints.",
        )
        .takes("Verdict", json!({ "decision": "show" })),
        get("/v1/admin/reports", "投诉列表", "Open complaints.").lists("Object"),
    ]
}

fn jobs() -> Vec<Operation> {
    vec![
        get(
            "/v1/admin/jobs",
            "全部任务",
            "Every job, newest first, without pictures.",
        )
        .pages("Job")
        .query("status", one_of::<Status>(), "Only in this state.")
        .query("kind", one_of::<Kind>(), "Only of this kind.")
        .query("batch", text(), "Only of this batch.")
        .query("user", text(), "Only of this user.")
        .query("model", text(), "Only made by this model.")
        .query("cause", text(), "Only failed for this reason.")
        .query(
            "rated",
            json!({ "type": "boolean" }),
            "Only those that were rated.",
        )
        .query("hours", past(), "Only those that ended in so many hours."),
        get(
            "/v1/admin/jobs/{id}",
            "查看任务",
            "A job with its pictures and attempts; leaves a line in the audit log.",
        )
        .answers("Job"),
        post(
            "/v1/admin/jobs/{id}/retry",
            "重做任务",
            "Repeats a failed job as a new one, free of charge.",
        )
        .status(201)
        .answers("Job")
        .refuses(&[Code::Conflict, Code::Gone]),
        post(
            "/v1/admin/jobs/{id}/fail",
            "终止任务",
            "Ends a live job and refunds it.",
        )
        .answers("Job")
        .refuses(&[Code::Conflict]),
        post(
            "/v1/admin/jobs/{id}/make-good",
            "退还积分",
            "Gives back the price of a completed job, once.",
        )
        .takes("Reason", json!({ "reason": "the collar is wrong" }))
        .refuses(&[Code::Conflict, Code::JobNotFinished]),
    ]
}

fn users() -> Vec<Operation> {
    let why = json!({ "reason": "spam" });
    vec![
        get("/v1/admin/users", "用户列表", "Users, newest first.")
            .pages("Account")
            .query("search", text(), "Part of a name, or an id.")
            .query("state", text(), "Only in this state.")
            .query("role", text(), "Only with this role."),
        get("/v1/admin/users/{id}", "用户", "A user.").answers("Account"),
        put("/v1/admin/users/{id}", "修改用户", "Changes role or mode.")
            .takes("UserChange", json!({ "mode": "business" }))
            .answers("Account")
            .refuses(&[Code::Conflict]),
        post(
            "/v1/admin/users/{id}/freeze",
            "冻结",
            "Freezes a user; what waits is cancelled.",
        )
        .takes("MaybeReason", why.clone())
        .answers("Account")
        .refuses(&[Code::Conflict]),
        post("/v1/admin/users/{id}/unfreeze", "解冻", "Thaws a user.")
            .takes("MaybeReason", why)
            .answers("Account"),
    ]
}

fn rest() -> Vec<Operation> {
    vec![
        get(
            "/v1/admin/links",
            "一次性链接",
            "One-time links that were made.",
        )
        .pages("Link"),
        post("/v1/admin/links", "新建链接", "Makes a one-time link.")
            .takes("NewLink", json!({ "purpose": "invite", "credits": 100 }))
            .status(201)
            .answers("NewLinkMade")
            .refuses(&[Code::NotFound]),
        delete("/v1/admin/links/{id}", "作废链接", "Revokes a link."),
        get(
            "/v1/admin/audit",
            "操作日志",
            "What operators did, newest first.",
        )
        .pages("AuditLine"),
        get("/v1/admin/ledger/verify", "核对账本", "Proves the books."),
    ]
}

fn moderation() -> Vec<Operation> {
    vec![
        get(
            "/v1/admin/moderation",
            "内容审核",
            "Pictures that moderation is not sure of.",
        )
        .pages("Object"),
        get(
            "/v1/admin/moderation/{id}",
            "待审图片",
            "One of them; leaves a line in the audit log.",
        ),
        post(
            "/v1/admin/moderation/{id}/pass",
            "通过",
            "Lets a picture through.",
        )
        .refuses(&[Code::Conflict]),
        post(
            "/v1/admin/moderation/{id}/block",
            "拒绝",
            "Blocks a picture.",
        )
        .refuses(&[Code::Conflict]),
    ]
}

fn models() -> Vec<Operation> {
    let days = json!({ "type": "integer", "minimum": 1, "maximum": 92, "default": 7 });
    let form = json!({ "type": "string", "enum": ["json", "csv"] });
    vec![
        get("/v1/admin/models", "模型", "How every model stands."),
        put(
            "/v1/admin/models/{model}",
            "启停模型",
            "Switches a model on or off.",
        )
        .takes("ModelChange", json!({ "enabled": false })),
        post(
            "/v1/admin/models/{model}/reset",
            "重置熔断",
            "Closes the breaker of a model.",
        ),
        post(
            "/v1/admin/route/explain",
            "试算路由",
            "Which model a job would go to, and why.",
        )
        .takes("Thought", json!({ "kind": "product_photo" })),
        get("/v1/admin/costs", "模型成本", "What models cost by day.")
            .query("days", days, "How many days.")
            .query("format", form, "As JSON or as a table.")
            .or_csv(),
    ]
}
