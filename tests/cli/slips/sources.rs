//! Generators, bases and files.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn file_of_a_generator_that_is_missing() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
configMapGenerator:
- name: settings
  files:
  - app.propertes
",
        )
        .file(
            "prod/app.properties",
            "\
a=1
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: `app.propertes` does not exist
     --> prod/kustomization.yaml:6:5
      |
    6 |   - app.propertes
      |     ^^^^^^^^^^^^^
      |
      = note: in kustomize's words: loading KV pairs: file sources: [app.propertes]: evalsymlink failure on '[folder]/prod/app.propertes' : lstat [folder]/prod/app.propertes: no such file or directory
      = help: did you mean `app.properties`?
    "##);
}

#[test]
fn literal_without_a_value() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
configMapGenerator:
- name: settings
  literals:
  - DEBUG
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: invalid literal source DEBUG, expected key=value
     --> prod/kustomization.yaml:6:5
      |
    6 |   - DEBUG
      |     ^^^^^
      |
      = note: while loading KV pairs: literal sources [DEBUG]
      = help: write the literal as `KEY=value`
    "##);
}

#[test]
fn env_file_with_a_colon() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
configMapGenerator:
- name: settings
  envs:
  - s.env
",
        )
        .file(
            "prod/s.env",
            "\
A: 1
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: line 1 of `s.env` has no `=`: the whole line is a key, and its value is empty
     --> prod/s.env:1:1
      |
    1 | A: 1
      | ^
      |
      = help: write `KEY=value`
    "##);
}

#[test]
fn base_by_two_ways() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "a/kustomization.yaml",
            "\
resources:
- ../base
",
        )
        .file(
            "b/kustomization.yaml",
            "\
resources:
- ../base
",
        )
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../a
- ../b
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: there is more than one Deployment named `api`
     --> base/deployment.yaml:4:3
      |
    4 |   name: api
      |   ^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../b': '[folder]/b' must resolve to a file': recursed merging from path '[folder]/b': may not add resource with an already registered id: Deployment.v1.apps/api.[noNs]
      = help: delete one of the two, or tell them apart by namespace, namePrefix or nameSuffix
      = help: its file comes in by more than one way: name it, or the base that names it, once
    ");
}

#[test]
fn unknown_behavior() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
configMapGenerator:
- name: s
  behavior: patch
  literals:
  - a=b
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: there is no behavior `patch`, and it does not count
     --> prod/kustomization.yaml:5:3
      |
    5 |   behavior: patch
      |   ^^^^^^^^
      |
      = help: write `create`, `merge` or `replace`
    "##);
}

#[test]
fn merge_of_a_generator_with_nothing() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
configMapGenerator:
- name: s
  behavior: merge
  literals:
  - a=b
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: there is no ConfigMap `s` to merge with or to replace
     --> prod/kustomization.yaml:4:3
      |
    4 | - name: s
      |   ^^^^
      |
      = note: in kustomize's words: merging from generator: id ConfigMap.v1.[noGrp]/s.[noNs] does not exist; cannot merge or replace
      = help: remove `behavior` to create it, or correct its name, namespace or kind
    "##);
}

#[test]
fn generator_of_what_is_there() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
- c.yaml
configMapGenerator:
- name: s
  literals:
  - a=b
",
        )
        .file(
            "prod/c.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: s
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: there is a ConfigMap `s` already
     --> prod/kustomization.yaml:5:3
      |
    5 | - name: s
      |   ^^^^
      |
     ::: prod/c.yaml:4:3
      |
    4 |   name: s
      |   ---- here
      |
      = note: in kustomize's words: merging from generator: id ConfigMap.v1.[noGrp]/s.[noNs] exists; can not use behavior: 'unspecified', behavior must be merge or replace
      = help: say `behavior: merge` to add to it, or `behavior: replace` to take its place
    "##);
}

#[test]
fn var_of_nothing() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
vars:
- name: V
  objref:
    apiVersion: v1
    kind: ConfigMap
    name: nope
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit fix' to update your Kustomization automatically.
     --> prod/kustomization.yaml:3:1
      |
    3 | vars:
      | ^^^^

    error: there is no ConfigMap named `nope` for the var `V`
     --> prod/kustomization.yaml:5:3
      |
    5 |   objref:
      |   ^^^^^^
      |
      = note: in kustomize's words: var '{V ConfigMap.v1.[noGrp] {metadata.name}}' cannot be mapped to a field in the set of known resources
      = help: there is no ConfigMap at all here: it may be added by another layer
    "##);
}

#[test]
fn var_of_a_misspelt_field() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
vars:
- name: V
  objref:
    apiVersion: apps/v1
    kind: Deployment
    name: api
  fieldref:
    fieldpath: spec.replica
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit fix' to update your Kustomization automatically.
     --> prod/kustomization.yaml:3:1
      |
    3 | vars:
      | ^^^^

    error: Deployment `api` has no field `spec.replica`
     --> prod/kustomization.yaml:9:3
      |
    9 |   fieldref:
      |   ^^^^^^^^
      |
      = note: in kustomize's words: field specified in var '{V Deployment.v1.apps {spec.replica}}' not found in corresponding resource
      = help: correct the `fieldpath`
    "##);
}

#[test]
fn pattern_of_files() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base/*.yaml
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: `../base/*.yaml` does not exist
     --> prod/kustomization.yaml:2:3
      |
    2 | - ../base/*.yaml
      |   ^^^^^^^^^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../base/*.yaml': evalsymlink failure on '[folder]/base/*.yaml' : lstat [folder]/base/*.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '[folder]/base/*.yaml' : lstat [folder]/base/*.yaml: no such file or directory
      = help: name each file or folder: patterns are not expanded
    "##);
}
