//! Runs the program on a tree, with limits on computing, memory and stack.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Seconds of computing, however busy the machine is. No case takes nearly as long in a build with optimization.
const COMPUTING: u64 = 60;
/// Whoever takes longer waits for something that never comes.
const WAITING: Duration = Duration::from_mins(30);
/// In KiB. The address space holds more than is used: stacks of threads and what allocators keep.
const MEMORY: u64 = 4 << 20;
/// In KiB: what threads of tests and the main threads of some systems have.
const STACK: u64 = 2 << 10;
/// No error needs more room.
const LONGEST_ERROR: usize = 100_000;

/// A ConfigMap without data.
pub(crate) const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

/// A tree of files that is deleted in the end.
pub(crate) struct Tree {
    folder: tempfile::TempDir,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit status, or nothing if a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Tree {
    /// A folder with a kustomization.
    pub(crate) fn new(kustomization: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }.file("kustomization.yaml", kustomization)
    }

    /// A kustomization with one file of resources.
    pub(crate) fn of_resources(text: impl AsRef<[u8]>) -> Self {
        Self::new("resources: [r.yaml]\n").file("r.yaml", text)
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn folder(self, path: &str) -> Self {
        fs::create_dir_all(self.path(path)).unwrap();
        self
    }

    pub(crate) fn link(self, path: &str, target: impl AsRef<Path>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Builds the folder itself.
    pub(crate) fn build(&self, args: &[&str]) -> Outcome {
        self.build_in(".", args)
    }

    /// Builds a folder of the tree.
    pub(crate) fn build_in(&self, folder: &str, args: &[&str]) -> Outcome {
        let mut command = limited();
        command
            .arg("build")
            .arg(self.path(folder))
            .args(args)
            .current_dir(&self.folder);
        run(&mut command)
    }
}

/// The program with limits on memory and stack; arguments can be added.
pub(crate) fn limited() -> Command {
    limited_to(MEMORY)
}

/// As [`limited`], with so many KiB of address space.
pub(crate) fn limited_to(memory: u64) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(format!(
            "ulimit -v {memory} && ulimit -s {STACK} && ulimit -t {COMPUTING} && exec \"$0\" \"$@\""
        ))
        .arg(program());
    command
}

/// The program: the one that was built with the tests, or one that `RENDER_BINARY` names.
pub(crate) fn program() -> PathBuf {
    match std::env::var_os("RENDER_BINARY") {
        Some(path) => Path::new(env!("CARGO_MANIFEST_DIR")).join(path),
        None => env!("CARGO_BIN_EXE_render").into(),
    }
}

/// Runs a command to its end, and fails where that takes too long.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let (stdout, stderr) = (folder.path().join("stdout"), folder.path().join("stderr"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(File::create(&stdout).unwrap())
        .stderr(File::create(&stderr).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > WAITING {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the program does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Outcome {
        status: status.code(),
        stdout: fs::read(stdout).unwrap(),
        stderr: String::from_utf8(fs::read(stderr).unwrap()).unwrap(),
    }
}

impl Outcome {
    /// Fails unless the program refused the tree, with these words among others, and printed nothing.
    #[track_caller]
    pub(crate) fn refused(&self, words: &str) {
        let error = &self.stderr[..self.stderr.floor_char_boundary(2_000)];
        assert_eq!(self.status, Some(1), "{error}");
        assert!(self.stdout.is_empty(), "a refusal prints nothing");
        assert!(self.stderr.contains(words), "no {words:?} in: {error}");
        assert!(!self.stderr.contains("panicked"), "{error}");
        assert!(
            self.stderr.len() < LONGEST_ERROR,
            "an error of {} bytes: {error}",
            self.stderr.len()
        );
    }

    /// Fails unless the tree was rendered, and returns what was printed.
    #[track_caller]
    pub(crate) fn rendered(&self) -> &str {
        let error = &self.stderr[..self.stderr.floor_char_boundary(2_000)];
        assert_eq!(self.status, Some(0), "{error}");
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Fails unless the tree was rendered and this was printed, of which only the place that differs is shown.
    #[track_caller]
    pub(crate) fn rendered_as(&self, expected: &str) {
        let rendered = self.rendered();
        let pairs = rendered.bytes().zip(expected.bytes());
        let same = pairs.take_while(|(left, right)| left == right).count();
        let rest = |text: &str| {
            let start = text.floor_char_boundary(same.saturating_sub(50));
            text[start..text.floor_char_boundary(start + 200)].to_owned()
        };
        assert!(
            rendered == expected,
            "{:?}\nin place of\n{:?}",
            rest(rendered),
            rest(expected)
        );
    }

    /// Fails unless the tree was either rendered or refused.
    #[track_caller]
    pub(crate) fn ended(&self) {
        match self.status {
            Some(0) => {}
            _ => self.refused(""),
        }
    }
}
