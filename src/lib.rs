//! Render Kubernetes manifests from kustomize trees: what kustomize 5.8.1 prints, byte for byte.
//!
//! # Steps
//!
//! 1. [`load`] reads a kustomization and everything it names, down to the last base, into a tree of [`load::Layer`]s:
//!    [`kustomization`] knows what the files may say, [`yaml`] how text becomes [`model::Value`]s.
//! 2. [`build`] turns the tree into objects, layer by layer: what is named is gathered, [`generate`] makes ConfigMaps and
//!    Secrets, components and then [`transform`]ers change what there is, in the order of [`transform::Transformer::ORDER`];
//!    at the root, once, names get their hashes, references follow, and the objects are sorted.
//! 3. [`emit`] prints the objects.
//!
//! Beside that, [`repository`] does it for all overlays at once; [`edit`] changes kustomization files and keeps their layout,
//! [`localize`] copies trees, [`cfg`] looks through manifests as they are written. [`locate`] finds the line of a file that an
//! error is about, [`cli`] is the only module that prints. A module uses only those before it in the list below.
//!
//! # Terms
//!
//! A *layer* is a kustomization with all that it reads; *base*, *overlay* and *component* are roles of layers. An *operand* is
//! an entry of `resources`. A *resource* is one object with its bookkeeping; its *current id* is what it is called now, its
//! *original id* what it was called when it was read. A *field spec* says which field of which kinds a transformer edits.

mod bytes;
mod parts;

pub mod model;

pub mod yaml;

pub mod kustomization;

pub mod emit;
pub mod generate;
pub mod load;
pub mod transform;

pub mod build;

pub mod repository;

pub mod locate;

pub mod edit;
pub mod localize;

pub mod cfg;

pub mod cli;

use std::path::Path;

use anyhow::Result;

/// Renders the kustomization in a folder as `render DIR` does, without its warnings.
///
/// # Errors
///
/// Fails where kustomize does; the chain of the error holds [`model::Fault`]s with the places that are to blame.
pub fn render(dir: &Path) -> Result<String> {
    let options = load::LoadOptions::default();
    let loaded = load::load(dir, &load::Disk, &options)?;
    let built = build::build(
        loaded.layer,
        &load::Outside::new(&load::Disk, &options),
        &build::BuildOptions::default(),
    )?;
    emit::to_yaml(&built.resources)
}
