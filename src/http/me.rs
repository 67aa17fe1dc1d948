//! The caller's own account.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Deserializer};
use serde_json::to_value;

use super::accounts::Profile;
use super::extract::{Json, LoggedIn, by_name};
use super::{Problem, State, reply};
use crate::accounts::{AvatarUrl, Caller, Mode, Nickname, ProfileChange, User};
use crate::i18n::Lang;
use crate::kinds::{BadParam, Quality};
use crate::time::Moment;
use crate::{erase, works};

/// `GET /v1/me`.
pub(super) async fn show(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Problem> {
    let user = state.accounts.user(caller.user)?;
    answer(&state, user).await
}

/// `PUT /v1/me` with some of the fields.
pub(super) async fn change(
    state: web::Data<State>,
    caller: Caller,
    Json(body): Json<Fields>,
) -> Result<HttpResponse, Problem> {
    let change = body.parse()?;
    let changed = state
        .accounts
        .change_profile(caller.user, change, Moment::now());
    answer(&state, changed.await?).await
}

/// `DELETE /v1/me`: the account goes, with its pictures; the ledger keeps a bare id. 202 with a receipt.
pub(super) async fn erase(
    state: web::Data<State>,
    caller: LoggedIn,
) -> Result<HttpResponse, Problem> {
    let receipt = erase::begin(&state.db, caller.user, Moment::now()).await?;
    state.accounts.forget(caller.user);
    state.chores.notify_one();
    Ok(reply::accepted(&receipt))
}

async fn answer(state: &State, user: User) -> Result<HttpResponse, Problem> {
    let id = user.id;
    let profile = Profile::of(state, user)?;
    let mut answer = to_value(profile).map_err(Problem::internal)?;
    let statistics = state.db.report(move |r| works::statistics(r, id)).await?;
    answer["statistics"] = to_value(statistics).map_err(Problem::internal)?;
    Ok(reply::ok(&answer))
}

/// What may be sent; `null` empties a field that can be empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    #[serde(default, deserialize_with = "given")]
    nickname: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    avatar_url: Option<Option<String>>,
    mode: Option<Mode>,
    #[serde(default, deserialize_with = "by_name")]
    settings: SettingFields,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingFields {
    notifications: Option<bool>,
    auto_save: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    quality: Option<Option<Quality>>,
    #[serde(default, deserialize_with = "given")]
    language: Option<Option<Lang>>,
}

/// Tells `null` from a field that is not there.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    field: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}

impl Fields {
    fn parse(self) -> Result<ProfileChange, Vec<BadParam>> {
        let mut errors = Vec::new();
        let nickname = parsed(self.nickname, Nickname::parse, &mut errors);
        let avatar_url = parsed(self.avatar_url, AvatarUrl::parse, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(ProfileChange {
            nickname,
            avatar_url,
            mode: self.mode,
            notifications: self.settings.notifications,
            auto_save: self.settings.auto_save,
            quality: self.settings.quality,
            language: self.settings.language,
        })
    }
}

fn parsed<T>(
    field: Option<Option<String>>,
    parse: impl Fn(&str) -> Result<T, BadParam>,
    errors: &mut Vec<BadParam>,
) -> Option<Option<T>> {
    match field?.as_deref().map(parse).transpose() {
        Ok(value) => Some(value),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}
