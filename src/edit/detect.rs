//! `create --autodetect`: the files of a folder that hold objects.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};

use super::lists::Folder;
use super::names_in;
use crate::kustomization::documents;
use crate::load::FileKind;

/// The files that hold objects, and with `recursive` the folders below that hold a kustomization, in order (spec 14 R30).
pub fn resources(folder: Folder<'_>, recursive: bool) -> Result<Vec<String>> {
    let mut found = Vec::new();
    collect(folder, "", recursive, &mut found)?;
    Ok(found)
}

fn collect(
    folder: Folder<'_>,
    below: &str,
    recursive: bool,
    found: &mut Vec<String>,
) -> Result<()> {
    let files = folder.files;
    let here = folder.path.join(below);
    let names = files
        .list(&here)
        .with_context(|| format!("list {}", here.display()))?;
    for name in names {
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        let at = folder.path.join(&path);
        match files.kind(&at) {
            Ok(FileKind::Folder) if recursive => {
                if names_in(&at, files).is_empty() {
                    collect(folder, &path, recursive, found)?;
                } else {
                    found.push(path);
                }
            }
            Ok(FileKind::File { .. } | FileKind::Link) if holds_objects(folder, &at) => {
                found.push(path);
            }
            _ => {}
        }
    }
    Ok(())
}

fn holds_objects(folder: Folder<'_>, path: &Path) -> bool {
    let file = Arc::new(PathBuf::from(path));
    folder.files.is_file(path)
        && folder
            .files
            .read(path)
            .is_ok_and(|content| documents::read(&content, &file).is_ok())
}
