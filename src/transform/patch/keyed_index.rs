//! A list of elements that are found and replaced by the texts of their keys (spec 12 R30, R31).

use std::hash::BuildHasher;
use std::ops::Range;

use anyhow::Result;
use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::strategic_merge::wrong_kind;
use crate::model::{Text, Value, Word};

/// Lists up to this length are searched by comparing all elements.
pub(super) const SHORT: usize = 32;

/// The text of an element's key, empty where it is missing, null or no scalar. The key without a name stands for a scalar
/// itself, and then a null counts as it is written.
pub(super) fn key_text(element: &Value, key: &str) -> Text {
    if key.is_empty() {
        return written_text(element, key).unwrap_or_default();
    }
    let value = element.get(key);
    value.and_then(Value::text).cloned().unwrap_or_default()
}

/// The text of an element's key as it was written, that of a null too; nothing where the key is missing.
pub(super) fn written_text(element: &Value, key: &str) -> Option<Text> {
    let value = if key.is_empty() {
        Some(element)
    } else {
        element.get(key)
    };
    value.map(|value| match value {
        Value::Scalar(scalar) => scalar.text.clone(),
        _ => Text::new(),
    })
}

fn has_text(element: &Value, key: &str, text: &Text) -> bool {
    written_text(element, key).is_some_and(|own| own == *text)
}

/// A list of numbers of elements.
pub(super) struct List {
    keys: Vec<Word>,
    /// Nothing where an element was taken out.
    items: Vec<Option<usize>>,
    /// Under the hash of their texts, the positions of the elements that have a text for every key.
    index: HashTable<(u64, usize)>,
    /// How many items the index covers; nothing if there is to be no index.
    indexed: Option<usize>,
    /// Whether the list may hold something that [`Self::put`] drops or stumbles over.
    odd: bool,
    hasher: FixedState,
}

impl List {
    pub(super) fn new(keys: Vec<Word>, items: Range<usize>, indexed: bool) -> Self {
        Self {
            keys,
            odd: !items.is_empty(),
            items: items.map(Some).collect(),
            index: HashTable::new(),
            indexed: indexed.then_some(0),
            hasher: FixedState::default(),
        }
    }

    pub(super) fn keys(&self) -> &[Word] {
        &self.keys
    }

    pub(super) fn items(&self) -> impl Iterator<Item = usize> {
        self.items.iter().copied().flatten()
    }

    pub(super) fn push(&mut self, nodes: &[Value], node: usize) {
        self.odd |= is_odd(&nodes[node]);
        self.items.push(Some(node));
    }

    /// FIND: the first element that has these texts.
    pub(super) fn find(&mut self, nodes: &[Value], lookup: &[(Word, Text)]) -> Option<usize> {
        let fits = |node: &usize| {
            lookup
                .iter()
                .all(|(key, text)| has_text(&nodes[*node], key, text))
        };
        if self.indexed.is_none() || lookup.len() < self.keys.len() {
            return self.items().find(fits);
        }
        let texts: Vec<_> = lookup.iter().map(|(_, text)| text.clone()).collect();
        if texts.iter().any(Text::is_empty) {
            return self.items().find(fits);
        }
        let position = self.positions(nodes, &texts).into_iter().next()?;
        self.items[position]
    }

    /// PUT: puts an element in the place of all that have these texts, or at the end, save for a null; or takes them out.
    pub(super) fn put(
        &mut self,
        nodes: &[Value],
        texts: &[Text],
        element: Option<usize>,
    ) -> Result<()> {
        let complete = texts.len() == self.keys.len() && texts.iter().all(|text| !text.is_empty());
        if self.indexed.is_none() || !complete {
            return self.rebuild(nodes, texts, element);
        }
        if self.odd {
            self.drop_nothings(nodes);
        }
        let positions = self.positions(nodes, texts);
        for position in &positions {
            self.items[*position] = element;
        }
        match element {
            Some(node) if nodes[node].is_null() => self.odd |= !positions.is_empty(),
            Some(node) if positions.is_empty() => self.push(nodes, node),
            _ => {}
        }
        Ok(())
    }

    fn rebuild(&mut self, nodes: &[Value], texts: &[Text], element: Option<usize>) -> Result<()> {
        let mut items = Vec::with_capacity(self.items.len() + 1);
        let mut found = false;
        for node in self.items().filter(|node| !is_nothing(&nodes[*node])) {
            match self.verdict(&nodes[node], texts)? {
                Verdict::Stays => items.push(Some(node)),
                Verdict::Matches => {
                    found = true;
                    items.extend(element.map(Some));
                }
                Verdict::Goes => {}
            }
        }
        if !found {
            let element = element.filter(|node| !nodes[*node].is_null());
            items.extend(element.map(Some));
        }
        self.items = items;
        self.odd = true;
        self.forget_index();
        Ok(())
    }

    fn verdict(&self, element: &Value, texts: &[Text]) -> Result<Verdict> {
        let unmatched = if texts.is_empty() {
            Verdict::Goes
        } else {
            Verdict::Stays
        };
        if self.keys.iter().any(|key| !key.is_empty()) && element.as_mapping().is_none() {
            return match texts.first() {
                Some(text) if !text.is_empty() => Ok(Verdict::Stays),
                _ => Err(wrong_kind("MappingNode", element)),
            };
        }
        if self.keys.iter().any(|key| key.is_empty()) && element.as_scalar().is_none() {
            return Err(wrong_kind("ScalarNode", element));
        }
        // Keys without a text leave the verdict of the key before them.
        let matches = texts.iter().zip(&self.keys).all(|(text, key)| {
            if key.is_empty() {
                has_text(element, key, text)
            } else {
                written_text(element, key).is_some_and(|own| text.is_empty() || own == *text)
            }
        });
        Ok(if matches && !texts.is_empty() {
            Verdict::Matches
        } else {
            unmatched
        })
    }

    fn drop_nothings(&mut self, nodes: &[Value]) {
        self.odd = false;
        if self.items().any(|node| is_nothing(&nodes[node])) {
            self.items
                .retain(|item| item.is_some_and(|node| !is_nothing(&nodes[node])));
            self.forget_index();
        }
    }

    fn forget_index(&mut self) {
        self.index.clear();
        self.indexed = self.indexed.map(|_| 0);
    }

    /// The positions of the elements with these texts, in order.
    fn positions(&mut self, nodes: &[Value], texts: &[Text]) -> Vec<usize> {
        let covered = self.indexed.replace(self.items.len()).unwrap_or_default();
        for position in covered..self.items.len() {
            let Some(node) = self.items[position] else {
                continue;
            };
            let own: Vec<_> = self
                .keys
                .iter()
                .map(|key| written_text(&nodes[node], key).unwrap_or_default())
                .collect();
            let hash = self.hasher.hash_one(&own[..]);
            self.index
                .insert_unique(hash, (hash, position), |(hash, _)| *hash);
        }
        let hash = self.hasher.hash_one(texts);
        let fits = |node: usize| {
            let mut pairs = self.keys.iter().zip(texts);
            pairs.all(|(key, text)| has_text(&nodes[node], key, text))
        };
        let mut positions: Vec<_> = self
            .index
            .iter_hash(hash)
            .filter(|(own, _)| *own == hash)
            .map(|(_, position)| *position)
            .filter(|position| self.items[*position].is_some_and(fits))
            .collect();
        positions.sort_unstable();
        positions
    }
}

enum Verdict {
    Stays,
    Matches,
    Goes,
}

/// What vanishes from a list as soon as anything is put into it.
fn is_nothing(element: &Value) -> bool {
    match element {
        Value::Mapping(map) => map.is_empty(),
        element => element.is_null(),
    }
}

fn is_odd(element: &Value) -> bool {
    is_nothing(element)
}
