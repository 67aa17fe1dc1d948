//! Who a request comes from: `Authorization: Bearer <access token or API key>`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};

use super::headers::text;
use crate::accounts::{AuthError, Caller};
use crate::http::middleware::Visit;
use crate::http::{Code, Problem, State};
use crate::time::Moment;

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request))
    }
}

/// A caller who is an administrator.
#[derive(Clone, Debug)]
pub struct Admin(pub Caller);

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request).and_then(|caller| {
            if caller.admin {
                Ok(Self(caller))
            } else {
                Err(Problem::new(Code::Forbidden))
            }
        }))
    }
}

fn authenticate(request: &HttpRequest) -> Result<Caller, Problem> {
    let state = State::of(request);
    let Some(token) = bearer(request) else {
        return Err(Problem::new(Code::Unauthorized));
    };
    match state.accounts.authenticate(token, Moment::now()) {
        Ok(caller) => {
            state.limits.user(caller.user_id)?;
            Ok(caller)
        }
        Err(error) => {
            // Whoever guesses tokens is slowed down like whoever guesses passwords.
            state.limits.sign_in(Visit::of(request).client)?;
            Err(error.into())
        }
    }
}

/// The token of a request, if it has one.
pub(crate) fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = text(request, AUTHORIZATION.as_str())?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unknown => Self::new(Code::Unauthorized),
            AuthError::Db(error) => error.into(),
        }
    }
}
