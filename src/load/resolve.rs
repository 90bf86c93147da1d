//! Paths with their symbolic links followed, as Go's `EvalSymlinks` follows them, each folder looked at once.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::file_system::{FileKind, FileSystem};
use super::files::Files;

/// As many links as Go follows.
const MAX_LINKS: usize = 255;
/// Longer paths the operating system does not take.
const MAX_LENGTH: usize = 4096;

/// A path without links, and what it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) path: PathBuf,
    pub(super) kind: FileKind,
}

/// Follows links and remembers where folders are.
pub(super) struct Resolver<'a> {
    files: Files<'a>,
    /// Folders by the paths they were reached by.
    folders: RwLock<IndexMap<PathBuf, PathBuf, RandomState>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(files: Files<'a>) -> Self {
        Self {
            files,
            folders: RwLock::new(IndexMap::default()),
        }
    }

    /// Follows a path that is absolute and clean. Fails with what kustomize says then.
    pub(super) fn resolve(&self, path: &Path) -> Result<Resolved, String> {
        self.look(path)
            .map_err(|problem| format!("evalsymlink failure on '{}' : {problem}", path.display()))
    }

    fn look(&self, path: &Path) -> Result<Resolved, String> {
        if path.as_os_str().len() > MAX_LENGTH {
            return Err(format!("lstat {}: file name too long", path.display()));
        }
        if let Some(path) = self.known(path) {
            let kind = FileKind::Folder;
            return Ok(Resolved { path, kind });
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Resolved {
                path: path.into(),
                kind: FileKind::Folder,
            });
        };
        let next = self.folder(parent)?.join(name);
        let resolved = match self.kind(&next)? {
            FileKind::Link => self.walk(path)?,
            kind => Resolved { path: next, kind },
        };
        self.remember(path, &resolved);
        Ok(resolved)
    }

    /// Where the folder above a path is.
    fn folder(&self, path: &Path) -> Result<PathBuf, String> {
        if let Some(folder) = self.known(path) {
            return Ok(folder);
        }
        let resolved = self.walk(path)?;
        if resolved.kind != FileKind::Folder {
            return Err("not a directory".into());
        }
        self.remember(path, &resolved);
        Ok(resolved.path)
    }

    /// Follows a path step by step.
    fn walk(&self, path: &Path) -> Result<Resolved, String> {
        let mut rest = steps(path);
        let mut done = Resolved {
            path: PathBuf::from("/"),
            kind: FileKind::Folder,
        };
        let mut links = 0;
        while let Some(step) = rest.pop() {
            if done.kind != FileKind::Folder {
                return Err("not a directory".into());
            }
            if step == Path::new("..") {
                done.path.pop();
                continue;
            }
            let next = done.path.join(&step);
            match self.kind(&next)? {
                FileKind::Link => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err("EvalSymlinks: too many links".into());
                    }
                    let target = self.files.read_link(&next).map_err(|error| {
                        format!("readlink {}: {}", next.display(), cause(&error))
                    })?;
                    if target.is_absolute() {
                        done.path = PathBuf::from("/");
                    }
                    rest.append(&mut steps(&target));
                }
                kind => done = Resolved { path: next, kind },
            }
        }
        Ok(done)
    }

    fn kind(&self, path: &Path) -> Result<FileKind, String> {
        self.files
            .kind(path)
            .map_err(|error| format!("lstat {}: {}", path.display(), cause(&error)))
    }

    /// Where a folder is, if that was found out before.
    fn known(&self, path: &Path) -> Option<PathBuf> {
        let folders = self.folders.read();
        let folders = folders.unwrap_or_else(PoisonError::into_inner);
        folders.get(path).cloned()
    }

    fn remember(&self, path: &Path, resolved: &Resolved) {
        if resolved.kind == FileKind::Folder {
            let folders = self.folders.write();
            let mut folders = folders.unwrap_or_else(PoisonError::into_inner);
            folders.insert(path.into(), resolved.path.clone());
        }
    }
}

/// The steps of a path, up and down, the last one first.
fn steps(path: &Path) -> Vec<PathBuf> {
    path.components()
        .rev()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.into()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect()
}

/// A path joined to a folder, with `.` and `..` taken out by their letter, as Go's `filepath.Join` does.
pub(super) fn join(folder: &Path, path: &str) -> PathBuf {
    let start = if path.starts_with('/') {
        Path::new("/")
    } else {
        folder
    };
    add_steps(start.to_path_buf(), Path::new(path))
}

/// An absolute path with `.` and `..` taken out by their letter.
pub(super) fn clean(path: &Path) -> PathBuf {
    add_steps(PathBuf::from("/"), path)
}

fn add_steps(mut start: PathBuf, path: &Path) -> PathBuf {
    for component in path.components() {
        match component {
            Component::Normal(name) => start.push(name),
            Component::ParentDir => {
                start.pop();
            }
            _ => {}
        }
    }
    start
}

/// What Go calls the reason of a failure.
pub(super) fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".into(),
        io::ErrorKind::NotADirectory => "not a directory".into(),
        io::ErrorKind::IsADirectory => "is a directory".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            text.to_lowercase()
        }
    }
}
