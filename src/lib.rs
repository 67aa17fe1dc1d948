//! Atelier turns ordinary photos into fashion pictures.

pub mod i18n;
pub mod ids;
pub mod time;

pub mod db;
pub mod net;

pub mod imaging;
pub mod kinds;

pub mod audit;
pub mod ledger;

pub mod blobs;
