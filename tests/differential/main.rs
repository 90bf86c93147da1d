//! Builds random trees with render and with kustomize and compares what they print.
//!
//! `RENDER_ORACLE` names the kustomize to compare with (`kustomize`, or a `kubectl` that has it inside); without it only
//! the generator and the shrinker are tested. `RENDER_BINARY` names another render than the one built for the test. `RENDER_SEED`, `RENDER_TREES` and `RENDER_SECONDS` say which trees, how many
//! and for how long; `RENDER_FIRST` starts at a later tree of the seed; `RENDER_FEATURES` (`images=50,patches=0`) changes
//! how often features occur; `RENDER_STATS=1` prints which of them kustomize accepted.

#![expect(
    clippy::disallowed_methods,
    reason = "writes trees to disk and takes its settings from the environment"
)]
#![expect(
    clippy::print_stderr,
    reason = "says what was left out and what differs"
)]

mod generator;
mod node;
mod oracle;
mod outside;
mod random;
mod report;
mod shrink;
mod tree;
mod writer;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use node::Node;
use oracle::{Difference, Program, Verdict, compare};
use tree::{Content, Tree};

const THREADS: usize = 2;

/// Which trees are compared, and for how long.
struct Settings {
    seed: u64,
    first: u64,
    trees: u64,
    budget: Duration,
    /// How many differing trees are made smaller; the others are only counted.
    shrunk: usize,
    shrink_budget: Duration,
}

impl Settings {
    fn from_environment() -> Self {
        Self {
            seed: setting("RENDER_SEED", 5_081),
            first: setting("RENDER_FIRST", 0),
            trees: setting("RENDER_TREES", 300),
            budget: Duration::from_secs(setting("RENDER_SECONDS", 600)),
            shrunk: usize::try_from(setting("RENDER_SHRUNK", 5)).unwrap_or(usize::MAX),
            shrink_budget: Duration::from_secs(setting("RENDER_SHRINK_SECONDS", 60)),
        }
    }
}

fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).unwrap_or_default();
    if text.is_empty() {
        default
    } else {
        text.parse()
            .unwrap_or_else(|error| panic!("{name}={text}: {error}"))
    }
}

/// Makes the tree of a seed and an index.
type Maker = fn(u64, u64) -> Tree;

#[test]
fn render_prints_what_kustomize_prints() {
    let Some(oracle) = Program::oracle() else {
        eprintln!("RENDER_ORACLE names no kustomize: nothing is compared");
        return;
    };
    compare_all(generator::tree, &oracle);
}

#[test]
fn render_takes_from_elsewhere_what_kustomize_takes() {
    let Some(oracle) = Program::oracle().filter(Program::is_standalone) else {
        eprintln!("RENDER_ORACLE names no standalone kustomize: nothing is compared");
        return;
    };
    compare_all(generator::outside_tree, &oracle);
}

fn compare_all(make: Maker, oracle: &Program) {
    let settings = Settings::from_environment();
    if std::env::var_os("RENDER_STATS").is_some() {
        report::statistics(
            settings.first..settings.first + settings.trees,
            settings.seed,
            make,
            oracle,
        );
        return;
    }
    let results = compare_trees(&settings, make, oracle);
    eprintln!("{}", results.summary());
    let failing_share_is_small = results.both_fail <= results.same;
    assert!(
        results.failures.is_empty() && results.unshrunk == 0,
        "{}",
        results.message()
    );
    assert!(
        failing_share_is_small,
        "kustomize refuses more than half of the trees: {}",
        results.summary()
    );
}

fn compare_trees(settings: &Settings, make: Maker, oracle: &Program) -> report::Results {
    let render = Program::render();
    let started = Instant::now();
    let next = AtomicU64::new(settings.first);
    let shrunk = AtomicUsize::new(0);
    let results = Mutex::new(report::Results::new(settings.seed));
    let work = || {
        while started.elapsed() < settings.budget {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= settings.first + settings.trees {
                break;
            }
            let tree = make(settings.seed, index);
            let verdict = compare(&tree, &render, oracle);
            if let Verdict::Differ(difference) = verdict {
                if shrunk.fetch_add(1, Ordering::Relaxed) >= settings.shrunk {
                    results
                        .lock()
                        .expect("a thread panicked")
                        .count_unshrunk(index, &difference);
                    continue;
                }
                let (tree, difference) =
                    smallest(tree, *difference, &render, oracle, settings.shrink_budget);
                results
                    .lock()
                    .expect("a thread panicked")
                    .add(index, &tree, &difference);
            } else {
                results.lock().expect("a thread panicked").count(&verdict);
            }
        }
    };
    std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
    results.into_inner().expect("a thread panicked")
}

/// The smallest tree that differs in the same way.
fn smallest(
    tree: Tree,
    difference: Difference,
    render: &Program,
    oracle: &Program,
    budget: Duration,
) -> (Tree, Difference) {
    let signature = difference.signature();
    let mut last = difference;
    let tree = shrink::shrink(tree, Instant::now() + budget, |tree| {
        match compare(tree, render, oracle) {
            Verdict::Differ(difference) if difference.signature() == signature => {
                last = *difference;
                true
            }
            _ => false,
        }
    });
    (tree, last)
}

#[test]
fn a_seed_always_gives_the_same_trees() {
    for index in 0..50 {
        assert_eq!(generator::tree(7, index), generator::tree(7, index));
        let outside = generator::outside_tree(7, index);
        assert_eq!(outside, generator::outside_tree(7, index));
    }
    assert_ne!(generator::tree(7, 0), generator::tree(8, 0));
    assert_ne!(generator::tree(7, 0), generator::tree(7, 1));
}

#[test]
fn every_kustomization_can_be_read() {
    for index in 0..200 {
        let tree = generator::tree(7, index);
        for (path, content) in &tree.files {
            if path.to_lowercase().contains("kustomization") {
                let text = String::from_utf8(content.bytes()).unwrap();
                let read = serde_yaml::from_str::<serde_yaml::Value>(&text);
                assert!(
                    read.is_ok_and(|value| value.is_mapping()),
                    "tree {index}, {path}:\n{text}"
                );
            }
        }
    }
}

#[test]
fn shrinking_ends_with_what_is_needed() {
    let has_flag = |tree: &Tree| {
        tree.files
            .values()
            .any(|content| String::from_utf8_lossy(&content.bytes()).contains("immutable: true"))
    };
    let tree = (0..1_000)
        .map(|index| generator::tree(7, index))
        .find(has_flag)
        .unwrap();
    let small = shrink::shrink(tree, Instant::now() + Duration::from_mins(1), has_flag);
    let files: Vec<&Content> = small.files.values().collect();
    assert_eq!(files.len(), 1);
    assert!(small.script().lines().count() <= 5, "{}", small.script());
}

#[test]
fn what_is_written_reads_back() {
    let node = Node::map([
        (
            "a",
            Node::list(vec![
                Node::string("x: y"),
                Node::plain("1"),
                Node::map([("k", Node::string("a\nb\n"))]),
            ]),
        ),
        (
            "e",
            Node::Embedded(vec![
                Node::map([("op", Node::string("add"))]),
                Node::list(vec![Node::plain("2")]),
            ]),
        ),
    ]);
    let text = writer::documents(&[node]);
    let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    assert_eq!(value["a"][0], "x: y");
    assert_eq!(value["a"][2]["k"], "a\nb\n");
    assert_eq!(value["e"], "op: add\n---\n- 2\n");
}
