//! What makes a document no object (spec 10 R20), when it is read and after it was changed.

use std::collections::BTreeMap;

use super::{Mapping, Text, Value};

/// What an object must have and this one has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A `kind`.
    Kind,
    /// A `metadata.name`, which only kinds that end in `List` can do without.
    Name,
}

impl Lack {
    /// The first thing that an object lacks.
    pub fn of(object: &Value) -> Option<Self> {
        let kind = text(object, &["kind"]);
        if kind.is_empty() {
            Some(Self::Kind)
        } else if text(object, &["metadata", "name"]).is_empty() && !kind.ends_with("List") {
            Some(Self::Name)
        } else {
            None
        }
    }

    /// The failure in kustomize's words, with its view of the object.
    pub fn message(self, object: &Value) -> String {
        let what = match self {
            Self::Kind => "kind",
            Self::Name => "metadata.name",
        };
        format!(
            "missing {what} in object {{{{{} {}}} {{{{{} {}}} {} {}}}}}",
            text(object, &["apiVersion"]),
            text(object, &["kind"]),
            text(object, &["metadata", "name"]),
            text(object, &["metadata", "namespace"]),
            go_map(object.at(&["metadata", "labels"])),
            go_map(object.at(&["metadata", "annotations"]))
        )
    }
}

fn text<'a>(object: &'a Value, keys: &[&str]) -> &'a str {
    let text = object.at(keys).and_then(Value::text);
    text.map_or("", Text::as_str)
}

/// `map[a:b c:d]`, as Go prints maps.
fn go_map(map: Option<&Value>) -> String {
    let map = map.and_then(Value::as_mapping);
    let entries: BTreeMap<_, _> = map
        .into_iter()
        .flat_map(Mapping::iter)
        .map(|(key, value)| (key.as_str(), value.text().map_or("", Text::as_str)))
        .collect();
    let entries: Vec<_> = entries
        .into_iter()
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    format!("map[{}]", entries.join(" "))
}
