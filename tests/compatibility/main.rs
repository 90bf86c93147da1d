//! COMPATIBILITY.md has a row for every field, command and flag of kustomize, and every row a test.

#![expect(
    clippy::disallowed_methods,
    reason = "tests read files and run programs"
)]

mod commands;
mod edits;
mod fields;
mod table;
