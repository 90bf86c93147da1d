//! What README shows is what happens: its examples are run, and print what it says.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests read files and run programs"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const RENDER: &str = env!("CARGO_BIN_EXE_render");

/// The folders that examples are run beside.
const FOLDERS: [&str; 3] = ["base", "components", "overlays"];

/// The fenced blocks of README: the word behind the fence, and the text.
fn blocks() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).expect("README can be read");
    let mut parts = readme.split("```");
    let mut blocks = Vec::new();
    // Outside, inside, outside …
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let (word, text) = block.split_once('\n').expect("a block has lines");
        blocks.push((word.to_owned(), text.to_owned()));
    }
    blocks
}

/// A copy of the example tree.
fn sandbox() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let status = Command::new("cp")
        .arg("-R")
        .args(FOLDERS)
        .arg(folder.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cp runs");
    assert!(status.success());
    folder
}

/// What a command prints, as a person at a terminal sees it.
fn run(command: &str, folder: &Path) -> String {
    let programs = Path::new(RENDER)
        .parent()
        .expect("a program is in a folder");
    let path = std::env::var("PATH").expect("there is a path");
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", programs.display()))
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn examples_print_what_readme_says() {
    let folder = sandbox();
    let examples: Vec<_> = blocks()
        .into_iter()
        .filter(|(word, _)| word == "console")
        .collect();
    assert!(!examples.is_empty());
    for (_, text) in examples {
        let mut expected = text.as_str();
        let mut seen = String::new();
        while let Some(rest) = expected.strip_prefix("$ ") {
            let (command, rest) = rest.split_once('\n').expect("a command is a line");
            let end = rest.find("\n$ ").map_or(rest.len(), |at| at + 1);
            seen.extend(["$ ", command, "\n", &run(command, folder.path())]);
            expected = if rest.starts_with("$ ") {
                rest
            } else {
                &rest[end..]
            };
        }
        assert_eq!(seen.trim_end(), text.trim_end());
    }
}

#[test]
fn the_first_overlay_of_ones_own_renders_as_readme_says() {
    let blocks = blocks();
    let start = blocks
        .iter()
        .position(|(word, text)| word == "sh" && text.contains("mkdir -p demo"))
        .expect("README has a start");
    let (_, expected) = &blocks[start + 1];
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(run(&blocks[start].1, folder.path()), *expected);
}
