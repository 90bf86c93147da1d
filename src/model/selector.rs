//! Which objects a patch or a replacement is for.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::label_selector::LabelSelector;
use super::pattern::Pattern;
use super::{ResId, Resource, Text, Value};

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

/// A selector that is ready to be asked.
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
    /// Prepares a selector. Fails where a pattern is no regular expression or a requirement cannot be read.
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

    /// The kind and the name, if both are plain words: objects can then be looked up.
    pub fn literal_target(&self) -> Option<(&str, &str)> {
        self.kind.literal().zip(self.name.literal())
    }

    /// Whether a patch with this target is for an object: names and namespaces may be the original or the current ones, the
    /// rest is as it is now (spec 02 R20).
    pub fn matches_patch_target(&self, resource: &Resource) -> bool {
        let id = resource.id();
        if !self.matches_kind(id) {
            return false;
        }
        let original = resource.previous().first();
        let original_name = original.map_or(&id.name, |previous| &previous.name);
        let original_namespace = original.map_or_else(
            || id.effective_namespace(),
            |previous| previous.namespace.as_str(),
        );
        (self.name.is_match(&id.name) || self.name.is_match(original_name))
            && (self.namespace.is_match(id.effective_namespace())
                || self.namespace.is_match(original_namespace))
            && self.matches_metadata(resource)
    }

    /// Whether a replacement with this target is for an object: any one of its identities must match as a whole, the
    /// namespace as it is written (spec 02 R23).
    pub fn matches_replacement_target(&self, resource: &Resource) -> bool {
        self.matches_any_id(resource) && self.matches_metadata(resource)
    }

    /// Whether any identity, current or previous, matches the parts that are about identity.
    pub fn matches_any_id(&self, resource: &Resource) -> bool {
        resource.ids().any(|id| {
            self.matches_kind(&id)
                && self.name.is_match(&id.name)
                && self.namespace.is_match(&id.namespace)
        })
    }

    /// Whether the labels and annotations match.
    pub fn matches_metadata(&self, resource: &Resource) -> bool {
        self.labels.matches(metadata(resource, "labels"))
            && self.annotations.matches(metadata(resource, "annotations"))
    }

    fn matches_kind(&self, id: &ResId) -> bool {
        self.kind.is_match(&id.gvk.kind)
            && self.group.is_match(&id.gvk.group)
            && self.version.is_match(&id.gvk.version)
    }
}

fn metadata<'a>(resource: &'a Resource, field: &str) -> Option<&'a Value> {
    resource.value().at(&["metadata", field])
}
