//! What users and their programs do: the operations of the API, in the order of the route table.

use serde_json::{Value, json};

use super::operation::{Operation, delete, get, post, put};
use super::schemas::one_of;
use crate::http::Code;
use crate::jobs::Status;
use crate::kinds::Kind;
use crate::webhooks::Outcome;

const JOB: &str = "job_0199c0ffee007abc8def0123456789ab";
const UPLOAD: &str = "upl_0199c0ffee007abc8def0123456789ab";
const WORK: &str = "wrk_0199c0ffee007abc8def0123456789ab";

/// Every operation that is not an administrator's.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [
        door(),
        uploads(),
        jobs(),
        works(),
        webhooks(),
        accounts(),
        keys(),
        shop(),
    ];
    parts.into_iter().flatten().collect()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn door() -> Vec<Operation> {
    vec![
        get("/s/{token}", "分享页", "The page behind a share link.")
            .open()
            .bytes("text/html"),
        get(
            "/s/{token}/image",
            "分享的图片",
            "The picture behind a share link.",
        )
        .open()
        .bytes("image/*"),
        get("/healthz", "存活检查", "Whether the process lives.").open(),
        get("/readyz", "就绪检查", "Whether it can serve.").open(),
        get("/metrics", "Prometheus 指标", "Figures for Prometheus.")
            .open()
            .bytes("text/plain")
            .refuses(&[Code::Unauthorized, Code::Forbidden]),
        get("/openapi.json", "本说明", "This description.").open(),
        get("/docs", "说明页面", "This description as a page.")
            .open()
            .bytes("text/html"),
        get("/docs/{file}", "说明页面的文件", "What that page needs.")
            .open()
            .bytes("text/css"),
        get(
            "/llms.txt",
            "给语言模型的说明",
            "This description for language models.",
        )
        .open()
        .bytes("text/plain"),
        get(
            "/files/{key:.*}",
            "按签名链接取图片",
            "A picture, by its signed link.",
        )
        .open()
        .query(
            "exp",
            json!({ "type": "integer" }),
            "When the link ends, in seconds.",
        )
        .query("sig", text(), "Its signature.")
        .bytes("image/*")
        .refuses(&[Code::LinkInvalid]),
        get("/v1/site", "站点信息", "What this site says of itself.").open(),
        get(
            "/v1/catalog",
            "可做的图片、设置与价格",
            "Kinds, inputs, settings, outputs and prices for the caller.",
        )
        .open()
        .refuses(&[Code::Unauthorized, Code::TokenExpired, Code::ScopeMissing]),
    ]
}

fn uploads() -> Vec<Operation> {
    let bad = [
        Code::UnusablePicture,
        Code::QuotaExceeded,
        Code::TooLarge,
        Code::UnsupportedMediaType,
        Code::StorageUnavailable,
        Code::DiskFull,
        Code::BadRequest,
    ];
    vec![
        get(
            "/v1/uploads",
            "上传的图片",
            "The caller's uploads, newest first.",
        )
        .pages("Upload"),
        post(
            "/v1/uploads",
            "上传图片",
            "Uploads a picture: multipart `file` or raw bytes. The same bytes again answer 200.",
        )
        .status(201)
        .answers("Upload")
        .refuses(&bad),
        delete("/v1/uploads/{id}", "删除上传", "Deletes an upload.").refuses(&[Code::UploadInUse]),
    ]
}

fn jobs() -> Vec<Operation> {
    let order = json!({
        "kind": "product_photo",
        "inputs": { "product": UPLOAD },
        "settings": { "background": "marble" },
        "reference": "SKU-17",
    });
    let seconds = || json!({ "type": "string", "example": "wait=30" });
    let last = || json!({ "type": "string", "pattern": "^[0-9]*$" });
    vec![
        get("/v1/jobs", "任务列表", "The caller's jobs, newest first.")
            .pages("Job")
            .query("status", one_of::<Status>(), "Only in this state.")
            .query("kind", one_of::<Kind>(), "Only of this kind.")
            .query("batch", text(), "Only of this batch."),
        post("/v1/jobs", "提交任务", "Submits a job: it is charged and queued, or refused. 200 if it ended within `Prefer: wait=N`.")
            .takes("JobRequest", order.clone())
            .header("Idempotency-Key", text(), "The same key and request answer with the same job.")
            .header("Prefer", seconds(), "How long to wait for the end, at most 60 s.")
            .status(202)
            .answers("Job")
            .refuses(&SUBMIT),
        post("/v1/jobs/preview", "预检与报价", "All checks and the price of a job; nothing is charged.")
            .takes("JobRequest", order)
            .answers("Quote")
            .refuses(&SUBMIT),
        get("/v1/jobs/{id}", "任务", "A job.")
            .header("Prefer", seconds(), "How long to wait for the end, at most 60 s.")
            .answers("Job"),
        post("/v1/jobs/{id}/cancel", "取消任务", "Cancels a job that waits, and refunds it.")
            .answers("Job")
            .refuses(&[Code::JobNotCancellable]),
        post("/v1/jobs/{id}/save", "保存结果", "Keeps the work of a job for good.")
            .answers("Work")
            .refuses(&[Code::JobNotFinished, Code::Gone]),
        post("/v1/jobs/{id}/feedback", "评分", "Rates the result of a job.")
            .takes("Feedback", json!({ "rating": 5 }))
            .nothing()
            .refuses(&[Code::JobNotFinished]),
        get("/v1/jobs/{id}/route", "选择模型的理由", "Why a model was chosen, and every attempt."),
        get("/v1/jobs/{id}/events", "任务的实时事件", "A job as it changes, as server-sent events; ends with its final state.")
            .header("Last-Event-ID", last(), "The revision seen last.")
            .bytes("text/event-stream")
            .refuses(&[Code::TooManyStreams]),
        get("/v1/events", "全部任务的实时事件", "All jobs of the caller as they change, as server-sent events.")
            .header("Last-Event-ID", last(), "The revision seen last.")
            .bytes("text/event-stream")
            .refuses(&[Code::TooManyStreams]),
        get("/v1/batches/{batch}", "批次统计", "How many jobs of a batch stand where.").answers("Batch"),
    ]
}

/// Why a job is not taken.
const SUBMIT: [Code; 11] = [
    Code::InsufficientCredits,
    Code::ConsentRequired,
    Code::IdempotencyMismatch,
    Code::UnusablePicture,
    Code::UnreachableUrl,
    Code::QuotaExceeded,
    Code::UpstreamFailed,
    Code::NoModelAvailable,
    Code::StorageUnavailable,
    Code::Draining,
    Code::DiskFull,
];

fn works() -> Vec<Operation> {
    let title = json!({ "title": "Mug", "tags": ["kitchen"], "is_public": true });
    let complaint = json!({ "work_id": WORK, "reason": "This is my photo." });
    vec![
        get("/v1/works", "作品列表", "The caller's works, newest first.")
            .pages("Work")
            .query("kind", one_of::<Kind>(), "Only of this kind.")
            .query("tag", text(), "Only with this tag.")
            .query("batch", text(), "Only of this batch.")
            .query(
                "favorite",
                json!({ "type": "boolean" }),
                "Only those the caller likes.",
            ),
        get(
            "/v1/works/export",
            "打包下载",
            "Works in one zip, at most 500.",
        )
        .query(
            "ids",
            text(),
            "Ids with commas between them; all if absent.",
        )
        .query("batch", text(), "Only of this batch.")
        .bytes("application/zip")
        .refuses(&[Code::NotFound]),
        get("/v1/works/{id}", "作品", "A work.").answers("Work"),
        put(
            "/v1/works/{id}",
            "修改作品",
            "Changes some fields of a work.",
        )
        .takes("WorkChange", title)
        .answers("Work"),
        delete(
            "/v1/works/{id}",
            "删除作品",
            "Deletes a work and its picture.",
        ),
        put("/v1/works/{id}/favorite", "喜欢", "Likes a work."),
        delete("/v1/works/{id}/favorite", "取消喜欢", "Likes it no more.")
            .status(200)
            .answers("Object"),
        post(
            "/v1/works/{id}/share",
            "分享",
            "Makes a link that shows a work to anybody.",
        ),
        delete("/v1/works/{id}/share", "收回分享", "Takes the link back."),
        get("/v1/gallery", "作品广场", "Public works, newest first.")
            .open()
            .pages("PublicWork")
            .refuses(&[Code::Unauthorized, Code::NotFound]),
        get(
            "/v1/shared/{token}",
            "分享的作品",
            "The work behind a share link.",
        )
        .open()
        .answers("PublicWork"),
        post(
            "/v1/reports",
            "投诉",
            "Complains about a work that others can see.",
        )
        .open()
        .takes("Complaint", complaint)
        .status(201)
        .refuses(&[Code::NotFound]),
    ]
}

fn webhooks() -> Vec<Operation> {
    let hook = json!({ "url": "https://shop.example.com/atelier" });
    vec![
        get(
            "/v1/webhooks",
            "Webhook 列表",
            "Every endpoint that is told of the ends of jobs.",
        )
        .lists("Webhook"),
        post(
            "/v1/webhooks",
            "新建 Webhook",
            "Makes an endpoint; the answer holds its secret.",
        )
        .takes("NewWebhook", hook)
        .status(201)
        .answers("Webhook")
        .refuses(&[Code::TooManyWebhooks]),
        get(
            "/v1/webhooks/secret",
            "账号的签名密钥",
            "The secret that signs for the `webhook_url` of jobs.",
        )
        .answers("Secret"),
        post(
            "/v1/webhooks/secret",
            "更换账号的签名密钥",
            "A new one; the one before signs as well for a day.",
        )
        .answers("Secret"),
        get(
            "/v1/webhooks/deliveries",
            "投递记录",
            "What was sent and how it went, newest first.",
        )
        .pages("Delivery")
        .query(
            "job",
            json!({ "type": "string", "example": JOB }),
            "Only of this job.",
        )
        .query("state", one_of::<Outcome>(), "Only in this state."),
        post(
            "/v1/webhooks/deliveries/{id}/replay",
            "重新投递",
            "Sends a delivery again, with the same id.",
        )
        .status(202)
        .answers("Delivery")
        .refuses(&[Code::WebhookDisabled]),
        get("/v1/webhooks/{id}", "Webhook", "An endpoint.").answers("Webhook"),
        put(
            "/v1/webhooks/{id}",
            "修改 Webhook",
            "Changes some fields of an endpoint; enabling forgives its failures.",
        )
        .takes("WebhookChange", json!({ "enabled": true }))
        .answers("Webhook"),
        delete(
            "/v1/webhooks/{id}",
            "删除 Webhook",
            "Deletes an endpoint; what waits for it is not sent.",
        ),
        post(
            "/v1/webhooks/{id}/test",
            "测试 Webhook",
            "Sends a test now and answers how it went.",
        )
        .answers("Delivery"),
        get(
            "/v1/webhooks/{id}/deliveries",
            "该 Webhook 的投递记录",
            "What was sent to one endpoint.",
        )
        .pages("Delivery")
        .query("job", text(), "Only of this job.")
        .query("state", one_of::<Outcome>(), "Only in this state."),
        get(
            "/v1/webhooks/{id}/secret",
            "签名密钥",
            "The secret that signs for an endpoint.",
        )
        .answers("Secret"),
        post(
            "/v1/webhooks/{id}/secret",
            "更换签名密钥",
            "A new one; the one before signs as well for a day.",
        )
        .answers("Secret"),
    ]
}

fn accounts() -> Vec<Operation> {
    let login = json!({ "username": "mei", "password": "a long password" });
    vec![
        post("/v1/auth/register", "注册", "Opens an account and logs in.")
            .open()
            .takes("Register", login.clone())
            .status(201)
            .answers("Session")
            .refuses(&[
                Code::UsernameTaken,
                Code::WeakPassword,
                Code::RegistrationClosed,
                Code::InvitationNeeded,
            ]),
        post("/v1/auth/login", "登录", "Logs in.")
            .open()
            .takes("LogIn", login)
            .answers("Session")
            .refuses(&[Code::WrongCredentials, Code::AccountFrozen]),
        post(
            "/v1/auth/refresh",
            "刷新令牌",
            "A new pair of tokens for a refresh token.",
        )
        .open()
        .takes("Refresh", json!({ "refresh_token": "…" }))
        .answers("Session")
        .refuses(&[Code::SessionEnded, Code::AccountFrozen]),
        post(
            "/v1/auth/logout",
            "退出",
            "Ends a session: that of the refresh token, or that of the request.",
        )
        .open()
        .takes("LogOut", json!({}))
        .nothing()
        .refuses(&[
            Code::Unauthorized,
            Code::TokenExpired,
            Code::ScopeMissing,
            Code::SessionEnded,
        ]),
        post(
            "/v1/auth/password",
            "修改密码",
            "Sets a password; other sessions end.",
        )
        .takes(
            "NewPassword",
            json!({ "current": "the old one", "new": "a longer one" }),
        )
        .nothing()
        .refuses(&[
            Code::WeakPassword,
            Code::WrongCredentials,
            Code::UsernameTaken,
        ]),
        get(
            "/v1/links/{token}",
            "查看一次性链接",
            "What a one-time link is for.",
        )
        .open()
        .refuses(&[Code::LinkInvalid, Code::LinkSpent]),
        post(
            "/v1/links/{token}",
            "使用一次性链接",
            "Spends a one-time link.",
        )
        .open()
        .takes(
            "SpendLink",
            json!({ "username": "mei", "password": "a long password" }),
        )
        .status(201)
        .answers("Session")
        .refuses(&[
            Code::LinkInvalid,
            Code::LinkSpent,
            Code::UsernameTaken,
            Code::WeakPassword,
        ]),
        get(
            "/v1/me",
            "我的账号",
            "The caller's profile, settings, plan and statistics.",
        )
        .answers("User"),
        put("/v1/me", "修改账号", "Changes some fields of the profile.")
            .takes(
                "ProfileChange",
                json!({ "settings": { "quality": "high" } }),
            )
            .answers("User"),
        delete(
            "/v1/me",
            "注销账号",
            "Erases the account: 202 with a receipt.",
        )
        .status(202)
        .answers("Object"),
        get(
            "/v1/me/consents",
            "已同意的文件",
            "Documents to accept, and which were.",
        ),
        post("/v1/me/consents", "同意文件", "Accepts a document.")
            .takes("Consent", json!({ "document": "terms", "version": "1" })),
    ]
}

fn keys() -> Vec<Operation> {
    vec![
        get("/v1/api-keys", "API 密钥", "The caller's API keys.").lists("ApiKey"),
        post(
            "/v1/api-keys",
            "新建 API 密钥",
            "Makes a key; only this answer holds it.",
        )
        .takes(
            "NewApiKey",
            json!({ "name": "shop", "scopes": ["jobs", "uploads"] }),
        )
        .status(201)
        .answers("ApiKey")
        .refuses(&[Code::Conflict]),
        delete("/v1/api-keys/{id}", "删除 API 密钥", "Ends a key."),
    ]
}

fn shop() -> Vec<Operation> {
    let bought = [
        Code::Conflict,
        Code::IdempotencyMismatch,
        Code::UpstreamFailed,
    ];
    let key = "The same key and request answer with the same order.";
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
            .refuses(&[Code::Unauthorized]),
        post("/v1/credits/redeem", "兑换", "Redeems a code.")
            .takes("Redeem", json!({ "code": "ABCD-EFGH-JKLM-NPQR" }))
            .refuses(&[Code::NotFound, Code::Conflict, Code::Gone]),
        get(
            "/v1/orders",
            "订单列表",
            "The caller's orders, newest first.",
        )
        .pages("Object"),
        post("/v1/orders", "下单", "Orders a package.")
            .takes(
                "NewOrder",
                json!({ "package": "small", "channel": "manual" }),
            )
            .header("Idempotency-Key", text(), key)
            .status(201)
            .refuses(&bought),
        get("/v1/orders/{id}", "订单", "An order.").refuses(&[Code::UpstreamFailed]),
        post(
            "/v1/orders/{id}/cancel",
            "取消订单",
            "Calls an unpaid order off.",
        )
        .refuses(&bought),
        get(
            "/v1/orders/{id}/invoice",
            "发票",
            "The invoice of an order.",
        ),
        post(
            "/v1/orders/{id}/invoice",
            "申请发票",
            "Asks for the invoice of a paid order.",
        )
        .takes(
            "InvoiceRequest",
            json!({ "title": "上海示例有限公司", "email": "a@example.com" }),
        )
        .status(201)
        .refuses(&[Code::Conflict]),
        get("/v1/plans", "套餐", "Plans on offer.")
            .open()
            .refuses(&[Code::Unauthorized]),
        get("/v1/subscription", "我的套餐", "The caller's plan."),
        post("/v1/subscription", "订阅", "Orders a plan.")
            .takes("Subscribe", json!({ "plan": "pro", "channel": "manual" }))
            .header("Idempotency-Key", text(), key)
            .status(201)
            .refuses(&bought),
        delete(
            "/v1/subscription",
            "取消订阅",
            "Ends the plan with what is paid.",
        )
        .status(200)
        .answers("Object")
        .refuses(&[Code::Conflict, Code::NotFound]),
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
