//! The order in which objects are printed.

use anyhow::{Result, bail};

use crate::kustomization::SortOptions;
use crate::model::{ResMap, Resource, Text, kind_order};

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
        let mut keyed: Vec<_> = resources
            .into_iter()
            .map(|resource| (SortKey::new(&resource, first, last), resource))
            .collect();
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        keyed.into_iter().map(|(_, resource)| resource).collect()
    }
}

/// What objects are compared by, in the order of the fields.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SortKey {
    rank: isize,
    /// Of all kinds called Namespace, the core one comes first although its group sorts last.
    is_other_namespace: bool,
    gvk: String,
    /// `namespace|name`, compared as one text: `a|x` comes after `a-b|x`.
    id: String,
}

impl SortKey {
    fn new(resource: &Resource, first: &[Text], last: &[Text]) -> Self {
        let id = resource.id();
        let rank = kind_order::rank(&id.gvk.kind, first, last);
        let is_ranked_namespace = rank != 0 && id.gvk.kind == "Namespace";
        let or = |text: &Text, missing: &'static str| {
            if text.is_empty() {
                Text::from(missing)
            } else {
                text.clone()
            }
        };
        Self {
            rank,
            is_other_namespace: is_ranked_namespace && !id.gvk.group.is_empty(),
            gvk: kind_order::text(&id.gvk),
            id: format!("{}|{}", or(&id.namespace, "~X"), or(&id.name, "~N")),
        }
    }
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
