//! The files of the page: compiled in, served under the hash of all of them, so that browsers may keep them for ever
//! and relative imports just work. A debug build reads them from disk at each visit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use aws_lc_rs::digest;
use bytes::Bytes;
use rust_embed::RustEmbed;

use super::Accent;
use crate::http::{Code, Problem, State, reply};
use crate::ids::hex;

#[derive(RustEmbed)]
#[folder = "assets/web/"]
struct Files;

/// All style sheets in one, in the order of their names.
const STYLE: &str = "style.css";
/// What every page needs at once.
const CORE: &str = "core/";

/// The files at one time.
pub(crate) struct Bundle {
    version: String,
    files: BTreeMap<String, Bytes>,
}

impl Bundle {
    fn load(accent: Accent) -> Self {
        let mut files = BTreeMap::new();
        let mut style = accent.css().into_bytes();
        let mut names: Vec<_> = Files::iter().collect();
        names.sort_unstable();
        for name in names {
            let Some(file) = Files::get(&name) else {
                continue;
            };
            if name.starts_with("style/") {
                style.extend_from_slice(&file.data);
            } else {
                let bytes = match file.data {
                    Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                    Cow::Owned(bytes) => Bytes::from(bytes),
                };
                files.insert(name.into_owned(), bytes);
            }
        }
        files.insert(STYLE.to_owned(), style.into());
        let parts = files
            .iter()
            .flat_map(|(name, bytes)| [name.as_bytes(), bytes.as_ref()]);
        Self {
            version: digest(parts),
            files,
        }
    }

    /// Where the files are, without a slash at the end.
    pub(crate) fn base(&self) -> String {
        format!("/assets/{}", self.version)
    }

    /// A template.
    pub(crate) fn text(&self, name: &str) -> Cow<'_, str> {
        let bytes = self.files.get(name).map_or(&[][..], Bytes::as_ref);
        String::from_utf8_lossy(bytes)
    }

    /// Links that fetch the core's modules side by side, instead of one import after the other.
    pub(super) fn preload(&self) -> String {
        let base = self.base();
        let core = self
            .files
            .keys()
            .filter(|name| name.starts_with(CORE) && name.ends_with(".js"));
        core.map(|name| format!("<link rel=\"modulepreload\" href=\"{base}/{name}\">\n"))
            .collect()
    }
}

/// The files, whichever they are now.
pub(super) struct Assets {
    accent: Accent,
    current: RwLock<Arc<Bundle>>,
}

impl Assets {
    pub(super) fn new(accent: Accent) -> Self {
        Self {
            accent,
            current: RwLock::new(Arc::new(Bundle::load(accent))),
        }
    }

    /// What a new visit gets.
    pub(super) fn fresh(&self) -> Arc<Bundle> {
        if cfg!(debug_assertions) {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            *current = Arc::new(Bundle::load(self.accent));
        }
        self.current()
    }

    fn current(&self) -> Arc<Bundle> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }
}

/// `GET /assets/{version}/{name}`. The files of another version are gone: a page that asks for them loads itself anew.
pub(in crate::http) async fn file(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (version, name) = path.into_inner();
    let bundle = state.page.assets.current();
    let found = bundle
        .files
        .get(&name)
        .filter(|_| version == bundle.version && !name.ends_with(".html"));
    let bytes = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let mut response = reply::bytes(content_type(&name), bytes.clone());
    let keep = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(CACHE_CONTROL, keep);
    Ok(response)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("jpg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("png") => "image/png",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

/// A short name for these bytes.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.into_iter().for_each(|part| context.update(part));
    let hash = context.finish();
    hex(&hash.as_ref()[..8])
}
