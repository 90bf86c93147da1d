//! How a generated object joins those that are there: beside them, or in the place of one (spec 02 R30–R32).

use anyhow::{Result, bail};
use indexmap::IndexMap;

use super::object;
use crate::kustomization::nearest;
use crate::model::{
    Behavior, Fault, FieldPath, Key, Mapping, Place, ResMap, Resource, Scalar, Slot, Tag, Text,
    Value, plain,
};
use crate::yaml::json;

/// Absorbs a generated object into what is there: as a new object, or merged into or replacing one that answers to its identity.
pub fn absorb(resources: &mut ResMap, generated: Resource) -> Result<()> {
    let maps = ["data", "binaryData"].into_iter();
    let maps = maps.filter_map(|field| generated.value().get(field)?.as_mapping());
    let texts = maps
        .flat_map(Mapping::iter)
        .filter_map(|(_, value)| value.text());
    resources.spend(texts.map(Text::len).sum())?;
    match (
        resources.matching(generated.id()).as_slice(),
        generated.behavior,
    ) {
        ([], Behavior::Create | Behavior::Unspecified) => resources.push(generated).map(drop),
        ([], Behavior::Merge | Behavior::Replace) => {
            bail!(nothing_there(resources, &generated))
        }
        ([slot], Behavior::Merge | Behavior::Replace) => put_in_place(resources, *slot, generated),
        ([slot], behavior) => {
            let (word, id) = (behavior.word(), generated.id());
            let message = format!(
                "merging from generator: id {id} exists; can not use behavior: '{word}', behavior must be merge or replace"
            );
            let hint =
                "say `behavior: merge` to add to it, or `behavior: replace` to take its place";
            let fault = Fault::new(message)
                .titled(format!("there is a {} `{}` already", id.gvk.kind, id.name))
                .hint(hint);
            bail!(match &resources.get(*slot).source {
                Some(source) => {
                    let path = FieldPath::of_keys(&["metadata", "name"]);
                    fault.related("here", Place::of_field(source.clone(), path))
                }
                None => fault,
            })
        }
        (several, _) => bail!(ambiguous(resources, several, &generated)),
    }
}

fn nothing_there(resources: &ResMap, generated: &Resource) -> Fault {
    let id = generated.id();
    let message =
        format!("merging from generator: id {id} does not exist; cannot merge or replace");
    let names = resources
        .iter()
        .filter(|resource| resource.id().gvk.kind == id.gvk.kind)
        .map(|resource| resource.id().name.as_str());
    let fault = Fault::new(message).titled(format!(
        "there is no {} `{}` to merge with or to replace",
        id.gvk.kind, id.name
    ));
    let fault = match nearest(&id.name, names).filter(|name| *name != id.name) {
        Some(name) => fault.hint(format!("did you mean `{name}`?")),
        None => fault,
    };
    fault.hint("remove `behavior` to create it, or correct its name, namespace or kind")
}

fn ambiguous(resources: &ResMap, slots: &[Slot], generated: &Resource) -> Fault {
    let objects: Vec<_> = slots.iter().map(|slot| resources.get(*slot)).collect();
    let texts: Vec<_> = objects
        .iter()
        .map(|object| json::to_json(object.value()))
        .collect();
    let names: Vec<_> = objects
        .iter()
        .map(|object| format!("`{}`", object.id().name))
        .collect();
    Fault::new(format!(
        "merging from generator: found multiple objects [{}] that could accept merge of {}",
        texts.join(" "),
        generated.id()
    ))
    .hint(format!("name one of {} in the generator", names.join(", ")))
}

/// Gives the generated object the place, the name and the history of another, and what of its content stays.
fn put_in_place(resources: &mut ResMap, slot: Slot, mut generated: Resource) -> Result<()> {
    let mut old = resources.get(slot).clone();
    let merges = generated.behavior == Behavior::Merge;
    let emptied = emptied(&old);
    // kustomize looks for the object by its name and the generator's kind.
    let has_another_kind = old.id().gvk != generated.id().gvk;
    if has_another_kind || (emptied.is_some() && !old.previous().is_empty()) {
        bail!("cannot find resource with id {} to replace", generated.id());
    }
    if let Some(root) = generated.value_mut().as_mapping_mut() {
        if let Some(metadata) = root.get_mut("metadata").and_then(Value::as_mapping_mut) {
            take_name(metadata, &old);
            let old = old.value().get("metadata");
            match emptied {
                Some("labels") => {}
                _ => join(metadata, old, "labels", |scalar| scalar.text.clone()),
            }
            match emptied {
                Some(field) => drop(metadata.insert(field, Mapping::new().into())),
                None => join(metadata, old, "annotations", |scalar| scalar.text.clone()),
            }
        }
        if merges {
            let text = |scalar: &Scalar| {
                let null = scalar.is_null();
                if null {
                    Text::new()
                } else {
                    scalar.text.clone()
                }
            };
            for field in ["data", "binaryData"] {
                if has_empty_key(old.value().get(field)) {
                    bail!(object::EMPTY_KEY);
                }
                join(root, Some(old.value()), field, text);
            }
        }
    }
    take_books(&mut generated, &mut old, merges, emptied);
    generated.refresh_id();
    resources.replace(slot, generated);
    Ok(())
}

/// Gives the generated object what kustomize notes of another in annotations.
fn take_books(
    generated: &mut Resource,
    old: &mut Resource,
    merges: bool,
    emptied: Option<&'static str>,
) {
    generated.needs_hash &= match emptied {
        None => old.needs_hash,
        Some(field) => field == "labels",
    };
    if emptied.is_none() {
        generated.allowed_name_change |= old.allowed_name_change;
        generated.allowed_kind_change |= old.allowed_kind_change;
    }
    generated.is_generated = old.is_generated;
    generated.is_from_helm |= old.is_from_helm;
    generated.behavior = old.behavior;
    if merges {
        generated.source.clone_from(&old.source);
    }
    if let (Some(old), Some(new)) = (old.record.take(), &mut generated.record) {
        if merges {
            **new = *old;
        } else {
            new.transformers = old.transformers;
            new.printed.transformations = old.printed.transformations;
        }
    }
    generated.take_history(old);
}

/// The map of texts that comes out empty, as the text of an empty key goes over the map itself. kustomize gives up there: labels
/// come before annotations, which hold its own notes on names and hashes.
fn emptied(old: &Resource) -> Option<&'static str> {
    let mut fields = ["labels", "annotations"].into_iter();
    fields.find(|field| has_empty_key(old.value().at(&["metadata", field])))
}

fn has_empty_key(map: Option<&Value>) -> bool {
    map.and_then(Value::as_mapping)
        .is_some_and(|map| map.contains_key(""))
}

fn take_name(metadata: &mut Mapping, old: &Resource) {
    let id = old.id();
    write_text(metadata, "name", &id.name);
    if id.namespace.is_empty() {
        metadata.remove("namespace");
    } else {
        write_text(metadata, "namespace", &id.namespace);
    }
}

/// Writes a text between the quotes that are there, if any.
fn write_text(map: &mut Mapping, key: &str, text: &Text) {
    match map.get_mut(key) {
        Some(Value::Scalar(old)) => old.assign(&Scalar::untyped(text.clone())),
        _ => drop(map.insert(key, untyped(text.clone()))),
    }
}

/// A text without type: quotes are all that makes a text of what is written over it.
fn untyped(text: Text) -> Value {
    let mut value = object::string(text);
    if let Value::Scalar(scalar) = &mut value {
        scalar.tag = Tag::Untyped;
    }
    value
}

/// Joins a map of strings with the one of the old object; the new values win. What is no scalar becomes empty text, and an empty
/// map goes (spec 05 R21).
fn join(new: &mut Mapping, old: Option<&Value>, field: &str, text: impl Fn(&Scalar) -> Text) {
    let mut pairs: IndexMap<&str, (&Key, &Value)> = IndexMap::new();
    let old = old
        .and_then(|old| old.get(field))
        .and_then(Value::as_mapping);
    // Of keys that the old object repeats, the first counts in its data and the last elsewhere.
    let first_counts = matches!(field, "data" | "binaryData");
    for entry in old.into_iter().flat_map(Mapping::entries) {
        let pair = (&entry.key, &entry.value);
        let kept = pairs.entry(&entry.key.text).or_insert(pair);
        if !first_counts {
            *kept = pair;
        }
    }
    let added = new.get(field).and_then(Value::as_mapping);
    for entry in added.into_iter().flat_map(Mapping::entries) {
        pairs.insert(&entry.key.text, (&entry.key, &entry.value));
    }
    let joined: Mapping = pairs
        .into_values()
        .map(|(key, value)| {
            let text = value.as_scalar().map(&text).unwrap_or_default();
            // The keys lose their quotes.
            let tag = plain::resolve(&key.text);
            let text_of_key = key.text.clone();
            (
                Key {
                    text: text_of_key,
                    tag,
                },
                object::string(text),
            )
        })
        .collect();
    if joined.is_empty() {
        new.remove(field);
    } else {
        new.insert(field, joined.into());
    }
}
