//! Kinds that a custom schema says live outside namespaces, besides those that kustomize knows (spec 02 R13).

use indexmap::IndexSet;

use super::Gvk;

/// The kinds outside namespaces of a schema.
#[derive(Clone, Debug, Default)]
pub struct Scopes(IndexSet<Gvk>);

impl Scopes {
    /// Whether objects of the kind live outside namespaces.
    pub fn is_cluster_scoped(&self, gvk: &Gvk) -> bool {
        self.0.contains(gvk)
    }
}

impl FromIterator<Gvk> for Scopes {
    fn from_iter<I: IntoIterator<Item = Gvk>>(kinds: I) -> Self {
        Self(kinds.into_iter().collect())
    }
}
