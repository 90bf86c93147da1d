//! What is printed as kustomize prints it, with a word about it on standard error.

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::support::Sandbox;

const WITH_SELECTOR: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  selector:
    matchLabels: {}
  template:
    metadata: {}
";

#[test]
fn image_that_is_nowhere() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
images:
- name: team/api
  newTag: v2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: no image is named `team/api`
     --> prod/kustomization.yaml:4:3
      |
    4 | - name: team/api
      |   ^^^^
      |
      = help: did you mean `registry.example/team/api`?
    "#);
}

#[test]
fn warnings_that_go_to_the_null_device_still_count() {
    let text = "resources: [../base]\nimages: [{name: team/api, newTag: v2}]\n";
    let sandbox = Sandbox::new().base().file("prod/kustomization.yaml", text);
    let run = |arguments: &[&str], stderr: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_render"));
        command.args(arguments).current_dir(sandbox.path("."));
        let output = command.stderr(stderr).output();
        output.expect("the program can be run")
    };
    let heard = run(&["build", "prod"], Stdio::piped());
    assert!(heard.stderr.starts_with(b"warning: "));
    let unheard = run(&["build", "prod"], Stdio::null());
    assert!(unheard.status.success());
    assert_eq!(unheard.stdout, heard.stdout);
    let refused = run(&["build", "prod", "--strict"], Stdio::null());
    assert_eq!(
        (refused.status.code(), refused.stdout),
        (Some(1), Vec::new())
    );
}

#[test]
fn target_that_selects_nothing() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- target:
    kind: Deployment
    name: apii
  path: patch.yaml
",
        )
        .file(
            "prod/patch.yaml",
            "\
- op: add
  path: /spec/replicas
  value: 2
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: this patch is for nothing: no Deployment named `apii` matches its target
     --> prod/kustomization.yaml:4:3
      |
    4 | - target:
      |   ^^^^^^
      |
      = help: did you mean `api`?
    "#);
}

#[test]
fn replacement_target_that_selects_nothing() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
replacements:
- sourceValue: v2
  targets:
  - select:
      kind: Deployment
      name: web
    fieldPaths:
    - spec.template.spec.containers.0.image
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: this target is for nothing: no Deployment named `web` matches its target
     --> prod/kustomization.yaml:6:5
      |
    6 |   - select:
      |     ^^^^^^
      |
      = help: each Deployment there is: `api`
    "#);
}

#[test]
fn value_over_value_from() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- path: env.yaml
",
        )
        .file(
            "prod/env.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      containers:
      - name: api
        env:
        - name: DATABASE
          value: postgres://localhost
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: env `DATABASE` of container `api` in Deployment `api` has both `value` and `valueFrom`: the API server refuses it
      --> prod/env.yaml:12:11
       |
    12 |           value: postgres://localhost
       |           ^^^^^
       |
      ::: base/deployment.yaml:15:11
       |
    15 |           valueFrom:
       |           --------- `valueFrom` is set here
       |
       = help: write `valueFrom: null` beside the `value` that is meant, or `value: null` beside the `valueFrom`
    "#);
}

#[test]
fn empty_value_beside_value_from_in_an_inline_patch() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: api
    spec:
      template:
        spec:
          containers:
          - name: api
            env:
            - name: DATABASE
              value: \"\"
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: env `DATABASE` of container `api` in Deployment `api` has both `value` and `valueFrom`: `valueFrom` wins
      --> prod/kustomization.yaml:16:15
       |
    16 |               value: ""
       |               ^^^^^
       |
      ::: base/deployment.yaml:15:11
       |
    15 |           valueFrom:
       |           --------- `valueFrom` is set here
       |
       = help: write `valueFrom: null` beside the `value` that is meant, or `value: null` beside the `valueFrom`
    "#);
}

#[test]
fn key_written_twice() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
namePrefix: a-
namePrefix: b-
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: `namePrefix` is written more than once; the last one counts
     --> prod/kustomization.yaml:4:1
      |
    3 | namePrefix: a-
      | ---------- first written here
    4 | namePrefix: b-
      | ^^^^^^^^^^
      |
      = help: keep one of them
    "#);
}

#[test]
fn deprecated_field_in_two_files() {
    let sandbox = Sandbox::new()
        .file(
            "base/kustomization.yaml",
            "\
resources:
- configmap.yaml
commonLabels:
  c: d
",
        )
        .file(
            "base/configmap.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  a: \"1\"
",
        )
        .file(
            "prod/kustomization.yaml",
            "\
bases:
- ../base
commonLabels:
  a: b
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: "1"
    kind: ConfigMap
    metadata:
      labels:
        a: b
        c: d
      name: settings
    --- stderr
    warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.
     --> prod/kustomization.yaml:1:1
      |
    1 | bases:
      | ^^^^^

    warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.
     --> prod/kustomization.yaml:3:1
      |
    3 | commonLabels:
      | ^^^^^^^^^^^^
      |
      = note: also at base/kustomization.yaml:3
    "#);
}

#[test]
fn component_listed_twice() {
    let sandbox = Sandbox::new()
        .file(
            "base/kustomization.yaml",
            "\
resources:
- configmap.yaml
",
        )
        .file(
            "base/configmap.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  a: \"1\"
",
        )
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
components:
- ../tls
- ../tls
",
        )
        .file(
            "tls/kustomization.yaml",
            "\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: tls-
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: "1"
    kind: ConfigMap
    metadata:
      name: tls-tls-settings
    --- stderr
    warning: `../tls` is listed twice, and applied twice
     --> prod/kustomization.yaml:5:3
      |
    4 | - ../tls
      |   ------ first listed here
    5 | - ../tls
      |   ^^^^^^
      |
      = help: take one of the two entries out
    "#);
}

#[test]
fn selector_that_shares_a_label() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
labels:
- pairs:
    app: web
",
        )
        .file(
            "base/kustomization.yaml",
            "\
resources:
- deployment.yaml
labels:
- includeSelectors: true
  pairs:
    app: api
",
        )
        .file("base/deployment.yaml", WITH_SELECTOR);
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 0
    --- stdout
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      labels:
        app: web
      name: api
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
    --- stderr
    warning: this entry of `labels` also changes `spec.selector` of Deployment `api`
     --> prod/kustomization.yaml:4:3
      |
    4 | - pairs:
      |   ^^^^^
      |
      = help: kustomize keeps a label that it put on an object and into its selector as one value: change it where it was put there, or use another label
      = help: the selector of a workload that is on a cluster cannot be changed: it would have to be deleted first
    "#);
}

#[test]
fn selector_that_shares_a_label_with_a_patched_one() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: api
      labels:
        app: web
",
        )
        .file(
            "base/kustomization.yaml",
            "\
resources:
- deployment.yaml
labels:
- includeSelectors: true
  pairs:
    app: api
",
        )
        .file("base/deployment.yaml", WITH_SELECTOR);
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    warning: this patch also changes `spec.selector` of Deployment `api`
     --> prod/kustomization.yaml:4:3
      |
    4 | - patch: |-
      |   ^^^^^
      |
      = help: kustomize keeps a label that it put on an object and into its selector as one value: change it where it was put there, or use another label
      = help: the selector of a workload that is on a cluster cannot be changed: it would have to be deleted first
    "#);
}

#[test]
fn env_file_that_is_cut_off() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
configMapGenerator:
- name: settings
  envs:
  - settings.env
",
        )
        .file(
            "prod/settings.env",
            &format!("A=1\nB={}\nC=3\n", "x".repeat(70_000)),
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      A: "1"
    kind: ConfigMap
    metadata:
      name: settings-89g4tffbfk
    --- stderr
    warning: line 2 of `settings.env` is longer than 65535 bytes: it and all lines below it are left out
    --> prod/settings.env:2
     = help: take the file as a whole with `files`, or make the line shorter
    "#);
}

#[test]
fn vars_that_are_never_used() {
    let sandbox = Sandbox::new()
        .file(
            "base/kustomization.yaml",
            "\
resources:
- configmap.yaml
",
        )
        .file(
            "base/configmap.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  a: \"1\"
",
        )
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
vars:
- name: NAME
  objref:
    apiVersion: v1
    kind: ConfigMap
    name: settings
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: "1"
    kind: ConfigMap
    metadata:
      name: settings
    --- stderr
    warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit fix' to update your Kustomization automatically.
     --> prod/kustomization.yaml:3:1
      |
    3 | vars:
      | ^^^^

    warning: well-defined vars that were never replaced: NAME
     --> prod/kustomization.yaml:4:3
      |
    4 | - name: NAME
      |   ^^^^
      |
      = help: delete them, or refer to them as `$(NAME)`
    "#);
}

#[test]
fn strict_prints_nothing_where_there_is_a_warning() {
    let sandbox = Sandbox::new()
        .file(
            "base/kustomization.yaml",
            "\
resources:
- configmap.yaml
",
        )
        .file(
            "base/configmap.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  a: \"1\"
",
        )
        .file(
            "overlays/prod/kustomization.yaml",
            "\
resources:
- ../../base
images:
- name: api
  newTag: v2
",
        );
    assert_snapshot!(sandbox.run(["prod", "--strict"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    warning: no image is named `api`
     --> overlays/prod/kustomization.yaml:4:3
      |
    4 | - name: api
      |   ^^^^
      |
      = help: correct the name, or take the entry out

    error: nothing is printed because of the warning above
     |
     = help: see to it, or render without `--strict`
    "#);
}

#[test]
fn strict_prints_what_gives_no_warning() {
    let sandbox = Sandbox::new()
        .file(
            "base/kustomization.yaml",
            "\
resources:
- configmap.yaml
",
        )
        .file(
            "base/configmap.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  a: \"1\"
",
        )
        .file(
            "overlays/prod/kustomization.yaml",
            "\
resources:
- ../../base
",
        );
    assert_snapshot!(sandbox.run(["build", "--strict", "overlays/prod"]), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: "1"
    kind: ConfigMap
    metadata:
      name: settings
    --- stderr
    "#);
}
