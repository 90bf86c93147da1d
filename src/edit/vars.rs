//! `edit fix --vars`.
