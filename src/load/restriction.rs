//! Which files a kustomization may name (spec 01 R14–R15, 15 R10–R11).

use std::path::{Path, PathBuf};

use crate::model::Fault;

use super::file_system::{FileKind, FileSystem};
use super::hints;
use super::resolve::{Resolver, cause, join};

/// How far files may be away from the kustomization that names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restrictor {
    /// In its folder or below, links followed.
    #[default]
    RootOnly,
    /// Anywhere.
    None,
}

/// Reads the files that kustomizations name.
pub(super) struct Reader<'a> {
    pub(super) files: &'a dyn FileSystem,
    pub(super) resolver: Resolver<'a>,
    pub(super) restrictor: Restrictor,
}

impl Reader<'_> {
    /// Reads a file that the kustomization in `root` names. Gives its path too, links followed.
    pub(super) fn read(&self, root: &Path, entry: &str) -> Result<(PathBuf, Vec<u8>), Fault> {
        let path = self.locate(root, entry)?;
        let content = self.files.read(&path).map_err(|error| {
            let verb = match error.kind() {
                std::io::ErrorKind::IsADirectory => "read",
                _ => "open",
            };
            let fault = Fault::new(format!("{verb} {}: {}", path.display(), cause(&error)));
            self.missing(fault, root, entry)
        })?;
        Ok((path, content))
    }

    /// Finds the file and checks that it may be read.
    fn locate(&self, root: &Path, entry: &str) -> Result<PathBuf, Fault> {
        let path = join(root, entry);
        if self.restrictor == Restrictor::None {
            return Ok(path);
        }
        let resolved = self
            .resolver
            .resolve(&path)
            .map_err(|message| self.missing(Fault::new(message), root, entry))?;
        match resolved.kind {
            FileKind::Folder => {
                let message = format!("'{}' must resolve to a file", path.display());
                Err(Fault::new(message).hint(format!("`{entry}` is a folder: name a file in it")))
            }
            _ if !resolved.path.starts_with(root) => Err(Fault::new(format!(
                "security; file '{}' is not in or below '{}'",
                path.display(),
                root.display()
            ))
            .hint(if path.starts_with(root) {
                format!("`{entry}` is a link that leads to `{}`", resolved.path.display())
            } else {
                "move the file below the kustomization, or put a kustomization.yaml beside it and name that folder".into()
            })
            .hint("pass `--load-restrictor LoadRestrictionsNone` to allow files from anywhere")),
            FileKind::File => Ok(resolved.path),
            FileKind::Link | FileKind::Other => {
                let message = format!("'{}' must resolve to a file", path.display());
                Err(Fault::new(message).hint(format!("`{entry}` is a device or a pipe")))
            }
        }
    }

    /// Adds to the failure of a path that is not there what may have been meant.
    pub(super) fn missing(&self, fault: Fault, root: &Path, entry: &str) -> Fault {
        match hints::for_missing(self.files, root, entry) {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    }
}
