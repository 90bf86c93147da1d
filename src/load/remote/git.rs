//! Repositories through the user's `git`, with kustomize's own commands: credentials and settings live there (spec 15 R31).

use std::ffi::OsStr;
use std::io::{self, PipeReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::running::Running;
use super::supply::is_commit;
use super::{Failure, RepoUrl, duration, hidden, tree};

/// As much is kept of what a command prints.
const LONGEST_OUTPUT: u64 = 64 << 10;

/// As much may a repository take on the disk, git's own files among it.
const LARGEST_REPOSITORY: u64 = 4 << 30;

/// As often is looked how much it takes.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What makes git work on a repository that it is told of and not on the one of its folder: hooks are run with these.
const OF_ANOTHER_REPOSITORY: [&str; 8] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Finds the program.
pub(super) fn find(search_path: Option<&OsStr>) -> Result<PathBuf, Failure> {
    let Some(search_path) = search_path else {
        return Ok("git".into());
    };
    std::env::split_paths(search_path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("git"))
        .find(|program| crate::load::file_system::is_program(program))
        .ok_or_else(|| {
            Failure::new(
                "no 'git' program on path: exec: \"git\": executable file not found in $PATH",
            )
            .titled("`git` is not on the PATH")
            .hint("install git: remote bases are fetched with it")
        })
}

/// Git, at work in a folder.
pub(super) struct Git<'a> {
    pub(super) program: PathBuf,
    pub(super) folder: &'a Path,
    /// As long may each command take.
    pub(super) timeout: Duration,
    pub(super) running: &'a Running,
}

impl Git<'_> {
    /// Fetches a repository into the folder, which is empty: a commit of it, or else the revision of the address.
    pub(super) fn clone(&self, url: &RepoUrl, commit: Option<&str>) -> Result<(), Failure> {
        check(url)?;
        let repo = url.repo.as_str();
        let reference = commit.unwrap_or(url.reference_or_head());
        self.run(&["init"])?;
        self.run(&["remote", "add", "origin", repo])?;
        self.run(&["fetch", "--depth=1", repo, reference])?;
        self.run(&["checkout", "FETCH_HEAD"])?;
        if url.submodules {
            self.run(&["submodule", "update", "--init", "--recursive"])?;
        }
        Ok(())
    }

    /// The commit that was fetched.
    pub(super) fn head(&self) -> Result<String, Failure> {
        let output = self.run(&["rev-parse", "HEAD"])?;
        let commit = output.trim();
        if is_commit(commit) {
            return Ok(commit.to_owned());
        }
        Err(Failure::new(format!("git names a commit '{commit}'")))
    }

    /// The commit that a revision is at its origin; nothing where that cannot be told.
    pub(super) fn commit(&self, url: &RepoUrl) -> Option<String> {
        check(url).ok()?;
        let reference = url.reference_or_head();
        let peeled = format!("{reference}^{{}}");
        let output = self
            .run(&["ls-remote", &url.repo, reference, &peeled])
            .ok()?;
        let lines = output.lines().filter_map(|line| line.split_once('\t'));
        let found: Vec<_> = lines.collect();
        // In git's own order; of a tag that is an object, what it is a tag of.
        let names = ["", "refs/", "refs/tags/", "refs/heads/"];
        let mut names = names
            .iter()
            .flat_map(|start| [format!("{start}{peeled}"), format!("{start}{reference}")]);
        let commit_of = |name: String| found.iter().find(|(_, found)| *found == name);
        let (commit, _) = names.find_map(commit_of)?;
        is_commit(commit).then(|| (*commit).to_owned())
    }

    /// Runs a command. Gives what it prints.
    fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        let command = GitCommand {
            git: self,
            arguments,
        };
        command.run()
    }
}

/// Refuses what git would take for an option: kustomize hands it on, and runs what `--upload-pack=` names.
fn check(url: &RepoUrl) -> Result<(), Failure> {
    let address = match url.repo.split_once("://") {
        Some(("file", _)) => "",
        Some((_, address)) => address,
        None => &url.repo,
    };
    let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
    let wrong = [url.reference.as_str(), host]
        .into_iter()
        .find(|text| text.starts_with('-'));
    match wrong {
        None => Ok(()),
        Some(option) => Err(Failure::new(format!(
            "security; '{option}' begins with a dash: git would take it for an option"
        ))
        .titled(format!(
            "`{option}` is no branch, tag or host: none begins with a dash"
        ))),
    }
}

struct GitCommand<'a> {
    git: &'a Git<'a>,
    arguments: &'a [&'a str],
}

impl GitCommand<'_> {
    fn run(&self) -> Result<String, Failure> {
        let (output, status) = self
            .output()
            .map_err(|error| self.failure("", &error.to_string()))??;
        if status.success() {
            return Ok(output);
        }
        let reason = match status.code() {
            Some(code) => format!("exit status {code}"),
            None => status.to_string(),
        };
        Err(self.failure(&output, &reason))
    }

    /// What the command prints, and how it ends; a failure if it takes too long or brings too much.
    fn output(&self) -> io::Result<Result<(String, ExitStatus), Failure>> {
        let (reader, writer) = io::pipe()?;
        let mut command = Command::new(&self.git.program);
        command
            .args(self.arguments)
            .current_dir(self.git.folder)
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer);
        for variable in OF_ANOTHER_REPOSITORY {
            command.env_remove(variable);
        }
        let child = self.git.running.start(&mut command)?;
        // It holds the end of the pipe that must be closed for the other end to see the end.
        drop(command);
        let output = self.wait(&read(reader));
        let mut locked = child.lock().unwrap_or_else(PoisonError::into_inner);
        if output.is_err() {
            locked.kill()?;
        }
        let status = locked.wait();
        self.git.running.remove(&child);
        let status = status?;
        Ok(output.map(|output| (output, status)))
    }

    /// Waits for what the command prints.
    fn wait(&self, output: &Receiver<Vec<u8>>) -> Result<String, Failure> {
        let start = Instant::now();
        loop {
            let left = self.git.timeout.saturating_sub(start.elapsed());
            if let Ok(output) = output.recv_timeout(left.min(BETWEEN_LOOKS)) {
                return Ok(String::from_utf8_lossy(&output).into_owned());
            }
            if left <= BETWEEN_LOOKS {
                return Err(self.hit_timeout());
            }
            if tree::size(self.git.folder) > LARGEST_REPOSITORY {
                return Err(self.brought_too_much());
            }
        }
    }

    fn failure(&self, output: &str, reason: &str) -> Failure {
        let line = self.line();
        let reason = match output {
            "" => reason.to_owned(),
            output => format!("{}: {reason}", hidden_in(output)),
        };
        let failure = Failure::new(format!("failed to run '{line}': {reason}"));
        let last = output.lines().find(|line| line.starts_with("fatal: "));
        let last = last.and_then(|line| line.strip_prefix("fatal: "));
        match last {
            Some(last) => failure.titled(format!("`{line}` failed: {}", hidden_in(last))),
            None => failure,
        }
    }

    fn hit_timeout(&self) -> Failure {
        let timeout = duration::print(self.git.timeout);
        Failure::new(format!("hit {timeout} timeout running '{}'", self.line()))
            .titled(format!("`{}` took longer than {timeout}", self.line()))
            .hint("allow more with `timeout=` in the entry's query: `?timeout=120`, in seconds")
            .timeout()
    }

    fn brought_too_much(&self) -> Failure {
        let most = LARGEST_REPOSITORY >> 30;
        let line = self.line();
        Failure::new(format!("'{line}' brought more than {most} GiB"))
            .titled(format!("`{line}` brought more than {most} GiB"))
            .hint("keep what is rendered in a smaller repository")
    }

    /// The command as people would type it, without passwords.
    fn line(&self) -> String {
        let mut line = self.git.program.display().to_string();
        for argument in self.arguments {
            line.push(' ');
            line.push_str(&hidden(argument));
        }
        line
    }
}

/// A text without the passwords of the addresses in it.
fn hidden_in(text: &str) -> String {
    let words = text.split_inclusive([' ', '\n', '\'', '"']);
    words.map(hidden).collect()
}

/// Reads to the end, and hands over what was read then.
fn read(mut from: PipeReader) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        // What cannot be read is not shown.
        drop((&mut from).take(LONGEST_OUTPUT).read_to_end(&mut kept));
        drop(io::copy(&mut from, &mut io::sink()));
        drop(sender.send(kept));
    });
    receiver
}
