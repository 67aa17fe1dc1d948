//! Lists: `?cursor=&limit=` in, `{items, next_cursor}` out.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use url::form_urlencoded;

use crate::http::Problem;

const DEFAULT_LIMIT: u32 = 20;
const MOST: u32 = 100;

/// The part of a list that the caller wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The place of the last item already seen.
    pub cursor: Option<i64>,
    limit: u32,
}

impl Page {
    /// How many rows to read: one more than are shown, so that the end is known.
    pub const fn rows(&self) -> u32 {
        self.limit + 1
    }

    fn parse(query: &str) -> Result<Self, Problem> {
        let mut page = Self {
            cursor: None,
            limit: DEFAULT_LIMIT,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "cursor" if !value.is_empty() => page.cursor = Some(decode(&value)?),
                "limit" => page.limit = limit(&value)?,
                _ => {}
            }
        }
        Ok(page)
    }
}

impl FromRequest for Page {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()))
    }
}

fn limit(value: &str) -> Result<u32, Problem> {
    let limit = value.parse().ok().filter(|n| (1..=MOST).contains(n));
    limit.ok_or_else(|| Problem::field("/limit", "必须是 1 到 100", "must be from 1 to 100"))
}

fn decode(cursor: &str) -> Result<i64, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
    let seq = <[u8; 8]>::try_from(bytes).map(i64::from_be_bytes);
    seq.map_err(|_| Problem::field("/cursor", "游标无效", "not a cursor of this list"))
}

/// The address of the next page: the same query after the item at `seq`.
pub fn next_page(path: &str, query: &str, seq: i64) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let mut next = form_urlencoded::Serializer::new(String::new());
    next.extend_pairs(others)
        .append_pair("cursor", &encode(seq));
    format!("{path}?{}", next.finish())
}

fn encode(seq: i64) -> String {
    URL_SAFE_NO_PAD.encode(seq.to_be_bytes())
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// What to ask for next; null at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// Makes a page of at most [`Page::rows`] rows that were read after its cursor; `seq` is an item's place.
    pub fn new(mut items: Vec<T>, page: &Page, seq: impl Fn(&T) -> i64) -> Self {
        let limit = page.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let next_cursor = last.map(|item| encode(seq(item)));
        Self { items, next_cursor }
    }

    /// The same page with other items.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> List<U> {
        List {
            items: self.items.into_iter().map(make).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_the_next_page() {
        let page = Page::parse("limit=2&status=failed").unwrap();
        let list = List::new(vec![9_i64, 8, 7], &page, |n| *n);
        assert_eq!(list.items, [9, 8]);
        let query = format!("cursor={}", list.next_cursor.unwrap());
        assert_eq!(Page::parse(&query).unwrap().cursor, Some(8));
        assert_eq!(List::new(vec![7_i64], &page, |n| *n).next_cursor, None);
        let next = next_page("/v1/works", "batch=a%26b&cursor=old", 8);
        let (path, query) = next.split_once('?').unwrap();
        assert_eq!(path, "/v1/works");
        assert!(query.starts_with("batch=a%26b&cursor="));
        assert_eq!(Page::parse(query).unwrap().cursor, Some(8));
    }

    #[test]
    fn bad_values_are_refused() {
        for query in ["limit=0", "limit=101", "limit=x", "cursor=abc"] {
            assert!(Page::parse(query).is_err(), "{query}");
        }
    }
}
