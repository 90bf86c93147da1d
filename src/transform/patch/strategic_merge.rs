//! Strategic merge: a walk through a target and a patch together (spec 12).
//!
//! The walk covers the whole target, because kustomize drops empty nulls and doubled elements everywhere in an object that it
//! patches. Target values are changed in place; patch values are copied, which shares their collections.

use std::num::NonZeroU32;

use anyhow::{Result, anyhow};

use super::directive::{self, Directive};
use super::join::{Keys, join, remove_positions};
use super::keyed_list::{self, PatchList};
use super::merge_keys::{Schema, SchemaNode};
use crate::model::{Entry, Key, Mapping, SHALLOW, Scalar, Style, Tag, Value, on_deep_stack};
use crate::transform::selectors;
use crate::yaml;

/// What became of an object that was patched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is still there.
    Kept {
        /// Whether its selector changed because it shares a label with what was patched (spec 03 R7).
        changed_selector: bool,
    },
    /// The patch deleted it.
    Deleted,
}

/// Merges a patch into an object.
pub(super) fn merge(target: &mut Value, patch: &Value, schema: &Schema) -> Result<Outcome> {
    let mut walk = Walk::new(schema);
    let root = walk.embedded(target, Some(patch));
    let directive = patch
        .as_mapping()
        .map_or(Ok(Directive::Merge), Directive::of_map)?;
    let fate = match directive {
        Directive::Delete => Fate::Removed,
        // kustomize computes the replacement and drops it (spec 12 R39), save for what is wrong with it.
        Directive::Replace => {
            walk.adopt_new(&mut patch.clone(), root)?;
            Fate::Kept
        }
        Directive::Merge => walk.merge(target, patch, root)?,
    };
    let changed_selector = walk.apply_assignments(target) && patch.at(selectors::PATH).is_none();
    Ok(match fate {
        Fate::Kept => Outcome::Kept { changed_selector },
        Fate::Removed => Outcome::Deleted,
    })
}

/// Whether a place still holds something after a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    Removed,
}

pub(super) struct Walk<'a> {
    pub(super) schema: &'a Schema,
    /// What the patch writes over scalars that stand in several places (spec 03 R7).
    assignments: Vec<(NonZeroU32, Scalar)>,
    /// How deep the walk is in the documents.
    depth: usize,
}

type Place<'a> = Option<SchemaNode<'a>>;

impl<'a> Walk<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            assignments: Vec::new(),
            depth: 0,
        }
    }

    /// Does what has to be done one level further down.
    pub(super) fn descend<T: Send>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T> + Send,
    ) -> Result<T> {
        self.depth += 1;
        let done = if self.depth == SHALLOW {
            on_deep_stack(|| step(self))?
        } else {
            step(self)
        };
        self.depth -= 1;
        done
    }

    /// The schema of an object's type, if this is an object of a known one; the patch is only asked where the target does not
    /// say what it is.
    fn embedded(&self, target: &Value, patch: Option<&Value>) -> Place<'a> {
        let type_of = |value: &'_ Value| {
            let text = |key| value.get(key).and_then(Value::text).cloned();
            text("apiVersion").zip(text("kind"))
        };
        let (api_version, kind) = type_of(target).or_else(|| patch.and_then(type_of))?;
        self.schema.of_kind(&api_version, &kind)
    }

    /// Merges where target and patch both have something, be it null.
    ///
    /// This and [`Self::merge_fields`] are what deep objects pile up on the stack: all that is not on the way down is elsewhere.
    pub(super) fn merge(
        &mut self,
        target: &mut Value,
        patch: &Value,
        place: Place<'a>,
    ) -> Result<Fate> {
        let place = self.place_of(target, patch, place);
        if let (Value::Mapping(map), Value::Mapping(fields)) = (&mut *target, patch)
            && Directive::of_map(fields)? == Directive::Merge
        {
            return self.merge_fields(map, fields, place);
        }
        self.merge_others(target, patch, place)
    }

    /// The place, or what an embedded object brings of its own (spec 12 R21).
    fn place_of(&self, target: &Value, patch: &Value, place: Place<'a>) -> Place<'a> {
        match (target, patch) {
            (Value::Mapping(_), Value::Mapping(_)) if place.is_none() => {
                self.embedded(target, Some(patch))
            }
            _ => place,
        }
    }

    #[inline(never)]
    fn merge_others(
        &mut self,
        target: &mut Value,
        patch: &Value,
        place: Place<'a>,
    ) -> Result<Fate> {
        match (&mut *target, patch) {
            (_, patch) if patch.is_null() => return Ok(Fate::Removed),
            (Value::Scalar(old), Value::Scalar(new)) => self.assign(old, new),
            (Value::Scalar(old), patch) if old.is_null() => {
                *target = patch.clone();
                return self.adopt_new(target, place);
            }
            (Value::Mapping(old), Value::Mapping(fields)) => {
                if Directive::of_map(fields)? == Directive::Delete {
                    return Ok(Fate::Removed);
                }
                let keeps_braces = old.is_flow() && !old.is_empty();
                *old = fields.clone();
                if keeps_braces {
                    *old = std::mem::take(old).in_flow();
                }
                self.adopt_new(target, place)?;
            }
            (Value::Sequence(items), Value::Sequence(patch)) => {
                if place.and_then(SchemaNode::merge_keys).is_some() {
                    return keyed_list::merge(self, items, PatchList::Other(patch), place);
                }
                *items = patch.clone();
            }
            (target, patch) => return Err(wrong_kind(target.node_kind(), patch)),
        }
        Ok(Fate::Kept)
    }

    fn assign(&mut self, old: &mut Scalar, new: &Scalar) {
        match old.shared {
            Some(group) => self.assignments.push((group, new.clone())),
            None => overwrite(old, new),
        }
    }

    /// Merges the fields of two maps; a directive among those of the patch counts as done.
    fn merge_fields(
        &mut self,
        target: &mut Mapping,
        patch: &Mapping,
        place: Place<'a>,
    ) -> Result<Fate> {
        refuse_empty_key(target)?;
        refuse_empty_key(patch)?;
        if target.is_empty() && !patch.is_flow() {
            // An empty map is as good as none, and what comes in its place is written as the patch has it.
            target.forget_flow();
        }
        let mut removed = Vec::new();
        for (entry, position) in join(target, patch) {
            let below = below(place, &entry.key);
            let Some(position) = position else {
                self.add_field(target, entry, below)?;
                continue;
            };
            let old = &mut target.entries_mut()[position].value;
            if self.descend(|walk| walk.merge(old, &entry.value, below))? == Fate::Removed {
                removed.push(position);
            }
        }
        self.settle_others(target, patch, place, &mut removed)?;
        remove_positions(target, &mut removed);
        Ok(Fate::Kept)
    }

    fn add_field(&mut self, target: &mut Mapping, entry: &Entry, place: Place<'a>) -> Result<()> {
        let mut new = entry.value.clone();
        if self.descend(|walk| walk.adopt_new(&mut new, place))? == Fate::Kept {
            target.push(entry.key.clone(), new);
        }
        Ok(())
    }

    /// Settles the fields of the target that the patch does not have.
    fn settle_others(
        &mut self,
        target: &mut Mapping,
        patch: &Mapping,
        place: Place<'a>,
        removed: &mut Vec<usize>,
    ) -> Result<()> {
        let patched = Keys::of(patch);
        for position in 0..target.len() {
            let Entry { key, value } = &target.entries()[position];
            if patched.contain(&key.text) {
                continue;
            }
            let below = below(place, key);
            if self.is_settled(value, below, self.depth) {
                continue;
            }
            let value = &mut target.entries_mut()[position].value;
            if self.descend(|walk| walk.settle_unsettled(value, below))? == Fate::Removed {
                removed.push(position);
            }
        }
        Ok(())
    }

    /// Whether merging nothing into a value leaves it as it is; it nearly always does. Where there is no room to find out, the
    /// answer is no.
    pub(super) fn is_settled(&self, value: &Value, place: Place<'a>, depth: usize) -> bool {
        if depth == SHALLOW {
            let settled = on_deep_stack(|| self.is_settled(value, place, depth + 1));
            return settled.unwrap_or(false);
        }
        match value {
            Value::Scalar(scalar) => !scalar.is_empty_null() && !is_quoted_anew(scalar),
            Value::Mapping(map) => {
                let place = place.or_else(|| self.embedded(value, None));
                map.iter().all(|(key, value)| {
                    !key.is_empty()
                        && self.is_settled(
                            value,
                            place.and_then(|place| place.field(key)),
                            depth + 1,
                        )
                })
            }
            Value::Sequence(items) => place.is_none_or(|place| match place.merge_keys() {
                None => true,
                Some(keys) => {
                    keyed_list::is_settled(items, keys)
                        && items.iter().all(|item| {
                            item.as_mapping().is_none()
                                || self.is_settled(item, place.element(), depth + 1)
                        })
                }
            }),
        }
    }

    /// Merges nothing into a value.
    pub(super) fn settle(&mut self, value: &mut Value, place: Place<'a>) -> Result<Fate> {
        if self.is_settled(value, place, self.depth) {
            return Ok(Fate::Kept);
        }
        self.settle_unsettled(value, place)
    }

    fn settle_unsettled(&mut self, value: &mut Value, place: Place<'a>) -> Result<Fate> {
        let place = match value {
            Value::Mapping(_) => place.or_else(|| self.embedded(value, None)),
            _ => place,
        };
        match value {
            Value::Scalar(scalar) if scalar.is_empty_null() => Ok(Fate::Removed),
            Value::Scalar(scalar) if is_quoted_anew(scalar) => {
                (scalar.tag, scalar.style) = (Tag::Str, Style::DoubleQuoted);
                Ok(Fate::Kept)
            }
            Value::Sequence(items) if place.and_then(SchemaNode::merge_keys).is_some() => {
                keyed_list::merge(self, items, PatchList::Missing, place)
            }
            Value::Mapping(map) => self.each_field(map, place, Self::settle_unsettled),
            _ => Ok(Fate::Kept),
        }
    }

    /// Merges a value of the patch into a place that has nothing: it becomes the target, and is merged with itself
    /// (spec 12 R23, R27). Directives at its very top are not obeyed, save to delete.
    pub(super) fn adopt_new(&mut self, value: &mut Value, place: Place<'a>) -> Result<Fate> {
        match value {
            Value::Mapping(map) => match directive::take(map) {
                Ok(Directive::Delete) => Ok(Fate::Removed),
                _ => self.adopt_fields(value, place),
            },
            Value::Sequence(items) if place.and_then(SchemaNode::merge_keys).is_some() => {
                keyed_list::merge(self, items, PatchList::Itself, place)
            }
            _ => self.adopt(value, place),
        }
    }

    /// Merges a value of the patch with itself.
    pub(super) fn adopt(&mut self, value: &mut Value, place: Place<'a>) -> Result<Fate> {
        match value {
            Value::Scalar(scalar) if scalar.is_null() => Ok(Fate::Removed),
            Value::Mapping(map) => match directive::take(map)? {
                Directive::Delete => Ok(Fate::Removed),
                _ => self.adopt_fields(value, place),
            },
            Value::Sequence(items) if place.and_then(SchemaNode::merge_keys).is_some() => {
                let (directive, rest) = Directive::of_list(items)?;
                *items = rest;
                match directive {
                    Directive::Delete => Ok(Fate::Removed),
                    _ => keyed_list::merge(self, items, PatchList::Itself, place),
                }
            }
            _ => Ok(Fate::Kept),
        }
    }

    fn adopt_fields(&mut self, value: &mut Value, place: Place<'a>) -> Result<Fate> {
        let place = place.or_else(|| self.embedded(value, None));
        match value {
            Value::Mapping(map) => self.each_field(map, place, Self::adopt),
            _ => Ok(Fate::Kept),
        }
    }

    fn each_field(
        &mut self,
        map: &mut Mapping,
        place: Place<'a>,
        step: fn(&mut Self, &mut Value, Place<'a>) -> Result<Fate>,
    ) -> Result<Fate> {
        refuse_empty_key(map)?;
        let mut removed = Vec::new();
        for position in 0..map.len() {
            let Entry { key, value } = &mut map.entries_mut()[position];
            let below = below(place, key);
            if self.descend(|walk| step(walk, value, below))? == Fate::Removed {
                removed.push(position);
            }
        }
        remove_positions(map, &mut removed);
        Ok(Fate::Kept)
    }

    /// Says whether a selector changed.
    fn apply_assignments(&mut self, target: &mut Value) -> bool {
        if self.assignments.is_empty() {
            return false;
        }
        let before = target.at(selectors::PATH).cloned();
        let assignments = std::mem::take(&mut self.assignments);
        target.for_each_scalar(&mut |scalar| {
            let group = scalar.shared;
            for (_, new) in assignments.iter().filter(|(of, _)| Some(*of) == group) {
                overwrite(scalar, new);
            }
        });
        target.at(selectors::PATH) != before.as_ref()
    }
}

/// Whether a field that the patch does not have gets quotes: a text without them was written over it, or nobody gave it a
/// type, and it looks like something else.
fn is_quoted_anew(scalar: &Scalar) -> bool {
    scalar.style == Style::Unquoted
        || scalar.tag == Tag::Untyped
            && scalar.style == Style::Plain
            && !scalar.text.is_empty()
            && !yaml::is_text(&scalar.text)
}

/// Writes a scalar of a patch over another.
fn overwrite(old: &mut Scalar, new: &Scalar) {
    old.assign(new);
    let is_unquoted = old.tag.is_text() && old.style == Style::Plain;
    if is_unquoted && !old.text.is_empty() && !yaml::is_text(&old.text) {
        old.style = Style::Unquoted;
    }
}

fn below<'a>(place: Place<'a>, key: &Key) -> Place<'a> {
    place?.field(&key.text)
}

/// Fails over a field whose key is empty: kustomize takes such a field for the map itself.
#[inline]
pub(super) fn refuse_empty_key(map: &Mapping) -> Result<()> {
    if map.contains_key("") {
        return Err(wrong_kind("ScalarNode", &map.clone().into()));
    }
    Ok(())
}

/// The error for two things that can't be merged.
pub(super) fn wrong_kind(expected: &str, found: &Value) -> anyhow::Error {
    let mut contents = String::new();
    if yaml::write(found, &mut contents).is_err() {
        contents.clear();
    }
    anyhow!(
        "wrong node kind: expected {expected} but got {}: node contents:\n{contents}",
        found.node_kind()
    )
}
