//! Hostile and broken trees: whatever a tree holds, the program ends in time, within its memory, with a render or with an error
//! and nothing on standard output.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests look at what the program writes"
)]

mod amplification;
mod confinement;
mod files;
mod nesting;
mod output;
mod size;
mod support;
mod text;
