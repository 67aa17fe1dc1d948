//! Who a request comes from: `Authorization: Bearer <access token or API key>`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};

use super::headers::text;
use super::scopes::scope_of;
use crate::accounts::{AuthError, Caller, Scope, Via};
use crate::http::middleware::Visit;
use crate::http::{Code, Problem, State};
use crate::i18n::Words;
use crate::ids::{SessionId, UserId};
use crate::kinds::Choice;
use crate::time::Moment;

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request))
    }
}

/// A caller who may use what is open to everybody as well: nobody, or somebody with a valid token.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<Caller>);

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if request.headers().contains_key(AUTHORIZATION) {
            authenticate(request).map(|caller| Self(Some(caller)))
        } else {
            Ok(Self(None))
        })
    }
}

/// A caller who is an administrator, and whose key (if they come with one) has that scope.
#[derive(Clone, Debug)]
pub struct Admin(pub Caller);

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request).and_then(|caller| {
            require(&caller, Scope::Admin)?;
            Ok(Self(caller))
        }))
    }
}

/// A caller who logged in, not one with an API key.
#[derive(Clone, Copy, Debug)]
pub struct LoggedIn {
    /// The user.
    pub user: UserId,
    /// Their session.
    pub session: SessionId,
}

impl FromRequest for LoggedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request).and_then(|caller| {
            let session = require_session(&caller)?;
            Ok(Self {
                user: caller.user,
                session,
            })
        }))
    }
}

/// Refuses a caller who may not use what `scope` covers: an API key without it, or not an administrator.
pub fn require(caller: &Caller, scope: Scope) -> Result<(), Problem> {
    if caller.may(scope) {
        return Ok(());
    }
    Err(if caller.session().is_some() {
        Problem::new(Code::Forbidden)
    } else {
        Problem::new(Code::ScopeMissing).with("scope", scope.id())
    })
}

/// Whoever the token stands for, if it may be used for this path: nobody has to remember to ask for a scope.
fn authenticate(request: &HttpRequest) -> Result<Caller, Problem> {
    let caller = identify(request)?;
    match scope_of(request.path()) {
        // Roles are asked for by `Admin`; here it is about what a key may be used for.
        Some(scope) => require_of_key(&caller, scope)?,
        None => require_session(&caller).map(|_| ())?,
    }
    Ok(caller)
}

fn require_of_key(caller: &Caller, scope: Scope) -> Result<(), Problem> {
    match caller.via {
        Via::Session(_) => Ok(()),
        Via::Key(_, scopes) if scopes.contains(scope) => Ok(()),
        Via::Key(..) => Err(Problem::new(Code::ScopeMissing).with("scope", scope.id())),
    }
}

fn require_session(caller: &Caller) -> Result<SessionId, Problem> {
    caller.session().ok_or_else(|| {
        Problem::new(Code::ScopeMissing).detail(Words::new(
            "API 密钥不能执行此操作，请登录",
            "An API key cannot do this; log in",
        ))
    })
}

fn identify(request: &HttpRequest) -> Result<Caller, Problem> {
    let state = State::of(request);
    let Some(token) = bearer(request) else {
        return Err(Problem::new(Code::Unauthorized));
    };
    match state.accounts.authenticate(token, Moment::now()) {
        Ok(caller) => {
            state.limits.user(caller.user)?;
            Ok(caller)
        }
        Err(error @ AuthError::Unauthorised) => {
            // Whoever guesses tokens is slowed down like whoever guesses passwords.
            state.limits.sign_in(Visit::of(request).client)?;
            Err(error.into())
        }
        Err(error @ (AuthError::Expired | AuthError::Frozen | AuthError::Db(_))) => {
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
            AuthError::Expired => Self::new(Code::TokenExpired),
            AuthError::Unauthorised => Self::new(Code::Unauthorized),
            AuthError::Frozen => Self::new(Code::AccountFrozen),
            AuthError::Db(error) => error.into(),
        }
    }
}
