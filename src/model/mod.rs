//! The nouns: documents, objects and what identifies them. Imports nothing else from the crate.

pub mod bookkeeping;
mod clean_path;
mod diagnostic;
mod field_path;
mod field_spec;
mod folded;
mod go_regex;
mod gvk;
pub mod kind_order;
mod label_selector;
mod lack;
mod limits;
mod mapping;
mod origin;
pub mod pattern;
pub mod plain;
mod record;
mod res_id;
mod res_map;
mod resource;
mod scalar;
mod scopes;
mod selector;
mod value;

pub use self::clean_path::clean_path;
pub use self::diagnostic::{Fault, Related, Warning};
pub use self::field_path::{FieldPath, Step};
pub use self::field_spec::{Create, FieldSpec, Segment, SpecPath, SpecsByKind, Walk, considering};
pub use self::folded::can_be_block;
pub use self::gvk::Gvk;
pub use self::lack::Lack;
pub use self::limits::{
    Extent, MAX_COMPARED, MAX_COPIED, MAX_DEPTH, MAX_FILE, MAX_NAME, MAX_OUTPUT, MAX_TEXT, SHALLOW,
    on_deep_stack,
};
pub use self::mapping::{Entry, Key, Mapping, may_have_duplicates};
pub use self::origin::{Place, Source};
pub use self::record::{ConfiguredBy, Printed, Record, Repo};
pub use self::res_id::{NO_NAMESPACE, PreviousId, ResId};
pub use self::res_map::{ResMap, Slot};
pub use self::resource::{Behavior, Renamed, Resource};
pub use self::scalar::{Scalar, Style, Tag, Typed};
pub use self::scopes::Scopes;
pub use self::selector::{Selector, SelectorArgs};
pub use self::value::{Sequence, Value};

/// A string: short ones inline, long ones shared.
pub type Text = ecow::EcoString;

/// A word of a table: part of the program, or of what extends the table.
pub type Word = std::borrow::Cow<'static, str>;
