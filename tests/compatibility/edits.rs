//! Every command that writes a kustomization file, with what kustomize makes of the file: the content must be equal, and the
//! layout may be better.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

use crate::fields::write;

const CASES: &str = include_str!("edits.txt");

/// Command lines, and what kustomize leaves behind.
pub(crate) fn cases() -> Vec<(&'static str, &'static str)> {
    let cases = CASES.split("===== ").skip(1);
    cases.map(|case| case.split_once('\n').unwrap()).collect()
}

fn files() -> Vec<(&'static str, &'static str)> {
    let files = CASES.split("===== ").next().unwrap();
    files
        .split("----- ")
        .skip(1)
        .map(|file| file.split_once('\n').unwrap())
        .collect()
}

fn run(folder: &Path, command: &str) {
    let output = Command::new("sh")
        .args(["-c", &format!("exec \"$RENDER\" {command}")])
        .env("RENDER", folder.join("bin/kustomize"))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn commands_write_what_kustomize_writes() {
    for (command, expected) in cases() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files());
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        std::os::unix::fs::symlink(
            env!("CARGO_BIN_EXE_render"),
            folder.path().join("bin/kustomize"),
        )
        .unwrap();
        let file = folder.path().join("kustomization.yaml");
        if !command.starts_with("edit") {
            std::fs::remove_file(&file).unwrap();
        }
        run(folder.path(), command);
        let written = std::fs::read_to_string(&file).unwrap();
        let says = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        assert_eq!(says(&written), says(expected), "{command}");
        let keeps_comment = !command.starts_with("edit") || written.starts_with("# about\n");
        assert!(keeps_comment, "{command}: {written}");
    }
}

#[test]
fn the_program_is_kustomize_by_its_name_alone() {
    let output = Command::new(env!("CARGO_BIN_EXE_render"))
        .arg0("/usr/local/bin/kustomize")
        .args(["build", "--none"])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "Error: unknown flag: --none\n"
    );
    assert_eq!(output.status.code(), Some(1));
}
