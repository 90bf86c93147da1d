//! Which entries name things on other machines (spec 15 R20, R30).

use crate::model::Fault;

/// Whether an entry is fetched as a file, before anything else is tried.
pub(super) fn is_http(entry: &str) -> bool {
    strip_scheme(entry, "http://").is_some() || strip_scheme(entry, "https://").is_some()
}

/// Whether an entry names a git repository.
pub(super) fn is_git(entry: &str) -> bool {
    if entry.starts_with('/') {
        return false;
    }
    let entry = entry.split('?').next().unwrap_or_default();
    let entry = entry.strip_prefix("git::").unwrap_or(entry);
    if strip_scheme(entry, "file://").is_some() {
        return true;
    }
    let after_scheme = ["ssh://", "https://", "http://"]
        .iter()
        .find_map(|scheme| strip_scheme(entry, scheme));
    let rest = after_scheme.unwrap_or(entry);
    let after_user = strip_user(rest);
    let rest = after_user.unwrap_or(rest);
    let is_github = ["github.com/", "github.com:"]
        .iter()
        .any(|host| strip_scheme(rest, host).is_some());
    if after_scheme.is_none() && after_user.is_none() && !is_github {
        return false;
    }
    let slash = rest.find('/');
    let colon = rest
        .find(':')
        .filter(|colon| slash.is_none_or(|slash| *colon < slash));
    // With a scheme other than ssh a colon in the host belongs to the port.
    let host_end = match (after_scheme, colon) {
        (None, Some(colon)) => Some(colon),
        _ if is_github => colon.or(slash),
        _ => slash,
    };
    host_end.is_some_and(|end| has_repository(&rest[end + 1..]))
}

/// Whether a path splits into a repository and a folder in it that does not leave it.
fn has_repository(path: &str) -> bool {
    let split = if let Some(marker) = path.find("_git/") {
        let repository = marker + "_git/".len();
        let end = path[repository..].find('/');
        end.map_or("", |end| &path[repository + end..])
    } else if let Some(marker) = path.find("//") {
        &path[marker + 2..]
    } else if let Some(marker) = path.find(".git") {
        &path[marker + ".git".len()..]
    } else {
        let mut segments = path.splitn(3, '/');
        let (Some(_), Some(repository)) = (segments.next(), segments.next()) else {
            return false;
        };
        if repository.is_empty() {
            return false;
        }
        segments.next().unwrap_or_default()
    };
    !leaves(split)
}

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

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let start = text.get(..scheme.len())?;
    start
        .eq_ignore_ascii_case(scheme)
        .then(|| &text[scheme.len()..])
}

/// What follows `user@`, if that is how the text starts.
fn strip_user(text: &str) -> Option<&str> {
    let (user, rest) = text.split_once('@')?;
    let mut letters = user.bytes();
    let fits = letters.next()?.is_ascii_alphabetic()
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    fits.then_some(rest)
}

/// The failure of an entry that is elsewhere.
pub(super) fn refused(entry: &str, is_offline: bool) -> Fault {
    let what = if is_git(entry) {
        "git repository"
    } else {
        "file"
    };
    if is_offline {
        return Fault::new(format!(
            "remote {what} '{entry}' is not fetched: `--offline` was given"
        ))
        .hint("fetch it beforehand and name the local copy");
    }
    Fault::new(format!("remote {what} '{entry}' is not supported yet"))
        .hint("fetch it beforehand and name the local copy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_told_from_folders() {
        for (entry, expected) in [
            ("github.com/org/repo?ref=v1", true),
            ("github.com:org/repo", true),
            ("https://GitHub.com/org/repo/a/b", true),
            ("git@github.com:org/repo.git/a", true),
            ("ssh://git@github.com/org/repo//a", true),
            ("git@host:org/repo//sub?ref=v1", true),
            ("git@host/org/repo", true),
            ("git@host:2222/org/repo", true),
            ("git@ssh.dev.azure.com:v3/o/p/repo//x", true),
            ("ssh://git@host:2222/org/repo.git//a", true),
            ("https://host/deep/group/repo.git//a?version=x", true),
            ("https://u@dev.azure.com/o/p/_git/repo/a", true),
            ("file:///x/repo//base?ref=v1", true),
            ("git::https://host/org/repo", true),
            ("github.com/org", false),
            ("https://example.com/x.yaml", false),
            ("host:org/repo", false),
            ("host.com/org/repo.git", false),
            ("git://host/org/repo", false),
            ("s3::https://host/org/repo", false),
            ("../rel", false),
            ("https://host/org/repo//../x", false),
            ("base", false),
            ("/abs/org/repo.git", false),
            ("", false),
        ] {
            assert_eq!(is_git(entry), expected, "{entry}");
        }
    }
}
