//! All that a kustomization names on other machines, fetched at the same time: what came of it is asked for later, in order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use indexmap::IndexSet;

use crate::kustomization::Kustomization;

use super::remote::{Remotes, RepoUrl, is_http};
use super::restriction::Reader;

/// As many fetches run at the same time.
const AT_ONCE: usize = 8;

/// Something that is fetched.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Wanted<'k> {
    /// The address of what may be a file.
    file: Option<&'k str>,
    repository: Option<RepoUrl>,
}

/// Fetches what there is to fetch. Failures are kept, and told where the entry's turn comes.
pub(super) fn fetch_ahead(reader: &Reader<'_>, kustomization: &Kustomization) {
    let wanted: IndexSet<_> = entries(kustomization)
        .filter_map(|(entry, may_be_file)| Wanted::new(reader, entry, may_be_file))
        .collect();
    // What is alone is fetched when its turn comes.
    if wanted.len() < 2 {
        return;
    }
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let remotes = &reader.remotes;
    let work = || {
        while !has_failed.load(Ordering::Relaxed)
            && let Some(wanted) = wanted.get_index(next.fetch_add(1, Ordering::Relaxed))
        {
            if !wanted.fetch(remotes) {
                has_failed.store(true, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(wanted.len()) {
            // Where there is no thread to be had, all is fetched in turn.
            drop(thread::Builder::new().spawn_scoped(scope, work));
        }
    });
}

impl<'k> Wanted<'k> {
    /// What an entry names, if it is elsewhere and may be fetched.
    fn new(reader: &Reader<'_>, entry: &'k str, may_be_file: bool) -> Option<Self> {
        let file = (may_be_file && is_http(entry)).then_some(entry);
        let repository = RepoUrl::parse(entry).filter(|url| reader.may_fetch(url));
        let is_local = file.is_none() && repository.is_none();
        (!is_local && !reader.is_offline).then_some(Self { file, repository })
    }

    /// Fetches it, the repository where there is no file.
    fn fetch(&self, remotes: &Remotes) -> bool {
        let file = self.file.and_then(|url| remotes.file(url, false).ok());
        match (file, &self.repository) {
            (Some(content), Some(url)) if is_page(&content) => remotes.checkout(url, false).is_ok(),
            (Some(_), _) => true,
            (None, Some(url)) => remotes.checkout(url, false).is_ok(),
            (None, None) => false,
        }
    }
}

/// Whether a content is for a browser, as servers of repositories give it.
fn is_page(content: &[u8]) -> bool {
    content.trim_ascii_start().starts_with(b"<")
}

fn entries(kustomization: &Kustomization) -> impl Iterator<Item = (&str, bool)> {
    let plugins = [
        &kustomization.generators,
        &kustomization.transformers,
        &kustomization.validators,
    ];
    let operands = kustomization.operands().map(|(_, _, entry)| entry);
    let files = operands.chain(plugins.into_iter().flatten());
    let components = kustomization.components.iter();
    let files = files.map(|entry| (entry.as_str(), true));
    files.chain(components.map(|entry| (entry.as_str(), false)))
}
