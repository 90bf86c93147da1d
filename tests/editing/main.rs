//! Edits random kustomization files with render and with kustomize, and compares what the files say then. render's must
//! have every comment and every blank line of the file besides.
//!
//! `RENDER_ORACLE` names the standalone kustomize to compare with; without it nothing is compared. `RENDER_BINARY` names
//! another render than the one built for the test. `RENDER_SEED`, `RENDER_FILES` and `RENDER_FIRST` say which files and how
//! many; each is edited by every subcommand, or by those that `RENDER_SUBCOMMANDS` is a part of. `RENDER_SHOWN` says of how
//! many files the first difference is shown; all are named.

#![expect(
    clippy::disallowed_methods,
    reason = "reads and writes files and takes its settings from the environment"
)]
#![expect(
    clippy::print_stderr,
    reason = "says what was left out and what differs"
)]

mod commands;
#[path = "../differential/random.rs"]
mod random;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use random::Random;
use render::model::{Mapping, Sequence, Value};
use render::yaml;

const THREADS: usize = 2;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// What came of editing one file with one subcommand.
struct Outcome {
    status: i32,
    file: Option<String>,
    /// The other files that are not as they were.
    others: Vec<(String, String)>,
    stderr: String,
}

/// How often a subcommand was run, and what came of it.
#[derive(Clone, Copy, Default)]
struct Count {
    edited: usize,
    refused: usize,
    crashed: usize,
    lines: usize,
    kept_lines: usize,
}

#[test]
fn files_say_what_kustomize_makes_them_say_and_keep_their_layout() {
    let Some(oracle) = std::env::var_os("RENDER_ORACLE").map(PathBuf::from) else {
        eprintln!("RENDER_ORACLE names no kustomize: nothing is compared");
        return;
    };
    let (seed, first) = (setting("RENDER_SEED", 5_081), setting("RENDER_FIRST", 0));
    let files = setting("RENDER_FILES", 20);
    let wanted = std::env::var("RENDER_SUBCOMMANDS").unwrap_or_default();
    let next = AtomicU64::new(first);
    let results = Mutex::new((BTreeMap::<&str, Count>::new(), Vec::new()));
    let work = || {
        let folder = tempfile::tempdir().expect("a folder can be made");
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= first + files {
                break;
            }
            let subcommands = commands::SUBCOMMANDS.iter().chain(&["create"]);
            for (number, subcommand) in subcommands
                .enumerate()
                .filter(|(_, it)| it.contains(&wanted))
            {
                let number = u64::try_from(number).unwrap_or_default();
                let mut random = Random::new(seed ^ 0xed17, index * 100 + number);
                let arguments = commands::arguments(subcommand, &mut random);
                let text =
                    text::kustomization(&mut Random::new(seed, index), commands::field(subcommand));
                let text = Some(text.as_str()).filter(|_| *subcommand != "create");
                let (count, problem) = compare(&oracle, folder.path(), text, &arguments);
                let mut results = results.lock().expect("a thread panicked");
                results.0.entry(subcommand).or_default().add(count);
                if let Some(problem) = problem {
                    results
                        .1
                        .push(format!("file {index}, {}\n{problem}", arguments.join(" ")));
                }
            }
        }
    };
    std::thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(work))));
    let (counts, problems) = results.into_inner().expect("a thread panicked");
    tell(&counts);
    // What goes wrong with a file often does so with every subcommand.
    let of_file = |problem: &String| problem.split(',').next().unwrap_or_default().to_owned();
    let firsts: BTreeMap<_, _> = problems
        .iter()
        .rev()
        .map(|problem| (of_file(problem), problem.clone()))
        .collect();
    let most = usize::try_from(setting("RENDER_SHOWN", 12)).unwrap_or(usize::MAX);
    let shown: Vec<_> = firsts.into_values().take(most).collect();
    let head = |problem: &String| problem.split("\n---").next().map(str::to_owned);
    let heads: Vec<_> = problems.iter().filter_map(head).collect();
    assert!(
        problems.is_empty(),
        "{} differences\n\n{}\n\n{}",
        problems.len(),
        shown.join("\n==========\n"),
        heads.join("\n"),
    );
}

/// Prints what came of each subcommand.
fn tell(counts: &BTreeMap<&str, Count>) {
    for (subcommand, count) in counts {
        let Count {
            edited,
            refused,
            crashed,
            lines,
            kept_lines,
        } = count;
        let kept = kept_lines * 100 / (*lines).max(1);
        eprintln!(
            "{subcommand:22} {edited:4} edited, {refused:4} refused, {crashed:2} kustomize crashed, {kept:3} % of the old lines kept"
        );
    }
}

impl Count {
    fn add(&mut self, other: Self) {
        self.edited += other.edited;
        self.refused += other.refused;
        self.crashed += other.crashed;
        self.lines += other.lines;
        self.kept_lines += other.kept_lines;
    }
}

/// Edits a file with both programs; what differs, if anything does.
#[expect(clippy::too_many_lines, reason = "one comparison, told step by step")]
fn compare(
    oracle: &Path,
    folder: &Path,
    text: Option<&str>,
    arguments: &[String],
) -> (Count, Option<String>) {
    let link = folder.join("kustomize");
    if !link.exists() {
        let named = std::env::var_os("RENDER_BINARY");
        let program = named.unwrap_or_else(|| env!("CARGO_BIN_EXE_render").into());
        std::os::unix::fs::symlink(program, &link).expect("a link can be made");
    }
    let theirs = run(oracle, &folder.join("theirs"), text, arguments);
    let ours = run(&link, &folder.join("ours"), text, arguments);
    let show = |problem: String| {
        Some(format!(
            "{problem}\n--- file\n{}\n--- theirs ({})\n{}\n--- ours ({})\n{}\n--- their errors\n{}\n--- our errors\n{}",
            text.unwrap_or_default(),
            theirs.status,
            theirs.file.as_deref().unwrap_or("none"),
            ours.status,
            ours.file.as_deref().unwrap_or("none"),
            theirs.stderr.split("Usage:").next().unwrap_or_default(),
            ours.stderr
        ))
    };
    let mut count = Count::default();
    if theirs.status == 2 {
        count.crashed = 1;
        return (count, None);
    }
    if theirs.status != ours.status {
        return (count, show("the exit statuses differ".into()));
    }
    if theirs.status != 0 {
        count.refused = 1;
        let has_changed = ours.file.as_deref() != text;
        return (
            count,
            has_changed
                .then(|| show("a failed edit changed the file".into()))
                .flatten(),
        );
    }
    if let (Some(theirs), Some(ours)) = (&theirs.file, &ours.file)
        && has_comments_in_texts(text.unwrap_or_default(), theirs, ours, arguments)
    {
        count.crashed = 1;
        return (count, None);
    }
    count.edited = 1;
    if theirs.others != ours.others {
        let problem = format!("other files differ: {:?}, {:?}", theirs.others, ours.others);
        return (count, show(problem));
    }
    let (Some(theirs_text), Some(ours_text)) = (&theirs.file, &ours.file) else {
        return (count, show("there is no file".into()));
    };
    if let Some(text) = text {
        count.lines = text.lines().count();
        count.kept_lines = kept_lines(text, ours_text);
    }
    // `fix --vars` of kustomize throws the replacements away that are there; render's are in front of the new ones.
    let compared = match text.filter(|_| arguments.contains(&"--vars".into())) {
        Some(text) => without_old_replacements(text, theirs_text, ours_text),
        None => says(ours_text),
    };
    let problem = match (says(theirs_text), compared) {
        (Ok(theirs), Ok(ours)) if theirs == ours => {
            text.and_then(|text| lost(text, ours_text, arguments))
        }
        // A file that nobody can read, and that both leave as it is.
        _ if theirs_text == ours_text => None,
        (_, Err(error)) => Some(format!("ours cannot be read: {error}")),
        _ => Some("the files say different things".into()),
    };
    (count, problem.and_then(show))
}

fn run(program: &Path, folder: &Path, text: Option<&str>, arguments: &[String]) -> Outcome {
    drop(std::fs::remove_dir_all(folder));
    for (path, content) in FILES {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("a folder can be made");
        std::fs::write(path, content).expect("a file can be written");
    }
    // Which of its names the file has, makes no difference.
    let name = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
        [text.map_or(0, |text| text.len() % 7 % 3)];
    let file = folder.join(name);
    if let Some(text) = text {
        std::fs::write(&file, text).expect("a file can be written");
    }
    let is_edit = arguments.first().is_none_or(|word| word != "create");
    let output = Command::new(program)
        .args(is_edit.then_some("edit"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let others = FILES.iter().filter_map(|(path, content)| {
        let now = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
        (now != *content).then(|| ((*path).to_owned(), now))
    });
    Outcome {
        others: others.collect(),
        status: output.status.code().unwrap_or(-1),
        file: std::fs::read_to_string(&file).ok(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The files that are there to be named.
const FILES: &[(&str, &str)] = &[
    (
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
    ),
    (
        "b.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata:\n  v: $(V)\n  w: a-$(W)-$(V)-b # $(W)\n  a.b: [\"x/$(V)\"]\n",
    ),
    (
        "c.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n",
    ),
    ("d/kustomization.yaml", "resources:\n- x.yaml\n"),
    (
        "d/x.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n",
    ),
    (
        "sub/x.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: y\n",
    ),
    ("e.env", "E=1\nF=2\n"),
    ("notes.txt", "no objects\n"),
    ("empty.yaml", ""),
];

/// What a file says, of keys that are written twice the last one.
fn says(text: &str) -> Result<String, String> {
    let value = yaml::read_configuration(text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(value.as_ref().map(shown).unwrap_or_default())
}

/// Whether kustomize's file differs by comments and blank lines alone that it put behind a literal block, where they are text
/// if they are set in. Texts that look like comments are among them. Our texts must be those of the old file or the arguments.
fn has_comments_in_texts(old: &str, theirs: &str, ours: &str, arguments: &[String]) -> bool {
    let read = |text: &str| yaml::read_configuration(text.as_bytes()).ok().flatten();
    let (Some(theirs), Some(ours)) = (read(theirs), read(ours)) else {
        return false;
    };
    let mut known = read(old).as_ref().map(long_texts).unwrap_or_default();
    known.extend(arguments.iter().cloned());
    let is_known = |text: &String| known.contains(text);
    shown(&theirs) != shown(&ours)
        && shown(&without_comments(theirs)) == shown(&without_comments(ours.clone()))
        && long_texts(&ours).iter().all(is_known)
}

/// The texts of more than one line.
fn long_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Scalar(scalar) if scalar.text.contains('\n') => vec![scalar.text.to_string()],
        Value::Scalar(_) => Vec::new(),
        Value::Sequence(items) => items.iter().flat_map(long_texts).collect(),
        Value::Mapping(map) => map
            .iter()
            .flat_map(|(_, value)| long_texts(value))
            .collect(),
    }
}

/// The value without the lines of its texts that are blank or look like comments.
fn without_comments(value: Value) -> Value {
    match value {
        Value::Scalar(scalar) if scalar.text.contains('\n') => {
            let is_text = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
            let lines: Vec<_> = scalar.text.lines().filter(is_text).collect();
            Value::string(lines.join("\n"))
        }
        Value::Scalar(_) => value,
        Value::Sequence(items) => {
            let items = items.iter().cloned().map(without_comments);
            items.collect::<Sequence>().into()
        }
        Value::Mapping(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), without_comments(value.clone())))
            .collect::<Mapping>()
            .into(),
    }
}

/// What our file says besides the replacements that were in the old one, if kustomize has only those that it made of vars.
fn without_old_replacements(old: &str, theirs: &str, ours: &str) -> Result<String, String> {
    let read = |text: &str| {
        let value = yaml::read_configuration(text.as_bytes()).map_err(|error| error.to_string());
        value.map(|value| value.unwrap_or_else(Value::null))
    };
    let count = |value: &Value, name: &str| {
        let entries = value.as_mapping().into_iter().flat_map(Mapping::iter);
        let lists = entries.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        lists
            .filter_map(|(_, value)| Some(value.as_sequence()?.len()))
            .sum::<usize>()
    };
    let (old, theirs, mut ours) = (read(old)?, read(theirs)?, read(ours)?);
    let made = count(&theirs, "replacements");
    if made == count(&old, "vars")
        && count(&ours, "replacements") == count(&old, "replacements") + made
        && let Some(Value::Sequence(list)) = ours.get_mut("replacements")
    {
        *list = list.iter().skip(list.len() - made).cloned().collect();
    }
    Ok(shown(&ours))
}

/// A value with sorted keys; literals of generators sorted, as kustomize puts them in a random order when it sets one.
fn shown(value: &Value) -> String {
    match value {
        Value::Scalar(scalar) => format!("{:?}", scalar.typed()),
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(map) => shown_map(map),
    }
}

fn shown_map(map: &Mapping) -> String {
    let entries: BTreeMap<_, _> = map
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Value::Sequence(items) if key == "literals" => {
                    let mut items: Vec<_> = items.iter().map(shown).collect();
                    items.sort();
                    format!("{items:?}")
                }
                value => shown(value),
            };
            (key.to_string(), value)
        })
        .collect();
    format!("{entries:?}")
}

/// The comments and blank lines that are gone and should not be; what the end of the file should look like.
fn lost(old: &str, new: &str, arguments: &[String]) -> Option<String> {
    let replaces = ["image", "replicas", "buildmetadata"];
    let removes = arguments[0] == "remove"
        || arguments[0] == "set"
            && (replaces.contains(&arguments[1].as_str()) || arguments.contains(&String::new()));
    for kind in [text::ABOVE, text::INNER, text::BEHIND] {
        let may_go = removes && kind != text::ABOVE;
        for (at, _) in old.match_indices(kind) {
            let comment = old[at..].lines().next().unwrap_or_default();
            let is_there = new.lines().any(|line| line.ends_with(comment));
            if !is_there && !may_go {
                return Some(format!("`{comment}` is gone"));
            }
        }
    }
    let blank = |text: &str| text.lines().filter(|line| line.trim().is_empty()).count();
    if blank(new) < blank(old) {
        return Some("a blank line is gone".into());
    }
    // A blank line that stood above a last line that is gone cannot be without its break, nor can a text that ends with one.
    // A file without a line has none that ends in some way.
    let is_needed = new.ends_with("\n\n") || new.strip_suffix('\n').map(says) != Some(says(new));
    let ends_alike = old.trim_start_matches('\u{feff}').is_empty()
        || removes
        || new.ends_with('\n') && is_needed
        || old.ends_with('\n') == new.ends_with('\n');
    let is_windows = |text: &str| text.contains("\r\n");
    if !ends_alike
        || is_windows(old) && new.replace("\r\n", "").contains('\n')
        || is_windows(new) && !is_windows(old)
    {
        return Some("the line endings differ".into());
    }
    (old.starts_with('\u{feff}') != new.starts_with('\u{feff}'))
        .then(|| "the byte-order mark is gone".into())
}

fn kept_lines(old: &str, new: &str) -> usize {
    let mut rest: Vec<_> = new.lines().collect();
    old.lines()
        .filter(|line| {
            let found = rest.iter().position(|other| other == line);
            found.map(|at| rest.swap_remove(at)).is_some()
        })
        .count()
}
