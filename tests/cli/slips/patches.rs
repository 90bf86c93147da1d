//! Patches and replacements that do not do what they should.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn inline_patch_that_is_not_indented() {
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
    replicas: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: unknown field `apiVersion`
     --> prod/kustomization.yaml:5:3
      |
    5 |   apiVersion: apps/v1
      |   ^^^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: unknown field "apiVersion"
      = help: indent the lines of the patch further than the key `patch`
    "##);
}

#[test]
fn inline_patch_without_a_name() {
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
      replicas: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: the object has no `metadata.name`
     --> prod/kustomization.yaml:7:5
      |
    7 |     metadata:
      |     ^^^^^^^^
      |
      = note: in kustomize's words: trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from [patch: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\nname: api\nspec:\n  replicas: 2"]
      = help: give the object a `metadata.name`
    "##);
}

#[test]
fn inline_patch_that_is_no_yaml() {
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
      replicas: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: did not find expected key
     --> prod/kustomization.yaml:9:6
      |
    9 |      spec:
      |      ^
      |
      = note: in kustomize's words: trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from [patch: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n spec:\n  replicas: 2"]
      = help: start all keys of a map in the same column
    "##);
}

#[test]
fn patches_as_a_list_of_files() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- patch.yaml
",
        )
        .file(
            "prod/patch.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: expected a map, found text
     --> prod/kustomization.yaml:4:3
      |
    4 | - patch.yaml
      |   ^^^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.patches of type types.Patch
      = help: write `path: patch.yaml`, or the patch itself below `patch: |-`
    "##);
}

#[test]
fn target_in_lower_case() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    kind: deployment
  patch: |-
    - op: add
      path: /spec/replicas
      value: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: this patch is for nothing: no deployment matches its target
     --> prod/kustomization.yaml:4:3
      |
    4 | - target:
      |   ^^^^^^
      |
      = help: did you mean `kind: Deployment`?
    "##);
}

#[test]
fn target_with_a_pattern_for_nothing() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    kind: Deployment
    name: web-.*
  patch: |-
    - op: add
      path: /spec/replicas
      value: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: this patch is for nothing: no Deployment of a name like `web-.*` matches its target
     --> prod/kustomization.yaml:4:3
      |
    4 | - target:
      |   ^^^^^^
      |
      = help: each Deployment there is: `api`
    "##);
}

#[test]
fn target_with_an_api_version() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    version: apps/v1
    kind: Deployment
  patch: |-
    - op: add
      path: /spec/replicas
      value: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: this patch is for nothing: no Deployment matches its target
     --> prod/kustomization.yaml:4:3
      |
    4 | - target:
      |   ^^^^^^
      |
      = help: write `group: apps` and `version: v1`
    "##);
}

#[test]
fn json_patch_without_a_slash() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    kind: Deployment
  patch: |-
    - op: add
      path: spec/replicas
      value: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 0
    --- stdout
    --- stderr
    warning: `spec/replicas` does not begin with a slash: `spec` does not count, and the patch is for `/replicas`
     --> prod/kustomization.yaml:8:7
      |
    8 |       path: spec/replicas
      |       ^^^^
      |
      = help: write `/spec/replicas`
    "##);
}

#[test]
fn json_patch_with_an_unknown_operation() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    kind: Deployment
  patch: |-
    - op: set
      path: /spec/replicas
      value: 2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: there is no operation `set`
     --> prod/kustomization.yaml:7:7
      |
    7 |     - op: set
      |       ^^
      |
      = note: in kustomize's words: Unexpected kind: set
      = help: write `add`, `remove`, `replace`, `move`, `copy` or `test`
    "##);
}

#[test]
fn json_patch_with_a_slash_in_a_key() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    kind: Deployment
  patch: |-
    - op: add
      path: /metadata/labels/example.com/team
      value: a
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: Deployment `api` has no `/metadata/labels/example.com`
     --> prod/kustomization.yaml:8:7
      |
    8 |       path: /metadata/labels/example.com/team
      |       ^^^^
      |
      = note: in kustomize's words: add operation does not apply: doc is missing path: "/metadata/labels/example.com/team": missing value
      = help: a slash in a key is written `~1`: `/metadata/labels/example.com~1team`
    "##);
}

#[test]
fn replacement_into_a_misspelt_field() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
replacements:
- source:
    kind: Deployment
    name: api
    fieldPath: metadata.name
  targets:
  - select:
      kind: Deployment
    fieldPaths:
    - spec.template.spec.container.0.name
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: unable to find field "spec.template.spec.container.0.name" in replacement target
      --> prod/kustomization.yaml:12:7
       |
    12 |     - spec.template.spec.container.0.name
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: did you mean `containers` in place of `container`?
       = help: correct the `fieldPaths`, or add `options: {create: true}` to make the field
    "##);
}

#[test]
fn replacement_of_a_misspelt_field() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
replacements:
- source:
    kind: Deployment
    name: api
    fieldPath: metadata.nam
  targets:
  - select:
      kind: Deployment
    fieldPaths:
    - spec.template.spec.containers.0.name
",
    );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: fieldPath `metadata.nam` is missing for replacement source Deployment.[noVer].[noGrp]/api.[noNs]
     --> prod/kustomization.yaml:7:5
      |
    7 |     fieldPath: metadata.nam
      |     ^^^^^^^^^
      |
      = help: did you mean `name` in place of `nam`?
    "##);
}

#[test]
fn unknown_directive() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- path: p.yaml
",
        )
        .file(
            "prod/p.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
$patch: remove
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: there is no directive `$patch: remove`
     --> prod/p.yaml:5:1
      |
    5 | $patch: remove
      | ^^^^^^
      |
      = note: in kustomize's words: merge into Deployment.v1.apps/api.[noNs]: unknown patch strategy 'remove'
      = help: write `$patch: delete`, `$patch: replace` or `$patch: merge`
    "##);
}
