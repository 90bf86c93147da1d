//! `replacements`: copies a value found in one object, or given, into fields of others.

mod matcher;
mod path;
mod source;
mod structured;
mod target;
#[cfg(test)]
mod tests;

use anyhow::{Result, bail};

pub(super) use self::path::wrong_kind;
pub use self::path::{Path, Segment};
use self::source::Source;
use crate::kustomization::Replacement;
use crate::model::ResMap;

/// Runs replacements in order; each sees what those before it did (spec 06 R2).
pub fn apply(resources: &mut ResMap, replacements: &[Replacement]) -> Result<()> {
    for replacement in replacements {
        apply_one(resources, replacement)?;
    }
    Ok(())
}

/// Runs a replacement, and returns the positions of the targets that select nothing.
pub fn apply_one(resources: &mut ResMap, replacement: &Replacement) -> Result<Vec<usize>> {
    let targets = replacement.targets.as_deref().unwrap_or_default();
    if targets.is_empty() {
        bail!("replacements must specify a source and at least one target");
    }
    let mut source = Source::new(resources, replacement)?;
    let mut unmatched = Vec::new();
    for (position, target) in targets.iter().enumerate() {
        if !target::apply(resources, target, &mut source)? {
            unmatched.push(position);
        }
    }
    Ok(unmatched)
}
