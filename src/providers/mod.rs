//! Providers: adapters that translate an [`Ask`] into a model's wire format and its answer into a picture.
//! Retries, money, storage and metrics wrap around them once, in `jobs`.

mod adapters;
mod ark;
mod blocked;
mod cost;
mod dashscope;
mod error;
mod fashn;
mod gemini;
mod http;
mod openai;
mod openrouter;
mod prompts;
mod router;
mod sandbox;
mod settings;
mod studio;
mod upstream;

use async_trait::async_trait;
use bytes::Bytes;

pub use adapters::{Adapters, Connected};
pub use error::{Action, Class, ProviderError};
pub use router::{
    BudgetReport, Candidate, Chosen, Errand, Model, ModelReport, Outcome, Parts, Pass, Percentiles,
    REMEMBERED, Router, RouterError, State, Unavailable, Wish, switches,
};
pub use sandbox::{Sandbox, SandboxSettings};
pub use settings::{
    Configured, ModelSettings, OpenaiSettings, PerQuality, ProviderKind, ProviderSettings, Rates,
    RoutingSettings, Settings, SettingsError, Size, Usd,
};
pub use studio::{STUDIO, Studio};

use crate::kinds::Ask;

/// A finished picture as a model made it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// An encoded picture; it has been decoded once to prove it is one.
    pub bytes: Bytes,
    /// What it cost, in micro-dollars; `None` if nobody knows.
    pub cost_micros: Option<i64>,
}

/// What a provider calls a picture it is still making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamId(pub String);

/// The answer to a started picture.
#[derive(Clone, Debug)]
pub enum Started {
    /// It is done.
    Done(Picture),
    /// It is being made and can be asked for.
    Waiting(UpstreamId),
}

/// An adapter for one wire format.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The adapter's name in attempt rows and metrics.
    fn name(&self) -> &'static str;

    /// What besides the ask decides the picture, such as the vendor's model and the version of the prompts. It is part of
    /// the key under which a result is found again.
    fn recipe(&self) -> String {
        self.name().to_owned()
    }

    /// True if the picture is computed on this machine.
    fn is_local(&self) -> bool {
        false
    }

    /// Asks for one picture.
    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError>;

    /// How to ask for a picture that is being made, for adapters that answer [`Started::Waiting`].
    fn polls(&self) -> Option<&dyn Polls> {
        None
    }

    /// How to ask, free of charge, whether the key is good.
    fn probes(&self) -> Option<&dyn Probes> {
        None
    }
}

/// What a free question to a provider told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probed {
    /// The key is good, and the model is among those that it may use.
    Ready,
    /// The key is good; the provider does not say which models it may use.
    KeyGood,
    /// The model is there; the provider does not say whether the key is good.
    ModelListed,
}

/// What adapters can do whose providers answer a question that costs nothing.
#[async_trait]
pub trait Probes: Send + Sync {
    /// Asks whether key and model can be used. The error says why not: `auth`, `model_gone` and so on.
    async fn probe(&self) -> Result<Probed, ProviderError>;
}

/// What became of a picture that was being made.
#[derive(Clone, Debug)]
pub enum Polled {
    /// It is still being made.
    Waiting,
    /// It is done.
    Done(Picture),
    /// It came to nothing; asking again would be answered the same.
    Failed(ProviderError),
}

/// What adapters can do whose pictures take longer than one request.
#[async_trait]
pub trait Polls: Send + Sync {
    /// Asks for a picture. An error is a question that was not answered (a connection that broke, 5xx, 429): it says
    /// nothing about the picture, and the question is asked again.
    async fn poll(&self, upstream: &UpstreamId) -> Result<Polled, ProviderError>;
}
