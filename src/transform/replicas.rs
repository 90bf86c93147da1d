//! `replicas`.

use anyhow::{Result, bail};

use super::replacements::wrong_kind;
use crate::kustomization::Replica;
use crate::model::{Create, FieldSpec, ResMap, Resource, Slot, Value, Walk, considering};

/// Sets the number of replicas of the workloads that have or had the name (spec 03 R50–R52). Fails where none has.
pub fn apply(resources: &mut ResMap, replica: &Replica, specs: &[FieldSpec]) -> Result<()> {
    let mut found = false;
    for spec in specs {
        for slot in candidates(resources, replica, spec) {
            found = true;
            // What only was of such a kind counts as found, and is left alone.
            if spec.selects(&resources.get(slot).id().gvk) {
                resources.edit(slot, |resource| set(resource, replica.count, spec))?;
            }
        }
    }
    if !found {
        let kinds: Vec<_> = specs.iter().map(|spec| spec.gvk().to_string()).collect();
        bail!(
            "resource with name {} does not match a config with the following GVK [{}]",
            replica.name,
            kinds.join(" ")
        );
    }
    Ok(())
}

fn candidates(resources: &ResMap, replica: &Replica, spec: &FieldSpec) -> Vec<Slot> {
    let is_meant = |resource: &Resource| {
        resource
            .ids()
            .any(|id| id.name == replica.name && spec.selects(&id.gvk))
    };
    let named = if spec.kind.is_empty() {
        resources.slots().collect()
    } else {
        resources.named(&spec.kind, &replica.name)
    };
    named
        .into_iter()
        .filter(|slot| is_meant(resources.get(*slot)))
        .collect()
}

fn set(resource: &mut Resource, count: i64, spec: &FieldSpec) -> Result<()> {
    let walk = Walk {
        segments: spec.path.segments(),
        create: if spec.create {
            Create::Scalar
        } else {
            Create::Never
        },
    };
    let walked = walk.visit(resource.value_mut(), &mut |field| {
        match (field, Value::from(count)) {
            // A quoted number stays quoted, and so a string (spec 03 R52).
            (Value::Scalar(old), Value::Scalar(new)) => {
                old.assign(&new);
                Ok(())
            }
            (field, _) => Err(wrong_kind("ScalarNode", field)),
        }
    });
    walked.map_err(|error| considering(&spec.path.text, resource.id(), &error))
}
