//! The fields of an object in the order in which people write them, and lists whose order means nothing sorted.

use std::sync::LazyLock;

use anyhow::{Result, bail};
use indexmap::IndexMap;

use super::object::Object;
use crate::yaml::lossless::{Content, Item, Node};

/// Says whether an object is to be put in order.
const ANNOTATION: &str = "config.kubernetes.io/formatting";

/// Fields that come first, in this order; the others follow by name.
static FIELD_ORDER: LazyLock<IndexMap<&str, usize>> = LazyLock::new(|| {
    let names = include_str!("field_order.txt").lines();
    names
        .enumerate()
        .map(|(place, name)| (name, place))
        .collect()
});

/// The kinds whose lists are sorted.
const KINDS: [&str; 7] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "ReplicaSet",
    "StatefulSet",
    "ValidatingWebhookConfiguration",
];

/// Their groups and versions.
const API_VERSIONS: [&str; 8] = [
    "admissionregistration.k8s.io/v1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "batch/v1",
    "batch/v1beta1",
    "extensions/v1beta1",
    "v1",
];

/// The lists that are sorted, and the field they are sorted by: nothing for the items themselves.
const LISTS: [(&str, &str); 2] = [
    (".spec.template.spec.containers", "name"),
    (".webhooks.rules.operations", ""),
];

/// Where a field stands among others: before all that have no place of their own, if it has one.
pub(super) fn rank(name: &str) -> (usize, &str) {
    let place = FIELD_ORDER.get(name).copied();
    (place.unwrap_or(usize::MAX), name)
}

/// Puts an object in order, unless it says that it is not to be.
pub fn apply(object: &mut Object) -> Result<()> {
    match object.annotation(ANNOTATION) {
        None | Some("standard") => {}
        Some("none") => return Ok(()),
        Some(other) => bail!("formatting annotation has illegal value {other}"),
    }
    let root = object.root();
    if root.get("kind").is_none() || root.get("apiVersion").is_none() {
        return Ok(());
    }
    let sorts_lists =
        KINDS.contains(&object.kind()) && API_VERSIONS.contains(&object.api_version());
    sort(object.root_mut(), &mut String::new(), sorts_lists);
    Ok(())
}

fn sort(node: &mut Node, path: &mut String, sorts_lists: bool) {
    match &mut node.content {
        Content::Mapping(map) => {
            map.items
                .sort_by(|left, right| rank(left.key_text()).cmp(&rank(right.key_text())));
            for entry in &mut map.items {
                let length = path.len();
                path.push('.');
                path.push_str(entry.key_text());
                if let Some(key) = &mut entry.key {
                    sort(key, path, sorts_lists);
                }
                sort(&mut entry.value, path, sorts_lists);
                path.truncate(length);
            }
        }
        Content::Sequence(list) => {
            let field = LISTS.iter().find(|(list, _)| list == path);
            if let Some((_, field)) = field.filter(|_| sorts_lists) {
                list.items
                    .sort_by(|left, right| text(left, field).cmp(text(right, field)));
            }
            for item in &mut list.items {
                sort(&mut item.value, path, sorts_lists);
            }
        }
        Content::Scalar(_) | Content::Alias(_) => {}
    }
}

/// What a list item is sorted by.
fn text<'i>(item: &'i Item, field: &str) -> &'i str {
    let value = match field {
        "" => Some(&item.value),
        field => item.value.get(field),
    };
    value.and_then(Node::text).unwrap_or_default()
}
