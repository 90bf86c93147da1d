//! What a build that keeps records knows about an object: where it came from and what changed it (spec 01 R41, R42).

use std::sync::Arc;

use ecow::EcoVec;

use super::Text;

/// How an object came to be what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The file that it was read from, by its path from the root of the build or of the repository; empty where it was
    /// generated, or where nobody knows.
    pub path: Text,
    /// The repository that the file is in, where that was fetched.
    pub repo: Option<Arc<Repo>>,
    /// What generated it, if it was not read from a file.
    pub generator: Option<Arc<ConfiguredBy>>,
    /// What changed it, in order.
    pub transformers: EcoVec<Arc<ConfiguredBy>>,
    /// Whether the transformer that runs took all annotations away, this record among them, and with which of its entries:
    /// it then passes for what generated the object.
    pub lost_with: Option<usize>,
    /// What a program printed in the place of the record.
    pub printed: Printed,
}

/// The texts of a record that a program printed, which kustomize keeps as they are where it has nothing to add to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Where the object came from.
    pub origin: Option<Text>,
    /// What changed it, before the transformers that the record names.
    pub transformations: Option<Text>,
}

/// A generator or a transformer, and where somebody asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfiguredBy {
    /// The path that a program gave for it; empty where kustomize itself says what ran.
    pub path: Text,
    /// The file that asks for it, by its path from the root of the build or of the repository.
    pub configured_in: Text,
    /// The group and version of the plugin; `builtin` for those of kustomize itself.
    pub api_version: Text,
    /// The repository that the file is in, where that was fetched.
    pub repo: Option<Arc<Repo>>,
    /// The kind of the plugin.
    pub kind: Text,
    /// The name of the object that configures it; empty where a field of a kustomization does.
    pub name: Text,
    /// The namespace of that object.
    pub namespace: Text,
}

/// A repository that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repo {
    /// What git was told.
    pub url: Text,
    /// The branch, tag or commit; empty for the repository's own choice.
    pub reference: Text,
}

impl Record {
    /// The record of an object that was read from a file.
    pub fn of_file(path: Text, repo: Option<Arc<Repo>>) -> Self {
        Self {
            path,
            repo,
            generator: None,
            transformers: EcoVec::new(),
            lost_with: None,
            printed: Printed::default(),
        }
    }

    /// Notes that a transformer ran that counts as `count` plugins.
    pub fn note(&mut self, plugin: &Arc<ConfiguredBy>, count: usize) {
        let count = match self.lost_with.take() {
            None if self.says_no_origin() => {
                self.generator = Some(Arc::clone(plugin));
                count.saturating_sub(1)
            }
            None => count,
            Some(entry) => {
                *self = Self::of_generator(Arc::clone(plugin));
                count.saturating_sub(entry + 1)
            }
        };
        let plugins = std::iter::repeat_n(Arc::clone(plugin), count);
        self.transformers.extend(plugins);
    }

    /// Whether it does not say where the object came from: a program took that away, and the next transformer passes for it.
    pub fn says_no_origin(&self) -> bool {
        self.path.is_empty()
            && self.repo.is_none()
            && self.generator.is_none()
            && self.printed.origin.is_none()
    }

    /// The record of an object that was generated.
    pub fn of_generator(generator: Arc<ConfiguredBy>) -> Self {
        Self {
            path: Text::new(),
            repo: None,
            generator: Some(generator),
            transformers: EcoVec::new(),
            lost_with: None,
            printed: Printed::default(),
        }
    }
}
