//! Atelier turns ordinary photos into fashion pictures.

pub mod i18n;
pub mod ids;

pub mod imaging;
pub mod kinds;
pub mod matting;
pub mod studio;
pub mod vision;
