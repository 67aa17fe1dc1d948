//! Jobs: from a request to a picture. [`Jobs`] is what the door talks to; `queue` owns the states, `run` the stations,
//! `workers` the claims.

pub mod attempts;
mod cache;
mod changes;
mod desk;
pub mod feed;
mod intake;
mod janitor;
pub mod job;
pub mod overview;
mod preview;
pub mod queue;
mod request;
pub mod review;
pub mod run;
pub mod series;
mod settings;
mod snapshot;
mod space;
#[cfg(test)]
mod tests;
mod words;
mod workers;

pub use cache::Settings as CacheSettings;
pub use changes::{Bell, Change, Watcher};
pub use desk::{Accepted, Customer, Desk, Jobs, LabelSettings};
pub use janitor::{Janitor, Retention};
pub use job::{Filter, Job, Label, Status};
pub use preview::{Check, Quote};
pub use request::{JobRequest, Refused};
pub use run::{Drafts, Load, Runner};
pub use settings::Settings;
pub use snapshot::{Ahead, Snapshots};
pub use space::Space;
pub use words::{failure_words, message};
pub use workers::Workers;
