//! `labels`, `commonLabels` and `commonAnnotations`: text under the same keys in many places.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use anyhow::{Context, Result};
use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::config::{FieldTables, merge_specs};
use super::replacements::wrong_kind;
use super::selectors;
use crate::kustomization::Label;
use crate::model::{
    Create, FieldSpec, Key, Mapping, ResId, ResMap, Resource, Scalar, SpecPath, SpecsByKind, Text,
    Value, Walk, considering,
};

/// Sets keys in every place that the specs name (spec 03 R30–R33).
///
/// Where a key is new in several places of one object, kustomize backs them with one node, so that a later change of one
/// changes all (spec 03 R7): they come out as one shared group. Returns the objects whose selectors changed in that way alone.
pub fn apply(
    resources: &mut ResMap,
    pairs: &BTreeMap<Text, Text>,
    specs: &[FieldSpec],
) -> Result<Vec<ResId>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    if pairs.len() > 1 && makes_places(specs) {
        let mut selectors_changed = Vec::new();
        for (key, text) in pairs {
            let pair = BTreeMap::from([(key.clone(), text.clone())]);
            selectors_changed.extend(apply(resources, &pair, specs)?);
        }
        return Ok(selectors_changed);
    }
    let touches_identity = specs.iter().any(FieldSpec::touches_identity);
    let begin = || (SpecsByKind::new(specs), Vec::new());
    let states = resources.edit_each(begin, |(specs, selectors_changed), _, resource| {
        let has_books = resource.has_books();
        let mut setter = Setter {
            pairs,
            first_group: resource.new_groups(pairs.len()),
            overwritten: IndexMap::default(),
        };
        for spec in specs.of(&resource.id().gvk) {
            let walk = Walk {
                segments: spec.path.segments(),
                create: if spec.create || (has_books && spec.path.text == "metadata/annotations") {
                    Create::Mapping
                } else {
                    Create::Never
                },
            };
            let walked = walk.visit(resource.value_mut(), &mut |place| setter.set(place));
            walked.map_err(|error| considering(&spec.path.text, resource.id(), &error))?;
        }
        let spreads = !setter.overwritten.is_empty();
        if setter.spread(resource) {
            selectors_changed.push(resource.id().clone());
        }
        Ok(touches_identity || spreads)
    })?;
    Ok(states
        .into_iter()
        .flat_map(|(_, changed)| changed)
        .collect())
}

/// Whether a spec may make the place of another, by making a map below it: the first key does not find that place, but the
/// others do, as kustomize goes to all places with one key before it takes the next.
fn makes_places(specs: &[FieldSpec]) -> bool {
    let are_for_one_kind = |one: &FieldSpec, other: &FieldSpec| {
        one.kind.is_empty() || other.kind.is_empty() || one.kind == other.kind
    };
    let makes = |inner: &FieldSpec, outer: &FieldSpec| {
        let below = inner.path.text.strip_prefix(&*outer.path.text);
        below.is_some_and(|below| below.starts_with('/')) && are_for_one_kind(inner, outer)
    };
    let made = specs.iter().filter(|inner| inner.create);
    made.into_iter()
        .any(|inner| specs.iter().any(|outer| makes(inner, outer)))
}

/// The places that an entry of `labels` goes to (spec 03 R30).
pub fn label_specs(label: &Label, tables: &FieldTables) -> Result<Vec<FieldSpec>> {
    let mut specs = label.field_specs.clone();
    let mut add = |additions: &[FieldSpec]| {
        merge_specs(&mut specs, additions).context("failed to merge labels")
    };
    add(&tables.labels)?;
    if label.include_selectors {
        add(&tables.common_labels)?;
    } else {
        if label.include_templates {
            add(&tables.template_labels)?;
        }
        let metadata = SpecPath::new("metadata/labels");
        add(&[FieldSpec {
            path: metadata,
            create: true,
            ..FieldSpec::default()
        }])?;
    }
    Ok(specs)
}

/// One run of the pairs over one object.
struct Setter<'a> {
    pairs: &'a BTreeMap<Text, Text>,
    /// The group of the first pair's new places; the others follow.
    first_group: NonZeroU32,
    /// The groups of places that were set and may have members elsewhere.
    overwritten: IndexMap<NonZeroU32, Scalar, FixedState>,
}

impl Setter<'_> {
    fn set(&mut self, place: &mut Value) -> Result<()> {
        let map = match place {
            Value::Mapping(map) => map,
            // The walk made a map of it where it may.
            place if place.is_null() => return Ok(()),
            place => return Err(wrong_kind("MappingNode", place)),
        };
        if self.pairs.contains_key("") {
            return Err(wrong_kind("ScalarNode", &map.clone().into()));
        }
        if map.is_empty() {
            // Where every object gets a map of annotations, room that growing would add counts.
            let roomy = Mapping::with_capacity(self.pairs.len());
            *map = if map.is_flow() {
                roomy.in_flow()
            } else {
                roomy
            };
        }
        map.make_room(self.pairs.len());
        // What is added below is under keys of its own, and need not be looked through.
        let known = map.len();
        let positions = map.positions(self.pairs.keys());
        let mut group = self.first_group;
        for (number, (key, text)) in self.pairs.iter().enumerate() {
            let new = Scalar::string(text.clone());
            let position = match &positions {
                Some(positions) => positions[number],
                None => map.entries()[..known]
                    .iter()
                    .position(|entry| entry.key.text == *key),
            };
            match position.map(|position| &mut map.entries_mut()[position].value) {
                Some(Value::Scalar(old)) => {
                    old.assign(&new);
                    if let Some(group) = old.shared.filter(|old| *old < self.first_group) {
                        self.overwritten.entry(group).or_insert(new);
                    }
                }
                Some(old) => *old = Value::Scalar(new),
                None => map.push(
                    Key::from(key.clone()),
                    Value::Scalar(Scalar {
                        shared: Some(group),
                        ..new
                    }),
                ),
            }
            group = group.saturating_add(1);
        }
        Ok(())
    }

    /// Carries the new texts to the places that share theirs, and says whether that changed a selector.
    fn spread(self, resource: &mut Resource) -> bool {
        if self.overwritten.is_empty() {
            return false;
        }
        let selector = |resource: &Resource| resource.value().at(selectors::PATH).cloned();
        let before = selector(resource);
        resource.value_mut().for_each_scalar(&mut |scalar| {
            let group = scalar.shared;
            if let Some(new) = group.and_then(|group| self.overwritten.get(&group)) {
                scalar.assign(new);
            }
        });
        before != selector(resource)
    }
}
