//! Independent mistakes are told at once.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn all_missing_files() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
- a.yaml
patches:
- path: b.yaml
configMapGenerator:
- name: settings
  files:
  - c.txt
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `a.yaml` does not exist
     --> prod/kustomization.yaml:3:3
      |
    3 | - a.yaml
      |   ^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from 'a.yaml': evalsymlink failure on '[folder]/prod/a.yaml' : lstat [folder]/prod/a.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '[folder]/prod/a.yaml' : lstat [folder]/prod/a.yaml: no such file or directory

    error: `b.yaml` does not exist
     --> prod/kustomization.yaml:5:3
      |
    5 | - path: b.yaml
      |   ^^^^
      |
      = note: in kustomize's words: evalsymlink failure on '[folder]/prod/b.yaml' : lstat [folder]/prod/b.yaml: no such file or directory

    error: `c.txt` does not exist
     --> prod/kustomization.yaml:9:5
      |
    9 |   - c.txt
      |     ^^^^^
      |
      = note: in kustomize's words: evalsymlink failure on '[folder]/prod/c.txt' : lstat [folder]/prod/c.txt: no such file or directory
    "#);
}

#[test]
fn all_patches_for_nothing() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- path: a.yaml
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: b
",
        )
        .file(
            "prod/a.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  replicas: 3
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: there is no Deployment named `a`
     --> prod/a.yaml:4:3
      |
    4 |   name: a
      |   ^^^^
      |
     ::: prod/kustomization.yaml:4:3
      |
    4 | - path: a.yaml
      |   ---- listed here
      |
      = note: in kustomize's words: no resource matches strategic merge patch "Deployment.v1.apps/a.[noNs]": no matches for Id Deployment.v1.apps/a.[noNs]; failed to find unique target for patch Deployment.v1.apps/a.[noNs]
      = help: each Deployment there is: `api`

    error: there is no Deployment named `b`
     --> prod/kustomization.yaml:9:7
      |
    9 |       name: b
      |       ^^^^
      |
      = note: in kustomize's words: no resource matches strategic merge patch "Deployment.v1.apps/b.[noNs]": no matches for Id Deployment.v1.apps/b.[noNs]; failed to find unique target for patch Deployment.v1.apps/b.[noNs]
      = help: each Deployment there is: `api`
    "#);
}

#[test]
fn all_fields_that_do_not_fit() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resource:
- ../base
namePrefix: [a]
images:
- name: api
  tag: v2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: unknown field `tag`
     --> prod/kustomization.yaml:6:3
      |
    6 |   tag: v2
      |   ^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: unknown field "tag"
      = help: did you mean `newTag`?

    error: expected text, found a list
     --> prod/kustomization.yaml:3:1
      |
    3 | namePrefix: [a]
      | ^^^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal array into Go struct field Kustomization.namePrefix of type string
      = help: write one value in place of a list

    error: unknown field `resource`
     --> prod/kustomization.yaml:1:1
      |
    1 | resource:
      | ^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: unknown field "resource"
      = help: did you mean `resources`?
    "#);
}
