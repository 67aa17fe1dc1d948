//! Atelier turns ordinary photos into fashion pictures.

pub mod i18n;
pub mod ids;
pub mod secret;
pub mod telemetry;
pub mod time;

pub mod db;
pub mod kinds;

pub mod accounts;
pub mod audit;
pub mod ledger;

pub mod http;

pub mod app;
pub mod config;
