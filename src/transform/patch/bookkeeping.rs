//! The annotations in which kustomize keeps its books, shown to JSON patches that look at annotations (spec 13 R12, Trap 2).

use anyhow::Result;

use super::directive;
use super::strategic_merge::wrong_kind;
use crate::model::{Mapping, Resource, Scalar, Text, Value, bookkeeping};
use crate::transform::record_text::{self, ORIGIN};

/// What is left of the books that programs keep: kustomize takes it for its own.
const OF_PROGRAMS: [&str; 3] = [
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
];

/// Whether a strategic merge patch takes all annotations away, kustomize's own among them: its record of what the object was
/// called, and that its name gets a hash.
pub(super) fn erased_by(patch: &Value) -> bool {
    let clears = |value: &Value| {
        let directive = directive(value);
        value.is_null() || directive.is_some_and(|text| text == "replace" || text == "delete")
    };
    // A whole object is never replaced (spec 12 R39).
    directive(patch).is_none_or(|text| text == "merge")
        && patch.get("metadata").is_some_and(|metadata| {
            clears(metadata) || metadata.get("annotations").is_some_and(clears)
        })
}

/// Fails where a patch would put something else in the place of annotations that are kustomize's own.
pub(super) fn refuse_others(resource: &Resource, patch: &Value) -> Result<()> {
    const PATH: [&str; 2] = ["metadata", "annotations"];
    match patch.at(&PATH) {
        Some(other @ (Value::Scalar(_) | Value::Sequence(_)))
            if !other.is_null() && resource.has_books() && resource.value().at(&PATH).is_none() =>
        {
            Err(wrong_kind("MappingNode", other))
        }
        _ => Ok(()),
    }
}

/// Whether a strategic merge patch that takes all annotations away has none to put in their place: what it may change, which
/// kustomize notes among its annotations, is lost then.
pub(super) fn leaves_none(patch: &Value) -> bool {
    let deletes = |value: &Value| directive(value).is_some_and(|text| text == "delete");
    patch.get("metadata").is_some_and(|metadata| {
        deletes(metadata) || metadata.get("annotations").is_some_and(deletes)
    })
}

fn directive(value: &Value) -> Option<&Text> {
    value.get(directive::KEY).and_then(Value::text)
}

/// Takes away what says nothing of annotations that are written more than once, as kustomize does when it writes its own
/// among them. What is left more than once JSON cannot hold; where all are texts, kustomize crashes.
pub(super) fn drop_void_annotations(object: &mut Value) {
    const KEY: &str = "annotations";
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    let is_void = |value: &Value| match value {
        Value::Scalar(_) => true,
        Value::Sequence(_) => false,
        Value::Mapping(map) => map.is_empty(),
    };
    let written = metadata.iter().filter(|(key, _)| *key == KEY);
    let written: Vec<_> = written.map(|(_, value)| value).collect();
    let is_no_text = |value: &&Value| value.as_scalar().is_none_or(Scalar::is_null);
    if written.len() > 1
        && (!written.iter().all(|value| is_void(value)) || written.iter().all(is_no_text))
    {
        metadata.retain(|key, value| key != KEY || !is_void(value));
    }
}

/// Runs a change on an object as kustomize would show it. Only an operation on all annotations, or on what holds them, can
/// see the books themselves (`shows_all`); for all others it is enough that there are annotations at all.
pub(super) fn visible(
    resource: &mut Resource,
    shows_all: bool,
    position: usize,
    change: impl FnOnce(&mut Value) -> Result<()>,
) -> Result<()> {
    let fixed = fixed(resource.value());
    change_visible(resource, shows_all, position, change)?;
    if !fixed.is_empty()
        && let Some(annotations) = bookkeeping::annotations_mut(resource.value_mut())
    {
        for (key, value) in fixed {
            annotations.insert(key, value);
        }
    }
    Ok(())
}

/// The annotations that are after a patch what they were before.
fn fixed(object: &Value) -> Vec<(Text, Value)> {
    let annotations = object.at(&["metadata", "annotations"]);
    let annotations = annotations.and_then(Value::as_mapping).into_iter();
    let is_fixed = |key: &str| key.starts_with(bookkeeping::PREFIX) || OF_PROGRAMS.contains(&key);
    annotations
        .flat_map(Mapping::iter)
        .filter(|(key, _)| is_fixed(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn change_visible(
    resource: &mut Resource,
    shows_all: bool,
    position: usize,
    change: impl FnOnce(&mut Value) -> Result<()>,
) -> Result<()> {
    if !resource.has_books() {
        return change(resource.value_mut());
    }
    let mut books = Vec::new();
    if shows_all {
        books = bookkeeping::show(resource);
        books.extend(record_text::show(resource)?);
    }
    if let Some(annotations) = bookkeeping::annotations_mut(resource.value_mut()) {
        for (key, text) in &books {
            annotations.insert(key.clone(), Value::string(text.clone()));
        }
    }
    change(resource.value_mut())?;
    if shows_all {
        hide(resource, &books, position);
    }
    Ok(())
}

/// Takes the books off the annotations again. Those that are gone come back (spec 13 R12), but for the record.
fn hide(resource: &mut Resource, books: &[(Text, Text)], position: usize) {
    let metadata = resource.value_mut().get_mut("metadata");
    let annotations = metadata.and_then(|metadata| metadata.get_mut("annotations"));
    let mut has_record = false;
    if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
        has_record = annotations.contains_key(ORIGIN);
        annotations.retain(|key, _| !books.iter().any(|(own, _)| own == key));
    }
    if !has_record {
        resource.lose_record(position);
    }
}
