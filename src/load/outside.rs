//! The one door for what is only known while building: the files that configurations of plugins name.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use super::restriction::Reader;
use super::{FileSystem, Layer, Layers, LoadOptions, Loader};
use crate::kustomization::Kustomization;

/// The files that a build may still ask for.
pub struct Outside<'a> {
    reader: Reader<'a>,
}

impl<'a> Outside<'a> {
    /// The same files under the same restrictions as those of [`super::load`] with the same arguments.
    pub fn new(files: &'a dyn FileSystem, options: &LoadOptions) -> Self {
        Self {
            reader: Reader::new(files, options),
        }
    }

    /// Reads what a part of a kustomization names, with paths that start at `root`. Failures without a place of their own
    /// point into `file`.
    pub fn layer(
        &self,
        root: PathBuf,
        file: Arc<PathBuf>,
        part: Kustomization,
    ) -> Result<Arc<Layer>> {
        let layer = Layer {
            root,
            file,
            kustomization: part,
            ..Layer::default()
        };
        Loader::new(&self.reader, &Layers::new()).fill(Box::new(layer))
    }
}
