//! A job as a caller asks for it, and every reason to refuse it.

use aws_lc_rs::digest;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::job::Label;
use crate::blobs::BlobError;
use crate::db::DbError;
use crate::imaging::CpuError;
use crate::kinds::{BadParam, Choice, Outputs, Params, Quality, RawParams};
use crate::net::FetchError;
use crate::uploads::UploadError;

/// The body of `POST /v1/jobs` and `/v1/jobs/preview`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
    /// The kind's id.
    pub kind: String,
    /// Role → upload id, data-URL or https URL, or a list of them.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Setting → id of a choice.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The effort.
    #[serde(default)]
    pub quality: Option<String>,
    /// The id of an output row.
    #[serde(default)]
    pub output: Option<String>,
    /// What makes two pictures of the same inputs differ.
    #[serde(default)]
    pub seed: Option<u64>,
    /// True if an earlier result must not answer.
    #[serde(default)]
    pub fresh: bool,
    /// `visible` or `none`.
    #[serde(default)]
    pub label: Option<String>,
    /// The caller's own name for it.
    #[serde(default)]
    pub reference: Option<String>,
    /// The caller's group of jobs.
    #[serde(default)]
    pub batch: Option<String>,
    /// Where the end is told, besides the user's endpoints.
    #[serde(default)]
    pub webhook_url: Option<String>,
}

impl JobRequest {
    /// How many bytes of text its inputs have.
    pub(super) fn input_bytes(&self) -> usize {
        let bytes = |input: &Value| input.as_str().map_or(0, str::len);
        let all = self
            .inputs
            .values()
            .flat_map(|input| match input.as_array() {
                Some(list) => list.as_slice(),
                None => std::slice::from_ref(input),
            });
        all.map(bytes).sum()
    }
}

/// A request whose every field is good. Its inputs are not fetched yet.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) params: Params,
    pub(super) fresh: bool,
    pub(super) label: Label,
    pub(super) reference: Option<String>,
    pub(super) batch: Option<String>,
    pub(super) webhook_url: Option<Url>,
    /// Roles whose inputs came as a list, so that refusals point into it.
    pub(super) listed: Vec<String>,
    /// What an idempotency key stands for.
    pub(super) hash: [u8; 32],
}

const REFERENCE_CHARS: usize = 100;
const BATCH_CHARS: usize = 40;

impl Parsed {
    pub(super) fn new(
        request: JobRequest,
        outputs: &Outputs,
        user_quality: Option<Quality>,
    ) -> Result<Self, Vec<BadParam>> {
        let mut errors = Vec::new();
        let label = match request.label.as_deref() {
            None => Some(Label::Visible),
            Some(id) => Label::from_id(id),
        };
        if label.is_none() {
            errors.push(BadParam::new(
                "/label",
                "必须是 visible 或 none",
                "must be visible or none",
            ));
        }
        if request
            .reference
            .as_deref()
            .is_some_and(|r| !good_reference(r))
        {
            errors.push(BadParam::new(
                "/reference",
                "需要 1 到 100 个字符，不含控制字符",
                "must have 1 to 100 characters and no control characters",
            ));
        }
        if request.batch.as_deref().is_some_and(|b| !good_batch(b)) {
            errors.push(BadParam::new(
                "/batch",
                "需要 1 到 40 个字母、数字、_ 或 -",
                "must be 1 to 40 of A-Z, a-z, 0-9, _ and -",
            ));
        }
        let webhook_url = request.webhook_url.as_deref().map(webhook_url);
        let webhook_url = webhook_url.transpose().map_err(|e| errors.push(e));
        let listed = request.inputs.iter().filter(|(_, input)| input.is_array());
        let listed = listed.map(|(role, _)| role.clone()).collect();
        let raw = RawParams {
            kind: request.kind,
            inputs: request.inputs,
            settings: request.settings,
            quality: request.quality,
            output: request.output,
            seed: request.seed,
        };
        let params = Params::parse(raw, outputs, user_quality).map_err(|e| errors.extend(e));
        match (params, label, webhook_url) {
            (Ok(params), Some(label), Ok(webhook_url)) if errors.is_empty() => {
                let mut parsed = Self {
                    params,
                    fresh: request.fresh,
                    label,
                    reference: request.reference,
                    batch: request.batch,
                    webhook_url,
                    listed,
                    hash: [0; 32],
                };
                parsed.hash = parsed.request_hash();
                Ok(parsed)
            }
            _ => Err(errors),
        }
    }

    /// Over the parsed request, so that key order and left-out defaults do not matter.
    fn request_hash(&self) -> [u8; 32] {
        let text = format!(
            "{:?}|{}|{:?}|{:?}|{:?}|{:?}",
            self.params, self.fresh, self.label, self.reference, self.batch, self.webhook_url
        );
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        hash
    }
}

fn good_reference(text: &str) -> bool {
    (1..=REFERENCE_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

const URL_CHARS: usize = 2000;

fn webhook_url(text: &str) -> Result<Url, BadParam> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= URL_CHARS);
    url.ok_or_else(|| {
        BadParam::new(
            "/webhook_url",
            "须为 https 网址，最多 2000 个字符",
            "must be an https URL of at most 2000 characters",
        )
    })
}

/// True if a text can name a batch.
pub(super) fn good_batch(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    (1..=BATCH_CHARS).contains(&text.len()) && text.bytes().all(plain)
}

/// Why a job was not taken. Nothing was charged.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Some fields are wrong.
    #[error("{} bad parameters", .0.len())]
    Params(Vec<BadParam>),
    /// An input is not an upload of this user.
    #[error("an input is unknown")]
    InputUnknown(String),
    /// An input picture cannot be taken.
    #[error("{pointer}: {error}")]
    Upload {
        /// JSON Pointer to the input.
        pointer: String,
        /// Why.
        error: UploadError,
    },
    /// An input cannot be fetched.
    #[error("{pointer}: {error}")]
    Fetch {
        /// JSON Pointer to the input.
        pointer: String,
        /// Why.
        error: FetchError,
    },
    /// Nothing may be sent to the URL that is to be told of the end.
    #[error("/webhook_url: {0}")]
    Webhook(FetchError),
    /// A document has to be accepted first.
    #[error("{document} has to be accepted")]
    ConsentRequired {
        /// Its name.
        document: String,
        /// Its version in force.
        version: String,
        /// Where it can be read.
        url: String,
    },
    /// This site does not allow pictures without a visible label.
    #[error("pictures without a visible label are not allowed here")]
    UnlabelledNotAllowed,
    /// No model can make it.
    #[error("no model is available")]
    NoModel,
    /// There is too little space on the disk.
    #[error("the disk is nearly full")]
    DiskFull,
    /// The server is stopping.
    #[error("the server is stopping")]
    Draining,
    /// The balance does not cover the price.
    #[error("{required} credits are needed, {balance} are there")]
    Short {
        /// What it costs.
        required: i64,
        /// What is there.
        balance: i64,
    },
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyMismatch,
    /// The user is frozen or erased.
    #[error("the account is not active")]
    Inactive,
    /// An input cannot be read from storage.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A computation broke off.
    #[error(transparent)]
    Cpu(#[from] CpuError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Vec<BadParam>> for Refused {
    fn from(errors: Vec<BadParam>) -> Self {
        Self::Params(errors)
    }
}
