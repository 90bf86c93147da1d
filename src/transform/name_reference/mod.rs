//! Name references: fields that hold the name of another object follow when that object is renamed (spec 04).

mod fields;
mod misfits;
mod referrals;

use anyhow::{Context, Result, bail};
use foldhash::fast::RandomState;
use indexmap::IndexMap;

use self::fields::FieldTree;
use self::referrals::{Reference, Referrals, Referrer};
use super::config::{NameReference, TransformerConfig};
use crate::model::{Gvk, Mapping, ResMap, Resource, Scalar, Slot, Tag, Text, Value, considering};

const NO_NAME: &str = "path config error; no 'name' field in node";
const NO_REFERENCE: &str = "a list is expected to be either a string or a map of string";

/// Gives every field that refers to a renamed object the object's final name, and its namespace where the field has one.
///
/// Runs once, on the complete result. One walk per object: the fields of a kind are compiled into a tree of paths when the
/// kind is first met.
pub fn apply(resources: &mut ResMap, config: &TransformerConfig) -> Result<()> {
    let is_of_interest = |resource: &Resource| {
        !resource.previous().is_empty() || misfits::are_possible(resource.value())
    };
    if !config.is_extended() && !resources.iter().any(is_of_interest) {
        // To make the trees takes longer than the rest of a small build.
        return referrals::check_subjects(resources);
    }
    let references = &config.tables().name_reference;
    let mut trees: IndexMap<Gvk, FieldTree<'_>, RandomState> = IndexMap::default();
    let index = Referrals::index(resources);
    for slot in resources.slots() {
        let original = resources.get(slot).original_gvk();
        let tree = trees
            .entry(original)
            .or_insert_with_key(|gvk| FieldTree::of_kind(gvk, references));
        if tree.is_empty() {
            continue;
        }
        // The object's identity stays in the map while its value is out, so it can refer to itself.
        let mut value = resources.take_value(slot);
        let referrer = Referrer::new(resources, slot, &value);
        let updated = referrer.and_then(|referrer| {
            let mut update = Update {
                resources,
                references,
                referrals: &index,
                referrer,
            };
            tree.visit(&mut value, &mut |field, target, path| {
                update.field(field, target, path)
            })
        });
        resources.put_value(slot, value);
        updated?;
    }
    Ok(())
}

/// The update of one object's fields.
struct Update<'a> {
    resources: &'a ResMap,
    references: &'a [NameReference],
    referrals: &'a Referrals,
    referrer: Referrer,
}

impl Update<'_> {
    /// Updates a field that refers to the `target`-th kind of the table.
    fn field(&mut self, field: &mut Value, target: usize, path: &str) -> Result<()> {
        let target = self.references[target].target();
        self.value(field, &target, path)
            .map_err(|error| considering(path, &self.referrer.id, &error))
            .with_context(|| {
                format!(
                    "updating name reference in '{path}' field of '{}'",
                    self.referrer.id
                )
            })
    }

    fn value(&mut self, field: &mut Value, target: &Gvk, path: &str) -> Result<()> {
        match field {
            Value::Scalar(scalar) if scalar.is_null() => Ok(()),
            Value::Scalar(scalar) => {
                let found = self.select(&Reference {
                    name: &scalar.text,
                    target,
                    path,
                    is_map: false,
                    namespace: None,
                })?;
                if let Some(slot) = found {
                    let name = &self.resources.get(slot).id().name;
                    set_name(scalar, name);
                }
                Ok(())
            }
            Value::Mapping(map) => self.mapping(map, target, path),
            Value::Sequence(items) => items.make_mut().iter_mut().try_for_each(|item| {
                if item.as_sequence().is_some() {
                    bail!(NO_REFERENCE);
                }
                self.value(item, target, path)
            }),
        }
    }

    fn select(&self, reference: &Reference<'_>) -> Result<Option<Slot>> {
        self.referrals
            .select(self.resources, &self.referrer, reference)
    }

    /// Updates a reference of the form `{name: …, namespace: …}` (spec 04 R11).
    fn mapping(&mut self, map: &mut Mapping, target: &Gvk, path: &str) -> Result<()> {
        let Some(name) = map.get("name") else {
            bail!(NO_NAME);
        };
        // A null is the text `null` here; collections have no text.
        let name = name
            .as_scalar()
            .map_or_else(Text::new, |scalar| scalar.text.clone());
        let namespace = map.get("namespace");
        let namespace = namespace.map(|value| value.text().cloned().unwrap_or_default());
        let found = self.select(&Reference {
            name: &name,
            target,
            path,
            is_map: true,
            namespace: namespace.as_ref(),
        })?;
        let Some(id) = found.map(|slot| self.resources.get(slot).id()) else {
            return Ok(());
        };
        if id.name == name && id.namespace.is_empty() {
            return Ok(());
        }
        set_text(map, "name", &id.name);
        if !id.namespace.is_empty() {
            set_text(map, "namespace", &id.namespace);
        }
        Ok(())
    }
}

/// Writes a name over another. The type goes, so that a name like `0x10` comes out as a number unless there were quotes.
fn set_name(scalar: &mut Scalar, name: &Text) {
    if scalar.text != *name {
        scalar.text.clone_from(name);
        scalar.tag = Tag::Untyped;
    }
}

fn set_text(map: &mut Mapping, key: &str, text: &Text) {
    match map.get_mut(key) {
        Some(Value::Scalar(scalar)) => set_name(scalar, text),
        _ => drop(map.insert(key, Value::string(text.clone()))),
    }
}
