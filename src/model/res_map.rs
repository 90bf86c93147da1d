//! The objects of a render in order, with the index that finds them by any name they ever had.
//!
//! Objects keep their slot for life; every change goes through [`ResMap::edit`], which keeps the index right.

use std::hash::BuildHasher;

use anyhow::{Result, bail, ensure};
use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::parts::{self, MANY};

use super::{MAX_OUTPUT, PreviousId, Renamed, ResId, Resource, Text, Value};

/// Where an object sits: a number that stays the same as long as the object lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u32);

impl Slot {
    /// # Panics
    ///
    /// For a place that no list of objects has that fits into memory.
    fn new(place: usize) -> Self {
        Self(
            u32::try_from(place)
                .expect("invariant: four thousand million objects do not fit into memory"),
        )
    }

    fn place(self) -> usize {
        self.0 as usize
    }
}

/// The hash of a kind and a name: half of one, as there is an entry for each name that an object ever had.
type NameHash = u32;

/// The objects of a render.
#[derive(Clone, Debug, Default)]
pub struct ResMap {
    slots: Vec<Option<Resource>>,
    removed: usize,
    /// Under the hash of kind and name, for each identity an object has or had, the object's slot. Entries may be stale.
    by_name: HashTable<(NameHash, Slot)>,
    hasher: FixedState,
    /// The bytes of the texts that were made for the objects.
    made: usize,
}

impl ResMap {
    /// Counts the bytes of texts that are made for objects; fails where they come to more than could be printed.
    pub fn spend(&mut self, bytes: usize) -> Result<()> {
        self.made = self.made.saturating_add(bytes);
        ensure!(
            self.made <= MAX_OUTPUT,
            "the texts that are made come to more than {MAX_OUTPUT} bytes"
        );
        Ok(())
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.slots.len() - self.removed
    }

    /// Whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The objects in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Resource> {
        self.slots.iter().flatten()
    }

    /// The slots that hold an object, in order.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        let live: Vec<_> = (0..self.slots.len())
            .filter(|slot| self.slots[*slot].is_some())
            .map(Slot::new)
            .collect();
        live.into_iter()
    }

    /// The object in a slot that holds one.
    pub fn get(&self, slot: Slot) -> &Resource {
        self.slots[slot.place()]
            .as_ref()
            .expect("invariant: slots are handed out for objects that live")
    }

    /// The object in a slot, if it lives.
    pub fn try_get(&self, slot: Slot) -> Option<&Resource> {
        self.slots[slot.place()].as_ref()
    }

    /// The slots of the objects that have or had this kind and this name, in order.
    pub fn named(&self, kind: &str, name: &str) -> Vec<Slot> {
        let hash = self.hash(kind, name);
        let mut found: Vec<_> = self
            .by_name
            .iter_hash(spread(hash))
            .filter(|(entry, _)| *entry == hash)
            .map(|(_, slot)| *slot)
            .collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|slot| {
            self.slots[slot.place()]
                .as_ref()
                .is_some_and(|resource| goes_by(resource, kind, name))
        });
        found
    }

    /// The slots of the objects that go or went by an identity.
    pub fn matching(&self, id: &ResId) -> Vec<Slot> {
        let mut found = self.named(&id.gvk.kind, &id.name);
        found.retain(|slot| self.get(*slot).answers_to(id));
        found
    }

    /// The slots of the objects that go by an identity now.
    pub fn matching_now(&self, id: &ResId) -> Vec<Slot> {
        let mut found = self.named(&id.gvk.kind, &id.name);
        found.retain(|slot| self.get(*slot).id().is_same(id));
        found
    }

    /// The first slot of an object that goes by an identity now.
    pub fn first_now(&self, id: &ResId) -> Option<Slot> {
        let hash = self.hash(&id.gvk.kind, &id.name);
        let entries = self.by_name.iter_hash(spread(hash));
        entries
            .filter(|(entry, _)| *entry == hash)
            .map(|(_, slot)| *slot)
            .filter(|slot| self.goes_by(*slot, id))
            .min()
    }

    fn goes_by(&self, slot: Slot, id: &ResId) -> bool {
        self.try_get(slot)
            .is_some_and(|resource| resource.id().is_same(id))
    }

    /// Makes room for so many objects more.
    pub fn reserve(&mut self, additional: usize) {
        self.slots.reserve(additional);
        self.by_name.reserve(additional, |(hash, _)| spread(*hash));
    }

    /// Appends an object whose current identity nothing else has (spec 02 R8).
    pub fn push(&mut self, resource: Resource) -> Result<Slot> {
        self.check_unique(resource.id(), None)?;
        let slot = Slot::new(self.slots.len());
        self.slots.push(Some(resource));
        self.index(slot, Renamed::ANEW);
        Ok(slot)
    }

    /// Appends all objects of another map; their slots change.
    pub fn absorb(&mut self, other: Self) -> Result<()> {
        if self.slots.is_empty() {
            *self = other;
            return Ok(());
        }
        self.reserve(other.len());
        other
            .slots
            .into_iter()
            .flatten()
            .try_for_each(|resource| self.push(resource).map(drop))
    }

    /// Changes an object; the one way to do it.
    pub fn edit<T>(&mut self, slot: Slot, change: impl FnOnce(&mut Resource) -> T) -> T {
        let resource = self.slots[slot.place()]
            .as_mut()
            .expect("invariant: slots are handed out for objects that live");
        let result = change(resource);
        let renamed = resource.refresh_id();
        self.index(slot, renamed);
        result
    }

    /// Changes all objects, up to the first failure.
    pub fn edit_all(&mut self, change: impl Fn(&mut Resource) -> Result<()> + Sync) -> Result<()> {
        let change =
            |(): &mut (), _: Slot, resource: &mut Resource| change(resource).map(|()| true);
        self.edit_each(|| (), change).map(drop)
    }

    /// Changes all objects, up to the first failure: in order, or where they are many, those of several parts of the list at a
    /// time. A part begins with a state of its own; they come back in order. The change says whether it may have touched what
    /// makes an object's identity.
    pub fn edit_each<S: Send>(
        &mut self,
        begin: impl Fn() -> S + Sync,
        change: impl Fn(&mut S, Slot, &mut Resource) -> Result<bool> + Sync,
    ) -> Result<Vec<S>> {
        let size = parts::size(self.slots.len(), MANY);
        let parts = self.slots.chunks_mut(size).enumerate();
        let done = parts::each(parts, |(number, slots)| {
            let (mut state, mut renamed) = (begin(), Vec::new());
            let mut slots = (number * size..).map(Slot::new).zip(slots);
            let result = slots.try_for_each(|(slot, resource)| {
                let Some(resource) = resource else {
                    return Ok(());
                };
                let changed = change(&mut state, slot, resource);
                // A failure may come after a change.
                if !matches!(changed, Ok(false)) {
                    let how = resource.refresh_id();
                    if how != Renamed::default() {
                        renamed.push((slot, how));
                    }
                }
                changed.map(drop)
            });
            (renamed, result.map(|()| state))
        });
        let index = |(renamed, result): (Vec<_>, _)| {
            for (slot, how) in renamed {
                self.index(slot, how);
            }
            result
        };
        let results: Vec<_> = done.into_iter().map(index).collect();
        results.into_iter().collect()
    }

    /// Takes the value of an object out, while its identity stays; [`Self::put_value`] must follow.
    pub fn take_value(&mut self, slot: Slot) -> Value {
        let resource = self.slots[slot.place()].as_mut();
        resource.map_or_else(Value::null, |resource| {
            std::mem::replace(resource.value_mut(), Value::null())
        })
    }

    /// Puts back a value that was taken out.
    pub fn put_value(&mut self, slot: Slot, value: Value) {
        self.edit(slot, |resource| *resource.value_mut() = value);
    }

    /// Takes an object out.
    pub fn remove(&mut self, slot: Slot) -> Option<Resource> {
        let resource = self.slots[slot.place()].take();
        self.removed += usize::from(resource.is_some());
        resource
    }

    /// Puts an object in the place of another.
    pub fn replace(&mut self, slot: Slot, resource: Resource) {
        self.slots[slot.place()] = Some(resource);
        self.index(slot, Renamed::ANEW);
    }

    /// Fails if another object than the one in `except` has this identity now.
    pub fn check_unique(&self, id: &ResId, except: Option<Slot>) -> Result<()> {
        let hash = self.hash(&id.gvk.kind, &id.name);
        let mut entries = self.by_name.iter_hash(spread(hash));
        let taken = entries.any(|(entry, slot)| {
            *entry == hash && Some(*slot) != except && self.goes_by(*slot, id)
        });
        if taken {
            bail!("may not add resource with an already registered id: {id}");
        }
        Ok(())
    }

    /// The objects in order, alone.
    pub fn into_resources(self) -> Vec<Resource> {
        // In this form the standard library moves them within the list that they are in.
        #[expect(clippy::filter_map_identity, reason = "`flatten` makes another list")]
        self.slots.into_iter().filter_map(|slot| slot).collect()
    }

    /// Enters an object under the pairs of a kind and a name, that it has or had, which are new to it: all of them where its
    /// history is.
    fn index(&mut self, slot: Slot, renamed: Renamed) {
        let Some(resource) = &self.slots[slot.place()] else {
            return;
        };
        if renamed == Renamed::default() {
            return;
        }
        let (id, previous) = (resource.id(), resource.previous());
        // The current ones come first.
        let kinds = || distinct(&id.gvk.kind, previous, |id| &id.kind).enumerate();
        for (name_number, name) in distinct(&id.name, previous, |id| &id.name).enumerate() {
            for (kind_number, kind) in kinds() {
                let is_new = renamed.history
                    || renamed.kind && kind_number == 0
                    || renamed.name && name_number == 0;
                if is_new {
                    let hash = name_hash(&self.hasher, kind, name);
                    let entry = (hash, slot);
                    self.by_name
                        .insert_unique(spread(hash), entry, |(hash, _)| spread(*hash));
                }
            }
        }
    }

    fn hash(&self, kind: &str, name: &str) -> NameHash {
        name_hash(&self.hasher, kind, name)
    }
}

fn name_hash(hasher: &FixedState, kind: &str, name: &str) -> NameHash {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "every part of a hash is one"
    )]
    let half = hasher.hash_one((kind, name)) as NameHash;
    half
}

/// As the table wants a hash: it looks at the highest bits and at the lowest.
fn spread(hash: NameHash) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// The part of an identity as it is now and as it was, each text once.
fn distinct<'a>(
    current: &'a Text,
    previous: &'a [PreviousId],
    part: impl Fn(&PreviousId) -> &Text + Copy,
) -> impl Iterator<Item = &'a Text> {
    let earlier = previous.iter().enumerate().filter(move |(position, id)| {
        part(id) != current
            && previous[..*position]
                .iter()
                .all(|other| part(other) != part(id))
    });
    std::iter::once(current).chain(earlier.map(move |(_, id)| part(id)))
}

/// Whether it has or had the kind, and has or had the name, together or not (spec 04 R30).
fn goes_by(resource: &Resource, kind: &str, name: &str) -> bool {
    let had_kind =
        resource.id().gvk.kind == kind || resource.previous().iter().any(|id| id.kind == kind);
    had_kind && resource.has_name(name)
}
