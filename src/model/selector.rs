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
