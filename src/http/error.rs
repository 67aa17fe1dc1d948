//! The table of API errors, and the only file that knows their status codes.
//!
//! A handler answers `Result<_, Problem>`; a [`Problem`](super::Problem) is a code with what is special about one case.

use actix_web::http::StatusCode;

use crate::i18n::Text;

macro_rules! codes {
    ($($name:ident = $status:literal $id:literal $retryable:literal
        $zh:literal $en:literal, $detail_zh:literal $detail_en:literal;)*) => {
        /// What is wrong, for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $en] $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        status: $status,
                        id: $id,
                        retryable: $retryable,
                        title: Text::new($zh, $en),
                        detail: Text::new($detail_zh, $detail_en),
                    },)*
                }
            }
        }
    };
}

/// One row of the table.
struct Row {
    status: u16,
    id: &'static str,
    /// True if the same request can succeed later without being changed.
    retryable: bool,
    title: Text,
    detail: Text,
}

codes! {
    BadRequest = 400 "bad_request" false "请求有误" "Bad request",
        "服务器无法理解这个请求" "The server cannot make sense of this request";
    InvalidJson = 400 "invalid_json" false "JSON 无效" "Invalid JSON",
        "请求正文不是有效的 JSON" "The body is not valid JSON";
    CallbackRefused = 400 "callback_refused" false "回调无效" "Callback refused",
        "回调未通过校验" "The callback could not be verified";
    Unauthorized = 401 "unauthorized" false "需要登录" "Authentication needed",
        "请登录，或提供有效的访问令牌或 API 密钥" "Log in, or send a valid access token or API key";
    WrongCredentials = 401 "wrong_credentials" false "用户名或密码错误" "Wrong name or password",
        "用户名或密码错误" "The user name or the password is wrong";
    TokenExpired = 401 "token_expired" false "令牌已过期" "Token expired",
        "访问令牌已过期，请刷新" "The access token has expired; refresh it";
    SessionEnded = 401 "session_ended" false "会话已结束" "Session ended",
        "会话已结束，请重新登录" "The session has ended; log in again";
    InsufficientCredits = 402 "insufficient_credits" false "积分不足" "Not enough credits",
        "积分不足，请先获取积分" "There are not enough credits for this";
    Forbidden = 403 "forbidden" false "没有权限" "Not allowed",
        "您没有权限执行此操作" "You are not allowed to do this";
    ScopeMissing = 403 "scope_missing" false "API 密钥权限不足" "Scope missing",
        "这个 API 密钥不能执行此操作" "This API key does not have the scope for this";
    AccountFrozen = 403 "account_frozen" false "账号已冻结" "Account frozen",
        "账号已被冻结，请联系管理员" "The account is frozen; contact the operator";
    WechatRisk = 403 "wechat_risk" false "账号存在风险" "Account at risk",
        "微信提示账号存在风险，暂无法登录" "WeChat holds this account for a risk; it cannot log in now";
    ConsentRequired = 403 "consent_required" false "需要同意协议" "Consent required",
        "请先阅读并同意相关协议" "Read and accept the documents first";
    RegistrationClosed = 403 "registration_closed" false "未开放注册" "Registration closed",
        "本站未开放注册" "Registration is closed here";
    InvitationNeeded = 403 "invitation_needed" false "需要邀请" "Invitation needed",
        "注册需要邀请链接" "An invitation link is needed to register";
    NotFound = 404 "not_found" false "未找到" "Not found",
        "没有这个资源" "There is no such thing here";
    CodeInvalid = 404 "code_invalid" false "兑换码无效" "Code not valid",
        "兑换码无效，请检查输入" "There is no such code; check what you typed";
    WechatOff = 404 "wechat_off" false "未接入微信" "No WeChat here",
        "本站没有接入微信小程序" "There is no mini-program for this site";
    LinkInvalid = 404 "link_invalid" false "链接无效" "Link not valid",
        "链接无效或已过期" "The link is not valid or has expired";
    MethodNotAllowed = 405 "method_not_allowed" false "方法不支持" "Method not allowed",
        "此路径不支持这个方法" "This path does not answer this method";
    RequestTimeout = 408 "request_timeout" true "请求超时" "Request timeout",
        "请求未能及时送达" "The request did not arrive in time";
    Conflict = 409 "conflict" false "冲突" "Conflict",
        "与当前状态冲突" "This conflicts with the current state";
    UsernameTaken = 409 "username_taken" false "用户名已被使用" "User name taken",
        "用户名已被使用，请换一个" "The user name is taken; choose another";
    IdentityInUse = 409 "identity_in_use" false "已绑定其他账号" "Identity in use",
        "此微信身份已绑定其他账号" "This identity belongs to another account";
    JobNotCancellable = 409 "job_not_cancellable" false "任务无法取消" "Job cannot be cancelled",
        "只有等待中的任务可以取消" "Only a job that waits can be cancelled";
    JobNotFinished = 409 "job_not_finished" false "任务尚未完成" "Job not finished",
        "任务完成后才能执行此操作" "This is possible once the job has completed";
    UploadInUse = 409 "upload_in_use" false "图片正在使用" "Upload in use",
        "有任务正在使用这张图片" "A job is using this picture";
    WebhookDisabled = 409 "webhook_disabled" false "Webhook 已停用" "Webhook disabled",
        "请先启用这个 Webhook" "Enable this webhook first";
    TooManyWebhooks = 409 "too_many_webhooks" false "Webhook 过多" "Too many webhooks",
        "Webhook 数量已达上限，请先删除一些" "There may be no more webhooks; delete one first";
    LinkSpent = 410 "link_spent" false "链接已使用" "Link spent",
        "链接只能使用一次" "The link has been used";
    OtherPlan = 409 "other_plan" false "已有其他套餐" "Another plan runs",
        "当前套餐到期后才能换购" "Another plan can be bought once the present one has ended";
    OrderState = 409 "order_state" false "订单状态不允许" "Not possible in this state",
        "订单当前状态不允许此操作" "The state of the order does not allow this";
    CodeLimit = 409 "code_limit" false "已达兑换上限" "Limit of codes reached",
        "您已达到此类兑换码的使用上限" "You have used as many of these codes as one account may";
    WechatLogInNeeded = 409 "wechat_log_in_needed" true "需要微信登录" "WeChat log-in needed",
        "请在小程序中重新登录后再支付" "Log in again in the mini-program, then pay";
    CodeSpent = 410 "code_spent" false "兑换码已使用" "Code spent",
        "兑换码已被使用" "The code has been used";
    CodeExpired = 410 "code_expired" false "兑换码已过期" "Code expired",
        "兑换码已过期" "The code has expired";
    Gone = 410 "gone" false "已失效" "Gone",
        "此内容已不存在" "This is no longer there";
    TooLarge = 413 "too_large" false "内容过大" "Too large",
        "请求正文超过大小限制" "The body is larger than allowed";
    QuotaExceeded = 413 "quota_exceeded" false "空间已满" "Quota exceeded",
        "上传空间已满，请删除不用的图片" "Your space for uploads is full; delete pictures you no longer need";
    UnsupportedMediaType = 415 "unsupported_media_type" false "类型不支持" "Unsupported media type",
        "不支持这种内容类型" "This content type is not accepted here";
    InvalidParameters = 422 "invalid_parameters" false "参数有误" "Invalid parameters",
        "有些参数不正确" "Some parameters are not right";
    WeakPassword = 422 "weak_password" false "密码太弱" "Weak password",
        "密码太容易被猜到，请换一个更长的" "The password is too easy to guess; choose a longer one";
    IdempotencyMismatch = 422 "idempotency_mismatch" false "幂等键已用于其他请求" "Idempotency key reused",
        "此 Idempotency-Key 已用于另一个请求" "This Idempotency-Key was used with another request";
    WechatCodeSpent = 422 "wechat_code_spent" false "登录凭证已失效" "Log-in code spent",
        "微信登录凭证无效或已使用，请重新登录" "The code of wx.login is not valid or was used; call wx.login again";
    UnusablePicture = 422 "unusable_picture" false "图片无法使用" "Picture cannot be used",
        "图片无法使用，请换一张" "This picture cannot be used; choose another";
    PictureBlocked = 422 "picture_blocked" false "图片未通过内容审核" "Picture not accepted",
        "图片未通过内容审核，请换一张" "This picture did not pass the content review; use another one";
    PictureUnderReview = 422 "picture_under_review" true "图片正在审核" "Picture under review",
        "这张图片需要人工审核，通过后请再试一次，不会扣除积分" "A person has to look at this picture first; try again later, nothing was charged";
    WordsRefused = 422 "words_refused" false "文字未通过内容审核" "Words not accepted",
        "标题或标签未通过内容审核，请修改后再公开" "The title or a tag did not pass the content review; change it before you publish";
    UnreachableUrl = 422 "unreachable_url" false "无法获取图片" "URL cannot be fetched",
        "无法从这个地址获取图片" "No picture could be fetched from this address";
    RateLimited = 429 "rate_limited" true "请求过于频繁" "Too many requests",
        "请求过于频繁，请稍后再试" "Too many requests; try again later";
    TooManyStreams = 429 "too_many_streams" true "事件流过多" "Too many streams",
        "打开的事件流过多，请先关闭一些" "Too many streams are open; close one first";
    Internal = 500 "internal" true "服务器错误" "Server error",
        "服务器出错了，请稍后再试" "Something went wrong here; try again later";
    UpstreamFailed = 502 "upstream_failed" true "上游服务出错" "Upstream failed",
        "外部服务没有正确回应，请稍后再试" "A service this depends on did not answer properly; try again later";
    PaymentUnavailable = 502 "payment_unavailable" true "支付暂不可用" "Payment not available",
        "支付渠道暂不可用，请稍后再试；您没有被扣款" "The payment channel is not available now; try again later. Nothing was charged";
    WechatUnavailable = 502 "wechat_unavailable" true "微信服务不可用" "WeChat not available",
        "微信繁忙，请稍后再试" "WeChat does not answer properly; try again later";
    Busy = 503 "busy" true "服务器繁忙" "Busy",
        "服务器繁忙，请稍后再试" "The server is busy; try again in a moment";
    Draining = 503 "draining" true "正在重启" "Restarting",
        "服务器正在重启，请稍后再试" "The server is restarting; try again in a moment";
    StorageUnavailable = 503 "storage_unavailable" true "存储不可用" "Storage not available",
        "图片存储暂时不可用，请稍后再试" "The storage for pictures is not available now; try again later";
    ModerationUnavailable = 503 "moderation_unavailable" true "内容审核不可用" "Content review not available",
        "内容审核暂时不可用，请稍后再试" "The content review is not available now; try again later";
    NoModelAvailable = 503 "no_model_available" true "没有可用模型" "No model available",
        "当前没有可用的模型，请稍后再试" "No model can take this now; try again later";
    DiskFull = 507 "disk_full" true "磁盘空间不足" "Disk full",
        "服务器磁盘空间不足，请联系管理员" "The server has run out of disk space; tell the operator";
}

impl Code {
    /// The name on the wire.
    pub const fn id(self) -> &'static str {
        self.row().id
    }

    pub(super) const fn title(self) -> Text {
        self.row().title
    }

    pub(super) const fn detail(self) -> Text {
        self.row().detail
    }

    pub(super) const fn is_retryable(self) -> bool {
        self.row().retryable
    }

    /// True if the client must say who it is.
    pub(super) const fn asks_who(self) -> bool {
        self.row().status == 401
    }

    /// True if it will be over in a moment.
    pub(super) const fn is_passing(self) -> bool {
        self.row().status == 503
    }

    /// True if the fault is not the client's.
    pub(super) const fn is_ours(self) -> bool {
        self.row().status >= 500
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code that says best what an error of the web framework means.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            408 => Self::RequestTimeout,
            413 => Self::TooLarge,
            415 => Self::UnsupportedMediaType,
            422 => Self::InvalidParameters,
            503 => Self::Busy,
            500.. => Self::Internal,
            _ => Self::BadRequest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_name_and_an_error_status() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|c| c.id()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }
}
