//! The order in which objects are printed.

use std::cmp::Ordering;

use anyhow::{Result, bail};
use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::kustomization::SortOptions;
use crate::model::kind_order::{self, or};
use crate::model::{Gvk, ResId, ResMap, Resource, Text};

/// An order of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// As they were accumulated.
    Fifo,
    /// By kind, the listed ones first and last, then by namespace and name (spec 02 R42).
    Legacy {
        /// The kinds that come first.
        first: Vec<Text>,
        /// The kinds that come last.
        last: Vec<Text>,
    },
}

impl Default for SortOrder {
    fn default() -> Self {
        let texts = |kinds: &[&str]| kinds.iter().map(|kind| Text::from(*kind)).collect();
        Self::Legacy {
            first: texts(&kind_order::FIRST),
            last: texts(&kind_order::LAST),
        }
    }
}

impl SortOrder {
    /// The order that `sortOptions` asks for (spec 02 R44, R45).
    pub fn of_options(options: &SortOptions) -> Result<Self> {
        match (options.order.as_str(), &options.legacy_sort_options) {
            ("fifo", None) => Ok(Self::Fifo),
            ("fifo", Some(_)) => {
                bail!(
                    "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
                )
            }
            ("legacy", None) => Ok(Self::default()),
            ("legacy", Some(lists)) => Ok(Self::Legacy {
                first: lists.order_first.clone(),
                last: lists.order_last.clone(),
            }),
            _ => bail!("the field 'sortOptions.order' must be one of [fifo, legacy]"),
        }
    }

    /// Puts the objects in this order.
    pub fn apply(&self, mut resources: Vec<Resource>) -> Vec<Resource> {
        let Self::Legacy { first, last } = self else {
            return resources;
        };
        let ranks = kind_ranks(&resources, first, last);
        let mut keys: Vec<_> = resources
            .iter()
            .zip(ranks)
            .enumerate()
            .map(|(position, (resource, rank))| SortKey {
                position,
                rank,
                id: resource.id(),
            })
            .collect();
        keys.sort_by(SortKey::compare);
        let positions = keys.into_iter().map(|key| key.position).collect();
        rearrange(&mut resources, positions);
        resources
    }
}

/// Puts in each place what stands at that one of `positions`. Objects are large, and not to be there twice.
fn rearrange(resources: &mut [Resource], mut positions: Vec<usize>) {
    for start in 0..positions.len() {
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut positions[place], place);
            if from == start {
                break;
            }
            resources.swap(place, from);
            place = from;
        }
    }
}

/// For each object, the place of its kind among all kinds that there are: they are few, and compared once.
fn kind_ranks(resources: &[Resource], first: &[Text], last: &[Text]) -> Vec<usize> {
    let mut kinds: IndexMap<&Gvk, usize, RandomState> = IndexMap::default();
    let of_resources: Vec<_> = resources
        .iter()
        .map(|resource| kinds.insert_full(&resource.id().gvk, 0).0)
        .collect();
    let mut sorted: Vec<_> = kinds
        .keys()
        .enumerate()
        .map(|(kind, gvk)| (KindKey::new(gvk, first, last), kind))
        .collect();
    sorted.sort_by(|(left, _), (right, _)| left.compare(right));
    let mut rank = 0;
    let mut ranks = vec![0; sorted.len()];
    for position in 0..sorted.len() {
        let (key, kind) = &sorted[position];
        let is_alike = position > 0 && sorted[position - 1].0.compare(key).is_eq();
        rank += usize::from(!is_alike);
        ranks[*kind] = rank;
    }
    of_resources.into_iter().map(|kind| ranks[kind]).collect()
}

/// What a kind is compared by.
struct KindKey<'a> {
    rank: isize,
    /// Of all kinds called Namespace, the core one comes first although its group sorts last.
    is_other_namespace: bool,
    gvk: &'a Gvk,
}

impl<'a> KindKey<'a> {
    fn new(gvk: &'a Gvk, first: &[Text], last: &[Text]) -> Self {
        let rank = kind_order::rank(&gvk.kind, first, last);
        let is_ranked_namespace = rank != 0 && gvk.kind == "Namespace";
        Self {
            rank,
            is_other_namespace: is_ranked_namespace && !gvk.group.is_empty(),
            gvk,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        (self.rank, self.is_other_namespace)
            .cmp(&(other.rank, other.is_other_namespace))
            .then_with(|| kind_order::compare(self.gvk, other.gvk))
    }
}

/// What an object is compared by. Keys are sorted, not objects: they are small.
struct SortKey<'a> {
    position: usize,
    /// That of its kind.
    rank: usize,
    id: &'a ResId,
}

impl SortKey<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        self.rank
            .cmp(&other.rank)
            .then_with(|| compare_names(self.id, other.id))
    }
}

/// Compares `namespace|name` as one text: `a|x` comes after `a-b|x`.
fn compare_names(left: &ResId, right: &ResId) -> Ordering {
    if left.namespace == right.namespace {
        return or(&left.name, "~N").cmp(or(&right.name, "~N"));
    }
    kind_order::compare_joined(&parts(left), &parts(right))
}

fn parts(id: &ResId) -> [&str; 3] {
    [or(&id.namespace, "~X"), "|", or(&id.name, "~N")]
}

/// Fails where two objects have one identity (spec 02 R8).
pub fn check_unique(resources: &ResMap) -> Result<()> {
    for slot in resources.slots() {
        let id = resources.get(slot).id();
        if resources.first_now(id) != Some(slot) {
            bail!(
                "SortOrderTransformer: Failed to append to resources: may not add resource with an already registered id: {id}"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;

    #[test]
    fn objects_are_moved_to_the_places_of_their_numbers() {
        let object = |name: &str| Resource::new(Value::string(name));
        let positions = vec![2, 0, 3, 1, 4, 6, 5];
        let mut resources: Vec<_> = ["a", "b", "c", "d", "e", "f", "g"].map(object).into();
        rearrange(&mut resources, positions);
        let names: String = resources
            .iter()
            .filter_map(|resource| resource.value().text())
            .map(Text::as_str)
            .collect();
        assert_eq!(names, "cadbegf");
    }
}
