//! A reader of server-sent events, as strict as a browser's.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::harness::User;

const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub(crate) struct Feed {
    /// The answer that carries it.
    pub(crate) response: Response,
    text: String,
}

/// One event.
#[derive(Debug)]
pub(crate) struct Event {
    /// Its name.
    pub(crate) name: String,
    /// Its id: a revision.
    pub(crate) id: i64,
    /// Its data: the job.
    pub(crate) job: Value,
}

impl Event {
    /// Name and job id.
    pub(crate) fn what(&self) -> (&str, &str) {
        (&self.name, self.job["id"].as_str().expect("an id"))
    }
}

impl Feed {
    /// Opens a stream; it must be one.
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 200);
        let media = response.headers()["content-type"].to_str();
        assert_eq!(media.expect("a text"), "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next block of lines, comments too; none at the end of the stream.
    pub(crate) async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk());
            let chunk = chunk.await.expect("something within the patience");
            let Some(chunk) = chunk.expect("the stream ends cleanly") else {
                assert_eq!(self.text, "", "a stream ends after a whole event");
                return None;
            };
            self.text += std::str::from_utf8(&chunk).expect("UTF-8, events whole");
        }
    }

    /// The next event; none at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| {
                let of = |line: &str| {
                    line.strip_prefix(name)?
                        .strip_prefix(": ")
                        .map(str::to_owned)
                };
                block.lines().find_map(of)
            };
            if let Some(name) = field("event") {
                return Some(Event {
                    name,
                    id: field("id").and_then(|id| id.parse().ok()).expect("an id"),
                    job: serde_json::from_str(&field("data").expect("data")).expect("JSON"),
                });
            }
        }
    }

    /// Every event until one of this name, that one included.
    pub(crate) async fn until(&mut self, name: &str) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("the stream goes on");
            let found = event.name == name;
            events.push(event);
            if found {
                return events;
            }
        }
    }
}

impl User<'_> {
    /// A stream of events, from the beginning or from what was seen.
    pub(crate) async fn watch(&self, path: &str, seen: Option<i64>) -> Feed {
        let mut request = self.request(Method::GET, path);
        if let Some(seen) = seen {
            request = request.header("Last-Event-ID", seen.to_string());
        }
        Feed::open(request).await
    }
}
