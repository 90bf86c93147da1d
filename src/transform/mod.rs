//! The operations that change objects, one file each.

pub mod config;
pub mod crds;
pub mod images;
pub mod metadata;
pub mod name_affix;
pub mod name_reference;
pub mod namespace;
pub mod patch;
pub mod replacements;
pub mod replicas;
pub mod sort_order;
pub mod value_add;
pub mod vars;

use anyhow::{Context, Result};

use self::config::TransformerConfig;
use self::metadata::label_specs;
use self::name_affix::Affix;
use self::namespace::Namespace;
use self::patch::Schema;
use crate::kustomization::{Kustomization, Label, Patch, Replacement};
use crate::model::ResMap;

/// The transformers that a kustomization's own fields configure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformer {
    /// `patchesStrategicMerge`
    PatchesStrategicMerge,
    /// `patches`
    Patches,
    /// `namespace`
    Namespace,
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
    /// `labels`, then `commonLabels`
    Labels,
    /// `commonAnnotations`
    CommonAnnotations,
    /// `patchesJson6902`
    PatchesJson6902,
    /// `replicas`
    Replicas,
    /// `images`
    Images,
    /// `replacements`
    Replacements,
}

/// What the transformers of one kustomization work with.
pub struct Operators<'a> {
    /// The kustomization.
    pub kustomization: &'a Kustomization,
    /// The patches of `patchesStrategicMerge`.
    pub strategic_merge_patches: &'a [Patch],
    /// The patches of `patches`.
    pub patches: &'a [Patch],
    /// The patches of `patchesJson6902`.
    pub json_patches: &'a [Patch],
    /// The entries of `replacements`, those of files among them.
    pub replacements: &'a [Replacement],
    /// The fields that they edit.
    pub config: &'a TransformerConfig,
    /// What strategic merges go by.
    pub schema: &'a Schema,
}

impl Transformer {
    /// The order in which kustomize runs its built-in transformers, whatever the order in the file (spec 01 R30).
    pub const ORDER: [Self; 11] = [
        Self::PatchesStrategicMerge,
        Self::Patches,
        Self::Namespace,
        Self::NamePrefix,
        Self::NameSuffix,
        Self::Labels,
        Self::CommonAnnotations,
        Self::PatchesJson6902,
        Self::Replicas,
        Self::Images,
        Self::Replacements,
    ];

    /// The plugin of kustomize that does the same, and as how many of them this transformer counts (spec 01 R42).
    pub fn plugin(self, operators: &Operators<'_>) -> (&'static str, usize) {
        let kustomization = operators.kustomization;
        let one_if = usize::from;
        match self {
            Self::PatchesStrategicMerge => (
                "PatchStrategicMergeTransformer",
                one_if(!operators.strategic_merge_patches.is_empty()),
            ),
            Self::Patches => ("PatchTransformer", operators.patches.len()),
            Self::Namespace => (
                "NamespaceTransformer",
                one_if(!kustomization.namespace.is_empty()),
            ),
            Self::NamePrefix => (
                "PrefixTransformer",
                one_if(!kustomization.name_prefix.is_empty()),
            ),
            Self::NameSuffix => (
                "SuffixTransformer",
                one_if(!kustomization.name_suffix.is_empty()),
            ),
            Self::Labels => {
                let labels = kustomization.labels.len();
                let has_any = labels > 0 || !kustomization.common_labels.is_empty();
                ("LabelTransformer", labels + one_if(has_any))
            }
            Self::CommonAnnotations => (
                "AnnotationsTransformer",
                one_if(!kustomization.common_annotations.is_empty()),
            ),
            Self::PatchesJson6902 => ("PatchJson6902Transformer", operators.json_patches.len()),
            Self::Replicas => ("ReplicaCountTransformer", kustomization.replicas.len()),
            Self::Images => ("ImageTagTransformer", kustomization.images.len()),
            Self::Replacements => (
                "ReplacementTransformer",
                one_if(!operators.replacements.is_empty()),
            ),
        }
    }

    /// Runs one transformer over all objects.
    pub fn apply(self, operators: &Operators<'_>, resources: &mut ResMap) -> Result<()> {
        let Operators {
            kustomization,
            config,
            schema,
            ..
        } = *operators;
        match self {
            Self::PatchesStrategicMerge => {
                patch::apply(resources, operators.strategic_merge_patches, schema)
            }
            Self::Patches => patch::apply(resources, operators.patches, schema),
            Self::PatchesJson6902 => patch::apply(resources, operators.json_patches, schema),
            Self::Namespace if kustomization.namespace.is_empty() => Ok(()),
            Self::Namespace => Namespace::of_field(&kustomization.namespace)
                .apply(resources, &config.tables().namespace),
            Self::NamePrefix if kustomization.name_prefix.is_empty() => Ok(()),
            Self::NamePrefix => name_affix::apply(
                resources,
                &Affix::Prefix(kustomization.name_prefix.clone()),
                &config.tables().name_prefix,
            ),
            Self::NameSuffix if kustomization.name_suffix.is_empty() => Ok(()),
            Self::NameSuffix => name_affix::apply(
                resources,
                &Affix::Suffix(kustomization.name_suffix.clone()),
                &config.tables().name_suffix,
            ),
            Self::Labels => labels(kustomization, config, resources),
            Self::CommonAnnotations => {
                let pairs = &kustomization.common_annotations;
                if pairs.is_empty() {
                    Ok(())
                } else {
                    metadata::apply(resources, pairs, &config.tables().common_annotations)
                }
            }
            Self::Replicas => kustomization.replicas.iter().try_for_each(|replica| {
                replicas::apply(resources, replica, &config.tables().replicas)
            }),
            Self::Images if kustomization.images.is_empty() => Ok(()),
            Self::Images => {
                images::apply(resources, &kustomization.images, &config.tables().images)
            }
            Self::Replacements => replacements::apply(resources, operators.replacements),
        }
    }
}

/// `commonLabels` is a last entry of `labels` that reaches selectors (spec 03 R31).
fn labels(
    kustomization: &Kustomization,
    config: &TransformerConfig,
    resources: &mut ResMap,
) -> Result<()> {
    let common = Label {
        pairs: kustomization.common_labels.clone(),
        include_selectors: true,
        ..Label::default()
    };
    for (position, label) in kustomization
        .labels
        .iter()
        .chain([&common])
        .enumerate()
        .filter(|(_, label)| !label.pairs.is_empty())
    {
        let specs =
            label_specs(label, config.tables()).with_context(|| format!("labels[{position}]"))?;
        metadata::apply(resources, &label.pairs, &specs)?;
    }
    Ok(())
}
