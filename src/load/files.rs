//! The files of a tree together with those of the repositories that it names.

use std::io;
use std::path::{Path, PathBuf};

use super::file_system::{Disk, FileKind, FileSystem};
use super::remote::Remotes;

/// The files of a tree, wherever those are, and the repositories that were fetched for it, which are on the disk.
#[derive(Clone)]
pub(super) struct Files<'a> {
    tree: &'a dyn FileSystem,
    remotes: Remotes,
}

impl<'a> Files<'a> {
    pub(super) fn new(tree: &'a dyn FileSystem, remotes: &Remotes) -> Self {
        Self {
            tree,
            remotes: remotes.clone(),
        }
    }

    fn of(&self, path: &Path) -> &dyn FileSystem {
        if self.remotes.holds(path) {
            &Disk
        } else {
            self.tree
        }
    }
}

impl FileSystem for Files<'_> {
    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        self.tree.absolute(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        self.of(path).kind(path)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.of(path).is_dir(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.of(path).is_file(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.of(path).read_link(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.of(path).read(path)
    }

    fn read_of_size(&self, path: &Path, size: u64) -> io::Result<Vec<u8>> {
        self.of(path).read_of_size(path, size)
    }

    fn read_file(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        self.of(path).read_file(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.of(folder).list(folder)
    }
}
