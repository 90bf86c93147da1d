//! What a tree needs beside its files: repositories, a server, programs that can be run, and a note of what was run.

mod repositories;
mod server;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

use crate::tree::Tree;

/// The file in which the programs of a tree note how they are called.
const LOG: &str = "log";

/// Where a tree writes what `--output` names.
const OUT: &str = "out";

/// Notes the arguments of helm and the values it is given. The names of temporary folders are left out.
const HELM: &str = "#!/bin/sh
for argument in \"$@\"; do
  case $argument in
    *-kustomize-values.yaml) echo values; cat \"$argument\" ;;
    *) printf '[%s]' \"$argument\" ;;
  esac
done >> '[log]'
exec REAL \"$@\"
";

/// The real helm: the one that `RENDER_HELM` names or the one on the path.
static REAL_HELM: LazyLock<Option<PathBuf>> =
    LazyLock::new(|| match std::env::var_os("RENDER_HELM") {
        Some(named) if !named.is_empty() => Some(named.into()),
        _ => on_path("helm"),
    });

/// What kustomize and render call the folders of their clones.
static CLONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("/[a-z/]*/(kustomize-[0-9]+|render-[A-Za-z0-9]+/repository-[A-Za-z0-9]+)")
        .expect("invariant: it is a regular expression")
});

static HAS_GIT: LazyLock<bool> = LazyLock::new(|| on_path("git").is_some());

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let candidates = std::env::split_paths(&path).map(|folder| folder.join(program));
    candidates.into_iter().find(|candidate| candidate.exists())
}

/// Whether a file is one of a repository: what a path like `git/NAME/REVISION/file` names.
pub(crate) fn is_in_repository(path: &str) -> bool {
    path.starts_with("git/")
}

/// A program that a tree needs and that is not there.
pub(crate) fn missing(tree: &Tree) -> Option<&'static str> {
    let needs = |mark: &str| tree.options.iter().any(|option| option.contains(mark));
    if needs("bin/helm") && REAL_HELM.is_none() {
        return Some("helm");
    }
    let has_repository = tree.files.keys().any(|path| is_in_repository(path));
    (has_repository && !*HAS_GIT).then_some("git")
}

/// What stands in the place of the marks in a tree's files and options.
pub(crate) struct Places {
    folder: PathBuf,
    commits: BTreeMap<String, String>,
}

impl Places {
    /// Makes the repositories of a tree, and what else it needs.
    pub(crate) fn new(tree: &Tree, folder: &Path) -> Self {
        let mut places = Self {
            folder: folder.to_path_buf(),
            commits: BTreeMap::new(),
        };
        repositories::make(tree, &mut places);
        if let Some(helm) = REAL_HELM.as_ref().filter(|_| missing(tree).is_none()) {
            let script = HELM.replace("REAL", &helm.display().to_string());
            if tree
                .options
                .iter()
                .any(|option| option.contains("bin/helm"))
            {
                places.write("bin/helm", script.into_bytes());
            }
        }
        places
    }

    /// Writes a file of the tree; a script can be run.
    pub(crate) fn write(&self, path: &str, bytes: Vec<u8>) {
        let file = self.folder.join(path);
        let bytes = self.fill(bytes);
        let parent = file.parent().expect("invariant: a file lies in a folder");
        std::fs::create_dir_all(parent)
            .unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
        std::fs::write(&file, &bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        if bytes.starts_with(b"#!") {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
    }

    /// Puts paths, addresses and commits in the place of the marks of a file.
    fn fill(&self, bytes: Vec<u8>) -> Vec<u8> {
        match String::from_utf8(bytes) {
            Ok(text) => self.fill_text(text).into_bytes(),
            Err(error) => error.into_bytes(),
        }
    }

    fn fill_text(&self, text: String) -> String {
        let marks = ["[here]", "[server]", "[log]", "[commit:"];
        if !marks.iter().any(|mark| text.contains(mark)) {
            return text;
        }
        let here = self.folder.display().to_string();
        let beside = self.folder.parent().unwrap_or(&self.folder);
        let mut text = text
            .replace("[here]", &here)
            .replace("[log]", &beside.join(LOG).display().to_string());
        if text.contains("[server]") {
            let server = format!("http://{}{here}", server::address());
            text = text.replace("[server]", &server);
        }
        for (name, commit) in &self.commits {
            text = text.replace(&format!("[commit:{name}]"), commit);
        }
        text
    }

    /// Sets up a run: folder and options with the marks filled in, and an environment without the user's settings.
    pub(crate) fn set_up(&self, command: &mut Command, root: &str, options: &[String]) {
        let here = &self.folder;
        let arguments = std::iter::once(root).chain(options.iter().map(String::as_str));
        command.args(arguments.map(|argument| self.fill_text(argument.to_string())));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(here.join("bin")).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(path).expect("invariant: parts of a path");
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", here)
            .env("KUSTOMIZE_PLUGIN_HOME", here.join("plugins"))
            .env("NO_PROXY", "127.0.0.1")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always");
        drop(std::fs::create_dir(here.with_file_name(OUT)));
    }
}

/// Takes what a run wrote: the files it made, and the notes of the programs it ran.
pub(crate) fn take_written(folder: &Path) -> (String, String) {
    let log = folder.join(LOG);
    let notes = std::fs::read(&log).unwrap_or_default();
    drop(std::fs::remove_file(&log));
    let out = folder.join(OUT);
    let entries = std::fs::read_dir(&out).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let mut written = String::new();
    for file in files {
        let text = std::fs::read(&file).unwrap_or_default();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        written.extend(["=> ", &*name, "\n", &*String::from_utf8_lossy(&text)]);
    }
    drop(std::fs::remove_dir_all(&out));
    let notes = String::from_utf8_lossy(&notes);
    (written, CLONE.replace_all(&notes, "[clone]").into_owned())
}

/// Commands that make the repositories of a tree, for a person who repeats it.
pub(crate) fn script(tree: &Tree) -> String {
    repositories::script(tree)
}
