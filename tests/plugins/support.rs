//! A folder with a kustomization and with programs that take notes.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "this is test code, and tests may read"
)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder that is gone afterwards: `app` is rendered, `bin` holds programs, `tmp` is for temporary files.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub(crate) fn new(kustomization: &str) -> Self {
        Self::empty().file("app/kustomization.yaml", kustomization)
    }

    pub(crate) fn empty() -> Self {
        let sandbox = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["bin", "tmp", "home"] {
            std::fs::create_dir(sandbox.path(folder)).unwrap();
        }
        sandbox
    }

    /// The folder with one more file.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The folder with one more program, which `$NOTES` tells where to take notes.
    ///
    /// Another process writes it: a file that this one had open might still be open in a program that another test starts,
    /// and cannot be executed then.
    pub(crate) fn program(self, path: &str, script: &str) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut shell = Command::new("sh")
            .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
            .arg(path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = shell.stdin.take().unwrap();
        write!(stdin, "#!/bin/sh\n{script}").unwrap();
        drop(stdin);
        assert!(shell.wait().unwrap().success());
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Builds `app`: what is printed and the status, the folder's own path as `[folder]`. Nothing temporary may be left.
    pub(crate) fn build<'a>(&self, flags: impl IntoIterator<Item = &'a str>) -> String {
        self.run(["build", "app"].into_iter().chain(flags))
    }

    /// Runs a command, as [`Self::build`] does.
    pub(crate) fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new(env!("CARGO_BIN_EXE_render"))
            .args(args)
            .current_dir(self.root())
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("NOTES", self.path("notes"))
            .env_remove("KUSTOMIZE_PLUGIN_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .output()
            .unwrap();
        assert_eq!(std::fs::read_dir(self.path("tmp")).unwrap().count(), 0);
        self.plain(&format!(
            "exit: {}\n--- stdout\n{}--- stderr\n{}",
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        ))
    }

    /// What the programs noted.
    pub(crate) fn notes(&self) -> String {
        let notes = std::fs::read_to_string(self.path("notes")).unwrap_or_default();
        self.plain(&notes)
    }

    /// A text without what differs from run to run.
    fn plain(&self, text: &str) -> String {
        let text = text.replace(&self.root().display().to_string(), "[folder]");
        ["kustomize-helm-", "kust-plugin-config-"]
            .into_iter()
            .fold(text, |text, prefix| {
                let mut parts = text.split(prefix);
                let first = parts.next().unwrap_or_default().to_owned();
                parts.fold(first, |plain, part| {
                    let rest = part.trim_start_matches(char::is_alphanumeric);
                    format!("{plain}{prefix}X{rest}")
                })
            })
    }

    /// All files below a folder, each with its path.
    pub(crate) fn files(&self, folder: &str) -> String {
        let mut paths = vec![self.path(folder)];
        let mut texts = Vec::new();
        while let Some(path) = paths.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).unwrap();
                paths.extend(entries.map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let shown = path.strip_prefix(self.root()).unwrap().display();
            texts.push(format!("===== {shown}\n{text}"));
        }
        texts.sort();
        texts.concat()
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path(path).exists()
    }
}
