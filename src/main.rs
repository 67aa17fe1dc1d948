//! The `atelier` executable.

fn main() {}
