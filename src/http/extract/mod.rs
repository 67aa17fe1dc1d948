//! What handlers take from a request. Each extractor answers a [`Problem`](super::Problem) when it cannot.

mod body;
mod caller;
mod headers;
mod page;
mod params;
mod scopes;

pub use body::{Json, LARGE, SMALL, by_name, read_body};
pub(crate) use caller::bearer;
pub use caller::{Admin, LoggedIn, Visitor, require};
pub use headers::{IdempotencyKey, LastEventId, Wait};
pub(crate) use headers::{language, text as header_text};
pub use page::{List, Page, next_page};
pub use params::{Id, Query};
