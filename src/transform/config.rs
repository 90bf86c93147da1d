//! Which fields the transformers edit: kustomize's tables, and what `configurations` and `crds` add to them.

use std::borrow::Cow;
use std::cmp::Ordering;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::model::{FieldSpec, Gvk, Segment, SpecPath, Word, kind_order};

/// A list of field specs: kustomize's own until something is added.
pub type Specs = Cow<'static, [FieldSpec]>;

/// The fields that hold the name of objects of one kind.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NameReference {
    /// The group of the kind that is referred to; empty for any.
    pub group: Word,
    /// The version of the kind that is referred to; empty for any.
    pub version: Word,
    /// The kind that is referred to.
    pub kind: Word,
    /// The fields that refer to it.
    pub field_specs: Specs,
}

impl NameReference {
    /// The kind that is referred to.
    pub fn target(&self) -> Gvk {
        Gvk {
            group: (&*self.group).into(),
            version: (&*self.version).into(),
            kind: (&*self.kind).into(),
        }
    }
}

/// The tables, each a list of field specs; also the form of a `configurations` file (spec 03 R60).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FieldTables {
    /// What `namePrefix` is put before.
    pub name_prefix: Specs,
    /// What `nameSuffix` is put behind.
    pub name_suffix: Specs,
    /// What `namespace` sets besides `metadata.namespace`.
    pub namespace: Specs,
    /// Where `commonLabels`, and `labels` with selectors, go.
    pub common_labels: Specs,
    /// Where all `labels` go.
    pub labels: Specs,
    /// Where `labels` with templates go.
    pub template_labels: Specs,
    /// Where `commonAnnotations` go.
    pub common_annotations: Specs,
    /// What holds the name of another object.
    pub name_reference: Cow<'static, [NameReference]>,
    /// Where `$(VAR)` is replaced.
    pub var_reference: Specs,
    /// What `images` changes.
    pub images: Specs,
    /// What `replicas` sets.
    pub replicas: Specs,
}

/// The tables of kustomize itself: the data files beside this one, of which `build/field_specs.rs` makes code. Each of the files
/// is sorted.
static BUILT_IN: FieldTables = include!(concat!(env!("OUT_DIR"), "/field_specs.rs"));

/// No tables.
static NONE: FieldTables = FieldTables {
    name_prefix: Cow::Borrowed(&[]),
    name_suffix: Cow::Borrowed(&[]),
    namespace: Cow::Borrowed(&[]),
    common_labels: Cow::Borrowed(&[]),
    labels: Cow::Borrowed(&[]),
    template_labels: Cow::Borrowed(&[]),
    common_annotations: Cow::Borrowed(&[]),
    name_reference: Cow::Borrowed(&[]),
    var_reference: Cow::Borrowed(&[]),
    images: Cow::Borrowed(&[]),
    replicas: Cow::Borrowed(&[]),
};

/// The tables that govern a layer: kustomize's own until something adds to them.
///
/// A layer starts with nothing, takes over what its bases ended with, then adds its own; the order shows where a narrow
/// entry swallows a broad one (spec 03 R63).
#[derive(Clone, Debug, Default)]
pub enum TransformerConfig {
    /// Nothing yet.
    #[default]
    Empty,
    /// Kustomize's own tables.
    BuiltIn,
    /// Kustomize's own tables and more.
    Extended(Box<FieldTables>),
}

impl TransformerConfig {
    /// The tables.
    pub fn tables(&self) -> &FieldTables {
        match self {
            Self::Empty => &NONE,
            Self::BuiltIn => &BUILT_IN,
            Self::Extended(tables) => tables,
        }
    }

    /// Whether something adds to kustomize's own tables.
    pub fn is_extended(&self) -> bool {
        matches!(self, Self::Extended(_))
    }

    /// Kustomize's own tables with the files of `configurations` added, in order.
    pub fn with_additions(additions: Vec<FieldTables>) -> Result<Self> {
        let mut config = Self::BuiltIn;
        additions
            .into_iter()
            .try_for_each(|tables| config.merge(Self::Extended(Box::new(tables))))?;
        Ok(config)
    }

    /// Adds what another config holds.
    pub fn merge(&mut self, other: Self) -> Result<()> {
        match (&mut *self, other) {
            (_, Self::Empty) | (Self::BuiltIn, Self::BuiltIn) => Ok(()),
            (Self::Empty, Self::BuiltIn) => {
                *self = Self::BuiltIn;
                Ok(())
            }
            (Self::Extended(tables), other) => tables.merge(other.tables()),
            (_, other) => {
                let mut tables = self.tables().clone();
                tables.merge(other.tables())?;
                *self = Self::Extended(Box::new(tables));
                Ok(())
            }
        }
    }
}

impl FieldTables {
    fn merge(&mut self, other: &Self) -> Result<()> {
        let named = [
            ("NamePrefix", &mut self.name_prefix, &other.name_prefix),
            ("NameSuffix", &mut self.name_suffix, &other.name_suffix),
            ("Namespace", &mut self.namespace, &other.namespace),
            (
                "CommonAnnotations",
                &mut self.common_annotations,
                &other.common_annotations,
            ),
            (
                "CommonLabels",
                &mut self.common_labels,
                &other.common_labels,
            ),
            ("Labels", &mut self.labels, &other.labels),
            (
                "TemplateLabels",
                &mut self.template_labels,
                &other.template_labels,
            ),
            (
                "VarReference",
                &mut self.var_reference,
                &other.var_reference,
            ),
            ("Images", &mut self.images, &other.images),
            ("Replicas", &mut self.replicas, &other.replicas),
        ];
        for (name, mine, theirs) in named {
            merge_specs(mine.to_mut(), theirs)
                .map_err(|error| error.context(format!("failed to merge {name} fieldSpec")))?;
        }
        let references = self.name_reference.to_mut();
        for reference in &*other.name_reference {
            match references
                .iter_mut()
                .find(|mine| mine.target() == reference.target())
            {
                Some(mine) => merge_specs(mine.field_specs.to_mut(), &reference.field_specs)?,
                None => references.push(reference.clone()),
            }
        }
        self.sort();
        Ok(())
    }

    fn sort(&mut self) {
        let lists = [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ];
        for list in lists {
            list.to_mut()
                .sort_by_cached_key(|spec| OrderKey::new(spec.gvk()));
        }
        self.name_reference
            .to_mut()
            .sort_by_cached_key(|reference| OrderKey::new(reference.target()));
    }
}

/// The order of field specs: rank of the kind, then the text of group, version and kind (spec 03 R62).
#[derive(PartialEq, Eq)]
struct OrderKey {
    rank: isize,
    gvk: Gvk,
}

impl OrderKey {
    fn new(gvk: Gvk) -> Self {
        let rank = kind_order::rank(&gvk.kind, &kind_order::FIRST, &kind_order::LAST);
        Self { rank, gvk }
    }
}

impl Ord for OrderKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank
            .cmp(&other.rank)
            .then_with(|| kind_order::compare(&self.gvk, &other.gvk))
    }
}

impl PartialOrd for OrderKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Adds field specs to a list, where one that is equal to or broader than an entry of the list is dropped (spec 03 R63).
pub fn merge_specs(list: &mut Vec<FieldSpec>, additions: &[FieldSpec]) -> Result<()> {
    for addition in additions {
        match list
            .iter()
            .find(|spec| spec.path.text == addition.path.text && addition.selects(&spec.gvk()))
        {
            Some(spec) if spec.create == addition.create => {}
            Some(_) => bail!("conflicting fieldspecs"),
            None => list.push(addition.clone()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `path group version kind create`, with `-` for any and for no.
    fn spec(line: &str) -> FieldSpec {
        let words: Vec<_> = line
            .split(' ')
            .map(|word| if word == "-" { "" } else { word }.to_owned())
            .collect();
        FieldSpec {
            path: SpecPath::new(words[0].clone()),
            group: words[1].clone().into(),
            version: words[2].clone().into(),
            kind: words[3].clone().into(),
            create: words[4] == "create",
        }
    }

    fn built_in() -> Vec<&'static FieldSpec> {
        let references = BUILT_IN.name_reference.iter();
        let lists = [
            &BUILT_IN.name_prefix,
            &BUILT_IN.namespace,
            &BUILT_IN.common_labels,
            &BUILT_IN.common_annotations,
            &BUILT_IN.var_reference,
            &BUILT_IN.images,
            &BUILT_IN.replicas,
        ];
        let lists = lists
            .into_iter()
            .chain(references.map(|reference| &reference.field_specs));
        lists.flat_map(|list| list.iter()).collect()
    }

    #[test]
    fn paths_of_the_tables_are_cut_as_others_are() {
        for spec in built_in() {
            assert_eq!(spec.path, SpecPath::new(spec.path.text.clone()));
        }
    }

    #[test]
    fn every_line_of_the_tables_is_read() {
        assert_eq!(BUILT_IN.common_labels.len(), 10 + 22);
        assert_eq!(BUILT_IN.name_reference.len(), 16);
        assert_eq!(
            BUILT_IN
                .name_reference
                .iter()
                .map(|reference| reference.field_specs.len())
                .sum::<usize>(),
            166
        );
    }

    #[test]
    fn the_tables_are_sorted() {
        let mut sorted = BUILT_IN.clone();
        sorted.sort();
        assert_eq!(BUILT_IN, sorted);
    }

    #[test]
    fn a_narrower_field_spec_swallows_the_broader_default() {
        let additions = FieldTables {
            name_prefix: vec![spec("metadata/name - - Foo -")].into(),
            ..FieldTables::default()
        };
        let mut config = TransformerConfig::Empty;
        config
            .merge(TransformerConfig::with_additions(vec![additions]).unwrap())
            .unwrap();
        assert_eq!(
            *config.tables().name_prefix,
            [spec("metadata/name - - Foo -")]
        );
    }

    #[test]
    fn field_specs_that_differ_in_create_conflict() {
        let mut list = vec![spec("metadata/labels - - - create")];
        let error = merge_specs(&mut list, &[spec("metadata/labels - - - -")]).unwrap_err();
        assert_eq!(error.to_string(), "conflicting fieldspecs");
    }
}
