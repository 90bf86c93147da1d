//! The operations that change objects, one file each.

pub mod config;
pub mod crds;
pub mod images;
pub mod metadata;
pub mod name_affix;
pub mod name_reference;
pub mod namespace;
pub mod patch;
pub mod record_text;
pub mod replacements;
pub mod replicas;
mod selectors;
pub mod sort_order;
mod unmatched;
pub mod value_add;
pub mod vars;

use anyhow::{Context, Result};

use self::config::TransformerConfig;
use self::metadata::label_specs;
use self::name_affix::Affix;
use self::namespace::Namespace;
use self::patch::Schema;
use self::unmatched::Finding;
use crate::kustomization::{Kustomization, Patch, Replacement};
use crate::model::{Fault, FieldPath, Place, ResMap, Source, Warning};

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
    /// Where each of them is written.
    pub replacement_places: &'a [Place],
    /// The kustomization's file.
    pub source: &'a Source,
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

    /// Runs one transformer over all objects. Returns what is suspicious about its arguments.
    pub fn apply(self, operators: &Operators<'_>, resources: &mut ResMap) -> Result<Vec<Warning>> {
        let Operators {
            kustomization,
            config,
            schema,
            ..
        } = *operators;
        match self {
            Self::PatchesStrategicMerge => {
                let patches = operators.strategic_merge_patches;
                return Ok(operators.worth_telling(patch::apply(resources, patches, schema)?));
            }
            Self::Patches => {
                let patches = operators.patches;
                return Ok(operators.worth_telling(patch::apply(resources, patches, schema)?));
            }
            Self::PatchesJson6902 => {
                let patches = operators.json_patches;
                return Ok(operators.worth_telling(patch::apply(resources, patches, schema)?));
            }
            Self::Namespace if kustomization.namespace.is_empty() => {}
            Self::Namespace => Namespace::of_field(&kustomization.namespace)
                .apply(resources, &config.tables().namespace)?,
            Self::NamePrefix if kustomization.name_prefix.is_empty() => {}
            Self::NamePrefix => name_affix::apply(
                resources,
                &Affix::Prefix(kustomization.name_prefix.clone()),
                &config.tables().name_prefix,
            )?,
            Self::NameSuffix if kustomization.name_suffix.is_empty() => {}
            Self::NameSuffix => name_affix::apply(
                resources,
                &Affix::Suffix(kustomization.name_suffix.clone()),
                &config.tables().name_suffix,
            )?,
            Self::Labels => return operators.labels(resources),
            Self::CommonAnnotations if kustomization.common_annotations.is_empty() => {}
            Self::CommonAnnotations => {
                let specs = &config.tables().common_annotations;
                drop(metadata::apply(
                    resources,
                    &kustomization.common_annotations,
                    specs,
                )?);
            }
            Self::Replicas => operators.replicas(resources)?,
            Self::Images => return operators.images(resources),
            Self::Replacements => return operators.replacements(resources),
        }
        Ok(Vec::new())
    }
}

impl Operators<'_> {
    /// The place of an entry of a list of the kustomization.
    fn place(&self, field: &str, position: usize) -> Place {
        let path = FieldPath::default().key(field).index(position);
        Place::of_field(self.source.clone(), path)
    }

    /// `commonLabels` is a last entry of `labels` that reaches selectors, but not what `configurations` add for `labels`
    /// (spec 03 R31).
    fn labels(&self, resources: &mut ResMap) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        let labels = self.kustomization.labels.iter().enumerate();
        for (position, label) in labels.filter(|(_, label)| !label.pairs.is_empty()) {
            let specs = label_specs(label, self.config.tables())
                .with_context(|| format!("labels[{position}]"))?;
            for id in metadata::apply(resources, &label.pairs, &specs)? {
                let warning = selectors::changed("this entry of `labels`", &id);
                warnings.push(warning.at(self.place("labels", position)));
            }
        }
        let common = &self.kustomization.common_labels;
        if !common.is_empty() {
            for id in metadata::apply(resources, common, &self.config.tables().common_labels)? {
                let place = FieldPath::of_keys(&["commonLabels"]);
                let warning = selectors::changed("`commonLabels`", &id);
                warnings.push(warning.at(Place::of_field(self.source.clone(), place)));
            }
        }
        Ok(warnings)
    }

    fn replicas(&self, resources: &mut ResMap) -> Result<()> {
        let mut faults = Vec::new();
        for (position, replica) in self.kustomization.replicas.iter().enumerate() {
            let specs = &self.config.tables().replicas;
            if let Err(error) = replicas::apply(resources, replica, specs) {
                let place = self.place("replicas", position);
                faults.push(unmatched::replica(resources, &replica.name, &error, place));
            }
        }
        Fault::all(faults).map_or(Ok(()), |fault| Err(fault.into()))
    }

    fn images(&self, resources: &mut ResMap) -> Result<Vec<Warning>> {
        // Whoever asks for a table has all of them read, which is more than the rest of a small build takes.
        if self.kustomization.images.is_empty() {
            return Ok(Vec::new());
        }
        let (entries, specs) = (&self.kustomization.images, &self.config.tables().images);
        let unused = images::apply(resources, entries, specs)?;
        let place = |position| self.place("images", position);
        Ok(self.worth_telling(unmatched::images(entries, unused, place)))
    }

    fn replacements(&self, resources: &mut ResMap) -> Result<Vec<Warning>> {
        let mut findings = Vec::new();
        for (replacement, place) in self.replacements.iter().zip(self.replacement_places) {
            let targets = replacement.targets.as_deref().unwrap_or_default();
            let idle = replacements::apply_one(resources, replacement).map_err(|error| {
                unmatched::replacement(resources, replacement, error, place.clone())
            })?;
            for position in idle {
                if let Some(args) = &targets[position].select {
                    let mut place = place.clone();
                    place.path = place.path.key("targets").index(position).key("select");
                    let (what, before) = ("this target", findings.len());
                    findings.push(unmatched::target(resources, args, what, place, before));
                }
            }
        }
        Ok(self.worth_telling(findings))
    }

    fn worth_telling(&self, findings: Vec<Finding>) -> Vec<Warning> {
        let is_component = self.kustomization.is_component();
        let told = findings
            .into_iter()
            .filter(|finding| finding.holds_in_components || !is_component);
        told.map(|finding| finding.warning).collect()
    }
}
