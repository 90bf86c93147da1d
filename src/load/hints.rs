//! What to do about entries that lead nowhere.

use std::path::Path;

use crate::kustomization::nearest;

use super::file_system::{FileKind, FileSystem};
use super::resolve::join;

/// More names than these are no help.
const MOST_NAMES: usize = 8;

/// What an entry may have been meant to say that leads to nothing.
pub(super) fn for_missing(files: &dyn FileSystem, root: &Path, entry: &str) -> Option<String> {
    let steps: Vec<&str> = entry.split('/').filter(|step| !step.is_empty()).collect();
    if entry.contains('\n') {
        return None;
    }
    if entry.contains(['*', '?']) {
        return Some("name each file or folder: patterns are not expanded".into());
    }
    let mut folder = join(root, if entry.starts_with('/') { "/" } else { "" });
    for (position, step) in steps.iter().enumerate() {
        let next = join(&folder, step);
        if files.kind(&next).is_ok() {
            folder = next;
            continue;
        }
        let names = files.list(&folder).ok()?;
        let Some(name) = nearest(step, names.iter().map(String::as_str)) else {
            return listing(&folder, root, &names);
        };
        let mut meant = steps.clone();
        meant[position] = name;
        let slash = if entry.starts_with('/') { "/" } else { "" };
        return Some(format!("did you mean `{slash}{}`?", meant.join("/")));
    }
    (files.kind(&folder).ok()? == FileKind::Link)
        .then(|| format!("`{entry}` is a link that leads nowhere"))
}

/// What a folder holds that has no kustomization.
pub(super) fn for_folder(files: &dyn FileSystem, folder: &Path) -> String {
    let names = files.list(folder).unwrap_or_default();
    let manifests: Vec<_> = names.iter().filter(|name| is_manifest(name)).collect();
    match manifests.len() {
        0 => "add a kustomization.yaml to the folder".into(),
        1..=MOST_NAMES => {
            let manifests: Vec<_> = manifests.iter().map(|name| format!("`{name}`")).collect();
            let manifests = manifests.join(", ");
            format!(
                "add a kustomization.yaml to the folder that names {manifests} under `resources:`"
            )
        }
        count => format!("add a kustomization.yaml to the folder that names its {count} manifests"),
    }
}

fn is_manifest(name: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn listing(folder: &Path, root: &Path, names: &[String]) -> Option<String> {
    let names: Vec<_> = names
        .iter()
        .filter(|name| !name.starts_with('.') && !super::FILE_NAMES.contains(&name.as_str()))
        .map(|name| format!("`{name}`"))
        .collect();
    let folder = folder.strip_prefix(root).unwrap_or(folder).display();
    let folder = match folder.to_string() {
        here if here.is_empty() => "the folder".into(),
        there => format!("`{there}`"),
    };
    match names.len() {
        1..=MOST_NAMES => Some(format!("{folder} has {}", names.join(", "))),
        _ => None,
    }
}
