//! Typed arguments out of a [`Value`], by the rules of Go's JSON decoder: field names in any case, null for absent, the last of
//! duplicate keys (spec 01 R6–R8, 10 R70–R72). [`Rules`] says where files differ.

mod decoder;

use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeOwned};

use self::decoder::Decoder;
use crate::model::{FieldPath, Mapping, Step, Text, Typed, Value};

/// How kustomize reads a file of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// A kustomization: unknown fields are errors, and so are numbers where text is wanted.
    Kustomization,
    /// A file of `configurations`: unknown fields are errors, but numbers and booleans do for text.
    FieldTables,
    /// The configuration of a plugin, or a file of replacements: unknown fields are passed over, and numbers and booleans do
    /// for text.
    Plugin,
}

/// Arguments below which numbers do not do for text under any rules, as for the fields that kustomize's types take over from others.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct AsWritten<T>(pub T);

/// A value that does not fit, and where it stands.
#[derive(Debug)]
pub struct Error {
    /// What is wrong, in the words of Go's decoder.
    pub message: String,
    /// Innermost step first.
    steps: Vec<Step>,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            steps: Vec::new(),
        }
    }

    fn below(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The way to the field at fault.
    pub fn path(&self) -> FieldPath {
        FieldPath {
            steps: self.steps.iter().rev().cloned().collect(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

/// Decodes arguments.
pub fn decode<T: DeserializeOwned>(value: &Value, rules: Rules) -> Result<T, Error> {
    T::deserialize(Decoder::new(value, rules))
}

/// What JSON calls the type of a value.
pub(super) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Mapping(_) => "object",
        Value::Sequence(_) => "array",
        Value::Scalar(scalar) => match scalar.typed() {
            Ok(Typed::Null) => "null",
            Ok(Typed::Bool(_)) => "bool",
            Ok(Typed::Int(_) | Typed::Float(_)) => "number",
            Ok(Typed::Str(_)) | Err(_) => "string",
        },
    }
}

/// Whether Go's decoder takes a value for a 64-bit integer.
pub(super) fn is_int64(value: &Value) -> bool {
    decode::<i64>(value, Rules::Plugin).is_ok()
}

/// The position of the field that a key means: the very name, else one that differs in case only.
pub(super) fn field_of(key: &str, fields: &[&str]) -> Option<usize> {
    fields.iter().position(|field| *field == key).or_else(|| {
        fields
            .iter()
            .position(|field| field.eq_ignore_ascii_case(key))
    })
}

/// The entries of a map without those that a later one of the same key hides.
pub(super) fn last_of_each(map: &Mapping) -> impl Iterator<Item = (&Text, &Value)> {
    let entries = map.entries();
    let later: Option<indexmap::IndexMap<&str, usize>> = (entries.len() > 32).then(|| {
        let positions = entries.iter().enumerate();
        positions
            .map(|(position, entry)| (entry.key.text.as_str(), position))
            .collect()
    });
    entries
        .iter()
        .enumerate()
        .filter(move |(position, entry)| match &later {
            Some(later) => later.get(entry.key.text.as_str()) == Some(position),
            None => entries[position + 1..]
                .iter()
                .all(|other| other.key.text != entry.key.text),
        })
        .map(|(_, entry)| (&entry.key.text, &entry.value))
}
