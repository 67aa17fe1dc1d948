//! `/v1/works`: finished pictures of a user, and the gallery of public ones.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

use actix_web::http::header::LINK;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::extract::{self, Id, Json, List, Page, Query, Visitor};
use super::job_view::{ImageView, choice_filter, image};
use super::{Code, Problem, State, reply, wording};
use crate::accounts::Caller;
use crate::blobs::BlobError;
use crate::db::Reader;
use crate::ids::{JobId, UserId, WorkId};
use crate::jobs::job;
use crate::kinds::{Kind, Quality, Settings};
use crate::time::Moment;
use crate::works::{self, Change, EXPORT_WORKS, Export, Gallery, Work};

/// A work as its owner sees it.
#[derive(Debug, Serialize)]
pub(super) struct WorkView {
    id: WorkId,
    job_id: JobId,
    kind: Kind,
    title: String,
    tags: Vec<String>,
    image: ImageView,
    model: String,
    settings: Option<Settings>,
    quality: Option<Quality>,
    inputs: Vec<Value>,
    reference: Option<String>,
    batch: Option<String>,
    listed: bool,
    expires_at: Option<Moment>,
    is_public: bool,
    review: works::Review,
    favorite: bool,
    favorite_count: u32,
    share_url: Option<String>,
    created_at: Moment,
    updated_at: Moment,
}

/// The work as `viewer`, its owner, sees it.
pub(super) async fn view(
    state: &State,
    work: &Work,
    viewer: UserId,
    now: Moment,
) -> Result<WorkView, Problem> {
    let (job, favorite) = state.db.read(|r| {
        let favorite = works::is_favorite(r, viewer, work.id)?;
        Ok::<_, crate::db::DbError>((job::find(r, work.job)?, favorite))
    })?;
    let reference = job.as_ref().and_then(|j| j.reference.clone());
    let inputs = job.as_ref().map(|j| j.inputs.clone()).unwrap_or_default();
    Ok(WorkView {
        id: work.id,
        job_id: work.job,
        kind: work.kind,
        title: work.title.clone(),
        tags: work.tags.clone(),
        image: image(state, work, reference.as_deref(), now).await?,
        model: work.model.clone(),
        settings: job.as_ref().map(|j| j.settings),
        quality: job.as_ref().map(|j| j.quality),
        inputs: inputs
            .iter()
            .map(|(role, id)| json!({"role": role, "upload_id": id}))
            .collect(),
        reference,
        batch: job.and_then(|j| j.batch),
        listed: work.listed,
        expires_at: work.expires_at,
        is_public: work.is_public,
        review: work.review,
        favorite,
        favorite_count: work.favorite_count,
        share_url: work.share_token.as_deref().map(|t| share_url(state, t)),
        created_at: work.created_at,
        updated_at: work.updated_at,
    })
}

fn share_url(state: &State, token: &str) -> String {
    format!("{}/s/{token}", state.public_url)
}

/// The caller's work with this id, else 404.
pub(super) fn own_work(state: &State, user: UserId, id: WorkId) -> Result<Work, Problem> {
    let found = state.db.read(|r| works::find(r, id))?;
    found.filter(|w| w.user == user).ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::new(Code::NotFound)
}

/// What the list of works can be filtered by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkFilter {
    kind: Option<String>,
    tag: Option<String>,
    batch: Option<String>,
    favorite: Option<bool>,
}

/// `GET /v1/works`
pub(super) async fn list(
    state: Data<State>,
    caller: Caller,
    page: Page,
    Query(filter): Query<WorkFilter>,
) -> Result<HttpResponse, Problem> {
    let filter = works::Filter {
        kind: choice_filter("/kind", filter.kind.as_deref())?,
        tag: filter.tag,
        favorite: filter.favorite.unwrap_or(false),
        batch: filter.batch,
    };
    let rows = state
        .db
        .report(move |r| works::list(r, caller.user, &filter, page.cursor, page.rows()))
        .await?;
    let rows = List::new(rows, &page, |w| w.seq);
    let mut items = Vec::with_capacity(rows.items.len());
    for work in &rows.items {
        items.push(view(&state, work, caller.user, Moment::now()).await?);
    }
    Ok(reply::ok(&List {
        items,
        next_cursor: rows.next_cursor,
    }))
}

/// `GET /v1/works/{id}`
pub(super) async fn show(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
) -> Result<HttpResponse, Problem> {
    let work = own_work(&state, caller.user, id)?;
    Ok(reply::ok(
        &view(&state, &work, caller.user, Moment::now()).await?,
    ))
}

/// New values for some fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkChange {
    title: Option<String>,
    tags: Option<Vec<String>>,
    is_public: Option<bool>,
}

/// `PUT /v1/works/{id}`
pub(super) async fn change(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
    Json(change): Json<WorkChange>,
) -> Result<HttpResponse, Problem> {
    if change.is_public == Some(true) && state.works.gallery == Gallery::Off {
        return Err(Problem::field(
            "/is_public",
            "本站未开放作品广场",
            "there is no gallery here",
        ));
    }
    let change = Change::parse(change.title, change.tags, change.is_public)?;
    let work = wording::change(&state, &caller, id, change).await?;
    Ok(reply::ok(
        &view(&state, &work, caller.user, Moment::now()).await?,
    ))
}

/// `DELETE /v1/works/{id}`
pub(super) async fn delete(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
) -> Result<HttpResponse, Problem> {
    if works::delete(&state.db, caller.user, id, Moment::now()).await? {
        state.chores.notify_one();
        Ok(reply::no_content())
    } else {
        Err(not_found())
    }
}

/// `PUT /v1/works/{id}/favorite`
pub(super) async fn favorite(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
) -> Result<HttpResponse, Problem> {
    let count = works::favorite(&state.db, caller.user, id, Moment::now()).await?;
    let count = count.ok_or_else(not_found)?;
    Ok(reply::ok(
        &json!({"favorite": true, "favorite_count": count}),
    ))
}

/// `DELETE /v1/works/{id}/favorite`
pub(super) async fn unfavorite(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
) -> Result<HttpResponse, Problem> {
    let count = works::unfavorite(&state.db, caller.user, id).await?;
    let count = count.ok_or_else(not_found)?;
    Ok(reply::ok(
        &json!({"favorite": false, "favorite_count": count}),
    ))
}

/// `POST /v1/works/{id}/share`
pub(super) async fn share(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
) -> Result<HttpResponse, Problem> {
    let token = works::share(&state.db, caller.user, id, Moment::now()).await?;
    let token = token.ok_or_else(not_found)?;
    Ok(reply::ok(&json!({
        "url": share_url(&state, &token),
        "api_url": format!("{}/v1/shared/{token}", state.public_url),
    })))
}

/// `DELETE /v1/works/{id}/share`
pub(super) async fn unshare(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
) -> Result<HttpResponse, Problem> {
    if works::unshare(&state.db, caller.user, id, Moment::now()).await? {
        Ok(reply::no_content())
    } else {
        Err(not_found())
    }
}

/// A work as others see it: nothing about its owner or its inputs.
async fn public_view(state: &State, work: &Work) -> Result<Value, Problem> {
    Ok(json!({
        "id": work.id,
        "kind": work.kind,
        "title": work.title,
        "tags": work.tags,
        "image": image(state, work, None, Moment::now()).await?,
        "favorite_count": work.favorite_count,
        "created_at": work.created_at,
    }))
}

/// `GET /v1/gallery`
pub(super) async fn gallery(
    state: Data<State>,
    visitor: Visitor,
    page: Page,
) -> Result<HttpResponse, Problem> {
    match state.works.gallery {
        Gallery::Off => return Err(not_found()),
        Gallery::Members if visitor.0.is_none() => return Err(Problem::new(Code::Unauthorized)),
        Gallery::Members | Gallery::Public => {}
    }
    let reviewed = state.works.gallery == Gallery::Public;
    let rows = state
        .db
        .report(move |r| works::gallery(r, reviewed, page.cursor, page.rows()))
        .await?;
    let rows = List::new(rows, &page, |w| w.seq);
    let mut items = Vec::with_capacity(rows.items.len());
    for work in &rows.items {
        items.push(public_view(&state, work).await?);
    }
    Ok(reply::ok(&List {
        items,
        next_cursor: rows.next_cursor,
    }))
}

/// `GET /v1/shared/{token}`: what stands behind a share link, without a log-in.
pub(super) async fn shared(
    state: Data<State>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    let work = state.db.read(|r| works::find_shared(r, &token))?;
    let work = work.ok_or_else(not_found)?;
    Ok(reply::ok(&public_view(&state, &work).await?))
}

/// Which works go into a zip.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportFilter {
    /// Ids with commas between them; all if absent.
    ids: Option<String>,
    batch: Option<String>,
}

/// `GET /v1/works/export`: a zip, its files named by reference or title. If there are more works than go into one, the
/// header `Link` says where the next zip is.
pub(super) async fn export(
    state: Data<State>,
    request: HttpRequest,
    caller: Caller,
    page: Page,
    Query(filter): Query<ExportFilter>,
) -> Result<HttpResponse, Problem> {
    let mut ids: Vec<WorkId> = Vec::new();
    for id in filter.ids.iter().flat_map(|ids| ids.split(',')) {
        let bad = |_| Problem::field("/ids", "作品编号无效", "must be ids of works");
        ids.push(id.trim().parse().map_err(bad)?);
    }
    let batch = filter.batch;
    let select =
        move |r: &Reader<'_>| Export::select(r, caller.user, &ids, batch.as_deref(), page.cursor);
    let mut exports = state.db.report(select).await?;
    if exports.is_empty() {
        return Err(not_found());
    }
    let more = exports.len() > EXPORT_WORKS;
    exports.truncate(EXPORT_WORKS);
    let last = exports.last().map_or(0, |export| export.work.seq);
    // A zip lies on the disk until it is fetched: only so many at once.
    if !state.space.is_enough() {
        return Err(Problem::new(Code::DiskFull));
    }
    let place = Arc::clone(&state.zips).try_acquire_owned();
    let place = place.map_err(|_| Problem::new(Code::Busy).retry_after(ZIP_SECS))?;
    let zip = zip(&state, exports, place).await?;
    let mut answer = reply::download(zip, "application/zip", "atelier-works.zip");
    if more {
        let next = extract::next_page(request.path(), request.query_string(), last);
        let link = format!("<{next}>; rel=\"next\"");
        answer
            .headers_mut()
            .insert(LINK, link.try_into().map_err(Problem::internal)?);
    }
    Ok(answer)
}

/// Seconds after which there is probably a place for another zip.
const ZIP_SECS: u64 = 10;

/// Writes the zip into an unnamed temporary file, one picture in memory at a time. Its place is taken while there is
/// such a file, also if nobody waits for it any more.
async fn zip(
    state: &State,
    exports: Vec<Export>,
    place: OwnedSemaphorePermit,
) -> Result<(File, OwnedSemaphorePermit), Problem> {
    let blobs = state.blobs.clone();
    let runtime = tokio::runtime::Handle::current();
    let directory = state.db.directory().to_owned();
    let written = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile_in(directory)?;
        let files = exports.iter().filter_map(|export| {
            let read = async { blobs.at(export.work.backend)?.get(&export.work.blob).await };
            let bytes = match runtime.block_on(read) {
                Ok(bytes) => bytes,
                // Deleted while the zip was being written.
                Err(BlobError::NotFound(_)) => return None,
                Err(error) => return Some(Err(std::io::Error::other(error))),
            };
            let name = export.work.file_name(export.reference.as_deref());
            Some(Ok((name, bytes)))
        });
        works::write_zip(&mut file, files)?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, std::io::Error>((file, place))
    });
    written
        .await
        .map_err(Problem::internal)?
        .map_err(Problem::internal)
}
