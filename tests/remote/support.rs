//! A folder with repositories and kustomizations, and programs that stand in for git.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A `ConfigMap` of this name.
pub(crate) fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
}

/// A folder that is gone afterwards. `[here]` in files and arguments stands for it.
pub(crate) struct World {
    folder: TempDir,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) succeeded: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// What was printed, where all went well.
    pub(crate) fn rendered(&self) -> &str {
        assert!(self.succeeded, "{}", self.stderr);
        &self.stdout
    }

    /// Checks that nothing was printed but an error with these words.
    pub(crate) fn refused(&self, words: &str) -> &Self {
        assert!(!self.succeeded && self.stdout.is_empty(), "{self:?}");
        assert!(self.stderr.contains(words), "{words}: {}", self.stderr);
        self
    }
}

/// Whether git is there; says so where it is not.
pub(crate) fn has_git() -> bool {
    let found = Command::new("git").arg("--version").output().is_ok();
    if !found {
        println!("skipped: there is no git");
    }
    found
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["tmp", "bin", "home"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        world
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(path)
    }

    fn filled(&self, text: &str) -> String {
        text.replace(
            "[here]",
            self.path("").to_str().unwrap().trim_end_matches('/'),
        )
    }

    pub(crate) fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.filled(text)).unwrap();
        self
    }

    pub(crate) fn link(&self, path: &str, target: &str) -> &Self {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
        self
    }

    /// Makes a folder of files a repository with one commit.
    pub(crate) fn commit(&self, repository: &str) -> &Self {
        let git = |arguments: &[&str]| self.git(repository, arguments);
        git(&["init", "--quiet", "--initial-branch=main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message=x"]);
        self
    }

    pub(crate) fn git(&self, repository: &str, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.path(repository));
        let output = self.set_up(&mut command).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
    }

    /// Puts a shell script in the place of git. It finds the real one in `$GIT`, and appends its arguments to the file `log`.
    pub(crate) fn stand_in(&self, script: &str) -> &Self {
        let real = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join("git"))
            .find(|program| program.exists())
            .unwrap_or_default();
        let head = format!(
            // A line at a time: others may write at the same time.
            "#!/bin/sh\nGIT={}\nline=\nfor a in \"$@\"; do line=\"$line[$a]\"; done\nprintf '%s\\n' \"$line\" >> [here]/log\n",
            real.display()
        );
        self.file("bin/git", &format!("{head}{script}\n"));
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path("bin/git"), executable).unwrap();
        self
    }

    /// The commands that the stand-in was called with.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// The program, with this folder as its home and its place for temporary files.
    pub(crate) fn render(&self, arguments: &[&str]) -> Command {
        self.program(Path::new(env!("CARGO_BIN_EXE_render")), arguments)
    }

    pub(crate) fn program(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments.iter().map(|argument| self.filled(argument)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        self.set_up(&mut command);
        command
    }

    fn set_up<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let mut path = vec![self.path("bin")];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        for (name, value) in [
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@b"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@b"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            // Repositories on this machine as submodules.
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
            ("GIT_CONFIG_VALUE_0", "always"),
            ("LC_ALL", "C"),
        ] {
            command.env(name, value);
        }
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
            command.env_remove(name);
        }
        command
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("TMPDIR", self.path("tmp"))
            .env("HOME", self.path("home"))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.outcome(&mut self.render(arguments))
    }

    /// Runs a command, and checks that it leaves nothing behind.
    pub(crate) fn outcome(&self, command: &mut Command) -> Outcome {
        let output = command.output().unwrap();
        assert_eq!(self.left_behind(), 0, "temporary files");
        Outcome {
            succeeded: output.status.success(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn left_behind(&self) -> usize {
        fs::read_dir(self.path("tmp")).unwrap().count()
    }

    /// Renders a kustomization.
    pub(crate) fn build(&self, kustomization: &str) -> Outcome {
        self.file("app/kustomization.yaml", kustomization);
        self.run(&["build", "app"])
    }
}
