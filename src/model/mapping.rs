//! Maps in the order they were written, duplicate keys included.
//!
//! Kubernetes maps are short, so look-up is linear; code that joins two long maps builds an index of its own for the join.

use ecow::EcoVec;
use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::{Tag, Text, Value};

/// In maps up to this size, keys are looked for one by one.
const SHORT: usize = 32;

/// A list that grows has room for so many entries at least.
const ROOM_OF_GROWING: usize = 4;

/// A key: its text, and the type it was written as. Everything but a string key is an oddity (spec 10 R42).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key's text; comparisons look at nothing else.
    pub text: Text,
    /// [`Tag::Str`] for every ordinary key.
    pub tag: Tag,
}

impl<T: Into<Text>> From<T> for Key {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            tag: Tag::Str,
        }
    }
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// What stands below it.
    pub value: Value,
}

/// A map that keeps the order of its entries and, as YAML files may have them, duplicate keys: the first is the one found.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    entries: EcoVec<Entry>,
    is_flow: bool,
}

/// Maps are the same whatever they are written in.
impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Mapping {}

impl Mapping {
    /// A map without entries.
    pub const fn new() -> Self {
        Self {
            entries: EcoVec::new(),
            is_flow: false,
        }
    }

    /// A map without entries that has room for so many, and no more.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: EcoVec::with_capacity(capacity),
            is_flow: false,
        }
    }

    /// What kustomize reads in a list where it takes a map for granted: keys and values by turns. Nothing for a list of odd
    /// length, over which it crashes.
    pub fn of_pairs(items: &[Value]) -> Option<Self> {
        let mut map = Self::with_capacity(items.len() / 2);
        let mut pairs = items.chunks_exact(2);
        for pair in &mut pairs {
            let key = pair[0].as_scalar().map(|key| Key {
                text: key.text.clone(),
                tag: key.tag,
            });
            map.push(key.unwrap_or_else(|| "".into()), pair[1].clone());
        }
        pairs.remainder().is_empty().then_some(map)
    }

    /// Makes room for so many entries more, and no more where the map stays short: growing would make room for four, and most
    /// maps of labels have two.
    pub fn make_room(&mut self, additional: usize) {
        let needed = self.len() + additional;
        if needed < ROOM_OF_GROWING && self.entries.capacity() < needed {
            let mut entries = EcoVec::with_capacity(needed);
            entries.extend(std::mem::take(&mut self.entries));
            self.entries = entries;
        }
    }

    /// The same map, written in braces.
    #[must_use]
    pub fn in_flow(mut self) -> Self {
        self.is_flow = true;
        self
    }

    /// Whether it is written in braces: a text that becomes empty in there, or further inside, is no null (spec 10 R51).
    pub fn is_flow(&self) -> bool {
        self.is_flow
    }

    /// Forgets the braces, as when an object went through JSON.
    pub fn forget_flow(&mut self) {
        self.is_flow = false;
    }

    /// The number of entries, duplicates counted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Value)> {
        self.entries
            .iter()
            .map(|entry| (&entry.key.text, &entry.value))
    }

    /// The entries in order, keys with their types.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries in order, to change.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        self.entries.make_mut()
    }

    /// The values in order, to change.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.entries
            .make_mut()
            .iter_mut()
            .map(|entry| &mut entry.value)
    }

    /// The position of the first entry with this key.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| is_same(&entry.key.text, key))
    }

    /// The positions of many keys, looked up in an index; nothing where keys or entries are so few that it does not pay.
    pub fn positions<'k>(
        &self,
        keys: impl ExactSizeIterator<Item = &'k Text>,
    ) -> Option<Vec<Option<usize>>> {
        if self.len().min(keys.len()) <= SHORT {
            return None;
        }
        let mut positions = IndexMap::<&Text, usize, FixedState>::default();
        for (position, (key, _)) in self.iter().enumerate() {
            positions.entry(key).or_insert(position);
        }
        Some(keys.map(|key| positions.get(key).copied()).collect())
    }

    /// Whether there is an entry with this key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// The value of the first entry with this key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries
            .iter()
            .find(|entry| is_same(&entry.key.text, key))
            .map(|entry| &entry.value)
    }

    /// The value to change of the first entry with this key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.position(key)?;
        Some(&mut self.entries.make_mut()[position].value)
    }

    /// Puts a value below a key, in place of the first that was there, else at the end. Returns the old value.
    pub fn insert(&mut self, key: impl Into<Text>, value: Value) -> Option<Value> {
        let key = key.into();
        if let Some(old) = self.get_mut(&key) {
            return Some(std::mem::replace(old, value));
        }
        self.push(Key::from(key), value);
        None
    }

    /// Appends an entry without looking for one of the same key.
    pub fn push(&mut self, key: impl Into<Key>, value: Value) {
        self.entries.push(Entry {
            key: key.into(),
            value,
        });
    }

    /// The value below a key, put there by `make` if there was none.
    pub fn get_or_insert_with(&mut self, key: &str, make: impl FnOnce() -> Value) -> &mut Value {
        let position = self.position(key).unwrap_or_else(|| {
            self.push(key, make());
            self.len() - 1
        });
        &mut self.entries.make_mut()[position].value
    }

    /// Takes the first entry with this key out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let position = self.position(key)?;
        Some(self.entries.remove(position).value)
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&Text, &mut Value) -> bool) {
        self.entries
            .retain(|entry| keep(&entry.key.text, &mut entry.value));
    }
}

impl From<EcoVec<Entry>> for Mapping {
    fn from(entries: EcoVec<Entry>) -> Self {
        Self {
            entries,
            is_flow: false,
        }
    }
}

impl<K: Into<Key>> FromIterator<(K, Value)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        Self {
            entries: entries
                .into_iter()
                .map(|(key, value)| Entry {
                    key: key.into(),
                    value,
                })
                .collect(),
            is_flow: false,
        }
    }
}

impl IntoIterator for Mapping {
    type Item = (Key, Value);
    type IntoIter = std::iter::Map<ecow::vec::IntoIter<Entry>, fn(Entry) -> (Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries
            .into_iter()
            .map(|entry| (entry.key, entry.value))
    }
}

/// Whether two keys are the same. Nearly all are short: comparing these as one or two numbers costs less than a call.
fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    match left.len() {
        4..8 => {
            left.first_chunk::<4>() == right.first_chunk()
                && left.last_chunk::<4>() == right.last_chunk()
        }
        8..=16 => {
            left.first_chunk::<8>() == right.first_chunk()
                && left.last_chunk::<8>() == right.last_chunk()
        }
        _ => left == right,
    }
}
