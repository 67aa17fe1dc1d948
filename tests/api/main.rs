//! The API over real HTTP: every test starts a server of its own and balances its books at the end.

mod admin_users;
mod api_keys;
mod auth;
mod commands;
mod credits;
mod door;
mod files;
mod harness;
mod links;
mod me;
