//! `openapi`: which schema a build goes by. The first kustomization that names one fixes it for all that come after (spec 16 R13).

use std::sync::Arc;

use anyhow::{Result, bail};

use crate::kustomization::{Patch, PatchBody, configuration};
use crate::load::{Layer, SchemaFile};
use crate::model::{
    Fault, FieldPath, Gvk, Mapping, Place, ResMap, Resource, Scopes, Selector, Source, Text, Value,
};
use crate::transform::patch::Schema;

/// The version of Kubernetes whose schema is built in.
const BUILT_IN_VERSION: &str = "v1.21.2";

/// The schema at one point of a build.
pub(super) struct SchemaState {
    /// The schema in the place of the built-in one.
    custom: Option<Schema>,
    /// The kinds that a custom schema puts outside namespaces.
    pub(super) scopes: Option<Arc<Scopes>>,
    /// Whether a kustomization has named a schema.
    is_fixed: bool,
    /// Whether one may come that replaces the built-in schema or adds to it, which depends on what happened before it.
    is_watching: bool,
    /// Whether something has asked the built-in schema: a custom one is then added to it and does not replace it (spec 16 R11).
    is_built_in_used: bool,
    /// A custom schema that cannot be read. It is no failure until somebody asks it (spec 16 R14).
    unreadable: Option<SchemaFile>,
}

impl SchemaState {
    pub(super) fn new(root: &Layer) -> Self {
        Self {
            custom: None,
            scopes: None,
            is_fixed: false,
            is_watching: root.has_schema_below,
            is_built_in_used: false,
            unreadable: None,
        }
    }

    /// Whether nothing has been said about schemas, and nothing will be.
    pub(super) fn is_built_in_alone(&self) -> bool {
        !self.is_fixed && !self.is_watching
    }

    /// Takes over what a kustomization says, before anything else of it is done.
    pub(super) fn visit(&mut self, layer: &Layer) -> Result<()> {
        if self.is_fixed {
            return Ok(());
        }
        let version = layer.kustomization.openapi.get("version");
        let place = || layer.place(FieldPath::of_keys(&["openapi"]));
        match (version, &layer.schema) {
            (None, None) => return Ok(()),
            (Some(_), Some(_)) => {
                let fault =
                    Fault::new("builtin version and custom schema provided, cannot use both");
                bail!(fault.at(place()).hint("keep one of `version` and `path`"));
            }
            (Some(version), None) if version != BUILT_IN_VERSION => {
                let fault = Fault::new("the specified OpenAPI version is not built in");
                bail!(
                    fault
                        .at(place())
                        .hint(format!("write `version: {BUILT_IN_VERSION}`"))
                );
            }
            (Some(_), None) => {}
            (None, Some(file)) => self.read(file),
        }
        self.is_fixed = true;
        self.is_watching = false;
        Ok(())
    }

    fn read(&mut self, file: &SchemaFile) {
        let Ok(document) = configuration(&file.text, &file.file) else {
            self.unreadable = Some(file.clone());
            return;
        };
        if self.is_built_in_used {
            self.custom
                .get_or_insert_with(|| Schema::built_in().clone())
                .add_openapi(&document);
        } else {
            self.custom = Some(Schema::from_openapi(&document));
        }
        self.scopes = Some(Arc::new(cluster_scoped_kinds(&document)));
    }

    /// The schema that patches are merged by.
    pub(super) fn get(&self, patches: &[&[Patch]]) -> Result<&Schema> {
        if let Some(file) = &self.unreadable
            && patches.iter().copied().flatten().any(is_merge)
        {
            bail!(unreadable(file));
        }
        Ok(match &self.custom {
            Some(schema) => schema,
            // Most layers merge nothing, and to read the built-in schema is a tenth of a small build.
            None if patches.iter().all(|patches| patches.is_empty()) => Schema::empty(),
            None => Schema::built_in(),
        })
    }

    /// The schema by which comments are copied from what a function read to what it printed.
    pub(super) fn of_functions(&self) -> &Schema {
        self.custom.as_ref().unwrap_or_else(|| Schema::built_in())
    }

    /// Looks at an object that is read: whether its kind lives outside namespaces is a question to the schema.
    pub(super) fn notice(&mut self, resource: &Resource) -> Result<()> {
        if !self.is_watching && self.unreadable.is_none() {
            return Ok(());
        }
        if is_known(&resource.id().gvk) {
            return Ok(());
        }
        self.is_built_in_used = true;
        match &self.unreadable {
            Some(file) => Err(unreadable(file)),
            None => Ok(()),
        }
    }

    /// Looks at patches that are about to be applied.
    pub(super) fn notice_patches(
        &mut self,
        patches: &[&[Patch]],
        resources: &ResMap,
    ) -> Result<()> {
        if !self.is_watching || self.is_built_in_used {
            return Ok(());
        }
        for patch in patches
            .iter()
            .copied()
            .flatten()
            .filter(|patch| is_merge(patch))
        {
            let target = patch.target.as_ref().map(Selector::compile).transpose()?;
            self.is_built_in_used |= target.is_none_or(|target| {
                resources
                    .iter()
                    .any(|resource| target.matches_patch_target(resource))
            });
        }
        Ok(())
    }
}

fn is_merge(patch: &Patch) -> bool {
    matches!(&patch.body, PatchBody::StrategicMerge(documents) if !documents.is_empty())
}

fn is_known(gvk: &Gvk) -> bool {
    gvk.is_cluster_scoped()
        || Schema::built_in()
            .of_kind(&gvk.api_version(), &gvk.kind)
            .is_some()
}

fn unreadable(file: &SchemaFile) -> anyhow::Error {
    match configuration(&file.text, &file.file) {
        Ok(_) => Fault::new("invalid schema file").into(),
        Err(error) => {
            let source = Source {
                file: Arc::clone(&file.file),
                line: 1,
            };
            let place = Place::of_field(source, FieldPath::default());
            match error.downcast::<Fault>() {
                Ok(fault) => {
                    let message = format!("invalid schema file: {fault}");
                    fault.saying(message, place).into()
                }
                Err(error) => Fault::new(format!("invalid schema file: {error:#}"))
                    .at(place)
                    .into(),
            }
        }
    }
}

/// The kinds with paths none of which goes through a namespace (spec 02 R13).
fn cluster_scoped_kinds(document: &Value) -> Scopes {
    let paths = document.get("paths").and_then(Value::as_mapping);
    let kinds = paths
        .into_iter()
        .flat_map(Mapping::iter)
        .filter_map(|(path, item)| {
            let kind = item.at(&["get", "x-kubernetes-group-version-kind"])?;
            let part = |key: &str| {
                kind.get(key)
                    .and_then(Value::text)
                    .cloned()
                    .unwrap_or_default()
            };
            let gvk = Gvk {
                group: part("group"),
                version: part("version"),
                kind: part("kind"),
            };
            Some((gvk, path))
        });
    let is_namespaced = |path: &Text| path.contains("namespaces/{namespace}");
    let (namespaced, others): (Vec<_>, Vec<_>) = kinds.partition(|(_, path)| is_namespaced(path));
    let namespaced: Scopes = namespaced.into_iter().map(|(gvk, _)| gvk).collect();
    let others = others.into_iter().map(|(gvk, _)| gvk);
    others
        .filter(|gvk| !namespaced.is_cluster_scoped(gvk))
        .collect()
}
