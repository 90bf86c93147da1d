//! What the entries of a kustomization's lists hold, as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{FieldSpec, SelectorArgs, Text};

/// An entry of `labels`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Label {
    /// The labels.
    pub pairs: BTreeMap<Text, Text>,
    /// Whether selectors (and templates) get them too.
    pub include_selectors: bool,
    /// Whether pod templates get them too.
    pub include_templates: bool,
    /// More fields that get them.
    #[serde(rename = "fields")]
    pub field_specs: Vec<FieldSpec>,
}

/// An entry of `images`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Image {
    /// The image to change, without tag and digest; a regular expression (spec 03 R42).
    pub name: Text,
    /// Its new name.
    pub new_name: Text,
    /// Its new tag.
    pub new_tag: Text,
    /// What to append to its tag.
    pub tag_suffix: Text,
    /// Its new digest.
    pub digest: Text,
}

/// An entry of `replicas`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Replica {
    /// The name of the workloads.
    pub name: Text,
    /// How many replicas they get.
    pub count: i64,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PatchArgs {
    /// The file that holds the patch.
    pub path: Text,
    /// The patch itself.
    pub patch: Text,
    /// The objects it is for.
    pub target: Option<SelectorArgs>,
    /// What the patch may change besides.
    pub options: PatchOptions,
}

/// The `options` of a patch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PatchOptions {
    /// Whether it may rename its target.
    pub allow_name_change: bool,
    /// Whether it may change its target's kind.
    pub allow_kind_change: bool,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct GeneratorArgs {
    /// The object's name.
    pub name: Text,
    /// The object's namespace.
    pub namespace: Text,
    /// `create`, `merge` or `replace`.
    pub behavior: Text,
    /// `key=value` pairs.
    pub literals: Vec<Text>,
    /// `[key=]path` of files.
    pub files: Vec<Text>,
    /// Paths of files with `KEY=value` lines.
    pub envs: Vec<Text>,
    /// One more such path, in its deprecated spelling.
    pub env: Text,
    /// What the object carries besides its data.
    pub options: Option<GeneratorOptions>,
    /// The type of a Secret.
    #[serde(rename = "type")]
    pub secret_type: Text,
}

/// `generatorOptions`, and the `options` of one generator.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GeneratorOptions {
    /// Labels of the object.
    pub labels: BTreeMap<Text, Text>,
    /// Annotations of the object.
    pub annotations: BTreeMap<Text, Text>,
    /// Whether the name stays without a hash.
    pub disable_name_suffix_hash: bool,
    /// Whether the object is marked immutable.
    pub immutable: bool,
}

/// An entry of `replacements`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Replacement {
    /// A file with replacements.
    pub path: Text,
    /// Where the value comes from.
    pub source: Option<ReplacementSource>,
    /// The value itself.
    pub source_value: Option<Text>,
    /// Where the value goes.
    pub targets: Option<Vec<ReplacementTarget>>,
}

/// The field that a replacement copies.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReplacementSource {
    /// The object's group; empty for any.
    pub group: Text,
    /// The object's version; empty for any.
    pub version: Text,
    /// The object's kind; empty for any.
    pub kind: Text,
    /// The object's name; empty for any.
    pub name: Text,
    /// The object's namespace; empty for any.
    pub namespace: Text,
    /// The field; `metadata.name` if empty.
    pub field_path: Text,
    /// Which part of the field's text.
    pub options: Option<ReplacementOptions>,
}

/// The fields that a replacement sets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReplacementTarget {
    /// The objects.
    pub select: Option<SelectorArgs>,
    /// The objects among them that are left alone.
    pub reject: Vec<SelectorArgs>,
    /// The fields; `metadata.name` if empty.
    pub field_paths: Vec<Text>,
    /// Which part of the field's text, and whether the field may be made.
    pub options: Option<ReplacementOptions>,
}

/// How a replacement cuts text and whether it makes fields.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ReplacementOptions {
    /// What separates the parts of the text.
    pub delimiter: Text,
    /// Which part.
    pub index: i64,
    /// Accepted and ignored, as in kustomize.
    pub encoding: Text,
    /// Whether a missing field is made.
    pub create: bool,
}

/// An entry of `vars`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Var {
    /// The name between `$(` and `)`.
    pub name: Text,
    /// The object whose field it stands for.
    #[serde(rename = "objref")]
    pub object: VarObject,
    /// The field.
    #[serde(rename = "fieldref")]
    pub field: VarField,
}

/// The object of a var.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VarObject {
    /// Group and version in one.
    pub api_version: Text,
    /// The group.
    pub group: Text,
    /// The version.
    pub version: Text,
    /// The kind.
    pub kind: Text,
    /// The name.
    pub name: Text,
    /// The namespace; empty for any.
    pub namespace: Text,
}

/// The field of a var.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VarField {
    /// The path; `metadata.name` if empty.
    pub field_path: Text,
}

/// `sortOptions`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SortOptions {
    /// `legacy` or `fifo`.
    pub order: Text,
    /// The kinds that come first and last.
    pub legacy_sort_options: Option<LegacySortOptions>,
}

/// The kinds that the legacy order puts first and last.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LegacySortOptions {
    /// First, in this order.
    pub order_first: Vec<Text>,
    /// Last, in this order.
    pub order_last: Vec<Text>,
}

/// `metadata` of the kustomization itself; it has no effect.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Its name.
    pub name: Text,
    /// Its namespace.
    pub namespace: Text,
    /// Its labels.
    pub labels: BTreeMap<Text, Text>,
    /// Its annotations.
    pub annotations: BTreeMap<Text, Text>,
}
