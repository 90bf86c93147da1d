//! Makes bare repositories of the files below `git/NAME/REVISION/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Places, is_in_repository};
use crate::tree::{Content, Tree};

/// The files of one revision by their path in the repository.
type Revision<'a> = BTreeMap<&'a str, &'a Content>;

/// The revisions of each repository.
fn repositories(tree: &Tree) -> BTreeMap<&str, BTreeMap<&str, Revision<'_>>> {
    let mut repositories = BTreeMap::<_, BTreeMap<_, Revision<'_>>>::new();
    for (path, content) in tree.files.iter().filter(|(path, _)| is_in_repository(path)) {
        if let Some([_, name, revision, file]) =
            path.splitn(4, '/').collect::<Vec<_>>().first_chunk::<4>()
        {
            let revisions = repositories.entry(*name).or_default();
            revisions
                .entry(*revision)
                .or_default()
                .insert(*file, content);
        }
    }
    repositories
}

/// Makes all repositories; a later number first, for an earlier one may have a commit of it.
pub(super) fn make(tree: &Tree, places: &mut Places) {
    let mut repositories: Vec<_> = repositories(tree).into_iter().collect();
    repositories.sort_by_key(|(name, _)| std::cmp::Reverse(number(name)));
    for (name, revisions) in repositories {
        let folder = places.folder.join("git").join(name);
        init(&folder);
        let mut stream = Vec::new();
        for (revision, files) in &revisions {
            commit(&mut stream, revision, files, places);
        }
        import(&folder, &stream);
        for revision in revisions.keys() {
            let file = folder.join(reference(revision));
            let commit = std::fs::read_to_string(&file)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            places
                .commits
                .insert(format!("{name}:{revision}"), commit.trim().to_string());
        }
    }
}

fn number(name: &str) -> u32 {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}

/// Tags begin with a `v`, all else are branches.
fn reference(revision: &str) -> String {
    let kind = if revision.starts_with('v') {
        "tags"
    } else {
        "heads"
    };
    format!("refs/{kind}/{revision}")
}

/// An empty bare repository, without the time that git needs for one.
fn init(folder: &Path) {
    for below in ["objects", "refs/heads", "refs/tags"] {
        let below = folder.join(below);
        std::fs::create_dir_all(&below)
            .unwrap_or_else(|error| panic!("{}: {error}", below.display()));
    }
    for (name, text) in [
        ("HEAD", "ref: refs/heads/main\n"),
        (
            "config",
            "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
        ),
    ] {
        std::fs::write(folder.join(name), text)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
}

/// Adds a commit in the form that `git fast-import` reads.
fn commit(stream: &mut Vec<u8>, revision: &str, files: &Revision<'_>, places: &Places) {
    let head = format!(
        "commit {}\ncommitter a <a@example.com> 1700000000 +0000\ndata 1\nx\n",
        reference(revision)
    );
    stream.extend(head.into_bytes());
    let mut modules = String::new();
    for (path, content) in files {
        let bytes = places.fill(content.bytes());
        if let Some(module) = submodule(&bytes) {
            let key = format!("{module}:main");
            if let Some(commit) = places.commits.get(&key) {
                stream.extend(format!("M 160000 {commit} {path}\n").into_bytes());
                let url = format!("file://{}/git/{module}", places.folder.display());
                write!(
                    modules,
                    "[submodule \"{path}\"]\n\tpath = {path}\n\turl = {url}\n"
                )
                .expect("invariant: a string takes everything");
            }
            continue;
        }
        let mode = if bytes.starts_with(b"#!") {
            "755"
        } else {
            "644"
        };
        add_file(stream, mode, path, &bytes);
    }
    if !modules.is_empty() {
        add_file(stream, "644", ".gitmodules", modules.as_bytes());
    }
    stream.push(b'\n');
}

fn add_file(stream: &mut Vec<u8>, mode: &str, path: &str, bytes: &[u8]) {
    stream.extend(format!("M {mode} inline {path}\ndata {}\n", bytes.len()).into_bytes());
    stream.extend(bytes);
    stream.push(b'\n');
}

/// The repository that is a submodule in the place of a file.
fn submodule(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.strip_prefix("[submodule:")?.strip_suffix("]\n")
}

fn import(folder: &Path, stream: &[u8]) {
    let mut child = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .env("GIT_DIR", folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("git: {error}"));
    let mut input = child.stdin.take().expect("invariant: it has a pipe");
    input
        .write_all(stream)
        .unwrap_or_else(|error| panic!("git: {error}"));
    drop(input);
    let status = child.wait().expect("invariant: the child is ours");
    assert!(status.success(), "git fast-import: {status}");
}

/// Commands that make the same of the folders that a script has written.
pub(super) fn script(tree: &Tree) -> String {
    let mut out = String::new();
    for (name, revisions) in repositories(tree) {
        let revisions: Vec<_> = revisions.into_keys().collect();
        writeln!(
            out,
            "# repository git/{name}: one commit for each of the folders {}",
            revisions.join(", ")
        )
        .expect("invariant: a string takes everything");
    }
    out
}
