//! Pictures as bytes and as pixels: reading what users send, writing what they get. Pure computation, no I/O.

mod backdrop;
pub mod codec;
pub mod encode;
pub mod error;
pub mod finish;
mod icc;
mod jpeg;
pub mod label;
pub mod metadata;
pub mod scale;
mod sharpen;
pub mod sniff;
pub mod xmp;
