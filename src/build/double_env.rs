//! Env entries that are left with both a value and a reference to one: the API server refuses them, and where `value` is empty,
//! ignores it. Merging a patch with `value` over an entry with `valueFrom` makes them.

use std::sync::Arc;

use crate::kustomization::{Patch, PatchBody};
use crate::model::{FieldPath, Mapping, Place, Resource, Selector, Text, Value, Warning};
use crate::parts::{self, MANY};

/// The sources of more entries than these are not searched for.
const MOST_SEARCHED: usize = 16;

const CONTAINER_LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// An entry with both.
struct Double<'a> {
    resource: &'a Resource,
    list: &'static str,
    container: &'a str,
    name: &'a str,
    is_empty: bool,
}

/// Warns of all such entries; `patches` are those of the build in the order in which they were applied.
pub(super) fn warnings(resources: &[Resource], patches: &[Arc<Vec<Patch>>]) -> Vec<Warning> {
    let parts = resources.chunks(parts::size(resources.len(), MANY));
    let found = parts::each(parts, |resources| {
        let mut found = Vec::new();
        for resource in resources {
            find(resource, &mut found);
        }
        found
    });
    found
        .iter()
        .flatten()
        .enumerate()
        .filter_map(|(position, double)| {
            let patches = if position < MOST_SEARCHED {
                patches
            } else {
                &[]
            };
            double.warning(patches)
        })
        .collect()
}

fn find<'a>(resource: &'a Resource, found: &mut Vec<Double<'a>>) {
    let Some(pod) = pod_path(resource).and_then(|path| resource.value().at(path)) else {
        return;
    };
    for list in CONTAINER_LISTS {
        for container in items(pod.get(list)) {
            for entry in items(container.get("env")).filter_map(Value::as_mapping) {
                if let Some((name, is_empty)) = double(entry) {
                    let container = container.get("name").and_then(Value::text);
                    found.push(Double {
                        resource,
                        list,
                        container: container.map_or("", |name| name.as_str()),
                        name,
                        is_empty,
                    });
                }
            }
        }
    }
}

/// Where an object keeps the description of its pods.
fn pod_path(resource: &Resource) -> Option<&'static [&'static str]> {
    match resource.id().gvk.kind.as_str() {
        "Pod" => Some(&["spec"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        "PodTemplate" => Some(&["template", "spec"]),
        "ConfigMap" | "Secret" | "Service" => None,
        _ => Some(&["spec", "template", "spec"]),
    }
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_sequence).into_iter().flatten()
}

/// The entry's name, and whether its value is empty, if it has both a value and a reference.
fn double(entry: &Mapping) -> Option<(&str, bool)> {
    if entry.len() < 3 {
        return None;
    }
    let there = |key| entry.get(key).filter(|value| !value.is_null());
    let (value, _) = (there("value")?, there("valueFrom")?);
    let name = entry.get("name").and_then(Value::text)?;
    Some((name, value.text().is_some_and(Text::is_empty)))
}

/// Where a field was set, and as the how manyth: 0 in the file of the object, then by patches.
type Set = (usize, Place);

impl Double<'_> {
    /// An empty value takes nothing away, unless it was written over a reference: then it was meant to.
    fn warning(&self, patches: &[Arc<Vec<Patch>>]) -> Option<Warning> {
        let (value, reference) = (
            self.source("value", patches),
            self.source("valueFrom", patches),
        );
        let order = |set: &Option<Set>| set.as_ref().map_or(0, |(order, _)| *order);
        if self.is_empty && order(&value) <= order(&reference) {
            return None;
        }
        let id = self.resource.id();
        let consequence = if self.is_empty {
            "`valueFrom` wins"
        } else {
            "the API server refuses it"
        };
        let warning = Warning::new(format!(
            "env `{}` of container `{}` in {} `{}` has both `value` and `valueFrom`: {consequence}",
            self.name, self.container, id.gvk.kind, id.name
        ));
        let warning = match (value, reference) {
            (Some((_, value)), Some((_, reference))) => warning
                .at(value)
                .related("`valueFrom` is set here", reference),
            (Some((_, place)), None) | (None, Some((_, place))) => warning.at(place),
            (None, None) => warning,
        };
        Some(warning.hint("write `valueFrom: null` beside the `value` that is meant, or `value: null` beside the `valueFrom`"))
    }

    /// The place of the last patch that sets a field of the entry, else of the file that the object was read from.
    fn source(&self, field: &str, patches: &[Arc<Vec<Patch>>]) -> Option<Set> {
        let path = self.path()?.key(field);
        let patches: Vec<_> = patches.iter().flat_map(|patches| patches.iter()).collect();
        let in_patch = patches.iter().enumerate().rev().find_map(|(order, patch)| {
            let PatchBody::StrategicMerge(documents) = &patch.body else {
                return None;
            };
            let document = documents.iter().find(|document| {
                path.find(document.value()).is_some() && self.is_for_object(patch, document)
            })?;
            let place = match &document.source {
                Some(source) => Place::of_field(source.clone(), path.clone()),
                None => patch.place_of(path.clone()),
            };
            Some((order + 1, place))
        });
        in_patch.or_else(|| Some((0, Place::of_field(self.resource.source.clone()?, path))))
    }

    /// The way to the entry, in the object and in any document that describes a part of it.
    fn path(&self) -> Option<FieldPath> {
        let pod = FieldPath::of_keys(pod_path(self.resource)?);
        let container = pod.key(self.list).element("name", self.container);
        Some(container.key("env").element("name", self.name))
    }

    fn is_for_object(&self, patch: &Patch, document: &Resource) -> bool {
        match &patch.target {
            None => self.resource.answers_to(document.id()),
            Some(args) => Selector::compile(args)
                .is_ok_and(|target| target.matches_patch_target(self.resource)),
        }
    }
}
