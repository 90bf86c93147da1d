//! The annotations that tell functions of an object, in the two versions of their protocol, the older one first (spec 15 R83).

use crate::model::{Mapping, Text, Value};

/// The file that it is to stand in.
pub(super) const PATH: [&str; 2] = [
    "config.kubernetes.io/path",
    "internal.config.kubernetes.io/path",
];

/// Its position among all objects.
pub(super) const INDEX: [&str; 2] = [
    "config.kubernetes.io/index",
    "internal.config.kubernetes.io/index",
];

/// Its number among all objects, counted from 1: what a function prints with it was made of this object.
pub(super) const NUMBER: [&str; 2] = ["config.k8s.io/id", "internal.config.kubernetes.io/id"];

/// Its position once more: which object's annotations a function changed.
pub(super) const MIGRATION: &str =
    "internal.config.kubernetes.io/annotations-migration-resource-id";

/// What an annotation says; nothing where it is not there.
pub(super) fn text_of(annotations: &Mapping, key: &str) -> Text {
    let text = annotations.get(key).and_then(Value::text);
    text.cloned().unwrap_or_default()
}
