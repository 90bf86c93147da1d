//! Collects what differed and prints it so that it can be pasted into a shell.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::generator::{FEATURES, OUTSIDE_FEATURES};
use crate::oracle::{self, Difference, Program, Verdict};
use crate::tree::Tree;

/// How many trees came out how.
pub(crate) struct Results {
    seed: u64,
    pub(crate) same: usize,
    pub(crate) both_fail: usize,
    /// How many of those render refuses in kustomize's words.
    in_same_words: usize,
    /// Trees over which kustomize crashes.
    crashes: usize,
    /// Trees that differ on purpose.
    deliberate: usize,
    /// Trees of which kustomize prints another thing every time.
    unstable: usize,
    /// Trees over which kustomize does not end.
    hangs: usize,
    /// Trees that need a program which is not there.
    pub(crate) skipped: BTreeMap<&'static str, usize>,
    pub(crate) unshrunk: usize,
    by_signature: BTreeMap<String, (usize, u64)>,
    pub(crate) failures: Vec<Failure>,
}

/// A tree on which the programs disagree, made small.
pub(crate) struct Failure {
    index: u64,
    size: usize,
    text: String,
}

impl Results {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            same: 0,
            both_fail: 0,
            in_same_words: 0,
            crashes: 0,
            deliberate: 0,
            unstable: 0,
            hangs: 0,
            skipped: BTreeMap::new(),
            unshrunk: 0,
            by_signature: BTreeMap::new(),
            failures: Vec::new(),
        }
    }

    pub(crate) fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Same => self.same += 1,
            Verdict::BothFail { in_same_words } => {
                self.both_fail += 1;
                self.in_same_words += usize::from(*in_same_words);
            }
            Verdict::KustomizeCrashes => self.crashes += 1,
            Verdict::Deliberate => self.deliberate += 1,
            Verdict::Unstable => self.unstable += 1,
            Verdict::KustomizeHangs => self.hangs += 1,
            Verdict::Skipped(program) => *self.skipped.entry(program).or_default() += 1,
            Verdict::Differ(_) => {}
        }
    }

    fn note(&mut self, index: u64, difference: &Difference) {
        self.by_signature
            .entry(difference.signature())
            .or_insert((0, index))
            .0 += 1;
    }

    pub(crate) fn count_unshrunk(&mut self, index: u64, difference: &Difference) {
        self.unshrunk += 1;
        self.note(index, difference);
    }

    /// Keeps a failure and writes it to the folder `render-differential` for temporary files: trees in this repository would be
    /// rendered with it.
    pub(crate) fn add(&mut self, index: u64, tree: &Tree, difference: &Difference) {
        self.note(index, difference);
        let folder =
            std::env::temp_dir().join(format!("render-differential/{}-{index}", self.seed));
        drop(std::fs::remove_dir_all(&folder));
        drop(tree.write(&folder.join("tree")));
        let text = describe(tree, difference);
        for (name, text) in [
            ("render", difference.ours.text()),
            ("kustomize", difference.theirs.text()),
            ("report.txt", text.clone()),
        ] {
            std::fs::write(folder.join(name), text)
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
        self.failures.push(Failure {
            index,
            size: tree.size(),
            text,
        });
    }

    pub(crate) fn summary(&self) -> String {
        let differ = self.failures.len() + self.unshrunk;
        let (same, both_fail, words) = (self.same, self.both_fail, self.in_same_words);
        let (crashes, deliberate) = (self.crashes, self.deliberate);
        let (unstable, hangs) = (self.unstable, self.hangs);
        let mut skipped = String::new();
        for (program, count) in &self.skipped {
            write!(skipped, ", {count} left out as there is no {program}")
                .expect("invariant: a string takes everything");
        }
        format!(
            "{same} trees alike, {differ} different, {both_fail} refused by both ({words} in the same words), \
             {crashes} over which kustomize crashes, {hangs} over which it hangs, {deliberate} different on purpose, \
             {unstable} unstable{skipped} (seed {})",
            self.seed
        )
    }

    /// Everything that differs, the smallest tree first.
    pub(crate) fn message(&self) -> String {
        let mut out = format!("{}\n", self.summary());
        let mut kinds: Vec<_> = self.by_signature.iter().collect();
        kinds.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for (signature, (count, first)) in kinds {
            writeln!(out, "{count:6} × {signature} (first: tree {first})")
                .expect("invariant: a string takes everything");
        }
        let mut failures: Vec<_> = self.failures.iter().collect();
        failures.sort_by_key(|failure| failure.size);
        for failure in failures {
            write!(
                out,
                "\n==== tree {} of seed {}\n{}",
                failure.index, self.seed, failure.text
            )
            .expect("invariant: a string takes everything");
        }
        out
    }
}

fn describe(tree: &Tree, difference: &Difference) -> String {
    let (ours, theirs) = (difference.ours.text(), difference.theirs.text());
    format!(
        "{}\n==== {:?}: - kustomize, + render\n{}",
        tree.script(),
        difference.kind,
        diff(&theirs, &ours)
    )
}

/// The lines that differ, with one line of context; simple, for the trees are small.
fn diff(theirs: &str, ours: &str) -> String {
    let (theirs, ours): (Vec<&str>, Vec<&str>) = (theirs.lines().collect(), ours.lines().collect());
    let start = theirs
        .iter()
        .zip(&ours)
        .take_while(|(left, right)| left == right)
        .count();
    let rest = theirs.len().min(ours.len()) - start;
    let end = theirs
        .iter()
        .rev()
        .zip(ours.iter().rev())
        .take(rest)
        .take_while(|(left, right)| left == right)
        .count();
    let mut out = String::new();
    let mut lines = |mark: char, lines: &[&str]| {
        for line in lines {
            writeln!(out, "{mark}{line}").expect("invariant: a string takes everything");
        }
    };
    lines(' ', &theirs[..start]);
    lines('-', &theirs[start..theirs.len() - end]);
    lines('+', &ours[start..ours.len() - end]);
    lines(' ', &theirs[theirs.len() - end..]);
    out
}

/// Prints what share of the trees kustomize takes, and what was in them.
pub(crate) fn statistics(
    trees: Range<u64>,
    seed: u64,
    make: fn(u64, u64) -> Tree,
    oracle: &Program,
) {
    let (mut accepted, mut total) = (0_usize, 0_usize);
    let mut used: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for index in trees {
        let tree = make(seed, index);
        let verdict = oracle::accepts(&tree, oracle);
        total += 1;
        accepted += usize::from(verdict.is_ok());
        for feature in &tree.features {
            let counts = used.entry(feature).or_default();
            counts.0 += 1;
            counts.1 += usize::from(verdict.is_ok());
        }
        if let Err(error) = verdict {
            let tail = error.trim_end().len().saturating_sub(2000);
            let end = error
                .char_indices()
                .filter(|(at, _)| *at >= tail)
                .map(|(_, c)| if c == '\n' { ' ' } else { c });
            eprintln!("tree {index}: {}", end.collect::<String>());
        }
    }
    eprintln!(
        "kustomize accepts {accepted} of {total} trees of seed {seed}; feature: in trees, in accepted ones"
    );
    for (feature, _) in FEATURES.iter().chain(&OUTSIDE_FEATURES) {
        let (all, taken) = used.get(feature).copied().unwrap_or_default();
        eprintln!("{feature:24} {all:5} {taken:5}");
    }
}
