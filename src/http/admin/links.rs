//! One-time links, as administrators hand them out.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{json, to_value};

use super::names::with_names;
use crate::accounts::{LinkTerms, Mode, NewAccount, Purpose, Role, links};
use crate::http::extract::{Admin, Id, Json, List, Page};
use crate::http::{Problem, State, reply};
use crate::ids::{LinkId, UserId};
use crate::time::Moment;

const MOST_CREDITS: u32 = 1_000_000;

/// `GET /v1/admin/links`, newest first.
pub(in crate::http) async fn list(
    state: web::Data<State>,
    _: Admin,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let (cursor, rows) = (page.cursor, page.rows());
    let read = state.db.report(move |db| links::list(db, cursor, rows));
    let list = List::new(read.await?, &page, |link| link.seq);
    let people = ["/user_id", "/created_by", "/spent_by"];
    Ok(reply::ok(&with_names(&state, &list, &people).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Create {
    purpose: Purpose,
    user_id: Option<UserId>,
    #[serde(default)]
    credits: u32,
    #[serde(default)]
    role: Role,
    #[serde(default)]
    mode: Mode,
}

impl Create {
    fn terms(self) -> Result<LinkTerms, Problem> {
        match (self.purpose, self.user_id) {
            (Purpose::Setup, _) => Ok(LinkTerms::Setup),
            (Purpose::Reset, Some(user)) => Ok(LinkTerms::Reset(user)),
            (Purpose::Reset, None) => Err(Problem::field("/user_id", "必填", "is needed")),
            (Purpose::Invite, _) if self.credits > MOST_CREDITS => Err(Problem::field(
                "/credits",
                format!("最多 {MOST_CREDITS}"),
                format!("at most {MOST_CREDITS}"),
            )),
            (Purpose::Invite, _) => Ok(LinkTerms::Invite {
                account: NewAccount {
                    role: self.role,
                    mode: self.mode,
                },
                credits: self.credits,
            }),
        }
    }
}

/// `POST /v1/admin/links`: the only answer that holds the link's URL.
pub(in crate::http) async fn create(
    state: web::Data<State>,
    Admin(admin): Admin,
    Json(body): Json<Create>,
) -> Result<HttpResponse, Problem> {
    let terms = body.terms()?;
    let made = state
        .accounts
        .create_link(terms, Some(admin.user), Moment::now())
        .await?;
    let mut answer = to_value(&made.link).map_err(Problem::internal)?;
    answer["token"] = json!(made.token);
    answer["url"] = json!(made.url(&state.public_url));
    Ok(reply::created(
        &format!("/v1/admin/links/{}", made.link.id),
        &answer,
    ))
}

/// `DELETE /v1/admin/links/{id}`: one that nobody spent.
pub(in crate::http) async fn revoke(
    state: web::Data<State>,
    Admin(admin): Admin,
    Id(link): Id<LinkId>,
) -> Result<HttpResponse, Problem> {
    state
        .accounts
        .revoke_link(link, Some(admin.user), Moment::now())
        .await?;
    Ok(reply::no_content())
}
