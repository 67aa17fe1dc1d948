//! Pictures as bytes and as pixels: reading what users send, writing what they get. Pure computation, no I/O.

pub mod codec;
pub mod encode;
pub mod error;
mod icc;
mod jpeg;
pub mod label;
pub mod metadata;
pub mod scale;
pub mod sniff;
pub mod xmp;
