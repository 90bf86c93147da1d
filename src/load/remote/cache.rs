//! What was fetched before, kept in a folder that programs may share.
//!
//! Everything is kept under a hash, written beside its place and then moved there, and hashed again when it is used: what is
//! damaged counts as not there.

#![expect(
    clippy::disallowed_methods,
    reason = "these files are on the disk, wherever the tree is that names them"
)]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{RepoUrl, tree};

/// A folder with what was fetched.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The form of what is in the folder has a version, so that another one can come to lie beside it.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.join("v1"),
        }
    }

    /// Copies a repository at a commit into an empty folder. Gives its hash; nothing if it is not there, or damaged.
    pub(super) fn take_repository(&self, url: &RepoUrl, commit: &str, to: &Path) -> Option<String> {
        let entry = self.repository(url, commit);
        let kept = fs::read_to_string(entry.join("sha256")).ok()?;
        match tree::copy(&entry.join("tree"), to) {
            Ok(copied) if copied == kept => Some(copied),
            damaged => {
                // What was copied in part is in the way of what is fetched in its place.
                drop(damaged);
                drop(fs::remove_dir_all(to));
                drop(fs::create_dir(to));
                drop(fs::remove_dir_all(entry));
                None
            }
        }
    }

    /// Keeps a repository at a commit, and that its revision was that commit.
    pub(super) fn keep_repository(
        &self,
        url: &RepoUrl,
        commit: &str,
        from: &Path,
    ) -> io::Result<()> {
        write(&self.reference(url), commit.as_bytes())?;
        let entry = self.repository(url, commit);
        if entry.is_dir() {
            return Ok(());
        }
        let folder = parent(&entry)?;
        fs::create_dir_all(folder)?;
        let beside = tempfile::Builder::new()
            .prefix(".new-")
            .tempdir_in(folder)?;
        fs::create_dir(beside.path().join("tree"))?;
        let hash = tree::copy(from, &beside.path().join("tree"))?;
        fs::write(beside.path().join("sha256"), hash)?;
        match fs::rename(beside.path(), &entry) {
            Ok(()) => drop(beside.keep()),
            // Somebody else was sooner.
            Err(_) if entry.is_dir() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The commit that a revision was when it was last fetched.
    pub(super) fn commit(&self, url: &RepoUrl) -> Option<String> {
        fs::read_to_string(self.reference(url)).ok()
    }

    /// A file by its hash.
    pub(super) fn take_file(&self, sha256: &str) -> Option<Vec<u8>> {
        let path = self.folder.join("files").join(sha256);
        let content = fs::read(&path).ok()?;
        if tree::hash_of(&content) == sha256 {
            return Some(content);
        }
        drop(fs::remove_file(path));
        None
    }

    /// The hash of a file when it was last fetched.
    pub(super) fn hash_of_file(&self, url: &str) -> Option<String> {
        fs::read_to_string(self.address(url)).ok()
    }

    pub(super) fn keep_file(&self, url: &str, content: &[u8]) -> io::Result<()> {
        let hash = tree::hash_of(content);
        write(&self.folder.join("files").join(&hash), content)?;
        write(&self.address(url), hash.as_bytes())
    }

    fn repository(&self, url: &RepoUrl, commit: &str) -> PathBuf {
        let name = format!("{}\0{commit}\0{}", url.repo, url.submodules);
        self.place("repositories", &name)
    }

    fn reference(&self, url: &RepoUrl) -> PathBuf {
        let name = format!("{}\0{}\0{}", url.repo, url.reference, url.submodules);
        self.place("references", &name)
    }

    fn address(&self, url: &str) -> PathBuf {
        self.place("addresses", url)
    }

    fn place(&self, kind: &str, name: &str) -> PathBuf {
        self.folder.join(kind).join(tree::hash_of(name.as_bytes()))
    }
}

/// Writes a file whole or not at all.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = parent(path)?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

fn parent(path: &Path) -> io::Result<&Path> {
    path.parent().ok_or_else(|| io::ErrorKind::NotFound.into())
}
