//! The folders of kustomizations: what entries lead to, here or in a repository (spec 15 R4, R5, R30–R32).

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};

use crate::model::Fault;

use super::remote::{Failure, RepoUrl};
use super::resolve::{clean, join};
use super::restriction::problem_of;
use super::{FileKind, FileSystem, Loader};

/// A folder that could not be taken for a kustomization's, or one whose kustomization failed.
pub(super) enum Refusal {
    /// The entry does not lead to a folder.
    Root(Error),
    /// It does, but what is there fails.
    Layer(Error),
    /// It took too long to find out.
    Timeout(Error),
}

/// Where a kustomization is.
pub(super) struct Root {
    pub(super) path: PathBuf,
    /// The address under which its repository was fetched, if it was.
    pub(super) url: Option<String>,
}

impl Refusal {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Root(error) | Self::Layer(error) | Self::Timeout(error) => error,
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Root(fault.into())
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        if failure.is_timeout() {
            return Self::Timeout(failure.into_fault().into());
        }
        Self::Root(failure.into_fault().into())
    }
}

impl Loader<'_> {
    /// The folder that the command names.
    pub(super) fn root(&self, folder: &Path) -> Result<Root> {
        if let Some(url) = folder.to_str().and_then(RepoUrl::parse) {
            return self.remote_root(&url).map_err(Refusal::into_error);
        }
        let shown = folder.display();
        let absolute = self
            .reader
            .files
            .absolute(folder)
            .with_context(|| format!("must build at directory: '{shown}'"))?;
        let absolute = clean(&absolute);
        let resolved = self.reader.resolver.resolve(&absolute).map_err(|message| {
            // kustomize shows the path as it was typed.
            let message = message.replacen(
                &format!("'{}'", absolute.display()),
                &format!("'{shown}'"),
                1,
            );
            let shown = shown.to_string();
            let title = problem_of(&shown, &message);
            let fault = Fault::new(format!(
                "must build at directory: not a valid directory: {message}"
            ))
            .titled(title);
            self.reader.missing(fault, Path::new("."), &shown)
        })?;
        if resolved.kind != FileKind::Folder {
            let fault = Fault::new(format!(
                "must build at directory: '{shown}': file is not directory"
            ))
            .titled(format!("`{shown}` is not a folder"));
            return Err(fault
                .hint("name the folder of the kustomization file")
                .into());
        }
        self.reader
            .check_confined(&resolved.path, &resolved.path, &resolved.path)?;
        Ok(Root {
            path: resolved.path,
            url: None,
        })
    }

    /// The folder that the address of a repository means (spec 15 R31, R32).
    fn remote_root(&self, url: &RepoUrl) -> Result<Root, Refusal> {
        self.chain.check_url(url)?;
        let checkout = self.reader.checkout(url)?;
        let path = join(&checkout.folder, &url.path);
        let resolved = self.reader.resolver.resolve(&path).map_err(|message| {
            let title = format!("`{}` has no folder `{}`", url.repo, url.path);
            let fault = Fault::new(message).titled(title);
            self.reader.missing(fault, &checkout.folder, &url.path)
        })?;
        let shown = path.display();
        if resolved.kind != FileKind::Folder {
            let name = path.file_name().unwrap_or_default().display();
            let message = format!("'{shown}' refers to file '{name}'; expecting directory");
            let title = format!("`{}` is a file of `{}`, not a folder", url.path, url.repo);
            return Err(Fault::new(message).titled(title).into());
        }
        if !resolved.path.starts_with(&checkout.folder) {
            let repository = checkout.folder.display();
            let message =
                format!("\"{shown}\" refers to directory outside of repo \"{repository}\"");
            let title = format!("`{}` is a link that leads out of `{}`", url.path, url.repo);
            return Err(Fault::new(message).titled(title).into());
        }
        Ok(Root {
            path: resolved.path,
            url: Some(url.raw.clone()),
        })
    }

    /// The folder that an entry leads to (spec 15 R4, R5).
    pub(super) fn root_of(&self, entry: &str) -> Result<Root, Refusal> {
        let here = self.here();
        if entry.is_empty() {
            let fault = Fault::new("new root cannot be empty");
            return Err(fault
                .hint("name a folder or a file, or take the entry out")
                .into());
        }
        if let Some(url) = RepoUrl::parse(entry) {
            return self.remote_root(&url);
        }
        if entry.starts_with('/') {
            let fault = Fault::new(format!("new root '{entry}' cannot be absolute"));
            return Err(fault
                .hint("name the folder by its path from the kustomization file")
                .into());
        }
        let path = join(&here.root, entry);
        self.reader.check_confined(&here.root, &path, &path)?;
        let resolved = self.reader.resolver.resolve(&path).map_err(|message| {
            let title = problem_of(entry, &message);
            let fault = Fault::new(format!(
                "must build at directory: not a valid directory: {message}"
            ))
            .titled(title);
            self.reader.missing(fault, &here.root, entry)
        })?;
        if resolved.kind != FileKind::Folder {
            let message = format!(
                "must build at directory: '{}': file is not directory",
                path.display()
            );
            return Err(Fault::new(message).into());
        }
        self.reader
            .check_confined(&here.root, &path, &resolved.path)?;
        self.check_in_repository(entry, &resolved.path)?;
        self.chain.check(&resolved.path)?;
        Ok(Root {
            path: resolved.path,
            url: None,
        })
    }

    /// What is in a repository names nothing outside of it by a path (spec 15 R32).
    fn check_in_repository(&self, entry: &str, base: &Path) -> Result<(), Fault> {
        let checkout = self.reader.remotes.checkout_of(&self.here().root);
        let Some(checkout) = checkout.filter(|checkout| !base.starts_with(&checkout.folder)) else {
            return Ok(());
        };
        let repository = checkout.folder.display();
        let message = format!(
            "security; bases in kustomizations found in cloned git repos must be within the repo, but base '{}' is outside '{repository}'",
            base.display(),
        );
        let fault = Fault::new(message).titled(format!("`{entry}` leads out of `{repository}`"));
        Err(fault.hint("name what is in another repository by its address"))
    }
}
