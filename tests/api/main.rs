//! The API over real HTTP: every test starts a server of its own and balances its books at the end.

mod door;
mod harness;
