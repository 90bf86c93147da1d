//! Entries that stand in a list twice where kustomize then does the same thing twice.

use indexmap::IndexMap;

use crate::kustomization::{Kustomization, PatchArgs};
use crate::model::{FieldPath, Text, Warning};

use super::Layer;
use super::layer::place;

/// Warns of components and patches that are listed twice. Resources listed twice are failures.
pub(super) fn warnings(layer: &Layer) -> Vec<Warning> {
    let Kustomization {
        components,
        patches,
        patches_json6902,
        patches_strategic_merge,
        ..
    } = &layer.kustomization;
    let file_of = |patch: &PatchArgs| (!patch.path.is_empty()).then(|| patch.path.clone());
    [
        ("components", twice(components, |entry| Some(entry.clone()))),
        ("patches", twice(patches, file_of)),
        ("patchesJson6902", twice(patches_json6902, file_of)),
        (
            "patchesStrategicMerge",
            twice(patches_strategic_merge, |entry| Some(entry.clone())),
        ),
    ]
    .into_iter()
    .filter_map(|(field, found)| {
        let (first, second, name) = found?;
        let at = |position| place(&layer.file, FieldPath::default().key(field).index(position));
        let name = name.lines().next().unwrap_or_default().to_owned();
        let warning = Warning::new(format!("`{name}` is listed twice, and applied twice"))
            .at(at(second))
            .related("first listed here", at(first))
            .hint("take one of the two entries out");
        Some(warning)
    })
    .collect()
}

/// The first two equal entries, and what they are called; entries without a name do not count.
fn twice<T: PartialEq>(
    entries: &[T],
    name: impl Fn(&T) -> Option<Text>,
) -> Option<(usize, usize, Text)> {
    let mut seen = IndexMap::new();
    if entries.len() < 2 {
        return None;
    }
    for (position, entry) in entries.iter().enumerate() {
        let Some(name) = name(entry) else {
            continue;
        };
        let same = seen.entry(name.clone()).or_insert(position);
        if *same != position && entries[*same] == *entry {
            return Some((*same, position, name));
        }
    }
    None
}
