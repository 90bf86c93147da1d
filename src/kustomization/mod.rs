//! The input schema: what a kustomization file may say, typed, and what its patches and resource files hold.

mod args;
mod canonical;
pub mod decode;
pub mod documents;
mod go;
mod helm;
mod json_patch;
mod legacy;
mod list;
pub mod patch;
mod read;
mod schema;
mod spelling;
mod suggestion;
mod syntax;
mod twice;

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::model::Text;

pub use self::go::go_quoted;
pub use self::helm::{HelmChart, HelmChartArgs, HelmGlobals, HelmValues};
pub use self::json_patch::{JsonPatch, Operation};
pub use self::legacy::deprecations;
pub use self::patch::{Patch, PatchBody};
pub use self::read::{Editable, as_written, configuration, editable, read};
pub use self::suggestion::{is_slip, nearest};

pub use self::args::{
    GeneratorArgs, GeneratorOptions, Image, Label, LegacySortOptions, Metadata, PatchArgs,
    PatchOptions, Replacement, ReplacementOptions, ReplacementSource, ReplacementTarget, Replica,
    SortOptions, Var, VarField, VarObject,
};

/// The contents of files that a kustomization names, by the path as it is written there.
pub type Files = IndexMap<Text, Arc<[u8]>>;

/// A kustomization file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Kustomization {
    /// `kustomize.config.k8s.io/v1beta1`, or `…/v1alpha1` for components.
    pub api_version: Text,
    /// `Kustomization` or `Component`.
    pub kind: Text,
    /// Its own name, labels and annotations; without effect.
    pub metadata: Option<Metadata>,
    /// The schema to merge by.
    pub openapi: BTreeMap<Text, Text>,

    // Operands: what it works on.
    /// Files and folders with objects.
    pub resources: Vec<Text>,
    /// Folders with components.
    pub components: Vec<Text>,
    /// Folders with kustomizations, in the deprecated spelling of `resources`.
    pub bases: Vec<Text>,
    /// Files with `OpenAPI` definitions of custom resources.
    pub crds: Vec<Text>,

    // Generators: what it adds.
    /// `ConfigMap`s to make.
    pub config_map_generator: Vec<GeneratorArgs>,
    /// Secrets to make.
    pub secret_generator: Vec<GeneratorArgs>,
    /// What all made objects have in common.
    pub generator_options: Option<GeneratorOptions>,
    /// Where helm finds charts.
    pub helm_globals: Option<HelmGlobals>,
    /// Charts to inflate.
    pub helm_charts: Vec<HelmChart>,
    /// Charts to inflate, in a deprecated spelling.
    pub helm_chart_inflation_generator: Vec<HelmChartArgs>,
    /// Configurations of generator plugins.
    pub generators: Vec<Text>,

    // Operators: what it changes.
    /// Put before every name.
    pub name_prefix: Text,
    /// Put behind every name.
    pub name_suffix: Text,
    /// The namespace of everything.
    pub namespace: Text,
    /// Labels for objects, templates and selectors.
    pub common_labels: BTreeMap<Text, Text>,
    /// Labels, with a say in where they go.
    pub labels: Vec<Label>,
    /// Annotations for objects and templates.
    pub common_annotations: BTreeMap<Text, Text>,
    /// Strategic merge patches, in a deprecated spelling with a place of its own in the order.
    pub patches_strategic_merge: Vec<Text>,
    /// JSON patches, in a deprecated spelling with a place of its own in the order.
    pub patches_json6902: Vec<PatchArgs>,
    /// Patches of both kinds.
    pub patches: Vec<PatchArgs>,
    /// Images to change.
    pub images: Vec<Image>,
    /// Images to change, in a deprecated spelling.
    pub image_tags: Vec<Image>,
    /// Values to copy between fields.
    pub replacements: Vec<Replacement>,
    /// Numbers of replicas to set.
    pub replicas: Vec<Replica>,
    /// Values to put in the place of `$(NAME)`.
    pub vars: Vec<Var>,
    /// Files that tell transformers about more fields.
    pub configurations: Vec<Text>,
    /// Configurations of transformer plugins.
    pub transformers: Vec<Text>,
    /// Configurations of validator plugins.
    pub validators: Vec<Text>,

    // How the result is printed.
    /// The order of the objects.
    pub sort_options: Option<SortOptions>,
    /// What is written about the build into the objects.
    pub build_metadata: Vec<Text>,
}

impl Kustomization {
    /// Whether it is a component.
    pub fn is_component(&self) -> bool {
        self.kind == "Component"
    }

    /// The entries of `resources`, then those of `bases`, with the field and the position they stand at.
    pub fn operands(&self) -> impl Iterator<Item = (&'static str, usize, &Text)> {
        let resources = self.resources.iter().enumerate();
        let bases = self.bases.iter().enumerate();
        resources
            .map(|(position, entry)| ("resources", position, entry))
            .chain(bases.map(|(position, entry)| ("bases", position, entry)))
    }

    fn expected_api_version(&self) -> &'static str {
        if self.is_component() {
            "kustomize.config.k8s.io/v1alpha1"
        } else {
            "kustomize.config.k8s.io/v1beta1"
        }
    }
}

#[cfg(test)]
mod tests;
