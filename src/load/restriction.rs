//! Which files a kustomization may name (spec 01 R14–R15, 15 R10–R11).

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bytes;
use crate::model::Fault;

use super::file_system::{FileKind, FileSystem};
use super::files::Files;
use super::remote::{Checkout, Failure, Remotes, RepoUrl, is_http};
use super::resolve::{Resolved, Resolver, cause, clean, join};
use super::{LoadOptions, hints};

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
    pub(super) files: Files<'a>,
    pub(super) resolver: Resolver<'a>,
    restrictor: Restrictor,
    /// Nothing outside of this folder is read.
    confine: Option<PathBuf>,
    pub(super) is_offline: bool,
    pub(super) remotes: Remotes,
}

impl<'a> Reader<'a> {
    pub(super) fn new(files: &'a dyn FileSystem, options: &LoadOptions) -> Self {
        let files = Files::new(files, &options.remotes);
        let resolver = Resolver::new(files.clone());
        let confine = options.confine.as_ref().map(|folder| {
            let folder = files.absolute(folder).unwrap_or_else(|_| folder.clone());
            let folder = clean(&folder);
            // Nothing lies in a folder that is not there.
            resolver
                .resolve(&folder)
                .map_or(folder, |resolved| resolved.path)
        });
        Self {
            files,
            resolver,
            restrictor: options.restrictor,
            confine,
            is_offline: options.offline,
            remotes: options.remotes.clone(),
        }
    }

    /// Refuses a path, shown as `path`, that leads out of the folder that the kustomization in `root` is confined to.
    pub(super) fn check_confined(
        &self,
        root: &Path,
        path: &Path,
        target: &Path,
    ) -> Result<(), Fault> {
        match self.confines(root) {
            Some(folder) if !target.starts_with(&folder) => Err(unconfined(path, &folder)),
            _ => Ok(()),
        }
    }

    /// The folder that the kustomization in `root` is confined to, if any is: in a repository that was fetched that is the
    /// repository.
    fn confines(&self, root: &Path) -> Option<Cow<'_, Path>> {
        let folder = self.confine.as_deref()?;
        Some(match self.remotes.checkout_of(root) {
            Some(checkout) => Cow::Owned(checkout.folder.clone()),
            None => Cow::Borrowed(folder),
        })
    }

    /// Fetches a repository.
    pub(super) fn checkout(&self, url: &RepoUrl) -> Result<Arc<Checkout>, Failure> {
        self.check_repository(url)?;
        self.remotes.checkout(url, self.is_offline)
    }

    /// A repository on this machine is within the confines, or not touched.
    fn check_repository(&self, url: &RepoUrl) -> Result<(), Failure> {
        let (Some(confines), Some(path)) = (&self.confine, url.repo.strip_prefix("file://")) else {
            return Ok(());
        };
        let path = Path::new(path);
        let found = path
            .is_absolute()
            .then(|| self.resolver.resolve(&clean(path)));
        match found {
            Some(Ok(found)) if found.path.starts_with(confines) => Ok(()),
            _ => Err(Failure::from_fault(unconfined(path, confines))),
        }
    }

    /// Whether a repository is no secret of the machine's.
    pub(super) fn may_fetch(&self, url: &RepoUrl) -> bool {
        self.check_repository(url).is_ok()
    }

    /// The content of a file that is served by http.
    pub(super) fn download(&self, entry: &str) -> Result<Arc<[u8]>, Failure> {
        self.remotes.file(entry, self.is_offline)
    }

    /// Reads a file that the kustomization in `root` names. Gives its path too, links followed.
    pub(super) fn read(&self, root: &Path, entry: &str) -> Result<(PathBuf, Vec<u8>), Fault> {
        if is_http(entry) {
            let content = self.download(entry).map_err(Failure::into_fault)?;
            return Ok((entry.into(), content.to_vec()));
        }
        self.try_read(root, entry)
            .map_err(|refusal| self.explain(refusal, root, entry))
    }

    /// The content alone, if the file can be read.
    pub(super) fn read_if_there(&self, root: &Path, name: &str) -> Option<Vec<u8>> {
        match self.files.read_file(&root.join(name)) {
            Ok(Some(content)) => Some(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            _ => self.read_silently(root, name).map(|(_, content)| content),
        }
    }

    /// As [`Self::read`], without a word about why not.
    pub(super) fn read_silently(&self, root: &Path, entry: &str) -> Option<(PathBuf, Vec<u8>)> {
        self.try_read(root, entry).ok()
    }

    fn try_read(&self, root: &Path, entry: &str) -> Result<(PathBuf, Vec<u8>), Refusal> {
        if is_name(entry) {
            // What is no link lies where it was named: in the folder, which has no links on the way to it.
            let path = root.join(entry);
            if let Ok(Some(content)) = self.files.read_file(&path) {
                return Ok((path, content));
            }
        }
        let path = join(root, entry);
        if self.check_confined(root, &path, &path).is_err() {
            return Err(Refusal::Unconfined(path));
        }
        let resolved = self.resolver.resolve(&path);
        if let Ok(resolved) = &resolved
            && self.check_confined(root, &path, &resolved.path).is_err()
        {
            return Err(Refusal::Unconfined(path));
        }
        // Within confines only what can be followed is read.
        let is_free = self.restrictor == Restrictor::None && !self.is_fetched(root);
        if is_free && (self.confine.is_none() || resolved.is_ok()) {
            return self.read_anything(path, resolved.ok());
        }
        let resolved = resolved.map_err(Refusal::Missing)?;
        match resolved.kind {
            FileKind::Folder => Err(Refusal::Folder(path)),
            _ if !resolved.path.starts_with(root) => Err(Refusal::Outside(path, resolved.path)),
            FileKind::File { size } => match self.files.read_of_size(&resolved.path, size) {
                Ok(content) => Ok((resolved.path, content)),
                Err(error) => Err(Refusal::Unreadable(resolved.path, error)),
            },
            FileKind::Link | FileKind::Other => Err(Refusal::Device(path)),
        }
    }

    /// Whether a kustomization came with a repository: it may name nothing outside of its folder (spec 15 R11).
    pub(super) fn is_fetched(&self, root: &Path) -> bool {
        self.remotes.checkout_of(root).is_some()
    }

    /// Reads a file wherever it is, under the name it was asked for by.
    fn read_anything(
        &self,
        path: PathBuf,
        resolved: Option<Resolved>,
    ) -> Result<(PathBuf, Vec<u8>), Refusal> {
        if resolved.is_some_and(|resolved| resolved.kind == FileKind::Other) {
            return Err(Refusal::Device(path));
        }
        match self.files.read(&path) {
            Ok(content) => Ok((path, content)),
            Err(error) => Err(Refusal::Unreadable(path, error)),
        }
    }

    /// What kustomize says, and what to do.
    fn explain(&self, refusal: Refusal, root: &Path, entry: &str) -> Fault {
        match refusal {
            Refusal::Missing(message) => {
                let title = problem_of(entry, &message);
                self.missing(Fault::new(message).titled(title), root, entry)
            }
            Refusal::Unreadable(path, error) => {
                let verb = match error.kind() {
                    io::ErrorKind::IsADirectory => "read",
                    _ => "open",
                };
                let message = format!("{verb} {}: {}", path.display(), cause(&error));
                let title = problem_of(entry, &message);
                let fault = Fault::new(message).titled(title);
                self.missing(fault, root, entry)
            }
            Refusal::Folder(path) => {
                let fault = Fault::new(format!("'{}' must resolve to a file", path.display()));
                fault.hint(format!("`{entry}` is a folder: name a file in it"))
            }
            Refusal::Device(path) => {
                let fault = Fault::new(format!("'{}' must resolve to a file", path.display()));
                fault.hint(format!("`{entry}` is a device or a pipe"))
            }
            Refusal::Unconfined(path) => {
                let confines = self.confines(root);
                unconfined(&path, confines.as_deref().unwrap_or(root))
            }
            Refusal::Outside(path, target) => {
                let fault = Fault::new(format!(
                    "security; file '{}' is not in or below '{}'",
                    path.display(),
                    root.display()
                ))
                .titled(format!(
                    "`{entry}` is outside of the kustomization's folder"
                ));
                let fault = fault.hint(if path.starts_with(root) {
                        format!("`{entry}` is a link that leads to `{}`", target.display())
                    } else {
                        "move the file below the kustomization, or put a kustomization.yaml beside it and name that folder".into()
                    });
                if self.is_fetched(root) {
                    return fault;
                }
                fault.hint(
                    "pass `--load-restrictor LoadRestrictionsNone` to allow files from anywhere",
                )
            }
        }
    }

    /// Adds to the failure of a path that is not there what may have been meant.
    pub(super) fn missing(&self, fault: Fault, root: &Path, entry: &str) -> Fault {
        // What is beside the confines is nobody's business.
        if self.confine.is_some() {
            return fault;
        }
        match hints::for_missing(&self.files, root, entry) {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    }
}

/// Whether an entry is the name of something in the folder itself.
fn is_name(entry: &str) -> bool {
    !matches!(entry, "" | "." | "..") && bytes::find(b'/', entry.as_bytes()).is_none()
}

/// The failure of a path out of the folder that everything is confined to.
fn unconfined(path: &Path, folder: &Path) -> Fault {
    Fault::new(format!(
        "security; '{}' leads out of '{}', the folder of `--confine`",
        path.display(),
        folder.display()
    ))
    .hint("move it into that folder, or confine the render to a folder that holds both")
}

/// Why an entry leads nowhere, in plain words.
pub(super) fn problem_of(entry: &str, message: &str) -> String {
    let entry = entry.lines().next().unwrap_or_default();
    if message.ends_with("no such file or directory") {
        return format!("`{entry}` does not exist");
    }
    let cause = message.rsplit(": ").next().unwrap_or(message);
    format!("`{entry}` cannot be read: {cause}")
}

/// Why a file is not read.
enum Refusal {
    /// Nothing is there; with kustomize's words.
    Missing(String),
    /// It is there, but reading it failed.
    Unreadable(PathBuf, io::Error),
    /// It is a folder.
    Folder(PathBuf),
    /// It is neither a file nor a folder.
    Device(PathBuf),
    /// The path leads out of the folder that everything is confined to.
    Unconfined(PathBuf),
    /// The path leads out of the kustomization's folder, to the second path.
    Outside(PathBuf, PathBuf),
}
