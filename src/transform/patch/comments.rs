//! Where kustomize fails to copy comments.
//!
//! It copies those of the objects that a function read to those that the function printed, and walks both as it does to merge
//! them. A build prints no comments, but where the walk fails, the function does.

use anyhow::Result;

use super::keyed_list::{self, PatchList};
use super::merge_keys::{Schema, SchemaNode};
use super::strategic_merge::{Walk, refuse_empty_key, wrong_kind};
use crate::model::{Text, Value};

/// Checks that comments can be copied from one object to another.
pub fn check_copy(from: &Value, to: &Value, schema: &Schema) -> Result<()> {
    check(&mut Walk::new(schema), from, Some(to), None)
}

/// The schema of an object that is of a known type, or was made one.
fn of_object<'a>(schema: &'a Schema, from: &Value, to: Option<&Value>) -> Option<SchemaNode<'a>> {
    let of_kind = |object: &Value| {
        let text = |key| object.get(key).and_then(Value::text).map(Text::as_str);
        schema.of_kind(text("apiVersion")?, text("kind")?)
    };
    of_kind(from).or_else(|| of_kind(to?))
}

fn check<'a>(
    walk: &mut Walk<'a>,
    from: &Value,
    to: Option<&Value>,
    place: Option<SchemaNode<'a>>,
) -> Result<()> {
    if let Some(to) = to.filter(|to| !to.is_null() && !from.is_null())
        && to.node_kind() != from.node_kind()
    {
        return Err(wrong_kind(from.node_kind(), to));
    }
    match (from, place) {
        (Value::Mapping(map), place) => {
            let place = place.or_else(|| of_object(walk.schema, from, to));
            refuse_empty_key(map)?;
            if let Some(to) = to.and_then(Value::as_mapping) {
                refuse_empty_key(to)?;
            }
            map.iter().try_for_each(|(key, value)| {
                let to = to.and_then(|to| to.get(key));
                let place = place.and_then(|place| place.field(key));
                walk.descend(|walk| check(walk, value, to, place))
            })
        }
        (Value::Sequence(items), Some(place))
            if place.merge_keys().is_some_and(|keys| {
                let of_to = to.and_then(Value::as_sequence);
                keyed_list::has_whole_keys([items, of_to.unwrap_or(items)], keys)
            }) =>
        {
            let mut items = items.clone();
            keyed_list::merge(walk, &mut items, PatchList::Missing, Some(place)).map(drop)
        }
        // Items without keys, or with only some, are walked on their own, each with the one in its place.
        (Value::Sequence(items), _) => {
            let of_to = to.and_then(Value::as_sequence).into_iter().flatten();
            let pairs = items.iter().zip(of_to);
            let mut pairs = pairs.filter(|(from, to)| from.node_kind() == to.node_kind());
            pairs.try_for_each(|(from, to)| walk.descend(|walk| check(walk, from, Some(to), None)))
        }
        _ => Ok(()),
    }
}
