//! Pictures as bytes and as pixels: reading what users send, writing what they get. Pure computation, no I/O.

mod backdrop;
pub mod codec;
pub mod colour;
pub mod convert;
mod cpu;
pub mod encode;
pub mod error;
pub mod filter;
pub mod finish;
pub mod grid;
mod icc;
mod jpeg;
pub mod label;
pub mod metadata;
mod planes;
mod prepare;
pub mod scale;
mod sharpen;
pub mod sniff;
pub mod transform;
pub mod xmp;

pub use codec::{Limits, PictureInfo, decode, inspect, verify};
pub use convert::convert;
pub use cpu::{CpuError, CpuPool, Settings};
pub use encode::encode;
pub use error::PictureError;
pub use finish::{FinishSpec, Finished, finish};
pub use metadata::strip;
pub use prepare::{prepare, prepare_jpeg};
pub use xmp::Aigc;
