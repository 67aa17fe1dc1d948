//! Pure work on pixels: nothing here knows what a picture is for.

pub mod colour;
pub mod filter;
pub mod grid;
pub mod transform;
