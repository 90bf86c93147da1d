//! `edit add|remove patch`.

use anyhow::Result;

use super::layout::same;
use super::{items, lists, retain, set_text};
use crate::kustomization::go_quoted;
use crate::model::{Fault, Mapping, Value};

/// A patch as it is given on the command line; what is empty is not given.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// The file that holds it.
    pub path: String,
    /// Its text.
    pub patch: String,
    /// The fields of its target.
    pub target: Vec<(&'static str, String)>,
}

impl Patch {
    fn entry(&self) -> Result<Value> {
        if !self.path.is_empty() && !self.patch.is_empty() {
            let fault = Fault::new("patch and path can't be set at the same time");
            return Err(fault.hint("give one of `--patch` and `--path`").into());
        }
        let mut entry = Mapping::new();
        set_text(&mut entry, "path", &self.path);
        set_text(&mut entry, "patch", &self.patch);
        let mut target = Mapping::new();
        for (field, text) in &self.target {
            set_text(&mut target, field, text);
        }
        if !target.is_empty() {
            entry.insert("target", target.into());
        }
        Ok(entry.into())
    }

    /// As Go prints it, but for addresses.
    fn shown(&self) -> String {
        let has_target = self.target.iter().any(|(_, text)| !text.is_empty());
        let target = if has_target { "…" } else { "nil" };
        format!(
            "types.Patch{{Path:{}, Patch:{}, Target:(*types.Selector)({target}), Options:(*types.PatchArgs)(nil)}}",
            go_quoted(&self.path),
            go_quoted(&self.patch)
        )
    }
}

/// Adds a patch. Returns what to tell if it is there already.
pub fn add(fields: &mut Mapping, patch: &Patch) -> Result<Option<String>> {
    let entry = patch.entry()?;
    if patch.path.is_empty() && patch.patch.is_empty() {
        let fault = Fault::new("must provide either patch or path");
        return Err(fault
            .hint("name a file with `--path`, or give the patch itself with `--patch`")
            .into());
    }
    if items(fields, "patches").any(|item| same(item, &entry)) {
        return Ok(Some(format!(
            "patch {} already in kustomization file",
            patch.shown()
        )));
    }
    lists::push(fields, "patches", entry);
    Ok(None)
}

/// Removes a patch that says just this. Returns what to tell if there is none.
pub fn remove(fields: &mut Mapping, patch: &Patch) -> Result<Option<String>> {
    let entry = patch.entry()?;
    if !items(fields, "patches").any(|item| same(item, &entry)) {
        return Ok(Some(format!(
            "patch {} doesn't exist in kustomization file",
            patch.patch
        )));
    }
    retain(fields, "patches", |item| !same(item, &entry));
    Ok(None)
}
