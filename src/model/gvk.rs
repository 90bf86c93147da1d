//! Group, version and kind, and which kinds live outside namespaces.

use std::fmt;

use super::Text;

/// The group, version and kind of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Gvk {
    /// `apps`; empty for the core group.
    pub group: Text,
    /// `v1`
    pub version: Text,
    /// `Deployment`
    pub kind: Text,
}

impl Gvk {
    /// From the fields of an object: the text before the first `/` is the group (spec 02 R1).
    pub fn parse(api_version: &str, kind: impl Into<Text>) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// Whether [`Self::parse`] takes group and version from this `apiVersion`.
    pub fn is_of_api_version(&self, api_version: &str) -> bool {
        match api_version.strip_prefix(self.group.as_str()) {
            Some(version) if self.group.is_empty() => version == self.version,
            Some(rest) => rest.strip_prefix('/') == Some(&self.version),
            None => false,
        }
    }

    /// `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> Text {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => ecow::eco_format!("{group}/{}", self.version),
        }
    }

    /// Whether each part that this one names is the same in `other` (spec 03 R1).
    pub fn selects(&self, other: &Self) -> bool {
        let fits = |mine: &Text, theirs: &Text| mine.is_empty() || mine == theirs;
        fits(&self.kind, &other.kind)
            && fits(&self.group, &other.group)
            && fits(&self.version, &other.version)
    }

    /// Whether kustomize knows the kind, in this very version, as one that lives outside namespaces (spec 02 R12).
    pub fn is_cluster_scoped(&self) -> bool {
        /// Sorted; made by `build/cluster_scoped_kinds.rs`.
        static KINDS: &[(&str, &str, &str)] =
            include!(concat!(env!("OUT_DIR"), "/cluster_scoped_kinds.rs"));
        let kind = (&*self.kind, &*self.group, &*self.version);
        KINDS.binary_search(&kind).is_ok()
    }
}

impl fmt::Display for Gvk {
    /// `Deployment.v1.apps`, with kustomize's words for what is missing (spec 02 R7).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &Text, word: &'static str| {
            if text.is_empty() {
                Text::from(word)
            } else {
                text.clone()
            }
        };
        write!(
            f,
            "{}.{}.{}",
            or(&self.kind, "[noKind]"),
            or(&self.version, "[noVer]"),
            or(&self.group, "[noGrp]")
        )
    }
}
