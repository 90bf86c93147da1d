//! The tables of COMPATIBILITY.md.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::{edits, fields};

const DOCUMENT: &str = include_str!("../../COMPATIBILITY.md");

/// A line of a table.
struct Row {
    what: &'static str,
    is: &'static str,
    test: &'static str,
}

/// The rows of the table below a heading.
fn rows(heading: &str) -> Vec<Row> {
    let section = DOCUMENT
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 3, "{line}");
            Row {
                what: cells[0],
                is: cells[1],
                test: cells[2],
            }
        })
        .collect()
}

fn all_rows() -> Vec<Row> {
    let mut all = rows("Every field");
    all.extend(rows("Every command and flag"));
    all
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The row whose first word this is.
fn row<'r>(rows: &'r [Row], name: &str) -> &'r Row {
    let found = rows
        .iter()
        .find(|row| quoted(row.what).next() == Some(name));
    found.unwrap_or_else(|| panic!("there is no row for `{name}`"))
}

#[test]
fn every_row_says_what_it_is() {
    for row in all_rows() {
        let words = ["same", "better: ", "refused: "];
        assert!(
            words.iter().any(|word| row.is.starts_with(word)),
            "{}: {}",
            row.what,
            row.is
        );
    }
}

#[test]
fn every_row_names_tests_that_there_are() {
    let mut sources = String::new();
    for folder in ["src", "tests"] {
        gather(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut sources,
        );
    }
    for row in all_rows() {
        let names: Vec<_> = quoted(row.test).collect();
        assert!(!names.is_empty(), "{} has no test", row.what);
        for name in names {
            assert!(
                sources.contains(&format!("fn {name}()")),
                "{}: there is no test {name}",
                row.what
            );
        }
    }
}

fn gather(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_field_has_a_row() {
    let rows = rows("Every field");
    let fields = include_str!("../../src/kustomization/go_fields.txt").lines();
    for field in fields.filter_map(|line| line.split(' ').next()) {
        let mut names = field
            .split('.')
            .skip(1)
            .filter(|name| name.starts_with(char::is_lowercase));
        let (first, last) = (names.next().unwrap(), names.last());
        let row = row(&rows, first);
        if let Some(last) = last {
            assert!(
                quoted(row.what).any(|name| name == last),
                "{first} has no {last}"
            );
        }
    }
}

#[test]
fn every_field_that_is_tested_with_a_tree_has_one() {
    let cases = fields::cases();
    for row in rows("Every field") {
        if row.test.contains("fields_do_what_they_do_in_kustomize") {
            let name = quoted(row.what).next().unwrap();
            assert!(cases.iter().any(|case| case.name == name), "{name}");
        }
    }
}

#[test]
fn every_command_that_is_tested_on_a_file_is_run() {
    let cases = edits::cases();
    for row in rows("Every command and flag") {
        if !row.test.contains("commands_write_what_kustomize_writes") {
            continue;
        }
        let mut words = quoted(row.what);
        let command = words.next().unwrap();
        let lines: Vec<_> = cases
            .iter()
            .filter(|case| case.0.starts_with(command))
            .collect();
        assert!(!lines.is_empty(), "{command}");
        for flag in words.filter(|word| word.starts_with("--") && *word != "--vars") {
            assert!(
                lines.iter().any(|line| line.0.contains(flag)),
                "{command} {flag}"
            );
        }
    }
}

/// What a command prints about itself.
fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_render"))
        .arg0("kustomize")
        .args(words)
        .arg("--help")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The commands below one.
fn below(help: &str) -> Vec<&str> {
    let section = help.split("Commands:\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| line.starts_with("  "));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}

fn check_flags(rows: &[Row], words: &mut Vec<String>) {
    let borrowed: Vec<_> = words.iter().map(String::as_str).collect();
    let help = help(&borrowed);
    let commands = below(&help);
    if commands.is_empty() {
        let name = words.join(" ");
        let row = row(rows, &name);
        let flags = help.split(|c: char| !c.is_alphanumeric() && c != '-');
        for flag in
            flags.filter(|word| word.starts_with("--") && word.len() > 2 && *word != "--help")
        {
            assert!(
                quoted(row.what).any(|known| known == flag),
                "`{name}` has no {flag}"
            );
        }
    }
    for command in commands {
        words.push(command.to_owned());
        check_flags(rows, words);
        words.pop();
    }
}

#[test]
fn every_flag_has_a_row() {
    let rows = rows("Every command and flag");
    check_flags(&rows, &mut Vec::new());
    check_flags(&rows, &mut vec!["openapi".to_owned()]);
}

#[test]
fn what_is_refused_is_refused() {
    for row in rows("Every command and flag") {
        if row.is.starts_with("refused") {
            let words: Vec<_> = quoted(row.what).next().unwrap().split(' ').collect();
            let output = Command::new(env!("CARGO_BIN_EXE_render"))
                .arg0("kustomize")
                .args(&words)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(1), "{}", row.what);
            assert!(output.stdout.is_empty(), "{}", row.what);
            let (_, reason) = row.is.split_once(": ").unwrap();
            let reason = reason.split(',').next().unwrap();
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(message.contains(reason), "{message}");
        }
    }
}
