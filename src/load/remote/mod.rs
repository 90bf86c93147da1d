//! What is on other machines: git repositories and files served by http, each fetched once (spec 15 R20–R32).

mod cache;
mod duration;
mod failure;
mod git;
mod http;
mod lock;
mod proxy;
mod query;
mod repo_url;
mod running;
mod supply;
mod tree;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use tempfile::TempDir;

pub use self::lock::Lock;
pub use self::proxy::Proxies;
pub use self::repo_url::RepoUrl;

pub(super) use self::failure::Failure;
pub(super) use self::http::is_http;

use self::http::Received;
use self::running::Running;
use self::supply::Supply;

/// Hears of what is being fetched: people want to know why they wait.
pub trait Progress: Send + Sync {
    /// A fetch begins.
    fn started(&self, remotes: &Remotes, what: &str);
    /// It is over, well or not.
    fn ended(&self, what: &str);
}

/// How to fetch.
#[derive(Clone, Default)]
pub struct RemoteSettings {
    /// The folders in which `git` is looked for, as `PATH` lists them. Without, the system looks for it.
    pub search_path: Option<OsString>,
    /// Through which machines http goes.
    pub proxies: Proxies,
    /// Who hears of it.
    pub progress: Option<Arc<dyn Progress>>,
}

/// Fetches what is on other machines. Clones share what was fetched: it is deleted with the last of them.
#[derive(Clone, Default)]
pub struct Remotes(Arc<Shared>);

#[derive(Default)]
struct Shared {
    settings: RemoteSettings,
    /// Where repositories are put.
    folder: OnceLock<Result<Folder, String>>,
    checkouts: Once<RepoKey, Checkout>,
    files: Once<String, [u8]>,
    received: Received,
    /// The git commands that are running.
    running: Running,
    supply: OnceLock<Supply>,
}

impl Shared {
    fn supply(&self) -> &Supply {
        self.supply.get_or_init(Supply::default)
    }
}

/// What was asked for, and what came of it. Who asks while somebody else is fetching waits for what that one gets.
type Once<K, T> = Mutex<IndexMap<K, Arc<OnceLock<Fetched<T>>>, RandomState>>;
type Fetched<T> = Result<Arc<T>, Failure>;

/// What makes two checkouts the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct RepoKey {
    repo: String,
    reference: String,
    submodules: bool,
}

/// A repository's files at a revision.
pub(super) struct Checkout {
    /// Their folder, without links.
    pub(super) folder: PathBuf,
    /// What people may call it: the repository and the revision.
    name: String,
}

struct Folder {
    /// Deletes it in the end.
    guard: TempDir,
    /// Its path, without links.
    path: PathBuf,
}

impl Remotes {
    /// Nothing fetched yet.
    pub fn new(settings: RemoteSettings) -> Self {
        Self(Arc::new(Shared {
            settings,
            ..Shared::default()
        }))
    }

    /// The files of a repository.
    pub(super) fn checkout(&self, url: &RepoUrl, is_offline: bool) -> Fetched<Checkout> {
        let key = RepoKey {
            repo: url.repo.clone(),
            reference: url.reference.clone(),
            submodules: url.submodules,
        };
        let slot = slot(&self.0.checkouts, key);
        let fetch = || self.reported(&url.shown(), || self.fetch_repository(url, is_offline));
        slot.get_or_init(fetch).clone()
    }

    /// The folder that holds all repositories.
    fn folder(&self) -> Result<&Folder, Failure> {
        let created = self.0.folder.get_or_init(|| {
            let guard = tempfile::Builder::new().prefix("render-").tempdir();
            let located = guard.and_then(|guard| {
                let path = super::file_system::canonical(guard.path())?;
                Ok(Folder { guard, path })
            });
            located.map_err(|error| format!("create a temporary folder: {error}"))
        });
        created.as_ref().map_err(Failure::new)
    }

    /// The content of a file that is served by http.
    pub(super) fn file(&self, url: &str, is_offline: bool) -> Fetched<[u8]> {
        let slot = slot(&self.0.files, url.to_owned());
        let get = || self.reported(&hidden(url), || self.fetch_file(url, is_offline));
        slot.get_or_init(get).clone()
    }

    fn reported<T>(&self, what: &str, fetch: impl FnOnce() -> T) -> T {
        let progress = self.0.settings.progress.as_deref();
        if let Some(progress) = progress {
            progress.started(self, what);
        }
        let fetched = fetch();
        if let Some(progress) = progress {
            progress.ended(what);
        }
        fetched
    }

    /// Whether a path leads to a repository that was fetched, or to a folder above it.
    pub(super) fn holds(&self, path: &Path) -> bool {
        matches!(self.0.folder.get(), Some(Ok(folder)) if path.starts_with(&folder.path) || folder.path.starts_with(path))
    }

    /// The repository that a path leads into.
    pub(super) fn checkout_of(&self, path: &Path) -> Option<Arc<Checkout>> {
        // Without a folder there is none: the usual case, which must cost nothing.
        self.0.folder.get()?;
        self.checkouts()
            .into_iter()
            .find(|checkout| path.starts_with(&checkout.folder))
    }

    fn checkouts(&self) -> Vec<Arc<Checkout>> {
        let checkouts = self
            .0
            .checkouts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let fetched = checkouts
            .values()
            .filter_map(|slot| slot.get()?.clone().ok());
        fetched.collect()
    }

    /// What people call a file in a repository.
    pub fn name_of(&self, path: &Path) -> Option<String> {
        let checkout = self.checkout_of(path)?;
        let path = path.strip_prefix(&checkout.folder).ok()?;
        Some(format!("{}/{}", checkout.name, path.display()))
    }

    /// A text with the folders of repositories replaced by what people call those.
    pub fn name_repositories(&self, text: &str) -> String {
        if self.0.folder.get().is_none() {
            return text.to_owned();
        }
        self.checkouts()
            .iter()
            .fold(text.to_owned(), |text, checkout| {
                text.replace(&checkout.folder.display().to_string(), &checkout.name)
            })
    }

    /// Ends all fetches and deletes what they brought: for programs that are about to be ended themselves.
    pub fn abandon(&self) {
        self.0.running.kill_all();
        if let Some(Ok(folder)) = self.0.folder.get() {
            super::file_system::remove_folder(folder.guard.path());
        }
    }
}

impl fmt::Debug for Remotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remotes").finish_non_exhaustive()
    }
}

/// The slot of what is asked for.
fn slot<K: std::hash::Hash + Eq, T: ?Sized>(
    slots: &Once<K, T>,
    key: K,
) -> Arc<OnceLock<Fetched<T>>> {
    let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(slots.entry(key).or_default())
}

/// An address without the password in it.
pub(super) fn hidden(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority = rest.find('/').unwrap_or(rest.len());
    let user = rest[..authority].rfind('@').map(|at| &rest[..at]);
    match user.and_then(|user| user.split_once(':')) {
        Some((user, password)) => {
            let rest = &rest[user.len() + 1 + password.len()..];
            format!("{scheme}://{user}:xxxxx{rest}")
        }
        None => url.to_owned(),
    }
}
