//! Patches: strategic merges and JSON patches, applied to one object.

mod directive;
mod keyed_index;
mod keyed_list;
mod merge_keys;
mod openapi;
mod strategic_merge;
mod tuples;

pub use self::merge_keys::{Schema, SchemaNode};
pub use self::strategic_merge::{Outcome, merge};
