//! Keys of WeChat Pay: what we sign and decrypt with, and what we verify theirs with.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::Settings;
use crate::billing::channels::ChannelError;
use crate::time::Moment;

/// Clocks may differ by so much; older messages are replays.
const WINDOW_SECS: i64 = 5 * 60;

/// Keys that do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// The merchant's private key.
    #[error("billing.wechat_pay.private_key is not a PKCS#8 private key in PEM")]
    Private,
    /// WeChat Pay's public key.
    #[error("billing.wechat_pay.public_key is not a public key in PEM")]
    Public,
    /// The APIv3 key.
    #[error("billing.wechat_pay.apiv3_key must have 32 characters")]
    ApiV3,
}

/// The keys of a merchant.
pub(super) struct Keys {
    private: RsaKeyPair,
    public: UnparsedPublicKey<Vec<u8>>,
    public_id: String,
    apiv3: LessSafeKey,
    mchid: String,
    serial_no: String,
}

/// The encrypted part of a callback.
#[derive(Deserialize)]
pub(super) struct Resource {
    ciphertext: String,
    #[serde(default)]
    associated_data: String,
    nonce: String,
}

/// What a message of theirs is signed with.
pub(super) struct Signed<'a> {
    pub(super) timestamp: &'a str,
    pub(super) nonce: &'a str,
    pub(super) serial: &'a str,
    pub(super) signature: &'a str,
    pub(super) body: &'a [u8],
}

impl Keys {
    /// Reads the keys of the settings.
    pub(super) fn new(settings: &Settings) -> Result<Self, BadKeys> {
        let private = decode_pem(settings.private_key.expose()).ok_or(BadKeys::Private)?;
        let public = decode_pem(&settings.public_key).ok_or(BadKeys::Public)?;
        aws_lc_rs::rsa::PublicKey::from_der(&public).map_err(|_| BadKeys::Public)?;
        let apiv3 = UnboundKey::new(&AES_256_GCM, settings.apiv3_key.expose().as_bytes());
        Ok(Self {
            private: RsaKeyPair::from_pkcs8(&private).map_err(|_| BadKeys::Private)?,
            public: UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public),
            public_id: settings.public_key_id.clone(),
            apiv3: LessSafeKey::new(apiv3.map_err(|_| BadKeys::ApiV3)?),
            mchid: settings.mchid.clone(),
            serial_no: settings.serial_no.clone(),
        })
    }

    /// Base64 of our signature over a text.
    pub(super) fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.private.public_modulus_len()];
        self.private
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .expect("the buffer has the length of the modulus");
        STANDARD.encode(signature)
    }

    /// The `Authorization` of a request; `path` with its query, `body` exactly as sent.
    pub(super) fn authorization(
        &self,
        method: &str,
        path: &str,
        body: &str,
        nonce: &str,
        now: Moment,
    ) -> String {
        let timestamp = now.secs();
        let signature = self.sign(&format!("{method}\n{path}\n{timestamp}\n{nonce}\n{body}\n"));
        let (mchid, serial) = (&self.mchid, &self.serial_no);
        format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",timestamp=\"{timestamp}\",\
             serial_no=\"{serial}\",signature=\"{signature}\""
        )
    }

    /// Which of their keys we know.
    pub(super) fn public_id(&self) -> &str {
        &self.public_id
    }

    /// Verifies that a message is theirs and not an old one.
    pub(super) fn verify(&self, signed: &Signed<'_>, now: Moment) -> Result<(), ChannelError> {
        let forged = |why: &str| Err(ChannelError::Forged(why.to_owned()));
        if signed.serial != self.public_id {
            return forged("signed with a key that is not known");
        }
        match signed.timestamp.parse::<i64>() {
            Ok(at) if now.secs().abs_diff(at) <= WINDOW_SECS.unsigned_abs() => {}
            _ => return forged("the timestamp is too old or too new"),
        }
        let Ok(signature) = STANDARD.decode(signed.signature) else {
            return forged("the signature is not base64");
        };
        let mut text = format!("{}\n{}\n", signed.timestamp, signed.nonce).into_bytes();
        text.extend_from_slice(signed.body);
        text.push(b'\n');
        if self.public.verify(&text, &signature).is_err() {
            return forged("the signature is another one");
        }
        Ok(())
    }

    /// Decrypts the resource of a callback.
    pub(super) fn decrypt(&self, resource: &Resource) -> Result<Vec<u8>, ChannelError> {
        let unreadable = || ChannelError::Forged("the resource cannot be decrypted".into());
        let nonce = Nonce::try_assume_unique_for_key(resource.nonce.as_bytes());
        let mut bytes = STANDARD
            .decode(&resource.ciphertext)
            .map_err(|_| unreadable())?;
        let aad = Aad::from(resource.associated_data.as_bytes());
        let plain = self
            .apiv3
            .open_in_place(nonce.map_err(|_| unreadable())?, aad, &mut bytes);
        Ok(plain.map_err(|_| unreadable())?.to_vec())
    }
}

/// The bytes between the lines of a PEM text.
fn decode_pem(pem: &str) -> Option<Vec<u8>> {
    let inner: String = pem
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----END"))
        .collect();
    STANDARD.decode(inner).ok().filter(|der| !der.is_empty())
}
