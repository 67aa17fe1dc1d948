//! Access tokens: JWT, HS256, 15 minutes.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::SigningKeys;
use crate::ids::{SessionId, UserId};
use crate::time::Moment;

/// How long an access token is good, in seconds.
pub(super) const LIFE_SECS: i64 = 15 * 60;
/// How far clocks may differ.
const LEEWAY_SECS: i64 = 60;

/// Who an access token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: UserId,
    pub(super) sid: SessionId,
    iat: i64,
    exp: i64,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It was good once.
    Expired,
    /// It is not one of ours.
    Invalid,
}

/// Signs and reads access tokens.
pub(super) struct AccessTokens {
    sign: EncodingKey,
    read: DecodingKey,
    header: Header,
    rules: Validation,
}

impl AccessTokens {
    pub(super) fn new(keys: &SigningKeys) -> Self {
        // The one algorithm we sign with; what a token's header asks for does not count.
        let mut rules = Validation::new(Algorithm::HS256);
        // Times are judged below, by the caller's clock.
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        Self {
            sign: EncodingKey::from_secret(keys.jwt()),
            read: DecodingKey::from_secret(keys.jwt()),
            header: Header::new(Algorithm::HS256),
            rules,
        }
    }

    pub(super) fn issue(&self, user: UserId, session: SessionId, now: Moment) -> String {
        let claims = Claims {
            sub: user,
            sid: session,
            iat: now.secs(),
            exp: now.secs() + LIFE_SECS,
        };
        jsonwebtoken::encode(&self.header, &claims, &self.sign)
            .expect("these claims and an HMAC key always encode")
    }

    pub(super) fn read(&self, token: &str, now: Moment) -> Result<Claims, Refused> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.read, &self.rules)
            .map_err(|_| Refused::Invalid)?
            .claims;
        if claims.exp + LEEWAY_SECS < now.secs() {
            return Err(Refused::Expired);
        }
        Ok(claims)
    }
}
