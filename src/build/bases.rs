//! What bases come to that several kustomizations of a repository name: built once, copied for each of them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use indexmap::IndexMap;

use super::Session;
use super::accumulate::Accumulator;
use crate::kustomization::Patch;

/// The bases that are worth keeping, by folder. Threads may share them: while one builds a base, the others wait for it.
#[derive(Default)]
pub struct Bases(IndexMap<PathBuf, Mutex<Option<Arc<Base>>>>);

/// A base that was built.
struct Base {
    accumulator: Accumulator,
    patches: Vec<Arc<Vec<Patch>>>,
}

impl Bases {
    /// Those in these folders. Nothing of them is built yet.
    pub fn in_folders(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let slots = folders.into_iter().map(|folder| (folder, Mutex::default()));
        Self(slots.collect())
    }

    fn slot(&self, folder: &Path) -> Option<&Mutex<Option<Arc<Base>>>> {
        self.0.get(folder)
    }
}

/// The base in a folder: as it was built before, or else as `build` makes it.
///
/// A base that fails is not kept, so that everyone who names it is told why. Its warnings go to the first who names it.
pub(super) fn get(
    folder: &Path,
    session: &mut Session<'_>,
    build: impl FnOnce(&mut Session<'_>) -> Result<Accumulator>,
) -> Result<Accumulator> {
    let bases = session.bases;
    let slot = bases.and_then(|bases| bases.slot(folder));
    let Some(slot) = slot.filter(|_| is_the_same_for_all(session)) else {
        return build(session);
    };
    let mut kept = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(base) = kept.clone() {
        drop(kept);
        session.patches.extend(base.patches.iter().cloned());
        return Ok(base.accumulator.clone());
    }
    let patches_before = session.patches.len();
    let accumulator = build(session)?;
    *kept = Some(Arc::new(Base {
        accumulator: accumulator.clone(),
        patches: session.patches[patches_before..].to_vec(),
    }));
    Ok(accumulator)
}

/// Whether a base does not depend on who names it: records hold the way to it, a schema of one layer is that of all after it,
/// charts are inflated for the namespace of who names them, and what other programs do nobody knows.
fn is_the_same_for_all(session: &Session<'_>) -> bool {
    !session.keeps_records
        && !session.plugins.allow_programs()
        && session.schema.is_built_in_alone()
}
