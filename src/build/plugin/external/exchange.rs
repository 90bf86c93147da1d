//! Objects on their way to a program and back: kustomize's books go with them as annotations (spec 15 R62–R64, R83–R85).

use std::collections::BTreeSet;

use anyhow::{Context, Result, anyhow, bail};

use super::protocol;
use crate::build::records;
use crate::kustomization::go_quoted;
use crate::model::{Behavior, Fault, Mapping, ResId, ResMap, Resource, Text, Value, bookkeeping};
use crate::transform::record_text;
use crate::yaml::{self, json};

/// The annotation by which a program may tell which object it was given.
const ID: &str = "kustomize.config.k8s.io/id";

/// Annotations by which generators say what is to become of an object.
const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";
const BEHAVIOR: &str = "kustomize.config.k8s.io/behavior";

/// The annotations that are only there while a program works.
const PASSING: [&str; 6] = [
    ID,
    protocol::INDEX[0],
    protocol::INDEX[1],
    protocol::NUMBER[0],
    protocol::NUMBER[1],
    protocol::MIGRATION,
];

/// An object with the books on it, and with its records where they are kept.
pub(super) fn visible(resource: &Resource, with_records: bool) -> Result<Value> {
    annotated(resource, with_records, None)
}

/// The object as [`visible`] has it, with its identity.
pub(super) fn with_id(resource: &Resource, with_records: bool) -> Result<Value> {
    let mut text = String::new();
    yaml::write(&identity(resource), &mut text)?;
    annotated(resource, with_records, Some((ID.into(), text.into())))
}

fn annotated(resource: &Resource, with_records: bool, more: Option<(Text, Text)>) -> Result<Value> {
    let mut value = resource.value().clone();
    let mut books = bookkeeping::show(resource);
    let has_books = !books.is_empty();
    if with_records {
        books.extend(record_text::show(resource)?);
    }
    books.extend(more);
    if books.is_empty() {
        return Ok(value);
    }
    let stays = bookkeeping::join_next(&mut value, has_books)
        .with_context(|| format!("the annotations of {}", resource.id()))?;
    if stays {
        bookkeeping::annotate(&mut value, books);
    }
    Ok(value)
}

fn identity(resource: &Resource) -> Value {
    let ResId {
        gvk,
        name,
        namespace,
        ..
    } = resource.id();
    let parts = [
        ("group", &gvk.group),
        ("version", &gvk.version),
        ("kind", &gvk.kind),
        ("name", name),
        ("namespace", namespace),
    ];
    let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
    let id: Mapping = parts
        .map(|(key, text)| (key, Value::string(text.clone())))
        .collect();
    id.into()
}

/// The text of an object as a program sees it.
pub(super) fn print(resource: &Resource, value: &Value) -> Result<String> {
    let mut text = String::new();
    yaml::write(value, &mut text)
        .map_err(|error| anyhow!("{}: {}", resource.id(), error.message))?;
    Ok(text)
}

/// Takes back what else stands in the annotations of an object that a program printed, and was read with its books.
pub(super) fn take(resource: &mut Resource, with_records: bool) -> Result<()> {
    if with_records {
        records::take(resource)?;
    }
    let value = resource.value_mut();
    let is_there = value.at(&["metadata", "annotations"]).is_some();
    if let Some(annotations) = bookkeeping::annotations_mut(value).filter(|_| is_there) {
        annotations.retain(|key, _| !PASSING.contains(&key.as_str()));
    }
    drop_empty_annotations(value);
    Ok(())
}

/// Makes what a program has made of an object comparable with what it was: without the paths that functions are given, and
/// with annotations that are text.
pub(in crate::build::plugin) fn level(value: &mut Value) {
    bookkeeping::annotate(value, []);
    if let Some(annotations) = bookkeeping::annotations_mut(value) {
        annotations.retain(|key, _| !protocol::PATH.contains(&key.as_str()));
    }
    drop_empty_annotations(value);
}

fn drop_empty_annotations(value: &mut Value) {
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    if metadata
        .get("annotations")
        .is_some_and(Value::is_null_or_empty)
    {
        metadata.remove("annotations");
    }
}

/// Does what the annotations of a generated object ask for, and takes them off (spec 15 R62).
pub(super) fn take_generator_options(resource: &mut Resource) -> Result<()> {
    let mut take = |key: &str| -> Option<Text> {
        let value = resource.value_mut();
        let annotations = value.get_mut("metadata")?.get_mut("annotations")?;
        annotations.as_mapping_mut()?.remove(key)?.text().cloned()
    };
    let (hash, behavior) = (take(NEEDS_HASH), take(BEHAVIOR));
    drop_empty_annotations(resource.value_mut());
    match hash.as_deref() {
        None | Some("0" | "f" | "F" | "false" | "FALSE" | "False") => {}
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => resource.needs_hash = true,
        Some(other) => bail!(Fault::new(format!(
            "the annotation \"{NEEDS_HASH}\" contains an invalid value ({})",
            go_quoted(other)
        ))),
    }
    resource.is_generated = true;
    resource.behavior = behavior.map_or(Behavior::default(), |word| Behavior::of_word(&word));
    Ok(())
}

/// Puts what a program printed in the place of what it was given: objects of the same identity in their places, new ones
/// behind all others; what it did not print is gone (spec 15 R63).
pub(super) fn put_back(
    resources: &mut ResMap,
    changed: Vec<Resource>,
    configuration: &Resource,
) -> Result<()> {
    let mut kept = BTreeSet::new();
    for mut resource in changed {
        let slot = match *resources.matching_now(resource.id()).as_slice() {
            [_, _, ..] => bail!(ambiguous(&resource, resources)),
            [slot] => {
                if kept.contains(&slot) {
                    bail!(twice(&resource, configuration));
                }
                let old = resources.get(slot);
                resource.source.clone_from(&old.source);
                // The one thing that kustomize does not keep in annotations.
                resource.vars.clone_from(&old.vars);
                resources.replace(slot, resource);
                slot
            }
            [] => resources.push(resource)?,
        };
        kept.insert(slot);
    }
    let gone: Vec<_> = resources
        .slots()
        .filter(|slot| !kept.contains(slot))
        .collect();
    let mut ids = BTreeSet::new();
    for slot in gone {
        // kustomize removes all objects of an identity at once, and then misses the others.
        let id = resources.get(slot).id();
        if !ids.insert(id.to_string()) {
            bail!(
                Fault::new(format!("id {id} not found in removal")).titled(format!(
                    "two objects are {id} now, and a plugin removes both"
                ))
            );
        }
        resources.remove(slot);
    }
    Ok(())
}

/// Nobody knows which of several objects of an identity a program has changed.
fn ambiguous(resource: &Resource, resources: &ResMap) -> Fault {
    let id = resource.id();
    let count = resources.matching_now(id).len();
    Fault::new(format!("id matched {count} resources")).titled(format!(
        "{count} objects are {id} now, and a plugin prints one of that name"
    ))
}

fn twice(resource: &Resource, configuration: &Resource) -> Fault {
    let gvk = &configuration.id().gvk;
    Fault::new(format!(
        "plugin api: {}, kind: {}, name: {} generated duplicate resource: {}",
        gvk.api_version(),
        gvk.kind,
        configuration.id().name,
        json::to_json(&identity(resource))
    ))
}
