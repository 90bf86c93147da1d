//! No file outside the root is read unless a flag allows it, and nothing at all outside the folder of `--confine`.

use crate::support::{CONFIG_MAP, Tree};

const NO_RESTRICTION: [&str; 2] = ["--load-restrictor", "LoadRestrictionsNone"];

/// `app` beside `secret.yaml`, and ways from the one to the other.
fn neighbours(kustomization: &str) -> Tree {
    Tree::new("")
        .file("app/kustomization.yaml", kustomization)
        .file("app/r.yaml", CONFIG_MAP)
        .file("secret.yaml", CONFIG_MAP.replace("name: a", "name: secret"))
        .file("outside/kustomization.yaml", "resources: [s.yaml]\n")
        .file(
            "outside/s.yaml",
            CONFIG_MAP.replace("name: a", "name: secret"),
        )
        .link("app/file", "../secret.yaml")
        .link("app/folder", "../outside")
        .link("app/chain", "link")
        .link("app/link", "folder/../secret.yaml")
        .link("app/up", "..")
}

/// Ways to files outside, as they stand in lists of files.
const FILES: [&str; 6] = [
    "../secret.yaml",
    "file",
    "folder/s.yaml",
    "chain",
    "up/secret.yaml",
    "../app/up/outside/s.yaml",
];

#[test]
fn files_outside_the_root_need_a_flag() {
    for file in FILES {
        for field in [
            format!("resources: [{file}]"),
            format!("patches: [{{path: {file}}}]"),
            format!("patchesStrategicMerge: [{file}]"),
            format!("configMapGenerator: [{{name: x, files: [k={file}]}}]"),
            format!("secretGenerator: [{{name: x, envs: [{file}]}}]"),
            format!("configurations: [{file}]"),
            format!("crds: [{file}]"),
            format!("openapi: {{path: {file}}}"),
            format!("replacements: [{{path: {file}}}]"),
            format!("transformers: [{file}]"),
        ] {
            let outcome = neighbours(&format!("{field}\n")).build_in("app", &[]);
            outcome.refused("security; file");
            assert!(!outcome.stderr.contains("name: secret"), "{field}");
        }
        let tree = neighbours(&format!("resources: [{file}]\n"));
        assert!(
            tree.build_in("app", &NO_RESTRICTION)
                .rendered()
                .contains("name: secret"),
            "{file}"
        );
    }
}

#[test]
fn absolute_files_need_a_flag() {
    let tree = neighbours("resources: [/etc/hostname]\n");
    tree.build_in("app", &[])
        .refused("security; file '/etc/hostname'");
}

#[test]
fn bases_outside_need_no_flag() {
    for base in ["../outside", "folder", "up/outside"] {
        let tree = neighbours(&format!("resources: [{base}]\n"));
        assert!(
            tree.build_in("app", &[])
                .rendered()
                .contains("name: secret"),
            "{base}"
        );
    }
}

#[test]
fn nothing_leaves_the_confines() {
    let entries =
        FILES
            .into_iter()
            .chain(["../outside", "folder", "up/outside", "/etc", "../../.."]);
    for entry in entries {
        let tree = neighbours(&format!("resources: [{entry}]\n"));
        let confines = tree.path("app");
        for restrictor in [&[][..], &NO_RESTRICTION] {
            let mut args = vec!["--confine", confines.to_str().unwrap()];
            args.extend(restrictor);
            let outcome = tree.build_in("app", &args);
            outcome.refused("security; ");
            assert!(
                !outcome.stderr.contains("name: secret"),
                "{entry}: {}",
                outcome.stderr
            );
            assert!(
                !outcome.stderr.contains("did you mean"),
                "{entry}: {}",
                outcome.stderr
            );
        }
    }
    for field in [
        "components: [../outside]",
        "generators: [../outside]",
        "configMapGenerator: [{name: x, files: [../secret.yaml]}]",
    ] {
        let tree = neighbours(&format!("{field}\n"));
        let confines = tree.path("app");
        let mut args = vec!["--confine", confines.to_str().unwrap()];
        args.extend(NO_RESTRICTION);
        tree.build_in("app", &args).refused("`--confine`");
    }
}

#[test]
fn all_is_read_within_the_confines() {
    let tree = neighbours("resources: [r.yaml, ../outside]\n");
    for confines in [".", "app/..", "app/up"] {
        let confines = tree.path(confines);
        let outcome = tree.build_in("app", &["--confine", confines.to_str().unwrap()]);
        assert!(outcome.rendered().contains("name: secret"));
    }
    // A relative folder is one below the current folder.
    tree.build_in("app", &["--confine", "."]).rendered();
    tree.build_in("app", &["--confine", "outside"])
        .refused("`--confine`");
    tree.build_in("app", &["--confine", "nowhere"])
        .refused("`--confine`");
}

#[test]
fn nothing_is_fetched_offline() {
    for entry in [
        "https://example.com/r.yaml",
        "https://github.com/org/repo",
        "git@host:org/repo",
        "file:///srv/repo//base",
    ] {
        for field in ["resources", "components"] {
            let tree = Tree::new(format!("{field}: [\"{entry}\"]\n"));
            let outcome = tree.build(&["--offline"]);
            if !(field == "components" && entry.ends_with(".yaml")) {
                outcome.refused("`--offline` was given");
            }
            outcome.refused("");
        }
    }
}
