//! People: the operations of accounts, keys and webhooks.

use serde_json::{Value, json};

use super::operation::{Operation, delete, get, post, put};
use super::schemas::one_of;
use crate::http::Code;
use crate::webhooks::Outcome;

const JOB: &str = "job_0199c0ffee007abc8def0123456789ab";

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
