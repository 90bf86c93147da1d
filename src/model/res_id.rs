//! What identifies an object: its kind, name and namespace.

use std::fmt;

use super::{Gvk, Text};

/// The namespace that objects outside namespaces are given in comparisons (spec 02 R6).
pub const NO_NAMESPACE: &str = "_non_namespaceable_";

/// An object's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResId {
    /// Group, version and kind.
    pub gvk: Gvk,
    /// `metadata.name` as text.
    pub name: Text,
    /// `metadata.namespace` as written; empty where there is none.
    pub namespace: Text,
    /// Whether the kind lives outside namespaces.
    pub cluster_scoped: bool,
}

impl ResId {
    /// An identity whose scope follows from kustomize's table of kinds.
    pub fn new(gvk: Gvk, name: Text, namespace: Text) -> Self {
        let cluster_scoped = gvk.is_cluster_scoped();
        Self {
            gvk,
            name,
            namespace,
            cluster_scoped,
        }
    }

    /// The namespace that counts in comparisons (spec 02 R6).
    pub fn effective_namespace(&self) -> &str {
        match self.namespace.as_str() {
            _ if self.cluster_scoped => NO_NAMESPACE,
            "" => "default",
            namespace => namespace,
        }
    }

    /// Whether both name the same object (spec 02 R5). Of a kind that only one of them knows to live outside namespaces, both do.
    pub fn is_same(&self, other: &Self) -> bool {
        let is_cluster_scoped = self.cluster_scoped || other.cluster_scoped;
        self.name == other.name
            && self.gvk == other.gvk
            && (is_cluster_scoped || self.effective_namespace() == other.effective_namespace())
    }
}

impl fmt::Display for ResId {
    /// `ConfigMap.v1.[noGrp]/cm.[noNs]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_empty() {
            "[noName]"
        } else {
            &self.name
        };
        let namespace = if self.namespace.is_empty() {
            "[noNs]"
        } else {
            &self.namespace
        };
        write!(f, "{}/{name}.{namespace}", self.gvk)
    }
}

/// An identity that an object had before something renamed it. Its group and version are always the object's current ones
/// (spec 02 R3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousId {
    /// The name it had.
    pub name: Text,
    /// The effective namespace it had.
    pub namespace: Text,
    /// The kind it had.
    pub kind: Text,
}
