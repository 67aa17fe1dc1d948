//! Messages that WeChat pushes: the check of the URL, and messages in plain and in secure mode.

use aws_lc_rs::cipher::{AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey};
use aws_lc_rs::digest;
use aws_lc_rs::iv::FixedLength;
use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::Settings;
use crate::ids::hex;
use crate::secret::Secret;

/// What a push carries in its query.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PushQuery {
    /// Over token, timestamp and nonce.
    pub signature: String,
    /// Seconds since the epoch.
    pub timestamp: String,
    /// Random.
    pub nonce: String,
    /// To be sent back when the URL is checked.
    pub echostr: String,
    /// Over the encrypted message as well.
    pub msg_signature: String,
    /// `aes` in secure mode.
    pub encrypt_type: String,
}

/// Why a push is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// No token is configured.
    #[error("no push token is configured")]
    Off,
    /// The signature is another one.
    #[error("the signature is another one")]
    Signature,
    /// It cannot be decrypted or read.
    #[error("the message cannot be read: {0}")]
    Unreadable(&'static str),
    /// It is meant for another mini-program.
    #[error("the message is for another mini-program")]
    OtherApp,
    /// Plain although a key is configured.
    #[error("a plain message although wechat.push.aes_key is set")]
    Plain,
}

/// A message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The message.
    pub event: Value,
    /// True if it was encrypted: nobody without our key can have made it.
    pub sealed: bool,
}

/// Reads pushes.
pub struct PushReader {
    token: Secret,
    key: Option<Vec<u8>>,
    appid: String,
}

/// WeChat's padding fills blocks of 32 bytes, twice those of AES.
const PADDING_BLOCK: usize = 32;
const RANDOM: usize = 16;

impl PushReader {
    /// A reader by these settings; `None` if the key is not one.
    pub fn new(settings: &Settings) -> Option<Self> {
        let text = settings.push.aes_key.expose();
        let key = match text {
            "" => None,
            text => Some(decode_key(text)?),
        };
        Some(Self {
            token: settings.push.token.clone(),
            key,
            appid: settings.appid.clone(),
        })
    }

    /// Answers the check of the URL: what is to be sent back.
    pub fn echo(&self, query: &PushQuery) -> Result<String, PushError> {
        self.check(&query.signature, &[&query.timestamp, &query.nonce])?;
        Ok(query.echostr.clone())
    }

    /// Reads a message: verified, and decrypted in secure mode.
    pub fn read(&self, query: &PushQuery, body: &[u8]) -> Result<Pushed, PushError> {
        let message: Value =
            serde_json::from_slice(body).map_err(|_| PushError::Unreadable("it is not JSON"))?;
        let Some(encrypted) = message["Encrypt"].as_str() else {
            self.check(&query.signature, &[&query.timestamp, &query.nonce])?;
            return if self.key.is_some() {
                Err(PushError::Plain)
            } else {
                Ok(Pushed {
                    event: message,
                    sealed: false,
                })
            };
        };
        let parts = [query.timestamp.as_str(), &query.nonce, encrypted];
        self.check(&query.msg_signature, &parts)?;
        let text = self.decrypt(encrypted)?;
        let event =
            serde_json::from_str(&text).map_err(|_| PushError::Unreadable("it holds no JSON"))?;
        Ok(Pushed {
            event,
            sealed: true,
        })
    }

    /// SHA-1 over the token and the parts, sorted and joined.
    fn check(&self, signature: &str, parts: &[&str]) -> Result<(), PushError> {
        if self.token.is_empty() {
            return Err(PushError::Off);
        }
        let mut sorted = vec![self.token.expose()];
        sorted.extend(parts);
        sorted.sort_unstable();
        let joined = sorted.concat();
        let right = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, joined.as_bytes());
        let right = hex(right.as_ref());
        if bool::from(right.as_bytes().ct_eq(signature.as_bytes())) {
            Ok(())
        } else {
            Err(PushError::Signature)
        }
    }

    /// AES-256-CBC; inside: 16 random bytes, the length, the message, the appid.
    fn decrypt(&self, encrypted: &str) -> Result<String, PushError> {
        let unreadable = PushError::Unreadable;
        let key = self
            .key
            .as_ref()
            .ok_or(unreadable("no key is configured"))?;
        let mut bytes = STANDARD
            .decode(encrypted)
            .map_err(|_| unreadable("it is not base64"))?;
        let iv: [u8; 16] = key[..16].try_into().map_err(|_| unreadable("bad key"))?;
        let plain = UnboundCipherKey::new(&AES_256, key)
            .and_then(DecryptingKey::cbc)
            .and_then(|key| {
                let context = DecryptionContext::Iv128(FixedLength::from(iv));
                key.decrypt(&mut bytes, context).map(|plain| plain.to_vec())
            })
            .map_err(|_| unreadable("it cannot be decrypted"))?;
        let padding = plain.last().map_or(0, |byte| usize::from(*byte));
        if !(1..=PADDING_BLOCK).contains(&padding) || padding > plain.len() {
            return Err(unreadable("its padding is wrong"));
        }
        let inner = &plain[..plain.len() - padding];
        let (message, appid) = split(inner).ok_or(unreadable("it is too short"))?;
        if appid != self.appid.as_bytes() {
            return Err(PushError::OtherApp);
        }
        String::from_utf8(message.to_vec()).map_err(|_| unreadable("it is not UTF-8"))
    }
}

/// The message and the appid behind it.
fn split(inner: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = inner.get(RANDOM..)?.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// 43 characters without padding, whose last one may carry bits that belong to no byte.
fn decode_key(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let key = GeneralPurpose::new(&ALPHABET, lenient).decode(text).ok()?;
    (key.len() == 32).then_some(key)
}

#[cfg(test)]
mod tests;
