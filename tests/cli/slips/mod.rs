//! More mistakes, of those that are made every week: each message names the file, the line and what to do.

mod fields;
mod objects;
mod patches;
mod sources;
