//! The one document type: what a manifest is between reading and printing.
//!
//! kustomize's output depends on more than a JSON value keeps, so scalars keep their text, type and style, maps keep duplicate
//! keys, and keys know whether they were strings. Copies are cheap: collections are shared until somebody writes.

use ecow::EcoVec;

use super::{Mapping, Scalar, Tag, Text};

/// A list of values.
pub type Sequence = EcoVec<Value>;

/// A YAML node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, a number, a boolean or null.
    Scalar(Scalar),
    /// A list.
    Sequence(Sequence),
    /// A map.
    Mapping(Mapping),
}

/// A document is mostly values: each byte more shows in the memory and the time of large trees.
const _: () = assert!(size_of::<Value>() == 24);

impl Value {
    /// A string.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::Scalar(Scalar::string(text))
    }

    /// The written null.
    pub fn null() -> Self {
        Self::Scalar(Scalar::null())
    }

    /// Whether this is a null of any spelling.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(scalar) if scalar.is_null())
    }

    /// Whether this is null, `{}` or `[]`: what kustomize treats as no value at all.
    pub fn is_null_or_empty(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.is_null(),
            Self::Sequence(items) => items.is_empty(),
            Self::Mapping(map) => map.is_empty(),
        }
    }

    /// The map, if it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match self {
            Self::Mapping(map) => Some(map),
            _ => None,
        }
    }

    /// The map to change, if it is one.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match self {
            Self::Mapping(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_sequence(&self) -> Option<&Sequence> {
        match self {
            Self::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The list to change, if it is one.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Sequence> {
        match self {
            Self::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar to change, if it is one.
    pub fn as_scalar_mut(&mut self) -> Option<&mut Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar whatever its type, the empty text for null; nothing for collections (spec 02 R2).
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Scalar(scalar) if scalar.is_null() => Some(const { &Text::new() }),
            Self::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The value below `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key)
    }

    /// The value to change below `key`, if this is a map that has it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// The value at the end of a chain of map keys.
    pub fn at<'a>(&'a self, keys: &[&str]) -> Option<&'a Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// What kustomize calls the kind of node in its messages.
    pub fn node_kind(&self) -> &'static str {
        match self {
            Self::Scalar(_) => "ScalarNode",
            Self::Sequence(_) => "SequenceNode",
            Self::Mapping(_) => "MappingNode",
        }
    }

    /// Calls `each` with every scalar that is a value (not a key) below this value.
    pub fn for_each_scalar(&mut self, each: &mut impl FnMut(&mut Scalar)) {
        match self {
            Self::Scalar(scalar) => each(scalar),
            Self::Sequence(items) => items
                .make_mut()
                .iter_mut()
                .for_each(|item| item.for_each_scalar(each)),
            Self::Mapping(map) => map
                .values_mut()
                .for_each(|value| value.for_each_scalar(each)),
        }
    }
}

impl From<Scalar> for Value {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}

impl From<Mapping> for Value {
    fn from(map: Mapping) -> Self {
        Self::Mapping(map)
    }
}

impl From<Sequence> for Value {
    fn from(items: Sequence) -> Self {
        Self::Sequence(items)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Scalar(Scalar::new(
            if value { "true" } else { "false" },
            Tag::Bool,
            super::Style::Plain,
        ))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Scalar(Scalar::new(
            itoa::Buffer::new().format(value),
            Tag::Int,
            super::Style::Plain,
        ))
    }
}
