//! What things are called that were elsewhere.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};

use crate::load::{Folder, RepoUrl};
use crate::model::clean_path;

/// The host that repositories on this machine are said to be on.
const THIS_MACHINE: &str = "file-schemed";

/// What the folder is called that a target is localized to, if nobody says.
pub(super) fn default_destination(target: &Folder, url: Option<&RepoUrl>) -> String {
    let Some(url) = url else {
        let name = target.path.file_name().unwrap_or_default();
        return format!("localized-{}", name.display());
    };
    let path = clean_path(&url.path);
    let repo = url.repo.trim_end_matches('/');
    let repo = repo.strip_suffix(".git").unwrap_or(repo);
    let name = match path.rsplit('/').next() {
        Some(name) if name != "." => name,
        _ => repo.rsplit(['/', ':']).next().unwrap_or(repo),
    };
    format!("localized-{name}-{}", url.reference.replace('/', "-"))
}

/// The folder of a repository: its host, its path and its revision.
pub(super) fn of_repository(url: &RepoUrl) -> Result<PathBuf> {
    let (host, path) = split_repository(&url.repo);
    let path = path.strip_suffix(".git").unwrap_or(path);
    let folder = format!("{host}/{path}/{}", url.reference);
    let folder = PathBuf::from(clean_path(&folder).as_str());
    let is_plain = folder
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if !is_plain {
        bail!(
            "the repository of \"{}\" has no name to make a folder of",
            url.raw
        );
    }
    Ok(folder)
}

fn split_repository(repo: &str) -> (&str, &str) {
    if let Some(path) = repo.strip_prefix("file://") {
        return (THIS_MACHINE, path.trim_matches('/'));
    }
    let (has_scheme, rest) = match repo.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, repo),
    };
    let end = rest.find(if has_scheme { &['/'][..] } else { &['/', ':'] });
    let (host, path) = rest.split_at(end.unwrap_or(rest.len()));
    (plain_host(host), path.trim_matches(['/', ':']))
}

/// The way to a file that is served by http: its host and its path there.
pub(super) fn of_file(url: &str) -> PathBuf {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // From the root of the server nothing leads up.
    let path = clean_path(&format!("/{path}"));
    PathBuf::from(format!("{}{path}", plain_host(host)))
}

/// A host without user and port.
fn plain_host(host: &str) -> &str {
    let host = host.rsplit('@').next().unwrap_or(host);
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => host.split(':').next(),
    };
    match name.unwrap_or(host) {
        "" | "." | ".." => THIS_MACHINE,
        name => name,
    }
}

/// The way from one folder to another place, both absolute.
pub(super) fn way(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components());
    let shared = shared.take_while(|(left, right)| left == right).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_have_folders_by_their_names() {
        for (entry, expected) in [
            (
                "https://user:pw@host:8443/org/repo.git//a?ref=v1",
                "host/org/repo/v1",
            ),
            (
                "git@github.com:org/repo.git?ref=a/b",
                "github.com/org/repo/a/b",
            ),
            ("ssh://git@host:22/org/repo.git?ref=v1", "host/org/repo/v1"),
            ("file:///srv/repo//x?ref=v1", "file-schemed/srv/repo/v1"),
            ("file:///../../etc//x?ref=v1", "file-schemed/etc/v1"),
        ] {
            let url = RepoUrl::parse(entry).unwrap();
            match of_repository(&url) {
                Ok(folder) => assert_eq!(folder, Path::new(expected), "{entry}"),
                Err(_) => assert!(entry.contains(".."), "{entry}"),
            }
        }
        let outside = RepoUrl::parse("https://host/org/repo?ref=../../../../x").unwrap();
        assert!(of_repository(&outside).is_err());
    }

    #[test]
    fn files_have_names_by_their_addresses() {
        for (url, expected) in [
            ("http://127.0.0.1:80/a/cm.yaml?x=y", "127.0.0.1/a/cm.yaml"),
            ("https://u:p@host/../../x", "host/x"),
            ("https://../x", "file-schemed/x"),
            ("http://[::1]:80/x", "::1/x"),
        ] {
            assert_eq!(of_file(url), Path::new(expected), "{url}");
        }
    }
}
