//! The order of kinds in kustomize's legacy order (spec 02 R42, R43).

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

/// The text `group_version_kind`, in which `~G`, `~V` and `~K` stand for what is missing.
pub fn text(gvk: &Gvk) -> String {
    let or = |part: &Text, missing: &'static str| {
        if part.is_empty() {
            Text::from(missing)
        } else {
            part.clone()
        }
    };
    format!(
        "{}_{}_{}",
        or(&gvk.group, "~G"),
        or(&gvk.version, "~V"),
        or(&gvk.kind, "~K")
    )
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
