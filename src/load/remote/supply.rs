//! Where things come from that are elsewhere: the cache, or git and http; and whether they are what the lock file says.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;

use super::cache::Cache;
use super::lock::{Lock, LockedFile, LockedRepository, differs};
use super::{Checkout, Failure, Fetched, Remotes, RepoUrl, git, http, tree};

/// What is done beyond fetching.
#[derive(Default)]
pub(super) struct Supply {
    cache: Option<Cache>,
    lock: Option<Lock>,
    /// What was fetched, if somebody wants to lock it.
    seen: Option<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    repositories: Vec<LockedRepository>,
    files: IndexMap<String, LockedFile>,
}

impl Supply {
    fn seen(&self) -> Option<MutexGuard<'_, Seen>> {
        let seen = self.seen.as_ref()?;
        Some(seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it matters which commit a revision is.
    fn is_exact(&self) -> bool {
        self.cache.is_some() || self.lock.is_some() || self.seen.is_some()
    }
}

/// What a repository was when it was fetched.
struct Identity {
    commit: String,
    sha256: String,
}

impl Remotes {
    /// Looks into a cache before fetching and keeps in it what was fetched, and holds to a lock. Has no effect once something
    /// was fetched.
    pub fn supply(&self, cache: Option<&Path>, lock: Option<Lock>) {
        let supply = Supply {
            cache: cache.map(Cache::new),
            lock,
            seen: None,
        };
        drop(self.0.supply.set(supply));
    }

    /// Looks into a cache as [`Self::supply`] does, and remembers what was fetched for [`Self::to_lock`].
    pub fn supply_for_lock(&self, cache: Option<&Path>) {
        let supply = Supply {
            cache: cache.map(Cache::new),
            lock: None,
            seen: Some(Mutex::default()),
        };
        drop(self.0.supply.set(supply));
    }

    /// What was fetched, as a lock.
    pub fn to_lock(&self) -> Lock {
        let Some(seen) = self.0.supply().seen() else {
            return Lock::default();
        };
        Lock::new(
            seen.repositories.clone(),
            seen.files.values().cloned().collect(),
        )
    }

    pub(super) fn fetch_repository(&self, url: &RepoUrl, is_offline: bool) -> Fetched<Checkout> {
        let supply = self.0.supply();
        let locked = supply.lock.as_ref();
        let locked = locked.map(|lock| lock.repository(url)).transpose()?;
        let folder = self.new_folder()?;
        let mut taken = None;
        if let Some(cache) = &supply.cache {
            taken = self
                .commit(url, cache, locked, is_offline)
                .and_then(|commit| {
                    let sha256 = cache.take_repository(url, &commit, &folder)?;
                    Some(Identity { commit, sha256 })
                });
        }
        if taken.is_none() {
            if is_offline {
                return Err(Failure::offline("git repository", &url.shown()));
            }
            let commit = locked.map(|locked| locked.commit.as_str());
            taken = self.clone_repository(url, commit, &folder)?;
        }
        if let Some(found) = taken {
            check(url, locked, &found)?;
            self.note_repository(url, found);
        }
        Ok(Arc::new(Checkout {
            folder,
            name: url.shown(),
        }))
    }

    /// Fetches a repository with git. What it is matters only where somebody will look at it.
    fn clone_repository(
        &self,
        url: &RepoUrl,
        commit: Option<&str>,
        folder: &Path,
    ) -> Result<Option<Identity>, Failure> {
        let git = self.git(url, folder)?;
        git.clone(url, commit)?;
        let supply = self.0.supply();
        if !supply.is_exact() {
            return Ok(None);
        }
        let commit = git.head()?;
        let failed = |error: std::io::Error| Failure::new(format!("keep a repository: {error}"));
        let sha256 = tree::hash(folder).map_err(failed)?;
        if let Some(cache) = &supply.cache {
            cache
                .keep_repository(url, &commit, folder)
                .map_err(failed)?;
        }
        Ok(Some(Identity { commit, sha256 }))
    }

    fn git<'a>(&'a self, url: &RepoUrl, folder: &'a Path) -> Result<git::Git<'a>, Failure> {
        Ok(git::Git {
            program: git::find(self.0.settings.search_path.as_deref())?,
            folder,
            timeout: url.timeout,
            running: &self.0.running,
        })
    }

    /// The commit that a revision is, as far as that can be known without fetching it.
    fn commit(
        &self,
        url: &RepoUrl,
        cache: &Cache,
        locked: Option<&LockedRepository>,
        is_offline: bool,
    ) -> Option<String> {
        if let Some(locked) = locked {
            return Some(locked.commit.clone());
        }
        if is_commit(&url.reference) {
            return Some(url.reference.clone());
        }
        if is_offline {
            return cache.commit(url);
        }
        let folder = self.folder().ok()?;
        self.git(url, &folder.path).ok()?.commit(url)
    }

    fn note_repository(&self, url: &RepoUrl, found: Identity) {
        if let Some(mut seen) = self.0.supply().seen() {
            // What was served in the place of a file was a page about the repository.
            seen.files.swap_remove(&url.raw);
            let Identity { commit, sha256 } = found;
            let locked = LockedRepository::new(url, commit, sha256);
            seen.repositories.push(locked);
        }
    }

    pub(super) fn fetch_file(&self, url: &str, is_offline: bool) -> Fetched<[u8]> {
        let supply = self.0.supply();
        let locked = supply.lock.as_ref();
        let locked = locked.map(|lock| lock.file(url)).transpose();
        let locked = locked.map_err(|failure| or_repository(url, failure))?;
        if let Some(content) = supply.cache.as_ref().and_then(|cache| {
            let last = || cache.hash_of_file(url).filter(|_| is_offline);
            let hash = locked.map(|locked| locked.sha256.clone()).or_else(last)?;
            cache.take_file(&hash)
        }) {
            return Ok(content.into());
        }
        if is_offline {
            return Err(or_repository(url, Failure::offline("file", url)));
        }
        let content = http::get(url, &self.0.settings.proxies)?;
        self.0.received.add(url, content.len())?;
        self.keep_file(url, locked, &content)?;
        Ok(content)
    }

    fn keep_file(
        &self,
        url: &str,
        locked: Option<&LockedFile>,
        content: &[u8],
    ) -> Result<(), Failure> {
        let supply = self.0.supply();
        if !supply.is_exact() {
            return Ok(());
        }
        let sha256 = tree::hash_of(content);
        if let Some(locked) = locked.filter(|locked| locked.sha256 != sha256) {
            return Err(differs(url, &locked.sha256, &sha256));
        }
        if let Some(cache) = &supply.cache {
            let kept = cache.keep_file(url, content);
            kept.map_err(|error| Failure::new(format!("keep a file: {error}")))?;
        }
        if let Some(mut seen) = supply.seen() {
            let locked = LockedFile::new(url, sha256);
            seen.files.insert(url.to_owned(), locked);
        }
        Ok(())
    }

    /// An empty folder for a repository.
    fn new_folder(&self) -> Result<PathBuf, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("repository-")
            .tempdir_in(&self.folder()?.path)
            .map_err(|error| Failure::new(format!("create a temporary folder: {error}")))?;
        Ok(folder.keep())
    }
}

fn check(
    url: &RepoUrl,
    locked: Option<&LockedRepository>,
    found: &Identity,
) -> Result<(), Failure> {
    match locked {
        Some(locked) if locked.sha256 != found.sha256 => {
            Err(differs(&url.shown(), &locked.sha256, &found.sha256))
        }
        _ => Ok(()),
    }
}

/// The failure of what is no file, as far as is known: it may be a repository yet.
fn or_repository(url: &str, failure: Failure) -> Failure {
    if RepoUrl::parse(url).is_some() {
        return Failure::new("URL is a git repository");
    }
    failure
}

/// Whether a revision is a commit by its whole name.
pub(super) fn is_commit(reference: &str) -> bool {
    let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    matches!(reference.len(), 40 | 64) && reference.bytes().all(is_hexadecimal)
}
