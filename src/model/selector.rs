//! Which objects a patch or a replacement is for.

use serde::Deserialize;

use super::Text;

/// A selector as it is written; empty parts match everything (spec 02 R20).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SelectorArgs {
    /// A regular expression for the group.
    pub group: Text,
    /// A regular expression for the version.
    pub version: Text,
    /// A regular expression for the kind.
    pub kind: Text,
    /// A regular expression for the name.
    pub name: Text,
    /// A regular expression for the namespace.
    pub namespace: Text,
    /// Requirements for the labels.
    pub label_selector: Text,
    /// Requirements for the annotations.
    pub annotation_selector: Text,
}
/// stub
pub struct Selector(SelectorArgs);
impl Selector {
    /// stub
    pub fn compile(a: &SelectorArgs) -> anyhow::Result<Self> {
        Ok(Self(a.clone()))
    }
    /// stub
    pub fn literal_target(&self) -> Option<(&str, &str)> {
        None
    }
    /// stub
    pub fn matches_patch_target(&self, r: &super::Resource) -> bool {
        let m = |p: &str, t: &str| p.is_empty() || regex::Regex::new(&format!("^(?:{p})$")).unwrap().is_match(t);
        let (id, o) = (r.id(), r.original_id());
        m(&self.0.group, &id.gvk.group)
            && m(&self.0.version, &id.gvk.version)
            && m(&self.0.kind, &id.gvk.kind)
            && (m(&self.0.name, &id.name) || m(&self.0.name, &o.name))
            && (m(&self.0.namespace, id.effective_namespace()) || m(&self.0.namespace, o.effective_namespace()))
            && self.0.label_selector.is_empty()
            && self.0.annotation_selector.is_empty()
    }
}
