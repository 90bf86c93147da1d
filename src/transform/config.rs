//! Which fields the transformers edit: kustomize's tables, and what `configurations` and `crds` add to them.

use std::cmp::Ordering;
use std::sync::LazyLock;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::bytes;
use crate::model::{FieldSpec, Gvk, SpecPath, Text, kind_order};

/// The fields that hold the name of objects of one kind.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NameReference {
    /// The group of the kind that is referred to; empty for any.
    pub group: Text,
    /// The version of the kind that is referred to; empty for any.
    pub version: Text,
    /// The kind that is referred to.
    pub kind: Text,
    /// The fields that refer to it.
    pub field_specs: Vec<FieldSpec>,
}

impl NameReference {
    /// The kind that is referred to.
    pub fn target(&self) -> Gvk {
        Gvk {
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
        }
    }
}

/// The tables, each a list of field specs; also the form of a `configurations` file (spec 03 R60).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FieldTables {
    /// What `namePrefix` is put before.
    pub name_prefix: Vec<FieldSpec>,
    /// What `nameSuffix` is put behind.
    pub name_suffix: Vec<FieldSpec>,
    /// What `namespace` sets besides `metadata.namespace`.
    pub namespace: Vec<FieldSpec>,
    /// Where `commonLabels`, and `labels` with selectors, go.
    pub common_labels: Vec<FieldSpec>,
    /// Where all `labels` go.
    pub labels: Vec<FieldSpec>,
    /// Where `labels` with templates go.
    pub template_labels: Vec<FieldSpec>,
    /// Where `commonAnnotations` go.
    pub common_annotations: Vec<FieldSpec>,
    /// What holds the name of another object.
    pub name_reference: Vec<NameReference>,
    /// Where `$(VAR)` is replaced.
    pub var_reference: Vec<FieldSpec>,
    /// What `images` changes.
    pub images: Vec<FieldSpec>,
    /// What `replicas` sets.
    pub replicas: Vec<FieldSpec>,
}

/// The tables of kustomize itself, read from the data files beside this one when first needed. Each of the files is sorted.
static BUILT_IN: LazyLock<FieldTables> = LazyLock::new(|| {
    let template_labels = read_specs(include_str!("field_specs/template_labels.txt"));
    let mut common_labels = template_labels.clone();
    common_labels.extend(read_specs(include_str!("field_specs/selectors.txt")));
    sort_specs(&mut common_labels);
    let metadata_name = read_specs(include_str!("field_specs/metadata_name.txt"));
    FieldTables {
        name_prefix: metadata_name.clone(),
        name_suffix: metadata_name,
        namespace: read_specs(include_str!("field_specs/namespace.txt")),
        common_labels,
        labels: Vec::new(),
        template_labels,
        common_annotations: read_specs(include_str!("field_specs/common_annotations.txt")),
        name_reference: read_name_references(include_str!("field_specs/name_references.txt")),
        var_reference: read_specs(include_str!("field_specs/var_reference.txt")),
        images: read_specs(include_str!("field_specs/images.txt")),
        replicas: read_specs(include_str!("field_specs/replicas.txt")),
    }
});

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
        static NONE: LazyLock<FieldTables> = LazyLock::new(FieldTables::default);
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
            merge_specs(mine, theirs)
                .map_err(|error| error.context(format!("failed to merge {name} fieldSpec")))?;
        }
        for reference in &other.name_reference {
            match self
                .name_reference
                .iter_mut()
                .find(|mine| mine.target() == reference.target())
            {
                Some(mine) => merge_specs(&mut mine.field_specs, &reference.field_specs)?,
                None => self.name_reference.push(reference.clone()),
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
            sort_specs(list);
        }
        self.name_reference
            .sort_by_cached_key(|reference| OrderKey::new(reference.target()));
    }
}

fn sort_specs(specs: &mut [FieldSpec]) {
    specs.sort_by_cached_key(|spec| OrderKey::new(spec.gvk()));
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

fn read_specs(table: &str) -> Vec<FieldSpec> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(read_spec)
        .collect()
}

/// The words of a line, with one blank between two; `-` is for none.
fn words(line: &str) -> impl Iterator<Item = Text> {
    let mut rest = line.trim_ascii_start();
    std::iter::from_fn(move || {
        let end = bytes::find(b' ', rest.as_bytes());
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after.get(1..).unwrap_or_default();
        match word {
            "" => None,
            "-" => Some(Text::new()),
            word => Some(Text::from(word)),
        }
    })
}

/// Reads `path group version kind [create]`, with `-` for any.
fn read_spec(line: &str) -> Option<FieldSpec> {
    let mut words = words(line);
    let path = SpecPath::new(words.next()?);
    let (group, version, kind) = (words.next()?, words.next()?, words.next()?);
    let create = words.next().is_some_and(|word| word == "create");
    Some(FieldSpec {
        group,
        version,
        kind,
        path,
        create,
    })
}

fn read_name_references(table: &str) -> Vec<NameReference> {
    let mut references: Vec<NameReference> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(' ') {
            if let Some(reference) = references.last_mut() {
                reference.field_specs.extend(read_spec(line));
            }
        } else {
            let mut words = words(line);
            let mut word = || words.next().unwrap_or_default();
            let (kind, group, version) = (word(), word(), word());
            references.push(NameReference {
                group,
                version,
                kind,
                field_specs: Vec::new(),
            });
        }
    }
    references
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(line: &str) -> FieldSpec {
        read_spec(line).unwrap()
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
        assert_eq!(*BUILT_IN, sorted);
    }

    #[test]
    fn a_narrower_field_spec_swallows_the_broader_default() {
        let additions = FieldTables {
            name_prefix: vec![spec("metadata/name - - Foo -")],
            ..FieldTables::default()
        };
        let mut config = TransformerConfig::Empty;
        config
            .merge(TransformerConfig::with_additions(vec![additions]).unwrap())
            .unwrap();
        assert_eq!(
            config.tables().name_prefix,
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
