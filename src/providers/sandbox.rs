//! A stand-in provider with set latency and failures, for tests and demos. It costs nothing upstream.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Class, Picture, Polled, Polls, Provider, ProviderError, Started, UpstreamId, Usd};
use crate::ids::JobId;
use crate::kinds::Ask;
use crate::time::Moment;

/// What a sandbox plays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxSettings {
    /// Milliseconds before every answer.
    pub latency_ms: u64,
    /// What a picture costs.
    pub cost_usd: Usd,
    /// If set, pictures take longer than a call: they are there so many milliseconds after it, for whoever polls.
    pub poll_ms: Option<u64>,
    /// Share of calls that fail, 0..=1.
    pub failure_rate: f64,
    /// The classes of these failures, in turn; `overloaded` if empty.
    pub classes: Vec<Class>,
    /// The fate of each job's first calls, before the rate applies: a class, or `null` for a picture.
    pub script: Vec<Option<Class>>,
}

/// Answers with the first input, after the set latency, or fails as set.
pub struct Sandbox {
    settings: SandboxSettings,
    calls: Mutex<HashMap<JobId, usize>>,
}

impl Sandbox {
    /// A sandbox that plays these settings.
    pub fn new(settings: SandboxSettings) -> Self {
        Self {
            settings,
            calls: Mutex::default(),
        }
    }

    /// Answers with the input as it is.
    async fn copy_of(&self, input: &Path) -> Result<Picture, ProviderError> {
        let bytes = tokio::fs::read(input)
            .await
            .map_err(|e| ProviderError::new(Class::Internal, e.to_string()))?;
        Ok(Picture {
            bytes: Bytes::from(bytes),
            cost_micros: Some(self.settings.cost_usd.micros()),
        })
    }

    fn next_call(&self, job: JobId) -> usize {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let count = calls.entry(job).or_default();
        *count += 1;
        *count - 1
    }

    /// The class this call fails with, if it does: by the script first, then by the rate.
    fn fate(&self, job: JobId, call: usize) -> Option<Class> {
        if let Some(scripted) = self.settings.script.get(call) {
            return *scripted;
        }
        let mut hasher = DefaultHasher::new();
        (job, call).hash(&mut hasher);
        let hash = hasher.finish();
        let share = (hash % 10_000) as f64 / 10_000.0;
        if share >= self.settings.failure_rate {
            return None;
        }
        let classes = &self.settings.classes;
        let pick = usize::try_from(hash / 10_000).unwrap_or(0);
        Some(if classes.is_empty() {
            Class::Overloaded
        } else {
            classes[pick % classes.len()]
        })
    }
}

#[async_trait]
impl Provider for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError> {
        let call = self.next_call(ask.job);
        tokio::time::sleep(Duration::from_millis(self.settings.latency_ms)).await;
        if let Some(class) = self.fate(ask.job, call) {
            return Err(ProviderError::new(class, "the sandbox was told to fail"));
        }
        let no_input = || ProviderError::new(Class::BadRequest, "the ask has no input");
        let input = ask.inputs.first().ok_or_else(no_input)?;
        match self.settings.poll_ms {
            None => Ok(Started::Done(self.copy_of(&input.picture).await?)),
            Some(wait) => {
                let there = Moment::now().millis() + i64::try_from(wait).unwrap_or(i64::MAX);
                let id = format!("{there} {}", input.picture.display());
                Ok(Started::Waiting(UpstreamId(id)))
            }
        }
    }

    fn polls(&self) -> Option<&dyn Polls> {
        self.settings.poll_ms.map(|_| self as &dyn Polls)
    }
}

/// The id says when the picture is there and where its input is, so that a sandbox after a restart knows it too.
#[async_trait]
impl Polls for Sandbox {
    async fn poll(&self, upstream: &UpstreamId) -> Result<Polled, ProviderError> {
        let unknown = || ProviderError::new(Class::ModelGone, "the sandbox made no such picture");
        let (there, input) = upstream.0.split_once(' ').ok_or_else(unknown)?;
        let there: i64 = there.parse().map_err(|_| unknown())?;
        if Moment::now().millis() < there {
            return Ok(Polled::Waiting);
        }
        self.copy_of(Path::new(input)).await.map(Polled::Done)
    }
}
