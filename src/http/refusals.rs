//! From every reason to refuse a job or an upload to the problem a client gets.

use serde_json::json;

use super::{Code, Problem, State};
use crate::blobs::BlobError;
use crate::i18n::Words;
use crate::imaging::CpuError;
use crate::jobs::Refused;
use crate::net::FetchError;
use crate::uploads::UploadError;

/// Seconds after which a stopping server is probably back.
const RESTART_SECS: u64 = 5;

/// The problem that a refused job answers.
pub(super) fn problem(refused: Refused, state: &State) -> Problem {
    match refused {
        Refused::Params(errors) => Problem::invalid(errors),
        Refused::InputUnknown(pointer) => Problem::field(
            pointer,
            "没有这张上传的图片",
            "there is no such upload of yours",
        ),
        Refused::Upload { pointer, error } => upload_problem(error).with("pointer", pointer),
        Refused::Fetch { pointer, error } => fetch_problem(error).with("pointer", pointer),
        Refused::Webhook(error) => webhook_problem("/webhook_url", &error),
        Refused::ConsentRequired {
            document,
            version,
            url,
        } => Problem::new(Code::ConsentRequired)
            .with("document", document)
            .with("version", version)
            .with("links", json!({ "document": url })),
        Refused::UnlabelledNotAllowed => Problem::field(
            "/label",
            "本站的图片必须带 AI 标识",
            "pictures here always carry a visible AI label",
        ),
        Refused::NoModel => Problem::new(Code::NoModelAvailable),
        Refused::DiskFull => Problem::new(Code::DiskFull),
        Refused::Draining => Problem::new(Code::Draining).retry_after(RESTART_SECS),
        Refused::Short { required, balance } => Problem::insufficient_credits(
            required,
            balance,
            &format!("{}/#credits", state.public_url),
        ),
        Refused::KeyMismatch => Problem::new(Code::IdempotencyMismatch),
        Refused::Inactive => Problem::new(Code::AccountFrozen),
        Refused::Blob(error) => error.into(),
        Refused::Cpu(error) => error.into(),
        Refused::Db(error) => error.into(),
    }
}

/// The problem that a refused upload answers.
pub(super) fn upload_problem(error: UploadError) -> Problem {
    match error {
        UploadError::Picture(error) => {
            Problem::picture(error.code(), error.advice()).because(&error)
        }
        UploadError::Quota { quota_mb } => {
            Problem::new(Code::QuotaExceeded).with("quota_mb", quota_mb)
        }
        UploadError::Blocked => Problem::new(Code::PictureBlocked),
        UploadError::UnderReview => Problem::new(Code::PictureUnderReview),
        UploadError::Moderation(error) => Problem::new(Code::ModerationUnavailable).because(&error),
        UploadError::Inactive => Problem::new(Code::AccountFrozen),
        UploadError::Cpu(error) => error.into(),
        UploadError::Blob(error) => error.into(),
        UploadError::Db(error) => error.into(),
    }
}

fn fetch_problem(error: FetchError) -> Problem {
    let detail = match &error {
        FetchError::NoCertificates | FetchError::Client(_) => {
            return Problem::new(Code::UpstreamFailed).because(&error);
        }
        FetchError::BadUrl
        | FetchError::Blocked
        | FetchError::UnknownHost
        | FetchError::Redirects
        | FetchError::Status(_)
        | FetchError::WrongType(_)
        | FetchError::TooLarge { .. }
        | FetchError::Unreachable(_)
        | FetchError::Timeout => Words::new(
            format!("无法获取图片：{error}"),
            format!("The picture cannot be fetched: {error}"),
        ),
    };
    Problem::new(Code::UnreachableUrl).detail(detail)
}

/// The problem of a URL that nothing may be sent to.
pub(super) fn webhook_problem(pointer: &str, error: &FetchError) -> Problem {
    Problem::field(
        pointer,
        format!("无法向此网址发送通知：{error}"),
        format!("nothing can be sent to this URL: {error}"),
    )
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        let code = match &error {
            BlobError::NotFound(_) => Code::Gone,
            BlobError::Unavailable(_) | BlobError::Denied(_) | BlobError::NotSetUp(_) => {
                Code::StorageUnavailable
            }
            BlobError::Full => Code::DiskFull,
        };
        Self::new(code).because(&error)
    }
}

impl From<CpuError> for Problem {
    fn from(error: CpuError) -> Self {
        Self::internal(error)
    }
}
