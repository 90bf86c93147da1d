//! A module may use only those that stand before it in the list: the folder tree is the architecture.
#![expect(clippy::disallowed_methods, reason = "the test reads the sources")]

use std::path::{Path, PathBuf};

/// The modules in order; those of one row may not use each other.
const ORDER: [&[&str]; 10] = [
    &["bytes", "parts"],
    &["model"],
    &["yaml"],
    &["kustomization"],
    &["load", "generate", "transform", "emit"],
    &["build"],
    &["locate", "repository"],
    &["cfg", "edit", "localize"],
    &["cli"],
    &["lib", "main"],
];

#[test]
fn modules_use_only_what_stands_before_them() {
    let mut wrong = Vec::new();
    for file in rust_files(Path::new("src")) {
        let module = module_of(&file);
        let rank = rank(&module).unwrap_or_else(|| panic!("{module} has no place in the order"));
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        for (number, line) in text.lines().enumerate() {
            for used in uses(line).filter(|used| *used != module) {
                if super_rank(used) >= rank {
                    wrong.push(format!(
                        "{}:{}: {module} uses {used}",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_command_line_prints() {
    let printing = rust_files(Path::new("src"))
        .into_iter()
        .filter(|file| module_of(file) != "cli")
        .filter(|file| {
            let text = std::fs::read_to_string(file).expect("a source file can be read");
            ["println!(", "eprintln!(", "print!(", "eprint!("]
                .iter()
                .any(|print| text.contains(print))
        });
    assert_eq!(printing.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

fn uses(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        rest.split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default()
    })
}

fn super_rank(module: &str) -> usize {
    rank(module).unwrap_or(0)
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|row| row.contains(&module))
}

/// The first name below `src`: `transform` for `src/transform/patch/mod.rs`.
fn module_of(file: &Path) -> String {
    let name = file
        .components()
        .nth(1)
        .expect("sources are below src")
        .as_os_str()
        .to_string_lossy();
    name.trim_end_matches(".rs").to_string()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a source folder can be read") {
        let path = entry.expect("a folder entry can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
