//! Lists that are merged by keys, exactly as kustomize merges them: its oddities show in the output (spec 12 R30–R38).
//!
//! Every step names its rule. The one liberty is an index for long lists, which finds what comparing all elements would find.

use anyhow::{Result, bail};

use super::directive::{self, Directive};
use super::keyed_index::{List, written_text};
use super::merge_keys::SchemaNode;
use super::strategic_merge::{Fate, Walk};
use super::tuples::Tuples;
use crate::model::{Fault, MAX_COMPARED, Mapping, Scalar, Sequence, Tag, Text, Value, Word};

/// What is merged into a list.
#[derive(Clone, Copy)]
pub(super) enum PatchList<'p> {
    /// Nothing: the list is only brought in order.
    Missing,
    /// The list itself, which came from the patch.
    Itself,
    /// Another list.
    Other(&'p Sequence),
}

/// Merges a list of the patch into a list whose schema names merge keys.
pub(super) fn merge<'a>(
    walk: &mut Walk<'a>,
    target: &mut Sequence,
    patch: PatchList<'_>,
    place: Option<SchemaNode<'a>>,
) -> Result<Fate> {
    let place = place.expect("invariant: only a schema says that a list has merge keys");
    let (patch, is_itself) = match patch {
        PatchList::Missing => (Sequence::new(), false),
        PatchList::Itself => (Sequence::new(), true),
        PatchList::Other(patch) => match Directive::of_list(patch)? {
            (Directive::Delete, _) => return Ok(Fate::Removed),
            (Directive::Replace, rest) => {
                *target = rest;
                (Sequence::new(), true)
            }
            (Directive::Merge, rest) => (rest, false),
        },
    };
    let merge = KeyedMerge::new(walk, std::mem::take(target), &patch, is_itself, place)?;
    *target = merge.run()?;
    Ok(Fate::Kept)
}

/// Whether merging nothing into a list leaves it as it is but for what is in its elements: they all have the same keys, no two
/// the same.
pub(super) fn is_settled(items: &[Value], keys: &[Word]) -> bool {
    let fits = |item: &Value| match item {
        Value::Mapping(_) => !keys.is_empty(),
        // A merged set consists of texts that nobody gave a type.
        Value::Scalar(scalar) => keys.is_empty() && scalar.tag == Tag::Untyped,
        Value::Sequence(_) => false,
    };
    let keys = list_keys(keys);
    items.iter().all(fits) && {
        let mut tuples = Tuples::new(keys.len());
        tuples.extend(items, keys);
        items.is_empty()
            || (tuples.len() == items.len() && tuples.is_uniform() && !tuples.is_blank())
    }
}

/// Whether each element of two lists has all merge keys or none, after they completed each other (R33).
pub(super) fn has_whole_keys(lists: [&[Value]; 2], keys: &[Word]) -> bool {
    if keys.len() < 2 {
        return true;
    }
    let mut tuples = Tuples::new(keys.len());
    for list in lists {
        tuples.extend(list, keys);
    }
    tuples.complete();
    tuples.is_whole()
}

/// The keys of a list; a set of scalars counts as one with a key without a name.
fn list_keys(keys: &[Word]) -> &[Word] {
    match keys {
        [] => const { &[Word::Borrowed("")] },
        keys => keys,
    }
}

struct KeyedMerge<'w, 'a> {
    walk: &'w mut Walk<'a>,
    keys: &'a [Word],
    element: Option<SchemaNode<'a>>,
    /// The elements of both lists; everything else holds their numbers.
    nodes: Vec<Value>,
    tuples: Tuples,
    target: List,
    /// Nothing if the target is merged with itself.
    patch: Option<List>,
    merged: List,
}

impl<'w, 'a> KeyedMerge<'w, 'a> {
    fn new(
        walk: &'w mut Walk<'a>,
        target: Sequence,
        patch: &Sequence,
        is_itself: bool,
        place: SchemaNode<'a>,
    ) -> Result<Self> {
        let keys = list_keys(place.merge_keys().unwrap_or_default());
        let mut tuples = Tuples::new(keys.len());
        tuples.extend(patch, keys);
        tuples.extend(&target, keys);
        if patch.len() + target.len() > MAX_COMPARED && keys.len() > 1 && !tuples.is_uniform() {
            bail!(
                Fault::new(format!(
                    "a list of more than {MAX_COMPARED} elements cannot be merged by `{}`: some have only some of these keys",
                    keys.join("`, `")
                ))
                .hint("write all of these keys in every element")
            );
        }
        tuples.complete();
        let used = tuples.used_keys(keys);
        let indexed = (keys.len() == 1 || tuples.is_uniform())
            && patch.len() + target.len() > super::keyed_index::SHORT;
        let list = |from, to| List::new(used.clone(), from..to, indexed);
        let end = target.len() + patch.len();
        Ok(Self {
            target: list(0, target.len()),
            patch: (!is_itself).then(|| list(target.len(), end)),
            merged: list(0, 0),
            nodes: target.into_iter().chain(patch.iter().cloned()).collect(),
            element: place.element(),
            walk,
            keys,
            tuples,
        })
    }

    fn run(mut self) -> Result<Sequence> {
        if self.tuples.len() > 0 {
            for position in 0..self.tuples.len() {
                self.merge_tuple(position)?;
            }
            self.append_target()?;
            self.target = self.merged;
        }
        let nodes = self.nodes;
        Ok(self
            .target
            .items()
            .map(|node| nodes[node].clone())
            .collect())
    }

    /// R34: merges the elements that one tuple of keys names.
    fn merge_tuple(&mut self, position: usize) -> Result<()> {
        let texts = self.tuples.at(position, self.keys, self.merged.keys());
        let lookup: Vec<_> = lookup_of(self.merged.keys(), &texts);
        let of_target = self.target.find(&self.nodes, &lookup);
        let of_patch = match &mut self.patch {
            Some(patch) => patch.find(&self.nodes, &lookup),
            None => of_target,
        };
        let Some(node) = self.merge_elements(of_target, of_patch)? else {
            self.target.put(&self.nodes, &texts, None)?;
            return Ok(());
        };
        match &mut self.nodes[node] {
            Value::Mapping(map) => add_keys(map, self.merged.keys(), &texts),
            // kustomize makes the texts of a set anew, without their types; a doubled one then comes back as it was (R35).
            Value::Scalar(scalar) if !scalar.is_null() && !scalar.text.is_empty() => {
                scalar.tag = Tag::Untyped;
            }
            Value::Scalar(_) | Value::Sequence(_) => {}
        }
        self.merged.put(&self.nodes, &texts, Some(node))
    }

    /// The number of the merged element, if something is left of it.
    fn merge_elements(
        &mut self,
        target: Option<usize>,
        patch: Option<usize>,
    ) -> Result<Option<usize>> {
        let (node, fate) = match (target, patch) {
            (None, None) => return Ok(None),
            (Some(node), None) if self.nodes[node].as_scalar().is_some() => (node, Fate::Kept),
            (Some(node), None) => (node, self.walk.settle(&mut self.nodes[node], self.element)?),
            (None, Some(node)) => (
                node,
                self.walk.adopt_new(&mut self.nodes[node], self.element)?,
            ),
            (Some(node), Some(patch)) if node == patch => {
                (node, self.walk.adopt(&mut self.nodes[node], self.element)?)
            }
            (Some(target), Some(patch)) => self.merge_pair(target, patch)?,
        };
        let is_nothing = match &self.nodes[node] {
            Value::Mapping(map) => map.is_empty(),
            value => value.is_null(),
        };
        Ok((fate == Fate::Kept && !is_nothing).then_some(node))
    }

    fn merge_pair(&mut self, target: usize, patch: usize) -> Result<(usize, Fate)> {
        let new = self.nodes[patch].clone();
        let replaces = match &new {
            Value::Mapping(map) => Directive::of_map(map)? == Directive::Replace,
            new => matches!(new, Value::Scalar(_)),
        };
        // The merged element is then the patch's own, which later loses against the target's (R36).
        if replaces && new.node_kind() == self.nodes[target].node_kind() {
            let fate = self.walk.adopt_new(&mut self.nodes[patch], self.element)?;
            return Ok((patch, fate));
        }
        if let Value::Mapping(map) = &mut self.nodes[patch] {
            map.remove(directive::KEY);
        }
        // In the place of a null stands what the patch has, while the null is still the target's element.
        let merged = if self.nodes[target].is_null() {
            self.nodes[patch] = self.nodes[target].clone();
            patch
        } else {
            target
        };
        let fate = self
            .walk
            .merge(&mut self.nodes[merged], &new, self.element)?;
        Ok((merged, fate))
    }

    /// R35: appends the elements of the target that the merged list lacks, and puts those in place that it has.
    fn append_target(&mut self) -> Result<()> {
        let keys = self.merged.keys().to_vec();
        let nodes: Vec<_> = self.target.items().collect();
        for node in nodes {
            let mut texts = Vec::with_capacity(keys.len());
            for key in &keys {
                match written_text(&self.nodes[node], key) {
                    Some(text) => texts.push(text),
                    None => self.merged.push(&self.nodes, node),
                }
            }
            if keys.len() > 1 {
                self.merged.put(&self.nodes, &texts, None)?;
            }
            self.merged.put(&self.nodes, &texts, Some(node))?;
        }
        Ok(())
    }
}

/// The keys and texts to look an element up by: those that are not empty, or all if none is.
fn lookup_of(keys: &[Word], texts: &[Text]) -> Vec<(Word, Text)> {
    let all = || keys.iter().cloned().zip(texts.iter().cloned());
    if texts.iter().all(Text::is_empty) {
        all().collect()
    } else {
        all().filter(|(_, text)| !text.is_empty()).collect()
    }
}

fn add_keys(map: &mut Mapping, keys: &[Word], texts: &[Text]) {
    for (key, text) in keys.iter().zip(texts) {
        if !key.is_empty() && !text.is_empty() && !map.contains_key(key) {
            map.push(&**key, Value::Scalar(Scalar::untyped(text.clone())));
        }
    }
}
