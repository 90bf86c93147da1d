//! `namespace`.

use std::fmt;

use anyhow::{Context, Result, bail};

use super::replacements::wrong_kind;

use crate::model::{
    Create, FieldSpec, Mapping, ResMap, Resource, Scalar, Text, Value, Walk, considering,
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
        let parts = resources.edit_each(Vec::new, |edited, slot, resource| {
            if resource.is_from_helm {
                return Ok(false);
            }
            resource.remember_id();
            edited.push(slot);
            self.set(resource, specs).map(|()| true)
        })?;
        for slot in parts.into_iter().flatten() {
            let id = resources.get(slot).id();
            if resources.check_unique(id, Some(slot)).is_err() {
                let twins = resources.matching_now(id);
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

    /// Sets the namespace of one object.
    pub(super) fn set(&self, resource: &mut Resource, specs: &[FieldSpec]) -> Result<()> {
        let id = resource.id().clone();
        if !id.cluster_scoped {
            let root = resource.value_mut().as_mapping_mut();
            let metadata =
                root.map(|root| root.get_or_insert_with("metadata", || Mapping::new().into()));
            if let Some(metadata) = metadata.and_then(Value::as_mapping_mut) {
                let field = metadata.get_or_insert_with("namespace", || Value::string(""));
                // A null counts as set here, and nowhere else.
                let is_set = field
                    .as_scalar()
                    .is_some_and(|scalar| !scalar.text.is_empty());
                if !(self.unset_only && is_set) {
                    self.assign(field)
                        .map_err(|error| considering("metadata/namespace", &id, &error))?;
                }
            }
        }
        let is_binding = matches!(id.gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        if is_binding {
            self.set_subjects(resource.value_mut())
                .context("setting namespace on (cluster)role binding subjects")?;
        }
        for spec in specs.iter().filter(|spec| spec.selects(&id.gvk)) {
            let is_done_above = match &*spec.path.text {
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
                segments: spec.path.segments(),
                create: if spec.create {
                    Create::Scalar
                } else {
                    Create::Never
                },
            };
            walk.visit(resource.value_mut(), &mut |field| self.set_field(field))
                .map_err(|error| {
                    let trouble = match error.downcast_ref() {
                        Some(NotScalar(_)) => "namespace field specs must target scalar nodes",
                        None => "namespace transformation failed",
                    };
                    considering(&spec.path.text, &id, &error).context(trouble)
                })?;
        }
        Ok(())
    }

    fn set_subjects(&self, binding: &mut Value) -> Result<()> {
        let subjects = match binding.get_mut("subjects") {
            Some(Value::Sequence(subjects)) => subjects.make_mut(),
            Some(other) if !other.is_null() => return Err(wrong_kind("SequenceNode", other)),
            _ => return Ok(()),
        };
        for subject in subjects.iter_mut().filter(|subject| !subject.is_null()) {
            let is_meant = match self.subjects {
                Subjects::DefaultOnly => text_of(subject, "name")? == "default",
                Subjects::AllServiceAccounts => text_of(subject, "kind")? == "ServiceAccount",
                Subjects::None => false,
            };
            if let (true, Value::Mapping(subject)) = (is_meant, subject) {
                let field = subject.get_or_insert_with("namespace", || Value::string(""));
                self.set_field(field)?;
            }
        }
        Ok(())
    }

    /// Sets a field, unless it has a value that is to stay.
    fn set_field(&self, field: &mut Value) -> Result<()> {
        let is_set = |scalar: &Scalar| !scalar.is_null() && !scalar.text.is_empty();
        match field {
            Value::Scalar(scalar) if self.unset_only && is_set(scalar) => Ok(()),
            field => self.assign(field),
        }
    }

    fn assign(&self, field: &mut Value) -> Result<()> {
        match field {
            Value::Scalar(scalar) => {
                scalar.assign(&Scalar::string(self.name.clone()));
                Ok(())
            }
            field => Err(NotScalar(wrong_kind("ScalarNode", field).to_string()).into()),
        }
    }
}

/// The text of a subject's field that tells whether it is meant.
fn text_of<'a>(subject: &'a Value, key: &str) -> Result<&'a str> {
    let field = match subject {
        Value::Mapping(map) => map.get(key),
        other => return Err(wrong_kind("MappingNode", other)).with_context(|| looking_up(key)),
    };
    match field {
        Some(Value::Scalar(scalar)) => Ok(&scalar.text),
        Some(other) => Err(wrong_kind("ScalarNode", other)).with_context(|| looking_up(key)),
        None => Ok(""),
    }
}

fn looking_up(key: &str) -> String {
    format!("looking up {key} on (cluster)role binding subject")
}

/// A map or list where a namespace belongs.
#[derive(Debug)]
struct NotScalar(String);

impl fmt::Display for NotScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotScalar {}
