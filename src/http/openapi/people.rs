//! People: the operations of accounts, keys, credits and webhooks.

use serde_json::{Value, json};

use super::operation::{Operation, delete, get, post, put};
use super::schemas::one_of;
use crate::http::Code;
use crate::webhooks::Outcome;

const JOB: &str = "job_0199c0ffee007abc8def0123456789ab";

/// Why an order is not taken.
const BOUGHT: [Code; 3] = [
    Code::Conflict,
    Code::IdempotencyMismatch,
    Code::UpstreamFailed,
];
const SAME: &str = "The same key and request answer with the same order.";

/// Every operation that has to do with people.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [
        webhooks(),
        deliveries(),
        accounts(),
        wechat(),
        links(),
        profile(),
        keys(),
        shop(),
        orders(),
    ];
    parts.into_iter().flatten().collect()
}

fn text() -> Value {
    json!({ "type": "string" })
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
    ]
}

fn deliveries() -> Vec<Operation> {
    vec![
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
    ]
}

fn wechat() -> Vec<Operation> {
    vec![
        post(
            "/v1/auth/wechat",
            "微信登录",
            "Logs in from the mini-program; with a token it binds the identity to that account.",
        )
        .open()
        .takes("WechatCode", json!({ "code": "…" }))
        .answers("Session")
        .refuses(&[
            Code::Unauthorized,
            Code::WrongCredentials,
            Code::IdentityInUse,
            Code::AccountFrozen,
            Code::UpstreamFailed,
            Code::WechatOff,
        ]),
        get(
            "/v1/wechat/push",
            "微信验证服务器",
            "How WeChat checks that this server is its own.",
        )
        .open()
        .bytes("text/plain")
        .refuses(&[Code::Forbidden, Code::NotFound]),
        post("/v1/wechat/push", "微信推送", "What WeChat tells.")
            .open()
            .bytes("text/plain")
            .refuses(&[Code::Forbidden, Code::NotFound, Code::BadRequest]),
    ]
}

fn links() -> Vec<Operation> {
    vec![
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
    ]
}

fn profile() -> Vec<Operation> {
    vec![
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
    ]
}

fn orders() -> Vec<Operation> {
    vec![
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
            .header("Idempotency-Key", text(), SAME)
            .status(201)
            .refuses(&BOUGHT),
        get("/v1/orders/{id}", "订单", "An order.").refuses(&[Code::UpstreamFailed]),
        post(
            "/v1/orders/{id}/cancel",
            "取消订单",
            "Calls an unpaid order off.",
        )
        .refuses(&BOUGHT),
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
            .header("Idempotency-Key", text(), SAME)
            .status(201)
            .refuses(&BOUGHT),
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
