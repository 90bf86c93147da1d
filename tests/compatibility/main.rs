//! COMPATIBILITY.md has a row for every field, command and flag of kustomize, and every row a test.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "this is test code: it reads files, runs programs, and fails at once"
)]

mod commands;
mod edits;
mod fields;
mod table;
