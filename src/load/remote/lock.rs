//! `render.lock`: what the remotes of a kustomization were when somebody last looked, written to be reviewed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::supply::is_commit;
use super::{Failure, RepoUrl, hidden};
use crate::load::FileSystem;
use crate::model::Fault;

/// The name of lock files. They lie beside kustomization files.
const FILE_NAME: &str = "render.lock";

/// What lock files begin with.
const HEAD: &str = "# What the remotes of this kustomization are: `render lock` writes it, `render build --locked` holds to it.\n";

/// The form that this program writes and reads.
const VERSION: u32 = 1;

/// What a lock file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    repositories: Vec<LockedRepository>,
    /// In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<LockedFile>,
}

/// A repository at a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedRepository {
    repo: String,
    #[serde(rename = "ref", default, skip_serializing_if = "String::is_empty")]
    reference: String,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    submodules: bool,
    pub(super) commit: String,
    pub(super) sha256: String,
}

/// A file with its content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LockedFile {
    url: String,
    pub(super) sha256: String,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_yes(value: &bool) -> bool {
    *value
}

impl Lock {
    /// The lock file of the kustomization in a folder.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE_NAME)
    }

    /// Reads the lock file of the kustomization in a folder; nothing if there is none.
    ///
    /// # Errors
    ///
    /// Fails where the file is there but cannot be read, or is of another form.
    pub fn read(folder: &Path, files: &dyn FileSystem) -> Result<Option<Self>, Fault> {
        let path = Self::path(folder);
        let text = match files.read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&path, &error.to_string())),
        };
        let lock: Self =
            serde_yaml::from_slice(&text).map_err(|error| unreadable(&path, &error.to_string()))?;
        if lock.version != VERSION {
            let problem = format!("it has version {}, and not {VERSION}", lock.version);
            return Err(unreadable(&path, &problem));
        }
        if let Some(wrong) = lock.wrong_hash() {
            return Err(unreadable(&path, &format!("'{wrong}' is no hash")));
        }
        Ok(Some(lock))
    }

    /// Hashes become names of files and arguments of git.
    fn wrong_hash(&self) -> Option<&str> {
        let repositories = self.repositories.iter();
        let of_repositories = repositories.flat_map(|it| [&it.commit, &it.sha256]);
        let of_files = self.files.iter().map(|file| &file.sha256);
        let mut hashes = of_repositories.chain(of_files);
        hashes.find(|hash| !is_commit(hash)).map(String::as_str)
    }

    pub(super) fn new(mut repositories: Vec<LockedRepository>, mut files: Vec<LockedFile>) -> Self {
        repositories.sort();
        repositories.dedup();
        files.sort();
        files.dedup();
        Self {
            version: VERSION,
            repositories,
            files,
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// Fails where an address is no text that YAML can hold.
    pub fn to_text(&self) -> anyhow::Result<String> {
        Ok(format!("{HEAD}{}", serde_yaml::to_string(self)?))
    }

    /// How many remotes it holds.
    pub fn count(&self) -> usize {
        self.repositories.len() + self.files.len()
    }

    pub(super) fn repository(&self, url: &RepoUrl) -> Result<&LockedRepository, Failure> {
        let wanted = LockedRepository::new(url, String::new(), String::new());
        let mut repositories = self.repositories.iter();
        repositories
            .find(|locked| locked.names_same(&wanted))
            .ok_or_else(|| missing(&url.shown()))
    }

    pub(super) fn file(&self, url: &str) -> Result<&LockedFile, Failure> {
        let url = hidden(url);
        let mut files = self.files.iter();
        files
            .find(|locked| locked.url == url)
            .ok_or_else(|| missing(&url))
    }
}

impl LockedRepository {
    /// No password gets into a file that is shared.
    pub(super) fn new(url: &RepoUrl, commit: String, sha256: String) -> Self {
        Self {
            repo: hidden(&url.repo),
            reference: url.reference.clone(),
            submodules: url.submodules,
            commit,
            sha256,
        }
    }

    fn names_same(&self, other: &Self) -> bool {
        (&self.repo, &self.reference, self.submodules)
            == (&other.repo, &other.reference, other.submodules)
    }
}

impl LockedFile {
    pub(super) fn new(url: &str, sha256: String) -> Self {
        Self {
            url: hidden(url),
            sha256,
        }
    }
}

fn missing(what: &str) -> Failure {
    Failure::new(format!("'{what}' is not in {FILE_NAME}"))
        .titled(format!("`{what}` is not in {FILE_NAME}"))
        .hint("run `render lock` on the overlay, and look at what it changes")
        .refused()
}

/// The failure of content that is not what was locked.
pub(super) fn differs(what: &str, locked: &str, found: &str) -> Failure {
    Failure::new(format!(
        "'{what}' differs from {FILE_NAME}: sha256 {found} in place of {locked}"
    ))
    .titled(format!("`{what}` is not what {FILE_NAME} says"))
    .hint("somebody changed it: look at what `render lock` makes of it before you trust it")
    .refused()
}

fn unreadable(path: &Path, problem: &str) -> Fault {
    let path = path.display();
    Fault::new(format!("read {path}: {problem}"))
        .hint("delete the file, and have `render lock` write it anew")
}
