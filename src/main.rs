//! The `render` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    render::cli::run(std::env::args_os())
}
