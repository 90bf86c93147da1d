//! The order of kinds in kustomize's legacy order (spec 02 R42, R43).

use std::cmp::Ordering;

use super::{Gvk, Text};

/// The kinds that are printed first, in this order.
pub const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// The kinds that are printed last, in this order.
pub const LAST: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The rank of a kind: negative for those of `first`, positive for those of `last`, which wins, else 0.
/// Of a kind that is in a list twice, the later place counts.
pub fn rank<T: AsRef<str>>(kind: &str, first: &[T], last: &[T]) -> isize {
    let position = |list: &[T]| list.iter().rposition(|entry| entry.as_ref() == kind);
    let distance = |position: usize| isize::try_from(position).unwrap_or(isize::MAX);
    match (position(last), position(first)) {
        (Some(position), _) => 1 + distance(position),
        (None, Some(position)) => distance(position) - distance(first.len()),
        (None, None) => 0,
    }
}

/// Compares the texts `group_version_kind`, in which `~G`, `~V` and `~K` stand for what is missing, without writing them.
pub fn compare(left: &Gvk, right: &Gvk) -> Ordering {
    if left.group == right.group && left.version == right.version {
        return or(&left.kind, "~K").cmp(or(&right.kind, "~K"));
    }
    compare_joined(&parts(left), &parts(right))
}

fn parts(gvk: &Gvk) -> [&str; 5] {
    [
        or(&gvk.group, "~G"),
        "_",
        or(&gvk.version, "~V"),
        "_",
        or(&gvk.kind, "~K"),
    ]
}

/// Compares texts that are given in parts.
pub fn compare_joined(left: &[&str], right: &[&str]) -> Ordering {
    let left = left.iter().flat_map(|part| part.bytes());
    left.cmp(right.iter().flat_map(|part| part.bytes()))
}

/// The text, or what stands for one that is missing.
pub fn or<'a>(text: &'a Text, missing: &'a str) -> &'a str {
    if text.is_empty() { missing } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_place_of_a_kind_counts() {
        assert!(rank("A", &["A", "B", "A"], &[]) > rank("B", &["A", "B", "A"], &[]));
        assert!(rank("A", &[], &["A", "B", "A"]) > rank("B", &[], &["A", "B", "A"]));
        assert!(rank("A", &["A"], &["A"]) > 0);
    }
}
