//! Which objects a patch or a replacement is for.

use std::fmt;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::label_selector::LabelSelector;
use super::pattern::Pattern;
use super::{Gvk, ResId, Resource, Text, Value};

/// A selector as it is written; empty parts match everything (spec 02 R20).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SelectorArgs {
    /// A regular expression for the group.
    pub group: Text,
    /// A regular expression for the version.
    pub version: Text,
    /// A regular expression for the kind.
    pub kind: Text,
    /// A regular expression for the name.
    pub name: Text,
    /// A regular expression for the namespace.
    pub namespace: Text,
    /// Requirements for the labels.
    pub label_selector: Text,
    /// Requirements for the annotations.
    pub annotation_selector: Text,
}

impl fmt::Display for SelectorArgs {
    /// `ConfigMap.[noVer].[noGrp]/a.*.[noNs]:a=:l=app=x`, as kustomize names a selector in its messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gvk = Gvk {
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
        };
        let id = ResId {
            gvk,
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            cluster_scoped: false,
        };
        let (annotations, labels) = (&self.annotation_selector, &self.label_selector);
        write!(f, "{id}:a={annotations}:l={labels}")
    }
}

/// A selector ready to be used.
#[derive(Clone, Debug)]
pub struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: LabelSelector,
    annotations: LabelSelector,
}

impl Selector {
    /// Compiles a selector; fails with kustomize's words.
    pub fn compile(args: &SelectorArgs) -> Result<Self> {
        Ok(Self {
            group: Pattern::new(&args.group)?,
            version: Pattern::new(&args.version)?,
            kind: Pattern::new(&args.kind)?,
            name: Pattern::new(&args.name)?,
            namespace: Pattern::new(&args.namespace)?,
            labels: LabelSelector::parse(&args.label_selector)
                .with_context(|| format!("labelSelector `{}`", args.label_selector))?,
            annotations: LabelSelector::parse(&args.annotation_selector)
                .with_context(|| format!("annotationSelector `{}`", args.annotation_selector))?,
        })
    }

    /// Whether a patch with this target is for an object: its kind is the current one, its name and its namespace may be the
    /// current or the original ones (spec 02 R20).
    pub fn matches_patch_target(&self, resource: &Resource) -> bool {
        let (id, original) = (resource.id(), resource.previous().first());
        let is_name = || {
            self.name.is_match(&id.name) || original.is_some_and(|id| self.name.is_match(&id.name))
        };
        let is_namespace = || {
            self.namespace.is_match(id.effective_namespace())
                || original.is_some_and(|id| self.namespace.is_match(&id.namespace))
        };
        self.kind.is_match(&id.gvk.kind)
            && is_name()
            && self.matches_version(&id.gvk)
            && is_namespace()
            && self.matches_metadata(resource)
    }

    /// Whether a replacement selects an object: all parts hold for one of the identities it has or had (spec 02 R23, 06 R21).
    pub fn matches_replacement_target(&self, resource: &Resource) -> bool {
        self.matches_any_id(resource) && self.matches_metadata(resource)
    }

    /// Whether the parts that concern identities hold for one of an object's.
    pub fn matches_any_id(&self, resource: &Resource) -> bool {
        let matches = |kind: &str, name: &str, namespace: &str| {
            self.kind.is_match(kind)
                && self.name.is_match(name)
                && self.namespace.is_match(namespace)
        };
        let id = resource.id();
        self.matches_version(&id.gvk)
            && (matches(&id.gvk.kind, &id.name, &id.namespace)
                || resource
                    .previous()
                    .iter()
                    .any(|id| matches(&id.kind, &id.name, &id.namespace)))
    }

    /// Whether the requirements for labels and annotations hold for an object.
    pub fn matches_metadata(&self, resource: &Resource) -> bool {
        let map = |key| {
            resource
                .value()
                .at(&["metadata", key])
                .and_then(Value::as_mapping)
        };
        self.labels.matches(map("labels")) && self.annotations.matches(map("annotations"))
    }

    /// The one kind and the one name that the selector can match, if it names them literally: whoever has an index need not
    /// look at all objects.
    pub fn literal_target(&self) -> Option<(&str, &str)> {
        self.kind.literal().zip(self.name.literal())
    }

    fn matches_version(&self, gvk: &Gvk) -> bool {
        self.group.is_match(&gvk.group) && self.version.is_match(&gvk.version)
    }
}
