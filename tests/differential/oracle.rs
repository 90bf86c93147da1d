//! Runs render and kustomize on a folder and compares what they print.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::RwLock;
use std::time::{Duration, Instant};

use crate::outside::{self, Places};
use crate::tree::Tree;

const PATIENCE: Duration = Duration::from_secs(20);

/// A program that builds a folder.
pub(crate) struct Program {
    path: PathBuf,
    verb: &'static str,
}

impl Program {
    /// The render that `RENDER_BINARY` names, or the one that was built for this test.
    pub(crate) fn render() -> Self {
        let named = std::env::var_os("RENDER_BINARY");
        Self {
            path: named.map_or_else(|| env!("CARGO_BIN_EXE_render").into(), PathBuf::from),
            verb: "build",
        }
    }

    /// The kustomize that `RENDER_ORACLE` names: kubectl has it under a verb of its own.
    pub(crate) fn oracle() -> Option<Self> {
        let path = PathBuf::from(std::env::var_os("RENDER_ORACLE")?);
        let is_kubectl = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains("kubectl"));
        Some(Self {
            path,
            verb: if is_kubectl { "kustomize" } else { "build" },
        })
    }

    /// Whether it is the program of its own, which knows all options.
    pub(crate) fn is_standalone(&self) -> bool {
        self.verb == "build"
    }

    /// The options that this program knows; both programs run with them.
    fn options<'a>(&self, tree: &'a Tree) -> &'a [String] {
        if self.is_standalone() {
            &tree.options
        } else {
            &[]
        }
    }

    fn build(&self, tree: &Tree, options: &[String], places: &Places, folder: &Path) -> Outcome {
        let file = |name| {
            File::create(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let mut command = Command::new(&self.path);
        command.arg(self.verb).current_dir(folder.join("tree"));
        places.set_up(&mut command, &tree.root, options);
        command.env("GOMAXPROCS", "1").env("GOGC", "400");
        command
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"));
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("invariant: the child is ours") {
                break Some(status);
            }
            if started.elapsed() > PATIENCE {
                child.kill().expect("invariant: the child is ours");
                child.wait().expect("invariant: the child is ours");
                break None;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        let read = |name| {
            std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let text = |name| String::from_utf8_lossy(&read(name)).into_owned();
        let (written, calls) = outside::take_written(folder);
        let stdout = text("stdout") + &written;
        Outcome::new(status, stdout, text("stderr"), calls)
    }
}

/// What a program did with a tree.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Printed {
        /// What it printed, and the files it wrote.
        text: String,
        /// How it called functions and helm.
        calls: String,
    },
    Failed {
        stdout: String,
        stderr: String,
    },
    Crashed(String),
    Hung,
}

impl Outcome {
    fn new(status: Option<ExitStatus>, stdout: String, stderr: String, calls: String) -> Self {
        match status.map(|status| status.code()) {
            None => Self::Hung,
            Some(Some(0)) => Self::Printed {
                text: stdout,
                calls,
            },
            Some(Some(1)) => Self::Failed { stdout, stderr },
            Some(_) => Self::Crashed(stderr),
        }
    }

    /// Whether a program did the same again; errors may name other temporary folders.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Printed { text, calls },
                Self::Printed {
                    text: again,
                    calls: calls_again,
                },
            ) => text == again && calls == calls_again,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Printed { text, calls } => format!("{text}{calls}"),
            Self::Failed { stdout, stderr } => format!("{stdout}(exit 1)\n{stderr}"),
            Self::Crashed(stderr) => format!("(crash)\n{stderr}"),
            Self::Hung => format!("(still running after {} s)\n", PATIENCE.as_secs()),
        }
    }
}

/// What the comparison of one tree gave.
pub(crate) enum Verdict {
    Same,
    BothFail {
        /// Whether what kustomize says last is part of what render says.
        in_same_words: bool,
    },
    /// kustomize gives another output when asked again: nothing to hold render to.
    Unstable,
    /// kustomize does not end, even with nothing beside it.
    KustomizeHangs,
    /// A program is missing that the tree needs.
    Skipped(&'static str),
    /// A deliberate difference, as COMPATIBILITY.md lists it.
    Deliberate,
    /// kustomize crashes, and render prints something or says what is wrong.
    KustomizeCrashes,
    Differ(Box<Difference>),
}

/// How the two programs disagree.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    pub(crate) ours: Outcome,
    pub(crate) theirs: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Output,
    /// The same output, but functions or helm were called in another way.
    Calls,
    OnlyRenderFails,
    OnlyKustomizeFails,
    RenderCrashes,
    RenderHangs,
    RenderPrintsAndFails,
}

impl Difference {
    /// What must stay the same while a tree is made smaller: the kind, and of errors the words outside quotes.
    pub(crate) fn signature(&self) -> String {
        let failure = match (&self.ours, &self.theirs) {
            (Outcome::Failed { stderr, .. } | Outcome::Crashed(stderr), _) => words(stderr, true),
            (_, Outcome::Failed { stderr, .. } | Outcome::Crashed(stderr)) => words(stderr, false),
            _ => String::new(),
        };
        format!("{:?} {failure}", self.kind)
    }
}

/// The message of an error without names, numbers and warnings.
fn words(stderr: &str, ours: bool) -> String {
    let lines = || {
        stderr
            .lines()
            .filter(|line| !line.starts_with("# Warning") && !line.starts_with("warning"))
    };
    let line = if ours {
        lines().rfind(|line| line.contains(": "))
    } else {
        lines().next()
    };
    let line = line.unwrap_or_default();
    let mut quoted = false;
    let outside = line.chars().filter(|c| {
        let mark = "`'\"".contains(*c);
        quoted ^= mark;
        !quoted && !mark && (c.is_alphabetic() || *c == ' ')
    });
    outside.take(60).collect()
}

/// Whether kustomize cannot read its own bookkeeping any more, over which it crashes at other times.
fn has_lost_count(stderr: &str) -> bool {
    stderr.contains("number of previous names, number of previous namespaces")
}

/// Whether kustomize copied its bookkeeping into the output, which render does not do for JSON patches.
fn shows_books(output: &str) -> bool {
    output.contains("internal.config.kubernetes.io/previousNames")
}

/// Whether an error is one of those that render has on purpose: a name must not depend on the layout of a file.
fn is_deliberate(stderr: &str) -> bool {
    stderr.contains("cannot get a hash: only ConfigMaps and Secrets can")
}

/// What an error of kustomize comes down to: the end of its first line.
fn core(stderr: &str) -> &str {
    let line = stderr.lines().find_map(|line| line.strip_prefix("Error: "));
    let line = line.unwrap_or_default();
    line.rsplit(": ").next().unwrap_or(line).trim()
}

/// Whoever runs programs beside others reads it, and whoever must be alone with the machine writes it.
static MACHINE: RwLock<()> = RwLock::new(());

/// How often kustomize must say the same of a tree before it counts against render.
const REPETITIONS: usize = 3;

/// Builds a tree with both programs in a folder of its own. What differs is built again with nothing beside it, so that
/// neither a slow machine nor what kustomize leaves to chance counts.
pub(crate) fn compare(tree: &Tree, render: &Program, oracle: &Program) -> Verdict {
    if let Some(missing) = outside::missing(tree) {
        return Verdict::Skipped(missing);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let places = tree.write(&folder.path().join("tree"));
    let options = oracle.options(tree);
    let run = |program: &Program| program.build(tree, options, &places, folder.path());
    let first = {
        let _beside = MACHINE.read().expect("a thread panicked");
        let theirs = run(oracle);
        judge(run(render), theirs)
    };
    let first = match first {
        Verdict::Differ(difference) => Some(difference.theirs),
        Verdict::KustomizeHangs => None,
        verdict => return verdict,
    };
    let _alone = MACHINE.write().expect("a thread panicked");
    let theirs = run(oracle);
    let is_settled = |first: &Outcome| {
        theirs.is_like(first) && (2..REPETITIONS).all(|_| run(oracle).is_like(first))
    };
    if first.is_some_and(|first| !is_settled(&first)) {
        return Verdict::Unstable;
    }
    judge(run(render), theirs)
}

/// What two outcomes mean for render.
fn judge(ours: Outcome, theirs: Outcome) -> Verdict {
    let kind = match (&ours, &theirs) {
        (_, Outcome::Hung) => return Verdict::KustomizeHangs,
        (Outcome::Crashed(_), _) => Kind::RenderCrashes,
        (Outcome::Hung, _) => Kind::RenderHangs,
        (Outcome::Failed { stdout, .. }, _) if !stdout.is_empty() => Kind::RenderPrintsAndFails,
        (
            Outcome::Printed { text, calls },
            Outcome::Printed {
                text: theirs,
                calls: their_calls,
            },
        ) => {
            if text == theirs && calls == their_calls {
                return Verdict::Same;
            } else if shows_books(theirs) {
                return Verdict::Deliberate;
            } else if text == theirs {
                Kind::Calls
            } else {
                Kind::Output
            }
        }
        (_, Outcome::Crashed(_)) => return Verdict::KustomizeCrashes,
        (_, Outcome::Failed { stderr, .. }) if has_lost_count(stderr) => {
            return Verdict::KustomizeCrashes;
        }
        (Outcome::Printed { .. }, Outcome::Failed { stderr, .. })
            if stderr.contains("validator shouldn't modify the resource map") =>
        {
            return Verdict::Deliberate;
        }
        (Outcome::Printed { .. }, _) => Kind::OnlyKustomizeFails,
        (Outcome::Failed { stderr, .. }, Outcome::Printed { .. }) if is_deliberate(stderr) => {
            return Verdict::Deliberate;
        }
        (Outcome::Failed { .. }, Outcome::Printed { .. }) => Kind::OnlyRenderFails,
        (Outcome::Failed { stderr: ours, .. }, Outcome::Failed { stderr: theirs, .. }) => {
            return Verdict::BothFail {
                in_same_words: ours.contains(core(theirs)),
            };
        }
    };
    Verdict::Differ(Box::new(Difference { kind, ours, theirs }))
}

/// Whether kustomize takes a tree, for the statistics of the generator.
pub(crate) fn accepts(tree: &Tree, oracle: &Program) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let places = tree.write(&folder.path().join("tree"));
    match oracle.build(tree, oracle.options(tree), &places, folder.path()) {
        Outcome::Printed { .. } => Ok(()),
        other => Err(other.text()),
    }
}
