//! `render --all`: every overlay of a repository.

#![expect(
    clippy::disallowed_methods,
    reason = "this is test code, and tests may read"
)]

use insta::assert_snapshot;

use crate::support::Sandbox;

fn repository() -> Sandbox {
    Sandbox::new()
        .base()
        .file(
            "overlays/staging/kustomization.yaml",
            "namePrefix: staging-\nresources:\n- ../../base\n",
        )
        .file(
            "overlays/aws/prod/kustomization.yaml",
            "namePrefix: prod-\nresources:\n- ../../../base\n",
        )
        .file("tool/kustomization.yaml", "resources:\n- settings.yaml\n")
        .file(
            "tool/settings.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tool\n",
        )
}

#[test]
fn overlays_go_into_files_of_their_names() {
    let sandbox = repository();
    assert_snapshot!(sandbox.run(["--all", "--output-dir", "out"]), @"
    exit: 0
    --- stdout
    --- stderr
    ");
    for overlay in ["overlays/staging", "overlays/aws/prod", "tool"] {
        let written =
            std::fs::read_to_string(sandbox.path(&format!("out/{overlay}.yaml"))).unwrap();
        let alone = sandbox.run(["build", overlay]);
        assert_eq!(alone, format!("exit: 0\n--- stdout\n{written}--- stderr\n"));
    }
}

#[test]
fn overlays_are_named_on_standard_output() {
    let sandbox = Sandbox::new()
        .file("b/kustomization.yaml", "resources:\n- o.yaml\n")
        .file(
            "b/o.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n",
        )
        .file(
            "a/kustomization.yaml",
            "namePrefix: x-\nresources:\n- ../b\n",
        )
        .file(
            "c/kustomization.yaml",
            "namePrefix: y-\nresources:\n- ../b\n",
        );
    assert_snapshot!(sandbox.run(["--all"]), @"
    exit: 0
    --- stdout
    # overlay: a
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: x-b
    ---
    # overlay: c
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: y-b
    --- stderr
    ");
}

#[test]
fn an_overlay_that_fails_keeps_the_others_from_standard_output() {
    let sandbox = repository().file("tool/settings.yaml", "kind: [");
    assert_snapshot!(sandbox.run(["--all", "--jobs", "1"]), @"
    exit: 1
    --- stdout
    --- stderr
    overlay `tool`:
    error: did not find expected node content
     --> tool/settings.yaml:1:8
      |
    1 | kind: [
      |        ^
      |
      = note: in kustomize's words: accumulating resources: accumulating resources from 'settings.yaml': MalformedYAMLError: yaml: line 1: did not find expected node content in File: settings.yaml

    error: 1 of 3 overlays failed
     |
     = help: see above for each of them
    ");
}

#[test]
fn an_overlay_that_fails_keeps_no_other_from_its_file() {
    let sandbox = repository().file("tool/settings.yaml", "kind: [");
    sandbox.run(["--all", "--output-dir", "out"]);
    assert!(sandbox.path("out/overlays/staging.yaml").is_file());
    assert!(!sandbox.path("out/tool.yaml").exists());
}

#[test]
fn strict_writes_nothing_where_there_is_a_warning() {
    let sandbox = repository().file(
        "tool/kustomization.yaml",
        "resources:\n- settings.yaml\nimages:\n- name: gone\n  newTag: \"1\"\n",
    );
    assert_snapshot!(sandbox.run(["--all", "--output-dir", "out", "--strict"]), @"
    exit: 1
    --- stdout
    --- stderr
    warning: no image is named `gone`
     --> tool/kustomization.yaml:4:3
      |
    4 | - name: gone
      |   ^^^^
      |
      = help: correct the name, or take the entry out

    error: nothing is printed because of the warning above
     |
     = help: see to it, or render without `--strict`
    ");
    assert!(!sandbox.path("out").exists());
}

#[test]
fn a_shard_is_a_part() {
    let sandbox = repository();
    for shard in ["1/2", "2/2"] {
        sandbox.run([
            "--all",
            "--output-dir",
            shard.split('/').next().unwrap(),
            "--shard",
            shard,
        ]);
    }
    assert!(sandbox.path("1/overlays/aws/prod.yaml").is_file());
    assert!(sandbox.path("2/overlays/staging.yaml").is_file());
    assert!(sandbox.path("1/tool.yaml").is_file());
    assert!(!sandbox.path("2/tool.yaml").exists());
}

#[test]
fn a_shard_that_is_none() {
    assert_snapshot!(repository().run(["--all", "--shard", "3/2"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: invalid value '3/2' for '--shard <I/N>': expected I/N, such as 2/5 for the second of five, I from 1 to N

    For more information, try '--help'.
    ");
}

#[test]
fn no_overlays() {
    let sandbox = Sandbox::new().file("a/b.yaml", "");
    assert_snapshot!(sandbox.run(["--all", "a"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: there is no overlay below `a`
     |
     = help: name a folder with kustomization files below it
    ");
}

#[test]
fn parts_need_the_whole() {
    assert_snapshot!(repository().run(["--shard", "1/2"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      --all

    Usage: render --all --shard <I/N> [OVERLAY|DIR]

    For more information, try '--help'.
    ");
}
