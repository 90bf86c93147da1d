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
        let missing = before.slots().find_map(|slot| {
            let id = before.get(slot).id();
            let is_there = resources
                .try_get(slot)
                .is_some_and(|resource| resource.id() == id);
            (!is_there).then_some(id)
        });
        if let Some(id) = missing {
            bail!(changed(&format!("id in self missing from other; id: {id}")));
        }
        for slot in before.slots() {
            let (old, new) = (before.get(slot), resources.get(slot));
            if !is_unchanged(old, new) {
                let [old, new] = [old, new].map(|resource| json::to_json(resource.value()));
                bail!(changed(&format!(
                    "nodes unequal: \n -- {old},\n -- {new}\n"
                )));
            }
        }
        Ok(())
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
