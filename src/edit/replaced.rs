//! A kustomization with other contents than on disk, and what comes of it.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::lists::Folder;
use super::new_text;
use super::vars::Rewritten;
use crate::build::{BuildOptions, build};
use crate::emit;
use crate::load::{FileKind, FileSystem, Outside, load};
use crate::model::{Mapping, clean_path};

/// What a folder renders to if its kustomization says this.
pub(super) fn render(fields: &Mapping, others: &[Rewritten], folder: Folder<'_>) -> Result<String> {
    let others = others.iter().map(|file| {
        let path = absolute(&file.path, folder)?;
        Ok((path, file.text.clone().into_bytes()))
    });
    let files = Replaced {
        files: folder.files,
        path: absolute(&folder.path.join(folder.kustomization), folder)?,
        content: new_text(fields).into_bytes(),
        others: others.collect::<Result<_>>()?,
    };
    let loaded = load(folder.path, &files, folder.options)?;
    let outside = Outside::new(&files, folder.options);
    let built = build(loaded.layer, &outside, &BuildOptions::default())?;
    emit::to_yaml(&built.resources)
}

/// A path from the root folder.
fn absolute(path: &Path, folder: Folder<'_>) -> Result<PathBuf> {
    let path = folder.files.absolute(path)?;
    Ok(PathBuf::from(clean_path(&path.to_string_lossy()).as_str()))
}

/// A file system but for some files.
struct Replaced<'a> {
    files: &'a dyn FileSystem,
    /// The file, by its path from the root folder.
    path: PathBuf,
    content: Vec<u8>,
    others: Vec<(PathBuf, Vec<u8>)>,
}

impl FileSystem for Replaced<'_> {
    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.absolute(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if path == self.path {
            // Also where it is a link: what counts is what is read.
            return Ok(FileKind::File {
                size: self.content.len() as u64,
            });
        }
        self.files.kind(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.files.is_dir(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.files.is_file(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.files.read_link(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path == self.path {
            return Ok(self.content.clone());
        }
        if let Some((_, content)) = self.others.iter().find(|(other, _)| other == path) {
            return Ok(content.clone());
        }
        self.files.read(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.files.list(folder)
    }
}
