//! `namespace`.

use anyhow::{Result, bail};

use crate::model::{
    Create, FieldSpec, Mapping, ResMap, Resource, Scalar, Sequence, Text, Value, Walk, considering,
};
use crate::yaml::json;

/// Which subjects of role bindings get the namespace (spec 03 R12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subjects {
    /// Those called `default`, of any kind.
    #[default]
    DefaultOnly,
    /// All service accounts.
    AllServiceAccounts,
    /// None.
    None,
}

/// What a namespace transformer was told.
#[derive(Clone, Debug)]
pub struct Namespace<'a> {
    /// The namespace to set.
    pub name: &'a Text,
    /// Whether fields that have one already are left alone.
    pub unset_only: bool,
    /// Which subjects of role bindings are set.
    pub subjects: Subjects,
}

impl<'a> Namespace<'a> {
    /// The namespace as a kustomization's field sets it.
    pub fn of_field(name: &'a Text) -> Self {
        Self {
            name,
            unset_only: false,
            subjects: Subjects::default(),
        }
    }

    /// Sets the namespace of every object, of the subjects of role bindings, and of the fields that the specs name
    /// (spec 03 R10–R15). Fails where two objects become one.
    pub fn apply(&self, resources: &mut ResMap, specs: &[FieldSpec]) -> Result<()> {
        for slot in resources.slots() {
            resources.edit(slot, |resource| self.set(resource, specs))?;
            let twins = resources.matching_now(resources.get(slot).id());
            if twins.len() > 1 {
                let objects: Vec<_> = twins
                    .iter()
                    .map(|twin| json::to_json(resources.get(*twin).value()))
                    .collect();
                bail!(
                    "namespace transformation produces ID conflict: [{}]",
                    objects.join(" ")
                );
            }
        }
        Ok(())
    }

    fn set(&self, resource: &mut Resource, specs: &[FieldSpec]) -> Result<()> {
        resource.remember_id();
        let id = resource.id().clone();
        if !id.cluster_scoped {
            let root = resource.value_mut().as_mapping_mut();
            let metadata =
                root.map(|root| root.get_or_insert_with("metadata", || Mapping::new().into()));
            if let Some(metadata) = metadata.and_then(Value::as_mapping_mut) {
                self.assign(metadata.get_or_insert_with("namespace", || Value::string("")));
            }
        }
        let is_binding = matches!(id.gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        if is_binding {
            self.set_subjects(resource.value_mut());
        }
        for spec in specs.iter().filter(|spec| spec.selects(&id.gvk)) {
            let is_done_above = match spec.path.text.as_str() {
                "metadata/namespace" => true,
                // A Namespace takes the name, but only the core one.
                "metadata/name" => id.gvk.api_version() != "v1",
                "subjects/namespace" => is_binding,
                _ => false,
            };
            if is_done_above {
                continue;
            }
            let walk = Walk {
                segments: &spec.path.segments,
                create: if spec.create {
                    Create::Scalar
                } else {
                    Create::Never
                },
            };
            let walked = walk.visit(resource.value_mut(), &mut |field| {
                self.assign(field);
                Ok(())
            });
            walked.map_err(|error| considering(&spec.path.text, &id, &error))?;
        }
        Ok(())
    }

    fn set_subjects(&self, binding: &mut Value) {
        let subjects = binding.get_mut("subjects").and_then(Value::as_sequence_mut);
        for subject in subjects
            .into_iter()
            .flat_map(Sequence::make_mut)
            .filter_map(Value::as_mapping_mut)
        {
            let text = |key: &str| {
                subject
                    .get(key)
                    .and_then(Value::text)
                    .map_or("", Text::as_str)
            };
            let is_meant = match self.subjects {
                Subjects::DefaultOnly => text("name") == "default",
                Subjects::AllServiceAccounts => text("kind") == "ServiceAccount",
                Subjects::None => false,
            };
            if is_meant {
                self.assign(subject.get_or_insert_with("namespace", || Value::string("")));
            }
        }
    }

    fn assign(&self, field: &mut Value) {
        let is_set = match field {
            Value::Scalar(scalar) => !scalar.text.is_empty(),
            _ => true,
        };
        if self.unset_only && is_set {
            return;
        }
        match field {
            Value::Scalar(scalar) => scalar.assign(&Scalar::string(self.name.clone())),
            _ => *field = Value::string(self.name.clone()),
        }
    }
}
