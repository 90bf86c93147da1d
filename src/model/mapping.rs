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
pub struct Mapping(Notation);

/// What a map is written in, with its entries. The few in braces are boxed, which leaves room for the distinction inside the
/// pointer of the others: a flag beside it would make every value of a document larger by a third.
#[derive(Clone, Debug)]
enum Notation {
    Block(EcoVec<Entry>),
    Flow(Box<EcoVec<Entry>>),
}

const _: () = assert!(size_of::<Mapping>() == size_of::<EcoVec<Entry>>());

impl Default for Notation {
    fn default() -> Self {
        Self::Block(EcoVec::new())
    }
}

/// Maps are the same whatever they are written in.
impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        self.list() == other.list()
    }
}

impl Eq for Mapping {}

impl Mapping {
    /// A map without entries.
    pub const fn new() -> Self {
        Self(Notation::Block(EcoVec::new()))
    }

    /// A map without entries that has room for so many, and no more.
    pub fn with_capacity(capacity: usize) -> Self {
        EcoVec::with_capacity(capacity).into()
    }

    fn list(&self) -> &EcoVec<Entry> {
        match &self.0 {
            Notation::Block(entries) => entries,
            Notation::Flow(entries) => entries,
        }
    }

    fn list_mut(&mut self) -> &mut EcoVec<Entry> {
        match &mut self.0 {
            Notation::Block(entries) => entries,
            Notation::Flow(entries) => entries,
        }
    }

    fn into_list(self) -> EcoVec<Entry> {
        match self.0 {
            Notation::Block(entries) => entries,
            Notation::Flow(entries) => *entries,
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
        let list = self.list_mut();
        if needed < ROOM_OF_GROWING && list.capacity() < needed {
            let mut entries = EcoVec::with_capacity(needed);
            entries.extend(std::mem::take(list));
            *list = entries;
        }
    }

    /// The same map, written in braces.
    #[must_use]
    pub fn in_flow(self) -> Self {
        Self(Notation::Flow(Box::new(self.into_list())))
    }

    /// Whether it is written in braces: a text that becomes empty in there, or further inside, is no null (spec 10 R51).
    pub fn is_flow(&self) -> bool {
        matches!(self.0, Notation::Flow(_))
    }

    /// Forgets the braces, as when an object went through JSON.
    pub fn forget_flow(&mut self) {
        if let Notation::Flow(entries) = &mut self.0 {
            self.0 = Notation::Block(std::mem::take(entries));
        }
    }

    /// The number of entries, duplicates counted.
    pub fn len(&self) -> usize {
        self.list().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.list().is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Value)> {
        self.list()
            .iter()
            .map(|entry| (&entry.key.text, &entry.value))
    }

    /// The entries in order, keys with their types.
    pub fn entries(&self) -> &[Entry] {
        self.list()
    }

    /// The entries in order, to change.
    pub fn entries_mut(&mut self) -> &mut [Entry] {
        self.list_mut().make_mut()
    }

    /// The values in order, to change.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.entries_mut().iter_mut().map(|entry| &mut entry.value)
    }

    /// The position of the first entry with this key.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.list()
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
        self.list()
            .iter()
            .find(|entry| is_same(&entry.key.text, key))
            .map(|entry| &entry.value)
    }

    /// The value to change of the first entry with this key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.position(key)?;
        Some(&mut self.entries_mut()[position].value)
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
        self.list_mut().push(Entry {
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
        &mut self.entries_mut()[position].value
    }

    /// Takes the first entry with this key out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let position = self.position(key)?;
        Some(self.list_mut().remove(position).value)
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&Text, &mut Value) -> bool) {
        self.list_mut()
            .retain(|entry| keep(&entry.key.text, &mut entry.value));
    }
}

impl From<EcoVec<Entry>> for Mapping {
    fn from(entries: EcoVec<Entry>) -> Self {
        Self(Notation::Block(entries))
    }
}

impl<K: Into<Key>> FromIterator<(K, Value)> for Mapping {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(key, value)| Entry {
            key: key.into(),
            value,
        });
        entries.collect::<EcoVec<_>>().into()
    }
}

impl IntoIterator for Mapping {
    type Item = (Key, Value);
    type IntoIter = std::iter::Map<ecow::vec::IntoIter<Entry>, fn(Entry) -> (Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_list()
            .into_iter()
            .map(|entry| (entry.key, entry.value))
    }
}

/// Whether two entries may have the same key: always for many entries, else where two keys have the same ends and about the
/// same length.
pub fn may_have_duplicates(entries: &[Entry]) -> bool {
    const MOST: usize = 32;
    if entries.len() > MOST {
        return true;
    }
    let mut marks = [[0; 4]; MOST];
    entries.iter().enumerate().any(|(position, entry)| {
        let key = entry.key.text.as_bytes();
        let [length, ..] = key.len().to_le_bytes();
        let end = |end: Option<&u8>| end.copied().unwrap_or_default();
        let mark = [length, end(key.first()), end(key.last()), 0];
        marks[position] = mark;
        // All are looked at, which goes several at a time.
        let earlier = marks[..position].iter();
        earlier.filter(|earlier| **earlier == mark).count() > 0
    })
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
