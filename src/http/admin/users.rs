//! Users: finding them, freezing them, their role and mode.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::accounts::{Deed, Mode, Role, State as Standing, User, UserFilter};
use crate::db::Tx;
use crate::http::extract::{Admin, Id, Json, List, Page, Query};
use crate::http::{Problem, State, reply};
use crate::ids::UserId;
use crate::jobs::queue;
use crate::time::Moment;

/// A user as administrators see them.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: UserId,
    username: Option<String>,
    nickname: Option<String>,
    role: Role,
    mode: Mode,
    state: Standing,
    credits: i64,
    created_at: Moment,
}

impl From<User> for Row {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            nickname: user.nickname,
            role: user.role,
            mode: user.mode,
            state: user.state,
            credits: user.credits,
            created_at: user.created_at,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Filter {
    search: Option<String>,
    state: Option<Standing>,
    role: Option<Role>,
}

/// `GET /v1/admin/users?search=&state=&role=`, newest first.
pub(in crate::http) async fn list(
    state: web::Data<State>,
    _: Admin,
    page: Page,
    Query(filter): Query<Filter>,
) -> Result<HttpResponse, Problem> {
    let filter = UserFilter {
        search: filter.search,
        state: filter.state,
        role: filter.role,
    };
    let users = state
        .accounts
        .list(filter, page.cursor, page.rows())
        .await?;
    let list = List::new(users, &page, |user| user.seq);
    Ok(reply::ok(&list.map(Row::from)))
}

/// `GET /v1/admin/users/{id}`.
pub(in crate::http) async fn show(
    state: web::Data<State>,
    _: Admin,
    Id(user): Id<UserId>,
) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&Row::from(state.accounts.user(user)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Change {
    role: Option<Role>,
    mode: Option<Mode>,
}

/// `PUT /v1/admin/users/{id}` with a role, a mode or both.
pub(in crate::http) async fn change(
    state: web::Data<State>,
    admin: Admin,
    Id(user): Id<UserId>,
    Json(body): Json<Change>,
) -> Result<HttpResponse, Problem> {
    let (accounts, now) = (&state.accounts, Moment::now());
    let mut changed = accounts.user(user)?;
    if let Some(role) = body.role {
        changed = accounts
            .set_role(deed(&admin, user, None), role, now)
            .await?;
    }
    if let Some(mode) = body.mode {
        changed = accounts
            .set_mode(deed(&admin, user, None), mode, now)
            .await?;
    }
    Ok(reply::ok(&Row::from(changed)))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Reason {
    reason: Option<String>,
}

/// `POST /v1/admin/users/{id}/freeze` `{reason?}`.
pub(in crate::http) async fn freeze(
    state: web::Data<State>,
    admin: Admin,
    Id(user): Id<UserId>,
    Json(body): Json<Reason>,
) -> Result<HttpResponse, Problem> {
    let deed = deed(&admin, user, body.reason);
    let cancel = |tx: &Tx<'_>, user, now| queue::cancel_pending_of(tx, user, now).map(drop);
    let frozen = state.accounts.freeze(deed, cancel, Moment::now()).await?;
    // Whoever had more than one slice of jobs waiting: the rest goes right after.
    state.chores.notify_one();
    Ok(reply::ok(&Row::from(frozen)))
}

/// `POST /v1/admin/users/{id}/unfreeze` `{reason?}`.
pub(in crate::http) async fn unfreeze(
    state: web::Data<State>,
    admin: Admin,
    Id(user): Id<UserId>,
    Json(body): Json<Reason>,
) -> Result<HttpResponse, Problem> {
    let deed = deed(&admin, user, body.reason);
    let per_user = state.jobs.settings().per_user;
    let admit = move |tx: &Tx<'_>, user, _| queue::admit_next(tx, user, per_user).map(drop);
    let thawed = state.accounts.unfreeze(deed, admit, Moment::now()).await?;
    state.jobs.bell().ring();
    Ok(reply::ok(&Row::from(thawed)))
}

/// Something this administrator does.
pub(super) fn deed(admin: &Admin, user: UserId, reason: Option<String>) -> Deed {
    Deed {
        actor: Some(admin.0.user),
        user,
        reason,
    }
}
