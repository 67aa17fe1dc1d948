//! The witness: remembers outside the server what it answered, and complains when an answer turns out untrue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

/// How a job ended, as its owner was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// `completed`, `failed` or `cancelled`.
    pub(crate) status: String,
    /// Credits taken and not given back.
    pub(crate) charged: i64,
    /// Size of the picture, if there is one.
    pub(crate) bytes: Option<u64>,
}

/// What was last heard of a job.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Whose it is: a place in the list of members.
    pub(crate) member: usize,
    /// Never goes back.
    pub(crate) progress: i64,
    /// Only grows.
    pub(crate) revision: i64,
    /// Never changes.
    pub(crate) ending: Option<Ending>,
}

/// A submit under a key of its own.
#[derive(Clone, Debug)]
pub(crate) struct Submit {
    /// Who submitted.
    pub(crate) member: usize,
    /// What was sent.
    pub(crate) body: Value,
    /// The job that answered, once it is known.
    pub(crate) job: Option<String>,
}

/// Credits that an administrator gave, under a reason of its own.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// Stands in the entry.
    pub(crate) reason: String,
    /// How many credits.
    pub(crate) credits: i64,
    /// True once it was answered.
    pub(crate) acknowledged: bool,
}

/// Somebody with an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    /// The id, once it is known.
    pub(crate) id: String,
    /// The access token.
    pub(crate) token: String,
    /// Pictures that were taken.
    pub(crate) uploads: Vec<String>,
}

/// Everything that was heard.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// Who takes part.
    pub(crate) members: Vec<Member>,
    /// The administrator's token.
    pub(crate) admin: String,
    /// By id.
    pub(crate) jobs: BTreeMap<String, Known>,
    /// By key.
    pub(crate) submits: BTreeMap<String, Submit>,
    /// In order.
    pub(crate) grants: Vec<Grant>,
    /// Users whose erasure was acknowledged.
    pub(crate) erased: BTreeSet<String>,
    /// Ends that the database showed: they never change.
    pub(crate) final_rows: BTreeMap<String, String>,
    complaints: Vec<String>,
    numbers: u64,
}

/// Shared by everybody who talks to the server.
#[derive(Debug, Default)]
pub(crate) struct Witness(Mutex<Book>);

impl Witness {
    /// The book, for a moment.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().expect("nobody panics with the book in hand")
    }

    /// A number that was not used before.
    pub(crate) fn number(&self) -> u64 {
        let mut book = self.book();
        book.numbers += 1;
        book.numbers
    }

    /// Something that must not be.
    pub(crate) fn complain(&self, what: impl Into<String>) {
        self.book().complaints.push(what.into());
    }

    /// What must not be, so far; told once.
    pub(crate) fn complaints(&self) -> Vec<String> {
        std::mem::take(&mut self.book().complaints)
    }

    /// What is known of a job before it is asked for again.
    pub(crate) fn known(&self, job: &str) -> Option<Known> {
        self.book().jobs.get(job).cloned()
    }

    /// A server told of a job. `before` is what was known when it was asked: that much must still be true.
    pub(crate) fn heard(&self, member: usize, job: &Value, before: Option<&Known>) {
        let text = |name: &str| job[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| job[name].as_i64().unwrap_or(-1);
        let (id, status) = (text("id"), text("status"));
        if id.is_empty() {
            return self.complain(format!("not a job: {job}"));
        }
        let is_final = matches!(status.as_str(), "completed" | "failed" | "cancelled");
        let heard = Known {
            member,
            progress: number("progress"),
            revision: number("revision"),
            ending: is_final.then(|| Ending {
                status: status.clone(),
                charged: number("charged"),
                bytes: job["result"]["images"][0]["bytes"].as_u64(),
            }),
        };
        let price = if job["cache"] == "hit" {
            0
        } else {
            number("price")
        };
        let expected = match status.as_str() {
            "failed" | "cancelled" => 0,
            _ => price,
        };
        let mut wrong = contradictions(before, &heard);
        if number("charged") != expected {
            wrong.push(format!("charged {} instead of {expected}", job["charged"]));
        }
        if (status == "completed") != job["result"].is_object() {
            wrong.push(format!("{status} with the result {}", job["result"]));
        }
        let mut book = self.book();
        let known = book.jobs.entry(id.clone()).or_insert_with(|| heard.clone());
        if let (Some(a), Some(b)) = (&known.ending, &heard.ending)
            && a != b
        {
            wrong.push(format!("ended as {a:?} and as {b:?}"));
        }
        if heard.revision >= known.revision {
            *known = heard;
        }
        book.complaints
            .extend(wrong.into_iter().map(|what| format!("{id}: {what}")));
    }
}

/// What is no longer true of what was known.
fn contradictions(before: Option<&Known>, heard: &Known) -> Vec<String> {
    let Some(before) = before else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    if heard.revision < before.revision {
        wrong.push(format!(
            "revision {} after {}",
            heard.revision, before.revision
        ));
    }
    if heard.progress < before.progress {
        wrong.push(format!(
            "progress {} after {}",
            heard.progress, before.progress
        ));
    }
    if before.ending.is_some() && heard.ending != before.ending {
        wrong.push(format!("was {:?} and is {:?}", before.ending, heard.ending));
    }
    wrong
}
