//! Manifests as they are written: counted, searched, put in order and drawn as a tree, with their comments and their style.
//!
//! This is what `kustomize cfg` does with files of YAML. Objects are read from text or from [`package::packages`] of a folder,
//! pass a filter or two, and are printed; nothing is rendered. [`run`] is what `kustomize fn run` does with them.

mod annotations;
pub mod format;
mod ignore;
pub mod object;
pub mod package;
mod path;
pub mod print;
mod quantity;
pub mod query;
pub mod run;
pub mod tree;

use std::collections::BTreeMap;

use self::object::Object;

/// How many objects there are of each kind, by the kind's name.
pub fn count(objects: &[Object]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for object in objects {
        *counts.entry(object.kind().to_owned()).or_default() += 1;
    }
    counts
}
