//! The joint of two maps, in linear time where both are long.

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};

use super::directive;
use crate::model::{Entry, Mapping, Text};

/// Maps up to this size are joined by comparing all keys.
const SHORT: usize = 32;

/// The fields of a patch without its directive, and where the target has them. They come in the order in which kustomize
/// visits them: it decides which of two failures is told, and which of two values wins that are written over one shared scalar.
pub(super) fn join<'p>(target: &Mapping, patch: &'p Mapping) -> Vec<(&'p Entry, Option<usize>)> {
    let mut entries: Vec<_> = patch
        .entries()
        .iter()
        .filter(|entry| entry.key.text != directive::KEY)
        .collect();
    entries.sort_by(|a, b| a.key.text.cmp(&b.key.text));
    entries.dedup_by(|next, first| next.key.text == first.key.text);
    let positions = positions(target, entries.len());
    let find = |key: &Text| match &positions {
        Some(positions) => positions.get(key).copied(),
        None => target.position(key),
    };
    entries
        .into_iter()
        .map(|entry| (entry, find(&entry.key.text)))
        .collect()
}

/// Where the keys of a target are, if it and the patch are so long that an index pays.
fn positions(target: &Mapping, patched: usize) -> Option<IndexMap<&Text, usize, FixedState>> {
    if target.len().min(patched) <= SHORT {
        return None;
    }
    let mut positions = IndexMap::default();
    for (position, (key, _)) in target.iter().enumerate() {
        positions.entry(key).or_insert(position);
    }
    Some(positions)
}

/// The keys of a map, indexed if they are many.
pub(super) enum Keys<'m> {
    Few(&'m Mapping),
    Many(IndexSet<&'m Text, FixedState>),
}

impl<'m> Keys<'m> {
    pub(super) fn of(map: &'m Mapping) -> Self {
        if map.len() <= SHORT {
            Self::Few(map)
        } else {
            Self::Many(map.iter().map(|(key, _)| key).collect())
        }
    }

    pub(super) fn contain(&self, key: &Text) -> bool {
        match self {
            Self::Few(map) => map.contains_key(key),
            Self::Many(keys) => keys.contains(key),
        }
    }
}

/// Takes the entries at some positions out.
pub(super) fn remove_positions(map: &mut Mapping, removed: &mut [usize]) {
    if removed.is_empty() {
        return;
    }
    removed.sort_unstable();
    let mut removed = removed.iter().peekable();
    let mut position = 0;
    map.retain(|_, _| {
        let keep = removed.next_if(|next| **next == position).is_none();
        position += 1;
        keep
    });
}
