//! Fetching what users and providers name by URL, without letting them reach into our own network: https only,
//! every address checked after DNS and pinned, no proxies, few redirects, size and type bounded.

mod address;
mod cause;
mod fetch;
mod resolve;
mod settings;

pub use address::is_public;
pub use cause::innermost;
pub use fetch::{FetchError, Fetched, Fetcher};
pub use settings::Settings;
