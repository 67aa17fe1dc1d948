//! The `atelier` executable.

fn main() -> std::process::ExitCode {
    atelier::cli::run()
}
