//! What happens to an object as kustomize copies comments to it.
//!
//! It copies those of the objects that a function read to those that the function printed, and walks both as it does to merge
//! them. A build prints no comments, but where the walk fails, the function does; and the walk puts every field of the maps
//! that it comes through back where it was, which leaves traces.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use ecow::EcoVec;

use super::keyed_index::key_text;
use super::keyed_list::{self, PatchList};
use super::merge_keys::{Schema, SchemaNode};
use super::strategic_merge::{Walk, refuse_empty_key, wrong_kind};
use crate::model::{Mapping, Sequence, Style, Text, Value, Word};

/// Copies comments from one object to another.
pub fn copy_comments(from: &Value, to: &mut Value, schema: &Schema) -> Result<()> {
    copy(&mut Walk::new(schema), from, Some(to), None)
}

/// The schema of an object that is of a known type, or was made one.
fn of_object<'a>(schema: &'a Schema, from: &Value, to: Option<&Value>) -> Option<SchemaNode<'a>> {
    let of_kind = |object: &Value| {
        let text = |key| object.get(key).and_then(Value::text).map(Text::as_str);
        schema.of_kind(text("apiVersion")?, text("kind")?)
    };
    of_kind(from).or_else(|| of_kind(to?))
}

fn copy<'a>(
    walk: &mut Walk<'a>,
    from: &Value,
    to: Option<&mut Value>,
    place: Option<SchemaNode<'a>>,
) -> Result<()> {
    let other = to.as_deref();
    if let Some(other) = other.filter(|to| !to.is_null() && !from.is_null())
        && other.node_kind() != from.node_kind()
    {
        return Err(wrong_kind(from.node_kind(), other));
    }
    match from {
        Value::Mapping(map) => {
            let place = place.or_else(|| of_object(walk.schema, from, other));
            copy_fields(walk, map, to.and_then(Value::as_mapping_mut), place)
        }
        Value::Sequence(items) => {
            let to = to.and_then(Value::as_sequence_mut);
            let keys = place.and_then(SchemaNode::merge_keys).filter(|keys| {
                let of_to = to.as_deref().map_or(&items[..], |to| &to[..]);
                keyed_list::has_whole_keys([items, of_to], keys)
            });
            let to = to.map_or(&mut [][..], Sequence::make_mut);
            if let Some((keys, place)) = keys.zip(place) {
                let mut named = items
                    .iter()
                    .map(|item| with_keys_only(item, keys))
                    .collect();
                keyed_list::merge(walk, &mut named, PatchList::Missing, Some(place))?;
                copy_keyed(walk, items, to, keys, place)?;
            }
            copy_in_order(walk, items, to)
        }
        Value::Scalar(_) => Ok(()),
    }
}

fn copy_fields<'a>(
    walk: &mut Walk<'a>,
    from: &Mapping,
    mut to: Option<&mut Mapping>,
    place: Option<SchemaNode<'a>>,
) -> Result<()> {
    refuse_empty_key(from)?;
    if let Some(to) = to.as_deref_mut() {
        refuse_empty_key(to)?;
        put_back_fields(to);
    }
    from.iter().try_for_each(|(key, value)| {
        let to = to.as_deref_mut().and_then(|to| to.get_mut(key));
        let place = place.and_then(|place| place.field(key));
        walk.descend(|walk| copy(walk, value, to, place))
    })
}

/// Puts the fields of a map back where they were: folded texts then stand between quotes.
fn put_back_fields(map: &mut Mapping) {
    let is_folded =
        |value: &Value| matches!(value, Value::Scalar(scalar) if scalar.style == Style::Folded);
    if !map.iter().any(|(_, value)| is_folded(value)) {
        return;
    }
    for value in map.values_mut() {
        if let Value::Scalar(scalar) = value
            && scalar.style == Style::Folded
        {
            scalar.style = Style::DoubleQuoted;
        }
    }
}

/// Walks the elements of a list that keys name, the first of each with the first of the same keys.
fn copy_keyed<'a>(
    walk: &mut Walk<'a>,
    from: &[Value],
    to: &mut [Value],
    keys: &[Word],
    place: SchemaNode<'a>,
) -> Result<()> {
    let keys_of =
        |item: &Value| -> Vec<Text> { keys.iter().map(|key| key_text(item, key)).collect() };
    let mut places = BTreeMap::new();
    for (place, item) in to.iter().enumerate() {
        places.entry(keys_of(item)).or_insert(place);
    }
    let mut seen = BTreeSet::new();
    from.iter().try_for_each(|from| {
        let keys = keys_of(from);
        if !seen.insert(keys.clone()) {
            return Ok(());
        }
        let is_named = keys.iter().any(|key| !key.is_empty());
        let to = places
            .get(&keys)
            .filter(|_| is_named)
            .map(|found| &mut to[*found]);
        walk.descend(|walk| copy(walk, from, to, place.element()))
    })
}

/// An element as far as keys tell it from others.
fn with_keys_only(item: &Value, keys: &[Word]) -> Value {
    let Some(map) = item.as_mapping().filter(|_| !keys.is_empty()) else {
        return item.clone();
    };
    let entries = map
        .entries()
        .iter()
        .filter(|entry| keys.iter().any(|key| **key == *entry.key.text));
    Mapping::from(entries.cloned().collect::<EcoVec<_>>()).into()
}

/// Walks the elements of a list by their order, be there keys or not: each on its own with the one in its place.
fn copy_in_order(walk: &mut Walk<'_>, from: &[Value], to: &mut [Value]) -> Result<()> {
    let mut pairs = from.iter().zip(to);
    pairs.try_for_each(|(from, to)| {
        if from.node_kind() != to.node_kind() {
            return Ok(());
        }
        walk.descend(|walk| copy(walk, from, Some(to), None))
    })
}
