//! The `render` command.

use std::process::ExitCode;

use render::cli::Heap;

#[global_allocator]
static HEAP: Heap = Heap;

fn main() -> ExitCode {
    render::cli::run(std::env::args_os())
}
