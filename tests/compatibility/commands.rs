//! Command lines with what kustomize prints for them, its exit status, and of its complaints the lines that are not usage.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::fields::write;

const CASES: &str = include_str!("commands.txt");

struct Case {
    line: &'static str,
    status: &'static str,
    stderr: &'static str,
    stdout: &'static str,
}

fn cases() -> Vec<Case> {
    let case = |text: &'static str| {
        let (line, rest) = text.split_once("\n----- status ").unwrap();
        let (status, rest) = rest.split_once("\n----- stderr\n").unwrap();
        let (stderr, stdout) = rest.split_once("----- stdout\n").unwrap();
        Case {
            line,
            status,
            stderr,
            stdout,
        }
    };
    CASES.split("===== ").skip(1).map(case).collect()
}

fn files() -> Vec<(&'static str, &'static str)> {
    let files = CASES.split("===== ").next().unwrap();
    files
        .split("----- ")
        .skip(1)
        .map(|file| file.split_once('\n').unwrap())
        .collect()
}

/// The words of a command line, with the quotes of a shell.
fn words(line: &str) -> Vec<String> {
    let output = Command::new("sh")
        .args(["-c", &format!("printf '%s\\n' {line}")])
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn run(folder: &Path, line: &str) -> (String, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_render"))
        .arg0("kustomize")
        .args(words(line))
        .current_dir(folder)
        .output()
        .unwrap();
    let shown = |bytes| {
        String::from_utf8(bytes)
            .unwrap()
            .replace(&folder.display().to_string(), "[folder]")
    };
    (
        output.status.code().unwrap().to_string(),
        shown(output.stderr),
        shown(output.stdout),
    )
}

#[test]
fn commands_print_what_kustomize_prints() {
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files());
        if case.line.starts_with("edit") {
            write(folder.path(), &[("kustomization.yaml", "resources: []\n")]);
        }
        let (status, stderr, stdout) = run(&folder.path().canonicalize().unwrap(), case.line);
        assert_eq!(stdout, case.stdout, "{}", case.line);
        assert_eq!(status, case.status, "{}: {stderr}", case.line);
        // More may be told behind kustomize's words.
        assert!(stderr.starts_with(case.stderr), "{}: {stderr}", case.line);
    }
}

#[test]
fn an_error_in_a_package_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &files());
    let (status, stderr, stdout) =
        run(&folder.path().canonicalize().unwrap(), "cfg count bad.yaml");
    assert_eq!((status.as_str(), stdout.as_str()), ("1", ""));
    let expected = "Error: [folder]/bad.yaml: MalformedYAMLError: yaml: mapping values are not allowed in this context\n";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn edit_lists_the_plugins_that_are_built_in() {
    let (status, _, stdout) = run(Path::new("/"), "edit alpha-list-builtin-plugin");
    assert_eq!(status, "0");
    assert!(stdout.starts_with("Builtin plugins:\n\n"), "{stdout}");
    let names: Vec<_> = stdout
        .lines()
        .filter(|line| line.starts_with(" * "))
        .collect();
    assert!(
        names.is_sorted() && names.contains(&" * ConfigMapGenerator"),
        "{stdout}"
    );
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (status, _, stdout) = run(Path::new("/"), &format!("completion {shell}"));
        assert_eq!(status, "0");
        assert!(
            stdout.contains("load-restrictor") && stdout.contains("kustomize"),
            "{shell}"
        );
    }
}

#[test]
fn the_version_has_the_forms_of_kustomize() {
    let printed = |line: &str| run(Path::new("/"), line).2;
    let json: serde_yaml::Value = serde_yaml::from_str(&printed("version -o json")).unwrap();
    let keys: Vec<_> = json
        .as_mapping()
        .unwrap()
        .keys()
        .map(|key| key.as_str().unwrap())
        .collect();
    assert_eq!(
        keys,
        [
            "version",
            "gitCommit",
            "buildDate",
            "goOs",
            "goArch",
            "goVersion"
        ]
    );
    let yaml = printed("version -o yaml");
    assert!(yaml.starts_with("version: v5.8.1\ngitCommit: ") && yaml.ends_with("\n\n"));
    let (_, stderr, short) = run(Path::new("/"), "version --short");
    assert_eq!(
        stderr,
        "Flag --short has been deprecated, and will be removed in the future.\n"
    );
    assert!(
        short.starts_with("{v5.8.1  2026-") && short.ends_with("   }\n"),
        "{short}"
    );
}
