//! Objects on their way to a program and back: kustomize's books go with them as annotations (spec 15 R62–R64, R83–R85).

use anyhow::{Result, anyhow, bail};
use std::collections::BTreeSet;

use crate::build::records;
use crate::kustomization::go_quoted;
use crate::model::{
    Behavior, Fault, Mapping, ResId, ResMap, Resource, Scalar, Style, Tag, Text, Typed, Value,
    bookkeeping,
};
use crate::transform::record_text;
use crate::yaml::{self, json};

/// The annotation by which a program may tell which object it was given.
const ID: &str = "kustomize.config.k8s.io/id";

/// Annotations by which generators say what is to become of an object.
const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";
const BEHAVIOR: &str = "kustomize.config.k8s.io/behavior";

/// The annotations that are only there while a program works, and those that stay.
const PASSING: [&str; 6] = [
    ID,
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/id",
    MIGRATION,
];
/// Which of them tells what an object was made of, in two versions of the protocol.
const NUMBERS: [&str; 2] = ["internal.config.kubernetes.io/id", "config.k8s.io/id"];

const PATHS: [&str; 2] = [
    "config.kubernetes.io/path",
    "internal.config.kubernetes.io/path",
];

/// What is said in an annotation of each of the two versions, the older one first.
const VERSIONS: [(&str, [&str; 2]); 3] = [
    ("path", PATHS),
    (
        "index",
        [
            "config.kubernetes.io/index",
            "internal.config.kubernetes.io/index",
        ],
    ),
    (
        "id",
        ["config.k8s.io/id", "internal.config.kubernetes.io/id"],
    ),
];

/// Tells which object a function was given, whatever else it did to its annotations.
const MIGRATION: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";

/// An object with the books on it, and with its records where they are kept.
pub(super) fn visible(resource: &Resource, with_records: bool) -> Result<Value> {
    let mut books = bookkeeping::show(resource);
    if with_records {
        books.extend(record_text::show(resource)?);
    }
    let mut value = resource.value().clone();
    if !books.is_empty() {
        bookkeeping::annotate(&mut value, books);
    }
    Ok(value)
}

/// The object with its identity.
pub(super) fn with_id(resource: &Resource, mut value: Value) -> Result<Value> {
    let mut text = String::new();
    yaml::write(&identity(resource), &mut text)?;
    bookkeeping::annotate(&mut value, [(ID.into(), text.into())]);
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

/// The number that an object had among those that a function was given, counted from 1.
pub(super) fn number(resource: &Resource) -> Option<usize> {
    let annotations = resource.value().at(&["metadata", "annotations"])?;
    let mut texts = NUMBERS
        .iter()
        .filter_map(|key| annotations.get(key)?.text());
    texts.next()?.parse().ok().filter(|number| *number > 0)
}

/// Does what happens to an object when kustomize knows what the function was given for it: annotations of one key become the first
/// of them, and those that told what it was given are gone.
pub(super) fn take_numbers(resource: &mut Resource) {
    let metadata = resource.value_mut().get_mut("metadata");
    let annotations = metadata.and_then(|metadata| metadata.get_mut("annotations"));
    let Some(annotations) = annotations.and_then(Value::as_mapping_mut) else {
        return;
    };
    let mut first = Mapping::with_capacity(annotations.len());
    for (key, value) in annotations.iter() {
        if !NUMBERS.contains(&key.as_str()) {
            first.get_or_insert_with(key, || value.clone());
        }
    }
    *annotations = first;
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

/// Makes texts what they are where they have been printed and read again, as what functions print is in kustomize.
pub(super) fn print_once(resource: &mut Resource) {
    resource.value_mut().for_each_scalar(&mut |scalar| {
        let is_folded = scalar.style == Style::Folded && scalar.tag == Tag::Str;
        if scalar.style == Style::FlowEmpty {
            *scalar = Scalar::new("", Tag::Str, Style::DoubleQuoted);
        } else if is_folded && let Ok(Typed::Str(text)) = scalar.typed() {
            let text = text.as_ref().into();
            scalar.text = text;
        }
    });
}

/// Does to objects what kustomize does even where it runs no function, as it annotates, prints and reads them: annotations are
/// texts then, and a value `<<` has no quotes and is none.
pub(super) fn pass_through(resources: &mut ResMap) {
    for slot in resources.slots() {
        resources.edit(slot, |resource| {
            record_text::make_annotations_text(resource);
            resource.value_mut().for_each_scalar(&mut |scalar| {
                if scalar.text == "<<" {
                    scalar.style = Style::Plain;
                }
            });
        });
    }
}

/// Makes the annotations of an object that a function printed those that kustomize leaves: texts, of which the last counts where
/// there are several of one key; the same in both versions of the protocol; and the path that files of functions have.
pub(super) fn settle_annotations(resource: &mut Resource, given: &[Value]) -> Result<()> {
    let id = resource.id().clone();
    let Some(annotations) = bookkeeping::annotations_mut(resource.value_mut()) else {
        return Ok(());
    };
    let mut settled = Mapping::with_capacity(annotations.len() + PATHS.len());
    for (key, value) in annotations.iter() {
        let text = value.as_scalar().map(|scalar| scalar.text.clone());
        settled.insert(key.clone(), Value::string(text.unwrap_or_default()));
    }
    *annotations = settled;
    level_versions(annotations, given)?;
    let folder = match id.namespace.as_str() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let path = format!("{folder}{}_{}.yaml", id.gvk.kind.to_lowercase(), id.name);
    if text_of(annotations, PATHS[0]).is_empty() {
        for key in PATHS {
            annotations.insert(key, Value::string(path.as_str()));
        }
    }
    Ok(())
}

fn text_of(annotations: &Mapping, key: &str) -> Text {
    let text = annotations.get(key).and_then(Value::text);
    text.cloned().unwrap_or_default()
}

/// Has annotations say in both versions of the protocol what a function said in one of them. Fails where it said two things.
fn level_versions(annotations: &mut Mapping, given: &[Value]) -> Result<()> {
    let position: Option<usize> = text_of(annotations, MIGRATION).parse().ok();
    let position = position.filter(|position| *position < given.len());
    for (name, keys) in VERSIONS {
        let [old, new] = keys.map(|key| text_of(annotations, key));
        if old == new {
            continue;
        }
        let before = position.map(|position| match name {
            "index" => ecow::eco_format!("{position}"),
            _ => {
                let before = given[position].at(&["metadata", "annotations", keys[0]]);
                before.and_then(Value::text).cloned().unwrap_or_default()
            }
        });
        let (from, key) = match before {
            _ if old.is_empty() => (new, keys[0]),
            _ if new.is_empty() => (old, keys[1]),
            Some(before) if new == before => (old, keys[1]),
            Some(before) if old == before => (new, keys[0]),
            _ => bail!(
                "resource input to function has mismatched legacy and internal {name} annotations"
            ),
        };
        annotations.insert(key, Value::string(from));
    }
    Ok(())
}

/// Makes what a program has made of an object comparable with what it was: without the paths that functions are given, and
/// with annotations that are text.
pub(in crate::build::plugin) fn level(value: &mut Value) {
    bookkeeping::annotate(value, []);
    if let Some(annotations) = bookkeeping::annotations_mut(value) {
        annotations.retain(|key, _| !PATHS.contains(&key.as_str()));
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
