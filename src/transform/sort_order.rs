//! The order in which objects are printed.

use std::cmp::Ordering;

use anyhow::{Result, bail};

use crate::kustomization::SortOptions;
use crate::model::kind_order::{self, or};
use crate::model::{ResId, ResMap, Resource, Text};

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
    pub fn apply(&self, resources: Vec<Resource>) -> Vec<Resource> {
        let Self::Legacy { first, last } = self else {
            return resources;
        };
        let mut keys: Vec<_> = resources
            .iter()
            .enumerate()
            .map(|(position, resource)| SortKey::new(position, resource.id(), first, last))
            .collect();
        keys.sort_by(SortKey::compare);
        let positions: Vec<_> = keys.into_iter().map(|key| key.position).collect();
        let mut unsorted: Vec<_> = resources.into_iter().map(Some).collect();
        positions
            .into_iter()
            .filter_map(|position| unsorted[position].take())
            .collect()
    }
}

/// What an object is compared by. Keys are sorted, not objects: they are small.
struct SortKey<'a> {
    position: usize,
    rank: isize,
    /// Of all kinds called Namespace, the core one comes first although its group sorts last.
    is_other_namespace: bool,
    id: &'a ResId,
}

impl<'a> SortKey<'a> {
    fn new(position: usize, id: &'a ResId, first: &[Text], last: &[Text]) -> Self {
        let rank = kind_order::rank(&id.gvk.kind, first, last);
        let is_ranked_namespace = rank != 0 && id.gvk.kind == "Namespace";
        Self {
            position,
            rank,
            is_other_namespace: is_ranked_namespace && !id.gvk.group.is_empty(),
            id,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        (self.rank, self.is_other_namespace)
            .cmp(&(other.rank, other.is_other_namespace))
            .then_with(|| kind_order::compare(&self.id.gvk, &other.id.gvk))
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
        if resources.matching_now(id).first() != Some(&slot) {
            bail!(
                "SortOrderTransformer: Failed to append to resources: may not add resource with an already registered id: {id}"
            );
        }
    }
    Ok(())
}
