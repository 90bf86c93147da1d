//! What the configurations of kustomize's built-in plugins say. Field specs have no defaults here (spec 01 R32).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::kustomization::decode::AsWritten;
use crate::kustomization::{
    GeneratorArgs, Image, Metadata, PatchArgs, PatchOptions, Replacement, Replica,
};
use crate::model::{FieldSpec, SelectorArgs, Text};

/// `ConfigMapGenerator` and `SecretGenerator`: an entry of `configMapGenerator`, that may be named by its metadata.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::build) struct NamedByMetadata {
    pub(super) metadata: Metadata,
}

impl NamedByMetadata {
    /// The entry with what the metadata says where it says nothing itself. The deprecated `env` has no effect here.
    pub(super) fn complete(self, mut args: GeneratorArgs) -> GeneratorArgs {
        args.env = Text::new();
        if args.name.is_empty() {
            args.name = self.metadata.name;
        }
        if args.namespace.is_empty() {
            args.namespace = self.metadata.namespace;
        }
        args
    }
}

/// `AnnotationsTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct AnnotationsArgs {
    pub(super) annotations: BTreeMap<Text, Text>,
    pub(super) field_specs: Vec<FieldSpec>,
}

/// `LabelTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct LabelArgs {
    pub(super) labels: BTreeMap<Text, Text>,
    pub(super) field_specs: Vec<FieldSpec>,
}

/// `ImageTagTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct ImageArgs {
    pub(super) image_tag: Image,
    pub(super) field_specs: Vec<FieldSpec>,
}

/// `NamespaceTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct NamespaceArgs {
    pub(super) metadata: Metadata,
    pub(super) unset_only: bool,
    pub(super) set_role_binding_subjects: Text,
    pub(super) field_specs: Vec<FieldSpec>,
}

/// `PrefixTransformer`, `SuffixTransformer` and `PrefixSuffixTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct AffixArgs {
    pub(super) prefix: Text,
    pub(super) suffix: Text,
    pub(super) field_specs: Option<Vec<FieldSpec>>,
}

/// `ReplicaCountTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct ReplicaArgs {
    pub(super) replica: Replica,
    pub(super) field_specs: Vec<FieldSpec>,
}

/// `PatchTransformer`
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::build) struct PatchTransformerArgs {
    path: Text,
    patch: Text,
    target: Option<SelectorArgs>,
    options: Option<PatchOptions>,
}

impl From<PatchTransformerArgs> for PatchArgs {
    fn from(args: PatchTransformerArgs) -> Self {
        Self {
            path: args.path,
            patch: args.patch,
            target: args.target,
            options: args.options.unwrap_or_default(),
        }
    }
}

/// `PatchJson6902Transformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct JsonPatchArgs {
    target: Option<SelectorArgs>,
    path: Text,
    json_op: Text,
}

impl From<JsonPatchArgs> for PatchArgs {
    fn from(args: JsonPatchArgs) -> Self {
        Self {
            path: args.path,
            patch: args.json_op,
            target: args.target,
            options: PatchOptions::default(),
        }
    }
}

/// `PatchStrategicMergeTransformer`
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::build) struct StrategicMergeArgs {
    pub(super) paths: Vec<Text>,
    pub(super) patches: Text,
}

/// `ReplacementTransformer`
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::build) struct ReplacementArgs {
    pub(super) replacements: AsWritten<Vec<Replacement>>,
}

/// `ValueAddTransformer`
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct ValueAddArgs {
    pub(super) value: Text,
    pub(super) targets: Vec<ValueAddTarget>,
    pub(super) target_file_path: Text,
}

/// A target of `ValueAddTransformer`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct ValueAddTarget {
    pub(super) selector: Option<SelectorArgs>,
    pub(super) field_path: Text,
    pub(super) file_path_position: i64,
}
