//! The texts of the merge keys of all elements of two lists, each combination once (spec 12 R32, R33).

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::keyed_index::{SHORT, key_text};
use crate::model::{Text, Value, Word};

pub(super) struct Tuples {
    width: usize,
    /// The tuples one after the other.
    texts: Vec<Text>,
    /// By hash, the positions of the tuples, once they are many.
    index: HashTable<usize>,
    hasher: FixedState,
}

impl Tuples {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            texts: Vec::new(),
            index: HashTable::new(),
            hasher: FixedState::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len() / self.width
    }

    /// Adds the tuples of a list's elements that are not there yet (R32).
    pub(super) fn extend(&mut self, items: &[Value], keys: &[Word]) {
        for item in items {
            let start = self.texts.len();
            self.texts
                .extend(keys.iter().map(|key| key_text(item, key)));
            let (before, new) = self.texts.split_at(start);
            let is_known = if before.len() / self.width <= SHORT {
                before.chunks(self.width).any(|tuple| tuple == new)
            } else {
                self.index_known(start)
            };
            if is_known {
                self.texts.truncate(start);
            }
        }
    }

    /// Whether the index knows the tuple at `start`; it is added if not.
    fn index_known(&mut self, start: usize) -> bool {
        let (width, texts, hasher) = (self.width, &self.texts, &self.hasher);
        let tuple = |position: usize| &texts[position * width..(position + 1) * width];
        let hash = |position: &usize| hasher.hash_one(tuple(*position));
        let new = start / width;
        for position in self.index.len()..new {
            self.index.insert_unique(hash(&position), position, hash);
        }
        let known = self
            .index
            .find(hash(&new), |position| tuple(*position) == tuple(new));
        known.is_some()
    }

    /// R33: tuples that contradict each other nowhere and agree somewhere complete each other.
    pub(super) fn complete(&mut self) {
        if self.width == 1 || self.is_uniform() {
            return;
        }
        let count = self.len();
        for i in 0..count {
            let a = self.tuple(i).to_vec();
            for j in 0..count {
                if let Some(union) = union(&a, self.tuple(j)) {
                    for position in [i, j] {
                        let start = position * self.width;
                        self.texts[start..start + self.width].clone_from_slice(&union);
                    }
                }
            }
        }
    }

    /// Whether all tuples have texts at the same positions.
    pub(super) fn is_uniform(&self) -> bool {
        let mut tuples = self.texts.chunks(self.width);
        let Some(first) = tuples.next() else {
            return true;
        };
        tuples.all(|tuple| {
            let same = |(a, b): (&Text, &Text)| a.is_empty() == b.is_empty();
            first.iter().zip(tuple).all(same)
        })
    }

    /// Whether each tuple has all texts or none.
    pub(super) fn is_whole(&self) -> bool {
        self.texts.chunks(self.width).all(|tuple| {
            let is_blank = |text: &Text| text.is_empty() == tuple[0].is_empty();
            tuple.iter().all(is_blank)
        })
    }

    /// Whether no tuple has any text.
    pub(super) fn is_blank(&self) -> bool {
        self.texts.iter().all(Text::is_empty)
    }

    /// The keys that some element has; all if none has any (R34).
    pub(super) fn used_keys(&self, keys: &[Word]) -> Vec<Word> {
        let is_used = |position: usize| {
            let mut texts = self.texts.iter().skip(position).step_by(self.width);
            texts.any(|text| !text.is_empty())
        };
        let blank = self.is_blank();
        keys.iter()
            .enumerate()
            .filter(|(position, _)| blank || is_used(*position))
            .map(|(_, key)| key.clone())
            .collect()
    }

    /// The texts of a tuple at the positions of the used keys.
    pub(super) fn at(&self, position: usize, keys: &[Word], used: &[Word]) -> Vec<Text> {
        let is_used = |key: &Word| used.contains(key);
        let texts = keys.iter().zip(self.tuple(position));
        texts
            .filter(|(key, _)| is_used(key))
            .map(|(_, text)| text.clone())
            .collect()
    }

    fn tuple(&self, position: usize) -> &[Text] {
        &self.texts[position * self.width..(position + 1) * self.width]
    }
}

fn union(a: &[Text], b: &[Text]) -> Option<Vec<Text>> {
    let pairs = || a.iter().zip(b);
    let agree = pairs().any(|(a, b)| a == b);
    let contradict = pairs().any(|(a, b)| a != b && !a.is_empty() && !b.is_empty());
    (agree && !contradict).then(|| {
        pairs()
            .map(|(a, b)| if a.is_empty() { b.clone() } else { a.clone() })
            .collect()
    })
}
