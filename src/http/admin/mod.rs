//! What administrators see and do. Every handler takes [`Admin`](super::extract::Admin).

pub(super) mod audit;
pub(super) mod codes;
pub(super) mod costs;
pub(super) mod csv;
pub(super) mod grants;
pub(super) mod invoices;
pub(super) mod jobs;
pub(super) mod ledger;
pub(super) mod links;
pub(super) mod models;
pub(super) mod moderation;
mod names;
pub(super) mod orders;
pub(super) mod overview;
pub(super) mod reports;
pub(super) mod review;
pub(super) mod route;
pub(super) mod series;
pub(super) mod settings;
pub(super) mod subscriptions;
pub(super) mod users;
