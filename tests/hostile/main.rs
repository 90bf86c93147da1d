//! Hostile and broken trees: whatever a tree holds, the program ends in time, within its memory, with a render or with an error
//! and nothing on standard output.
//!
//! What is heavy is left out unless it is asked for, and is meant for a build with optimization:
//! `RENDER_BINARY=target/release/render cargo test --test hostile -- --include-ignored`.
#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "this is test code"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests look at what the program writes, and are told which program"
)]

mod amplification;
mod confinement;
mod files;
mod nesting;
mod output;
mod size;
mod support;
mod text;
