//! Stage 2b: one file per operation on objects.

pub mod patch;
