//! `GET /v1/admin/settings` and `/v1/admin/missing`: the settings in force, and what production still needs.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::extract::Admin;
use crate::http::{Problem, State, reply};
use crate::i18n::Text;
use crate::time::Moment;

/// `GET /v1/admin/settings`: all of them, secrets hidden.
pub(in crate::http) async fn show(state: Data<State>, _: Admin) -> HttpResponse {
    reply::ok(&state.in_force)
}

/// Something that production needs and that is not there.
#[derive(Debug, Serialize)]
struct Missing {
    code: &'static str,
    /// The setting or the command that mends it.
    key: &'static str,
    text: Text,
}

/// `GET /v1/admin/missing`: empty when all is well.
pub(in crate::http) async fn missing(
    state: Data<State>,
    _: Admin,
) -> Result<HttpResponse, Problem> {
    let settings = &state.in_force;
    let at = |path: &str| settings.pointer(path).unwrap_or(&Value::Null);
    let is_empty = |path: &str| match at(path) {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    let is_open = at("/auth/registration") == "open";
    let bonus = at("/credits/signup_bonus").as_i64().unwrap_or(0);
    let bonuses = at("/credits/signup_bonus_daily_max").as_i64().unwrap_or(0);
    let checks = [
        (!state.settings.is_https(), PUBLIC_URL),
        (!has_model(at("/providers")), MODELS),
        (at("/rate_limit/enabled") == false, LIMITS),
        (is_open && bonus * bonuses > BONUS_CREDITS, BONUS),
        (!has_backup(&state).await, BACKUP),
        (at("/label/producer_code") == "atelier", LABEL),
        (is_empty("/site/filings"), FILINGS),
        (is_empty("/site/contact"), CONTACT),
        (is_empty("/site/consents/terms/version"), TERMS),
    ];
    let items = checks.into_iter().filter(|(is, _)| *is);
    let items: Vec<Missing> = items.map(|(_, missing)| missing).collect();
    Ok(reply::ok(&json!({ "items": items })))
}

/// Credits that newcomers may get on one day before it is worth a thought.
const BONUS_CREDITS: i64 = 10_000;
/// How old the latest backup may be, in seconds.
const BACKUP_SECS: i64 = 8 * 86_400;

/// True if some provider has a key.
fn has_model(providers: &Value) -> bool {
    let mut all = providers.as_object().into_iter().flatten();
    all.any(|(_, provider)| {
        provider["api_key"]
            .as_str()
            .is_some_and(|key| !key.is_empty())
    })
}

/// True if `atelier backup` ran lately.
async fn has_backup(state: &State) -> bool {
    let mark = state.db.directory().join(crate::db::BACKUP_MARK);
    let Ok(found) = tokio::fs::read_to_string(mark).await else {
        return false;
    };
    let at: Option<i64> = found.trim().parse().ok();
    at.is_some_and(|at| Moment::now().secs() - at < BACKUP_SECS)
}

const fn missing_because(
    code: &'static str,
    key: &'static str,
    zh: &'static str,
    en: &'static str,
) -> Missing {
    let text = Text::new(zh, en);
    Missing { code, key, text }
}

const PUBLIC_URL: Missing = missing_because(
    "public_url",
    "server.public_url",
    "没有设置 https 的对外网址：请在前面放带 TLS 的反向代理并填写网址",
    "There is no https address: put a proxy with TLS in front and set its URL",
);
const MODELS: Missing = missing_because(
    "model_keys",
    "providers.<name>.api_key",
    "没有配置任何模型密钥：图片全部由本地引擎生成",
    "No model has a key: the local engine makes every picture",
);
const LIMITS: Missing = missing_because(
    "rate_limit",
    "rate_limit.enabled",
    "限流已关闭：任何人都可以不受限制地尝试密码",
    "Rate limits are off: anybody may guess passwords as fast as they like",
);
const BONUS: Missing = missing_because(
    "signup_bonus",
    "credits.signup_bonus_daily_max",
    "开放注册且每日赠送的积分没有合理上限",
    "Registration is open and the bonuses of one day have no sensible bound",
);
const BACKUP: Missing = missing_because(
    "backup",
    "atelier backup FILE",
    "最近 8 天没有备份数据库",
    "The database has not been backed up in the last 8 days",
);
const LABEL: Missing = missing_because(
    "label",
    "label.producer_code",
    "AI 标识中的生成者编码仍是默认值，请填写统一社会信用代码",
    "The AI label still names the default producer; set your own code",
);
const FILINGS: Missing = missing_because(
    "filings",
    "site.filings",
    "没有填写备案号（ICP、公安、算法备案）",
    "No filing numbers are shown (ICP, police, algorithm)",
);
const CONTACT: Missing = missing_because(
    "contact",
    "site.contact",
    "没有填写联系方式",
    "There is no way to reach you",
);
const TERMS: Missing = missing_because(
    "terms",
    "site.consents.terms",
    "没有用户协议：请填写版本和网址",
    "There are no terms: set their version and address",
);
