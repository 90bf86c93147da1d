//! The annotations in which kustomize keeps its books, shown to JSON patches that look at annotations (spec 13 R12, Trap 2).

use anyhow::Result;

use crate::kustomization::JsonPatch;
use crate::model::{Resource, Value, bookkeeping};

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
