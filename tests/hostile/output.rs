//! Where output cannot go, and where it must not.

use std::fs;
use std::fs::File;
use std::process::Stdio;

use crate::support::{CONFIG_MAP, Tree, limited, run};

#[test]
fn a_full_disk_is_a_failure() {
    let tree = Tree::of_resources(CONFIG_MAP);
    tree.build(&["-o", "/dev/full"]).refused("write /dev/full");
    let mut command = limited();
    command.arg("build").arg(tree.path("."));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));
}

#[test]
fn a_reader_that_goes_away_is_none() {
    let tree = Tree::of_resources(format!(
        "{CONFIG_MAP}data: {{k: {}}}\n",
        "x".repeat(1_000_000)
    ));
    let mut command = limited();
    command.arg("build").arg(tree.path("."));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Names that are more than names, as YAML writes them between quotes.
const NAMES: [&str; 18] = [
    "../escaped",
    "..",
    "/tmp/escaped",
    "a/b",
    "a/../../escaped",
    "a\\\\b",
    "a\\nb",
    "a\\0b",
    "a\\u0001b",
    "\\u202e",
    ".",
    "",
    "con",
    "-rf",
    "~",
    "$(x)",
    "é",
    "x\\ty",
];

#[test]
fn names_never_lead_out_of_the_output_folder() {
    let long = "x".repeat(10_000);
    for name in NAMES.into_iter().chain([long.as_str()]) {
        for field in ["name", "namespace", "kind", "apiVersion"] {
            let mut parts = vec![
                ("apiVersion", "v1"),
                ("kind", "ConfigMap"),
                ("name", "a"),
                ("namespace", "ns"),
            ];
            for part in &mut parts {
                if part.0 == field {
                    part.1 = name;
                }
            }
            let object = |namespace: &str| {
                format!(
                    "apiVersion: \"{}\"\nkind: \"{}\"\nmetadata: {{name: \"{}\", namespace: \"{namespace}\"}}\n",
                    parts[0].1, parts[1].1, parts[2].1
                )
            };
            let tree =
                Tree::of_resources(format!("{}---\n{}", object(parts[3].1), object("other")))
                    .folder("out/in");
            let out = tree.path("out/in");
            let before = entries(&tree);
            let outcome = tree.build(&["-o", out.to_str().unwrap()]);
            outcome.ended();
            assert_eq!(
                entries(&tree),
                before,
                "{field}: {name:?} led out of the folder"
            );
            if outcome.status == Some(1) {
                assert_eq!(
                    fs::read_dir(&out).unwrap().count(),
                    0,
                    "{field}: {name:?} was written in part"
                );
            }
        }
    }
    assert!(!fs::exists("/tmp/escaped.yaml").unwrap());
}

/// What there is beside the folder of the output.
fn entries(tree: &Tree) -> Vec<String> {
    [".", "out", "out/in/.."]
        .into_iter()
        .flat_map(|folder| fs::read_dir(tree.path(folder)).unwrap())
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect()
}

#[test]
fn links_lead_to_their_folder_and_files_are_replaced_whole() {
    let tree = Tree::of_resources(CONFIG_MAP)
        .folder("real")
        .link("out", "real")
        .file("victim", "untouched");
    let out = tree.path("out");
    tree.build(&["-o", out.to_str().unwrap()]).rendered();
    let file = tree.path("real/v1_configmap_a.yaml");
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("kind: ConfigMap")
    );
    // A link in the place of a file is replaced and not followed.
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(tree.path("victim"), &file).unwrap();
    tree.build(&["-o", out.to_str().unwrap()]).rendered();
    assert_eq!(
        fs::read_to_string(tree.path("victim")).unwrap(),
        "untouched"
    );
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
}

#[test]
fn places_that_cannot_be_written_are_failures() {
    let tree = Tree::of_resources(CONFIG_MAP)
        .file("file", "untouched")
        .folder("v1_configmap_a.yaml");
    for output in [
        "/proc/nowhere",
        "nowhere/file",
        "file/below",
        "/proc/self",
        "/sys",
    ] {
        let path = tree.path(output);
        tree.build(&["-o", path.to_str().unwrap()]).refused("");
    }
    // A folder in the place of a file.
    let here = tree.path(".");
    tree.build(&["-o", here.to_str().unwrap()]).refused("");
    assert_eq!(fs::read_to_string(tree.path("file")).unwrap(), "untouched");
    let mut command = limited();
    run(command.arg("build").arg(tree.path(".")).args(["-o", ""])).ended();
}

#[test]
fn a_failure_leaves_the_old_file() {
    let tree =
        Tree::of_resources(format!("{CONFIG_MAP}data: {{k: v, k: w}}\n")).file("out.yaml", "old");
    let out = tree.path("out.yaml");
    tree.build(&["-o", out.to_str().unwrap()])
        .refused("already defined");
    assert_eq!(fs::read_to_string(out).unwrap(), "old");
}
