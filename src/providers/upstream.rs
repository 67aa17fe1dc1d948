//! What adapters of remote models share: the account's client, the model's row, the words, and how bytes become a
//! picture that may be believed.

use std::sync::Arc;
use std::time::Duration;

use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::{Map, Value};
use url::Url;

use super::cost::{Usage, cost};
use super::http::{Answer, Http};
use super::prompts::{Prompts, VERSION};
use super::{Class, ModelSettings, Picture, ProviderError, ProviderKind, Size};
use crate::i18n::Lang;
use crate::imaging::{self, CpuPool, Limits};
use crate::kinds::{Ask, InputFile, Quality};
use crate::net::{FetchError, Fetcher};

/// Largest picture that is fetched from an address in an answer.
const FETCH_MAX: usize = 50 << 20;
/// A result that is paid for is worth asking for again.
const FETCH_TRIES: u32 = 3;
const FETCH_PAUSE: Duration = Duration::from_millis(500);

/// A remote model behind an account.
pub(super) struct Upstream {
    pub(super) kind: ProviderKind,
    pub(super) http: Arc<Http>,
    pub(super) settings: ModelSettings,
    pub(super) language: Lang,
    pub(super) prompts: Arc<Prompts>,
    pub(super) pool: CpuPool,
    pub(super) fetcher: Arc<Fetcher>,
}

impl Upstream {
    /// The vendor's name of the model.
    pub(super) fn model(&self, quality: Quality) -> &str {
        self.settings.model.at(quality).map_or("", String::as_str)
    }

    /// The inputs that are sent, in the order in which the prompt names them.
    pub(super) fn inputs<'a>(&self, ask: &'a Ask) -> &'a [InputFile] {
        let most = self.settings.max_inputs.max(1);
        &ask.inputs[..ask.inputs.len().min(most)]
    }

    /// What to tell the model.
    pub(super) fn prompt(&self, ask: &Ask) -> String {
        let count = self.inputs(ask).len();
        self.prompts.write(ask, self.language, count)
    }

    /// The size to ask for, if the row names any.
    pub(super) fn size(&self, ask: &Ask) -> Option<&Size> {
        let offered = self.settings.sizes.at(ask.quality)?;
        Size::nearest(offered, ask.size)
    }

    /// The row's own fields of the request go over ours.
    pub(super) fn with_options(&self, quality: Quality, mut fields: Value) -> Value {
        let options = self.options(quality);
        if let Some(fields) = fields.as_object_mut() {
            fields.extend(options);
        }
        fields
    }

    /// The row's own fields of the request.
    pub(super) fn options(&self, quality: Quality) -> Map<String, Value> {
        self.settings
            .options
            .at(quality)
            .cloned()
            .unwrap_or_default()
    }

    /// What a picture cost: by what the answer counts, else by the table, else nobody knows.
    pub(super) fn cost(&self, quality: Quality, usage: Option<&Usage>) -> Option<i64> {
        self.counted(quality, usage)
            .or_else(|| self.settings.price(quality))
    }

    /// What an answer without a picture cost, by what it counts.
    pub(super) fn counted(&self, quality: Quality, usage: Option<&Usage>) -> Option<i64> {
        let rates = self.settings.rates.at(quality);
        usage
            .zip(rates)
            .and_then(|(usage, rates)| cost(usage, rates))
    }

    /// What besides an ask decides the picture.
    pub(super) fn recipe(&self) -> String {
        let row = &self.settings;
        let (model, sizes, options) = (&row.model, &row.sizes, &row.options);
        let (kind, language, most) = (self.kind, self.language, row.max_inputs);
        format!("{kind:?} {language:?} {VERSION} {model:?} {sizes:?} {options:?} {most}")
    }

    /// The picture that an answer names, if it is one: whatever the answer says of its bytes, they are decoded. It was
    /// charged, also where it cannot be had.
    pub(super) async fn picture(
        &self,
        text: &str,
        cost_micros: Option<i64>,
    ) -> Result<Picture, ProviderError> {
        let had = async { self.readable(self.resolve(text).await?).await };
        match had.await {
            Ok(bytes) => Ok(Picture { bytes, cost_micros }),
            Err(error) => Err(error.costing(cost_micros)),
        }
    }

    async fn readable(&self, bytes: Vec<u8>) -> Result<Bytes, ProviderError> {
        let bytes = Bytes::from(bytes);
        let verify = |bytes: &[u8]| imaging::verify(bytes, &Limits::TRUSTED);
        let decoded = self
            .pool
            .decode(bytes.clone(), verify)
            .await
            .map_err(|error| ProviderError::new(Class::Internal, error.to_string()))?;
        decoded.map_err(|error| {
            let detail = format!("the answer's picture cannot be read: {error}");
            self.http.error(Class::NoImage, &detail)
        })?;
        Ok(bytes)
    }

    /// The picture behind a text: base64, a `data:` URL, or an address to fetch it from.
    async fn resolve(&self, text: &str) -> Result<Vec<u8>, ProviderError> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return self.fetch(text).await;
        }
        // Tens of megabytes: not on a thread that answers others.
        let text = text.to_owned();
        let bytes = self.pool.run(move || unbase64(&text)).await;
        let bytes =
            bytes.map_err(|error| ProviderError::new(Class::Internal, error.to_string()))?;
        bytes.ok_or_else(|| {
            let detail = "the answer's picture is no base64";
            self.http.error(Class::NoImage, detail)
        })
    }

    /// Fetches a result under the guard: https, public addresses, few redirects, no key along.
    async fn fetch(&self, address: &str) -> Result<Vec<u8>, ProviderError> {
        let no_url = |_| self.http.error(Class::NoImage, "the answer names no URL");
        let url = Url::parse(address).map_err(no_url)?;
        let mut tries = 1;
        loop {
            // Vendors' storage may call a picture application/octet-stream; the decoder decides.
            match self.fetcher.fetch(&url, FETCH_MAX, &[]).await {
                Ok(fetched) => return Ok(fetched.bytes.into()),
                Err(error) if is_passing(&error) && tries < FETCH_TRIES => {
                    tokio::time::sleep(FETCH_PAUSE * tries).await;
                    tries += 1;
                }
                Err(error) => {
                    let class = if is_passing(&error) {
                        Class::Timeout
                    } else {
                        Class::NoImage
                    };
                    let detail = format!("the result could not be fetched: {error}");
                    return Err(self.http.error(class, &detail));
                }
            }
        }
    }

    /// The error of a success without a picture.
    pub(super) fn no_image(&self, said: &str) -> ProviderError {
        self.http.error(Class::NoImage, said)
    }

    /// What an answer that is no success means.
    pub(super) fn refusal(&self, answer: &Answer, class: Class, said: &str) -> ProviderError {
        self.http.refusal(answer, class, said)
    }
}

/// Whether a fetch may go better in a moment.
const fn is_passing(error: &FetchError) -> bool {
    match error {
        FetchError::Unreachable(_) | FetchError::Timeout | FetchError::UnknownHost => true,
        FetchError::Status(status) => *status >= 500 || *status == 429,
        FetchError::BadUrl
        | FetchError::Blocked
        | FetchError::Redirects
        | FetchError::WrongType(_)
        | FetchError::TooLarge { .. }
        | FetchError::NoCertificates
        | FetchError::Client(_) => false,
    }
}

/// Base64 as vendors write it: with or without padding, line breaks, the URL's alphabet, or a `data:` prefix.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&ALPHABET, config);
    let text = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(";base64,")?.1,
        None => text,
    };
    if let Ok(bytes) = engine.decode(text) {
        return Some(bytes).filter(|bytes| !bytes.is_empty());
    }
    let plain: String = text
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    engine.decode(plain).ok().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_vendors_write_it() {
        let want = Some(vec![0xFB, 0xEF, 0xFF, 0x01]);
        for text in [
            "++//AQ==",
            "++//AQ",
            "--__AQ==",
            "++//\nAQ==\n",
            "data:image/png;base64,++//AQ==",
        ] {
            assert_eq!(unbase64(text), want, "{text:?}");
        }
        for text in ["", "data:image/png,abc", "!!!!"] {
            assert_eq!(unbase64(text), None, "{text:?}");
        }
    }
}
