//! Entries that name git repositories, and what of them is the repository and what the folder in it (spec 15 R30).

use std::time::Duration;

use super::{hidden, query};

/// As long may a git command take that is told nothing else.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(27);

/// What an entry says that names a git repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RepoUrl {
    /// The entry as it is written, without `git::`.
    pub raw: String,
    /// What git is told to fetch.
    pub repo: String,
    /// The branch, tag or commit; empty for the repository's own choice.
    pub reference: String,
    /// The folder in the repository.
    pub path: String,
    /// Whether the repository's submodules are fetched too.
    pub submodules: bool,
    /// As long may each command take.
    pub timeout: Duration,
}

/// A protocol that kustomize knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Ssh,
    Https,
    Http,
    File,
    None,
}

impl RepoUrl {
    /// Takes an entry apart; nothing if it names no repository.
    pub fn parse(entry: &str) -> Option<Self> {
        if entry.starts_with('/') {
            return None;
        }
        let raw = entry.strip_prefix("git::").unwrap_or(entry);
        let (address, query) = raw.split_once('?').unwrap_or((raw, ""));
        let (host, rest) = split_host(address)?;
        let (repo, path) = split_repository(rest, host == "file://")?;
        if leaves(path) {
            return None;
        }
        let options = query::parse(query);
        Some(Self {
            raw: raw.to_owned(),
            repo: format!("{host}{repo}"),
            reference: options.reference,
            path: path.trim_matches('/').to_owned(),
            submodules: options.submodules,
            timeout: options.timeout.unwrap_or(DEFAULT_TIMEOUT),
        })
    }

    /// What git is told to fetch of the repository.
    pub(super) fn reference_or_head(&self) -> &str {
        match self.reference.as_str() {
            "" => "HEAD",
            reference => reference,
        }
    }

    /// The repository and the revision as people may read them.
    pub(super) fn shown(&self) -> String {
        let repo = hidden(&self.repo);
        match self.reference.as_str() {
            "" => repo,
            reference => format!("{repo}@{reference}"),
        }
    }

    /// Whether an entry forces git in a way that kustomize warns of.
    pub(in crate::load) fn is_forced(entry: &str) -> bool {
        entry.starts_with("git::")
    }
}

/// Parts an address behind the host, which comes in the form that git is told.
fn split_host(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = split_scheme(address);
    if scheme == Scheme::File {
        return Some(("file://".into(), rest));
    }
    let (user, rest) = split_user(rest);
    let is_github = ["github.com/", "github.com:"]
        .iter()
        .any(|host| strip_ignoring_case(rest, host).is_some());
    if scheme == Scheme::None && user.is_empty() && !is_github {
        return None;
    }
    // With a scheme, a colon in the host is followed by the port.
    let slash = rest.find('/');
    let colon = rest.find(':').filter(|colon| {
        scheme == Scheme::None && *colon > 0 && slash.is_none_or(|slash| *colon < slash)
    });
    let (host, rest) = rest.split_at(colon.or(slash)? + 1);
    if is_github {
        let is_ssh = scheme == Scheme::Ssh || !user.is_empty();
        let host = if is_ssh {
            format!("{user}github.com:")
        } else {
            "https://github.com/".into()
        };
        return Some((host, rest));
    }
    let scheme = match scheme {
        Scheme::Ssh => "ssh://",
        Scheme::Https => "https://",
        Scheme::Http => "http://",
        Scheme::File | Scheme::None => "",
    };
    Some((format!("{scheme}{user}{host}"), rest))
}

fn split_scheme(address: &str) -> (Scheme, &str) {
    [
        ("ssh://", Scheme::Ssh),
        ("https://", Scheme::Https),
        ("http://", Scheme::Http),
        ("file://", Scheme::File),
    ]
    .into_iter()
    .find_map(|(text, scheme)| Some((scheme, strip_ignoring_case(address, text)?)))
    .unwrap_or((Scheme::None, address))
}

/// Parts `user@` from what follows it.
fn split_user(address: &str) -> (&str, &str) {
    let Some(at) = address.find('@') else {
        return ("", address);
    };
    let (user, rest) = address.split_at(at + 1);
    let mut letters = user[..at].bytes();
    let fits = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    if fits { (user, rest) } else { ("", address) }
}

/// Parts the repository from the folder in it.
fn split_repository(rest: &str, is_file: bool) -> Option<(&str, &str)> {
    if rest.is_empty() {
        return None;
    }
    if let Some(marker) = rest.find("_git/") {
        let name = marker + "_git/".len();
        let end = rest[name..].find('/').map_or(rest.len(), |end| name + end);
        return Some(rest.split_at(end));
    }
    if let Some(marker) = rest.find("//") {
        let (repo, path) = rest.split_at(marker);
        return (!repo.is_empty()).then_some((repo, path));
    }
    if let Some(marker) = rest.find(".git") {
        return Some(rest.split_at(marker + ".git".len()));
    }
    if is_file {
        return Some((rest, ""));
    }
    let first = rest.find('/')?;
    let second = rest[first + 1..].find('/').map(|at| first + 1 + at);
    Some(rest.split_at(second.unwrap_or(rest.len())))
}

/// Whether a path leads out of the folder that it starts in.
fn leaves(path: &str) -> bool {
    let mut depth = 0_i32;
    path.split('/').any(|step| {
        match step {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        depth < 0
    })
}

pub(super) fn strip_ignoring_case<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let found = text.get(..start.len())?;
    found
        .eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}
