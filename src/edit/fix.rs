//! `edit fix`.

use anyhow::Result;

use super::lists::{self, Folder};
use super::vars::Rewritten;
use super::{items, replaced};
use crate::model::{Fault, Mapping, Value};

/// Moves the contents of deprecated fields to those that replace them (spec 14 R60).
pub fn fix(fields: &mut Mapping, folder: Folder<'_>) -> Result<()> {
    for patch in take(fields, "patchesJson6902") {
        lists::push(fields, "patches", patch);
    }
    for patch in take(fields, "patchesStrategicMerge") {
        let is_file = |text: &str| folder.files.is_file(&folder.path.join(text));
        let key = match patch.text() {
            Some(text) if is_file(text) => "path",
            _ => "patch",
        };
        let entry: Mapping = [(key, patch)].into_iter().collect();
        lists::push(fields, "patches", entry.into());
    }
    fix_labels(fields)
}

/// Takes a list out.
pub(super) fn take(fields: &mut Mapping, list: &str) -> Vec<Value> {
    let taken = items(fields, list).cloned().collect();
    drop(fields.remove(list));
    taken
}

fn fix_labels(fields: &mut Mapping) -> Result<()> {
    let Some(common) = fields.remove("commonLabels") else {
        return Ok(());
    };
    let names = |value: &Value| -> Vec<_> {
        let pairs = value.as_mapping().into_iter().flat_map(Mapping::iter);
        pairs.map(|(name, _)| name.clone()).collect()
    };
    let in_labels: Vec<_> = items(fields, "labels")
        .filter_map(|entry| entry.get("pairs"))
        .flat_map(names)
        .collect();
    if let Some(name) = names(&common)
        .into_iter()
        .find(|name| in_labels.contains(name))
    {
        let fault = Fault::new(format!(
            "label name '{name}' exists in both commonLabels and labels"
        ));
        return Err(fault.hint("remove the label from one of them").into());
    }
    let entry = [("includeSelectors", Value::from(true)), ("pairs", common)];
    let entry: Mapping = entry.into_iter().collect();
    lists::push(fields, "labels", entry.into());
    Ok(())
}

/// What a fixed kustomization renders to, beside what it rendered to before.
#[derive(Debug)]
pub enum Outcome {
    /// The same, or it could not be rendered before.
    Same,
    /// Other manifests.
    Other(String),
    /// Nothing: it fails.
    Fails(anyhow::Error),
}

/// Renders a kustomization as it was and as it is now (spec 14 R61).
pub fn compare(
    before: &Mapping,
    after: &Mapping,
    rewritten: &[Rewritten],
    folder: Folder<'_>,
) -> Outcome {
    match (
        replaced::render(before, &[], folder),
        replaced::render(after, rewritten, folder),
    ) {
        (_, Err(error)) => Outcome::Fails(error),
        (Ok(before), Ok(after)) if before != after => Outcome::Other(after),
        _ => Outcome::Same,
    }
}
