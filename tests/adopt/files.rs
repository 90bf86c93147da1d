//! All files of the folder are what they should be.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

use crate::sandbox::adopt;

fn all(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn files_with(extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    all(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("adopt"),
        &mut files,
    );
    files.retain(|path| path.extension().is_some_and(|it| it == extension));
    assert!(!files.is_empty());
    files
}

fn check_shell(script: &str) {
    let checked = Command::new("bash")
        .args(["-n", "-c", script])
        .output()
        .unwrap();
    assert!(
        checked.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&checked.stderr)
    );
}

#[test]
fn scripts_are_correct_bash() {
    for path in files_with("sh") {
        check_shell(&std::fs::read_to_string(path).unwrap());
    }
    let action: Value = serde_yaml::from_str(&adopt("adopt/github-action/action.yml")).unwrap();
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        check_shell(step["run"].as_str().unwrap());
    }
}

#[test]
fn manifests_are_yaml() {
    for path in files_with("yaml") {
        let text = std::fs::read_to_string(&path).unwrap();
        let read = serde_yaml::from_str::<Value>(&text);
        assert!(read.is_ok(), "{}: {read:?}", path.display());
    }
}

#[test]
fn the_readme_names_every_folder() {
    let readme = adopt("adopt/README.md");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("adopt");
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(
            entry.path().is_file() || readme.contains(&format!("| [{name}]({name}) |")),
            "{name}"
        );
    }
}

#[test]
fn the_container_is_built_from_what_the_repository_has() {
    let file = adopt("adopt/container/Containerfile");
    let manifest = adopt("Cargo.toml");
    let needed = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .unwrap();
    assert!(
        file.contains(&format!("rust:{}-slim", needed.trim_matches('"'))),
        "{needed}"
    );
    assert!(
        adopt(".containerignore")
            .lines()
            .any(|line| line == "target")
    );
}
