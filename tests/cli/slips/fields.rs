//! Fields of a kustomization that do not fit.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn tag_in_place_of_new_tag() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
images:
- name: api
  tag: v2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: unknown field `tag`
     --> prod/kustomization.yaml:5:3
      |
    5 |   tag: v2
      |   ^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: unknown field "tag"
      = help: did you mean `newTag`?
    "##);
}

#[test]
fn namespace_below_metadata() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
metadata:
  namespace: prod
resources:
- ../base
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: `metadata.namespace` of a kustomization puts nothing into a namespace
     --> prod/kustomization.yaml:2:3
      |
    2 |   namespace: prod
      |   ^^^^^^^^^
      |
      = help: write `namespace: prod` at the top level of the file
    "##);
}

#[test]
fn labels_that_are_numbers() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
commonLabels:
  version: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: expected text, found a number
     --> prod/kustomization.yaml:4:3
      |
    4 |   version: 2
      |   ^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal number into Go struct field Kustomization.commonLabels of type string
      = help: put the value in quotes: "2"
    "##);
}

#[test]
fn labels_as_a_list() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
commonLabels:
- app: api
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: expected a map, found a list
     --> prod/kustomization.yaml:3:1
      |
    3 | commonLabels:
      | ^^^^^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal array into Go struct field Kustomization.commonLabels of type map[string]string
      = help: write `key: value` on each line, without `- `
    "##);
}

#[test]
fn resources_as_text() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources: ../base
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: expected a list, found text
     --> prod/kustomization.yaml:1:1
      |
    1 | resources: ../base
      | ^^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.resources of type []string
      = help: write a list: `- ` before the value
    "##);
}

#[test]
fn resources_as_maps() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- path: ../base
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: expected text, found a map
     --> prod/kustomization.yaml:2:3
      |
    2 | - path: ../base
      |   ^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal object into Go struct field Kustomization.resources of type string
      = help: write the value alone: `../base`
    "##);
}

#[test]
fn misspelt_kind_of_a_kustomization() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomisation
resources:
- ../base
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: kind should be Kustomization or Component
     --> prod/kustomization.yaml:2:1
      |
    2 | kind: Kustomisation
      | ^^^^
      |
      = note: in kustomize's words: Failed to read kustomization file under [folder]/prod:
              kind should be Kustomization or Component
      = help: write `kind: Kustomization`
    ");
}

#[test]
fn kustomization_of_flux() {
    let sandbox = Sandbox::new().file(
        "prod/kustomization.yaml",
        "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
spec:
  path: ./apps
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: unknown field `spec`
     --> prod/kustomization.yaml:5:1
      |
    5 | spec:
      | ^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: unknown field "spec"
      = help: this is a Kustomization of Flux: render the folder that its `spec.path` names
    "##);
}

#[test]
fn two_documents_in_a_kustomization() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
---
namePrefix: a-
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: only the first document of a kustomization file counts
     --> prod/kustomization.yaml:4:1
      |
    4 | namePrefix: a-
      | ^
      |
      = help: join the two, without the line `---`
    "##);
}
