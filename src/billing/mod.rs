//! What users pay with and for: plans so far.

pub mod plans;

pub use plans::{Plan, PlansSettings};
