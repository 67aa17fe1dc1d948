//! Atelier turns ordinary photos into fashion pictures. The modules below stand in reading order: nouns, tools, work, door.
#![doc = ""]
#![doc = include_str!("../README.md")]

pub mod cells;
pub mod i18n;
pub mod ids;
pub mod secret;
pub mod telemetry;
pub mod time;

pub mod db;
pub mod imaging;
pub mod kinds;
pub mod net;
pub mod vision;
pub mod wechat;

pub mod accounts;
pub mod audit;
pub mod blobs;
pub mod ledger;
pub mod traffic;

pub mod billing;
pub mod matting;
pub mod moderation;
pub mod uploads;

pub mod studio;

pub mod providers;

pub mod webhooks;
pub mod works;

pub mod jobs;
pub mod notices;

pub mod erase;

pub mod http;

pub mod config;

pub mod app;
pub mod mock;

pub mod cli;
