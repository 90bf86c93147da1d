//! The layers that are loaded already: within one render, or within all renders of a repository.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;

use super::Layer;

/// Loaded layers by folder. Threads may share them.
#[derive(Debug, Default)]
pub struct Layers(Mutex<IndexMap<PathBuf, Arc<Layer>>>);

impl Layers {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets a layer that nobody will name any more.
    pub fn forget(&self, root: &Path) {
        self.locked(|layers| drop(layers.swap_remove(root)));
    }

    pub(super) fn get(&self, root: &Path) -> Option<Arc<Layer>> {
        self.locked(|layers| layers.get(root).cloned())
    }

    pub(super) fn insert(&self, layer: &Arc<Layer>) {
        self.locked(|layers| layers.insert(layer.root.clone(), Arc::clone(layer)));
    }

    fn locked<T>(&self, act: impl FnOnce(&mut IndexMap<PathBuf, Arc<Layer>>) -> T) -> T {
        // A thread that panicked has not left an entry half done.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
