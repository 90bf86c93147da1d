//! Validators: transformers that must leave the objects as they are (spec 01 R30).

use anyhow::{Result, bail};

use super::Transformer;
use super::external::exchange;
use crate::load::Outside;
use crate::model::{Fault, ResMap, Resource, Text, Value};
use crate::transform::patch::Schema;
use crate::yaml::json;

/// The label by which a validator may show that it ran.
const LABEL: &str = "validated-by";

impl Transformer {
    /// Runs as a validator.
    pub(in crate::build) fn validate(
        &self,
        resources: &mut ResMap,
        schema: &Schema,
        outside: &Outside<'_>,
    ) -> Result<()> {
        let before = resources.clone();
        self.run(resources, schema, outside)?;
        for slot in before.slots() {
            let old = before.get(slot);
            let new = resources.try_get(slot);
            let Some(new) = new.filter(|new| new.id().is_same(old.id())) else {
                if self.is_program() {
                    continue;
                }
                let id = old.id();
                bail!(changed(&format!("id in self missing from other; id: {id}")));
            };
            if !is_unchanged(old, new) {
                let [old, new] = [old, new].map(|resource| json::to_json(resource.value()));
                bail!(changed(&format!(
                    "nodes unequal: \n -- {old},\n -- {new}\n"
                )));
            }
        }
        if self.is_program() {
            keep_all(resources, before);
        }
        Ok(())
    }
}

/// Has neither what a program added nor what it left out make a difference, as in kustomize.
fn keep_all(resources: &mut ResMap, before: ResMap) {
    let mut printed = std::mem::replace(resources, before);
    for slot in resources.slots() {
        if let Some(resource) = printed.remove(slot) {
            resources.replace(slot, resource);
        }
    }
}

fn changed(how: &str) -> Fault {
    let message = format!("validator shouldn't modify the resource map: {how}");
    Fault::new(message).hint("name what changes objects under `transformers:`")
}

/// Whether an object is what it was, but for the label. kustomize takes the label off to compare, which by accident counts as
/// a change where others stand beside it.
///
/// What programs print may be written otherwise than it was, and functions are given paths for their objects: neither is a change.
fn is_unchanged(old: &Resource, new: &Resource) -> bool {
    let same_history = old.previous() == new.previous()
        && old.prefixes == new.prefixes
        && old.suffixes == new.suffixes;
    if !same_history {
        return false;
    }
    if old.value() == new.value() || *old.value() == without_label(new.value()) {
        return true;
    }
    let mut value = new.value().clone();
    exchange::level(&mut value);
    let mut old = old.value().clone();
    exchange::level(&mut old);
    let old = json::to_json(&old);
    old == json::to_json(&value) || old == json::to_json(&without_label(&value))
}

fn without_label(value: &Value) -> Value {
    let mut value = value.clone();
    let metadata = value.get_mut("metadata").and_then(Value::as_mapping_mut);
    if let Some(metadata) = metadata
        && let Some(labels) = metadata.get("labels").and_then(Value::as_mapping)
        && labels.iter().map(|(key, _)| key).eq([&Text::from(LABEL)])
    {
        metadata.remove("labels");
    }
    value
}
