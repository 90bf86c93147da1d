//! Selectors that change because kustomize keeps a label that it put into several places as one value (spec 03 R7).

use crate::model::{ResId, Warning};

/// Where workloads and services have their selector.
pub(super) const PATH: &[&str] = &["spec", "selector"];

/// The warning about an object whose selector changed.
pub(super) fn changed(what: &str, id: &ResId) -> Warning {
    Warning::new(format!(
        "{what} also changes `spec.selector` of {} `{}`",
        id.gvk.kind, id.name
    ))
    .hint("kustomize keeps a label that it put on an object and into its selector as one value: change it where it was put there, or use another label")
    .hint("the selector of a workload that is on a cluster cannot be changed: it would have to be deleted first")
}
