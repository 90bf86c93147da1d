//! What stands where a file or a folder is expected: folders, links, pipes, devices, nothing, and things that change.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{self, CONFIG_MAP, Tree, limited, run};

/// The ways to name a file in a kustomization.
const NAMED: [&str; 9] = [
    "resources: [f]",
    "patches: [{path: f}]",
    "patchesStrategicMerge: [f]",
    "patchesJson6902: [{path: f, target: {kind: ConfigMap, name: a, version: v1}}]",
    "configMapGenerator: [{name: b, files: [f]}]",
    "configMapGenerator: [{name: b, envs: [f]}]",
    "configurations: [f]",
    "replacements: [{path: f}]",
    "openapi: {path: f}",
];

/// A tree that names `f` in this way; a second resource keeps it from being empty.
fn naming(field: &str) -> Tree {
    let kustomization = match field.strip_prefix("resources: [") {
        Some(rest) => format!("resources: [r.yaml, {rest}\n"),
        None => format!("resources: [r.yaml]\n{field}\n"),
    };
    Tree::new(kustomization).file("r.yaml", CONFIG_MAP)
}

#[test]
fn folders_are_no_files() {
    for field in &NAMED[1..] {
        naming(field)
            .folder("f")
            .build(&[])
            .refused("must resolve to a file");
    }
    naming(NAMED[0])
        .folder("f")
        .build(&[])
        .refused("unable to find one of");
}

#[test]
fn files_are_no_folders() {
    for field in [
        "components: [r.yaml]",
        "resources: [r.yaml/x]",
        "bases: [r.yaml/]",
    ] {
        let tree = Tree::new(format!("{field}\n")).file("r.yaml", CONFIG_MAP);
        match field.strip_prefix("bases") {
            Some(_) => tree.build(&[]).ended(),
            None => tree.build(&[]).refused("not"),
        }
    }
    let tree = Tree::new("resources: [b]\n").folder("b/kustomization.yaml");
    tree.build(&[]).refused("");
    Tree::new("")
        .build_in("kustomization.yaml", &[])
        .refused("file is not directory");
    Tree::new("")
        .build_in("nowhere", &[])
        .refused("no such file or directory");
}

#[test]
fn pipes_and_devices_are_refused_and_never_waited_for() {
    for restrictor in ["LoadRestrictionsRootOnly", "LoadRestrictionsNone"] {
        for field in NAMED {
            let tree = naming(field);
            let made = Command::new("mkfifo").arg(tree.path("f")).status().unwrap();
            assert!(made.success());
            tree.build(&["--load-restrictor", restrictor]).refused("");
            for device in ["/dev/zero", "/dev/stdin", "/dev/tty", "/proc/self/mem"] {
                naming(field)
                    .link("f", device)
                    .build(&["--load-restrictor", restrictor])
                    .ended();
            }
        }
    }
    let tree = Tree::new("resources: [b]\n").folder("b");
    let made = Command::new("mkfifo")
        .arg(tree.path("b/kustomization.yaml"))
        .status()
        .unwrap();
    assert!(made.success());
    tree.build(&[]).refused("");
}

#[test]
fn links_that_lead_nowhere_are_refused() {
    for field in NAMED {
        naming(field)
            .link("f", "nowhere")
            .build(&[])
            .refused("no such file or directory");
        naming(field)
            .link("f", "f")
            .build(&[])
            .refused("too many links");
        naming(field)
            .link("f", "g")
            .link("g", "f")
            .build(&[])
            .refused("too many links");
        naming(field)
            .link("f", "g/../f")
            .folder("g")
            .build(&[])
            .refused("too many links");
    }
}

#[test]
fn loops_of_links_below_overlays_end() {
    let tree = Tree::new("")
        .folder("overlays/a")
        .link("overlays/a/b", "..")
        .link("overlays/c", ".")
        .link("overlays/d", "/");
    let mut command = limited();
    command.arg("nowhere").current_dir(tree.path("."));
    run(&mut command).refused("there is no overlay or folder `nowhere`");
}

#[test]
fn unreadable_files_are_refused() {
    let tree = naming(NAMED[0]).file("f", CONFIG_MAP);
    let folder = tree.path(".");
    let program = tree.path("program");
    // Not by this program: its other tests start programs, which would hold the copy open, and what is open cannot be run.
    let copied = Command::new("cp")
        .arg(support::program())
        .arg(&program)
        .status();
    assert!(copied.unwrap().success());
    for (path, mode) in [
        (&folder, 0o755),
        (&program, 0o755),
        (&tree.path("f"), 0o000),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = Command::new(&program);
    command.arg("build").arg(&folder).current_dir("/");
    // Nothing is unreadable for the superuser.
    if fs::metadata(&folder).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    run(&mut command).refused("permission denied");
    fs::set_permissions(tree.path("f"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(
        tree.path("kustomization.yaml"),
        fs::Permissions::from_mode(0o000),
    )
    .unwrap();
    run(&mut command).refused("");
}

#[test]
fn files_may_change_and_vanish_while_they_are_read() {
    let mut kustomization = "resources:\n".to_owned();
    for number in 0..50 {
        kustomization += &["- r", &number.to_string(), ".yaml\n"].concat();
    }
    let tree = Tree::new(kustomization);
    let is_done = AtomicBool::new(false);
    let write = |number: usize, size: usize| {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{number}}}\ndata: {{k: {}}}\n",
            "x".repeat(size)
        );
        fs::write(tree.path(&format!("r{number}.yaml")), text).unwrap();
    };
    (0..50).for_each(|number| write(number, 10));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                let number = round * 7 % 50;
                let path = tree.path(&format!("r{number}.yaml"));
                match round % 4 {
                    0 => fs::remove_file(&path).unwrap_or_default(),
                    1 => write(number, round % 100_000),
                    2 => {
                        fs::remove_file(&path).unwrap_or_default();
                        fs::create_dir(&path).unwrap();
                        fs::remove_dir(&path).unwrap();
                    }
                    _ => write(number, 1),
                }
                if is_done.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        for _ in 0..30 {
            tree.build(&[]).ended();
        }
        is_done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn long_and_odd_paths_are_refused() {
    for entry in [
        "a/".repeat(3_000),
        "../".repeat(100_000),
        "x".repeat(1_000_000),
        "a\\0b".into(),
        "\\r\\n".into(),
        "~".into(),
    ] {
        Tree::new(format!("resources: [\"{entry}\"]\n"))
            .build(&[])
            .refused("");
    }
}
