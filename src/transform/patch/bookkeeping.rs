//! The annotations in which kustomize keeps its books, shown to JSON patches that look at annotations (spec 13 R12, Trap 2).

use anyhow::Result;

use super::directive;
use crate::kustomization::JsonPatch;
use crate::model::{Resource, Value, bookkeeping};

/// Whether a strategic merge patch takes all annotations away, kustomize's own among them: its record of what the object was
/// called, and that its name gets a hash.
pub(super) fn erased_by(patch: &Value) -> bool {
    let directive = |value: &Value| value.get(directive::KEY).and_then(Value::text).cloned();
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

/// Runs a change on an object as kustomize would show it. Only an operation on all annotations, or on what holds them, can
/// see the books themselves; for all others it is enough that there are annotations at all.
pub(super) fn visible(
    resource: &mut Resource,
    operations: &JsonPatch,
    change: impl FnOnce(&mut Value) -> Result<()>,
) -> Result<()> {
    if !resource.has_books() {
        return change(resource.value_mut());
    }
    let shows_all = operations.touches(&["metadata", "annotations"]);
    let books = if shows_all {
        bookkeeping::show(resource)
    } else {
        Vec::new()
    };
    if let Some(annotations) = bookkeeping::annotations_mut(resource.value_mut()) {
        for (key, text) in &books {
            annotations.insert(key.clone(), Value::string(text.clone()));
        }
    }
    change(resource.value_mut())?;
    if shows_all
        && let Some(annotations) = resource
            .value_mut()
            .get_mut("metadata")
            .and_then(|metadata| metadata.get_mut("annotations"))
            .and_then(Value::as_mapping_mut)
    {
        annotations.retain(|key, _| !books.iter().any(|(own, _)| own == key));
    }
    Ok(())
}
