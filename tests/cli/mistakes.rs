//! The mistakes that people make every day: each message names the file, the line and what to do.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn misspelt_field() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
namePrefx: prod-
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: unknown field `namePrefx`
     --> prod/kustomization.yaml:3:1
      |
    3 | namePrefx: prod-
      | ^^^^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: unknown field "namePrefx"
      = help: did you mean `namePrefix`?
    "#);
}

#[test]
fn wrong_indentation() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
images:
- name: api
   newTag: v2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: mapping values are not allowed in this context
     --> prod/kustomization.yaml:5:10
      |
    5 |    newTag: v2
      |          ^
      |
      = note: in kustomize's words: invalid Kustomization: yaml: line 5: mapping values are not allowed in this context
      = help: start all keys of a map in the same column, and put a value that contains `: ` in quotes
    "#);
}

#[test]
fn missing_file() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
- servce.yaml
",
        )
        .file("prod/service.yaml", "kind: Service\n");
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `servce.yaml` does not exist
     --> prod/kustomization.yaml:3:3
      |
    3 | - servce.yaml
      |   ^^^^^^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from 'servce.yaml': evalsymlink failure on '[folder]/prod/servce.yaml' : lstat [folder]/prod/servce.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '[folder]/prod/servce.yaml' : lstat [folder]/prod/servce.yaml: no such file or directory
      = help: did you mean `service.yaml`?
    "#);
}

#[test]
fn patch_for_a_renamed_object() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- path: replicas.yaml
",
        )
        .file(
            "prod/replicas.yaml",
            "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: apii
spec:
  replicas: 3
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: there is no Deployment named `apii`
     --> prod/replicas.yaml:4:3
      |
    4 |   name: apii
      |   ^^^^
      |
     ::: prod/kustomization.yaml:4:3
      |
    4 | - path: replicas.yaml
      |   ---- listed here
      |
      = note: in kustomize's words: no resource matches strategic merge patch "Deployment.v1.apps/apii.[noNs]": no matches for Id Deployment.v1.apps/apii.[noNs]; failed to find unique target for patch Deployment.v1.apps/apii.[noNs]
      = help: did you mean `api`?
    "#);
}

#[test]
fn component_under_resources() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
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
    exit: 1
    --- stdout
    --- stderr
    error: `tls` is a component, and not a base
     --> prod/kustomization.yaml:3:3
      |
    3 | - ../tls
      |   ^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../tls': '[folder]/tls' must resolve to a file': expected kind != 'Component' for path '[folder]/tls'
      = help: name it under `components:` in place of `resources:`
    "#);
}

#[test]
fn kustomization_under_components() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
components:
- ../tls
",
        )
        .file("tls/kustomization.yaml", "namePrefix: tls-\n");
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `tls` is not a component
     --> prod/kustomization.yaml:4:3
      |
    4 | - ../tls
      |   ^^^^^^
      |
      = note: in kustomize's words: accumulating components: accumulateDirectory: "expected kind 'Component' for path '[folder]/tls' but got 'Kustomization'"
      = help: name it under `resources:` in place of `components:`, or write `kind: Component` in its file
    "#);
}

#[test]
fn two_objects_of_one_name() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- a.yaml
- b.yaml
",
        )
        .file(
            "prod/a.yaml",
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
            "prod/b.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  b: \"2\"
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: there is more than one ConfigMap named `settings`
     --> prod/b.yaml:4:3
      |
    4 |   name: settings
      |   ^^^^
      |
     ::: prod/a.yaml:4:3
      |
    4 |   name: settings
      |   ---- the other one
      |
      = note: in kustomize's words: accumulating resources: merging resources from 'b.yaml': may not add resource with an already registered id: ConfigMap.v1.[noGrp]/settings.[noNs]
      = help: delete one of the two, or tell them apart by namespace, namePrefix or nameSuffix
    "#);
}

#[test]
fn tab() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
images:
- name: api
\tnewTag: v2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: found a tab character that violates indentation
     --> prod/kustomization.yaml:5:1
      |
    5 |     newTag: v2
      | ^^^^
      |
      = note: in kustomize's words: invalid Kustomization: yaml: line 4: found a tab character that violates indentation
      = help: indent with spaces
    "#);
}

#[test]
fn wrong_path_of_a_base() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../bse
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `../bse` does not exist
     --> prod/kustomization.yaml:2:3
      |
    2 | - ../bse
      |   ^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../bse': evalsymlink failure on '[folder]/bse' : lstat [folder]/bse: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '[folder]/bse' : lstat [folder]/bse: no such file or directory
      = help: did you mean `../base`?
    "#);
}

#[test]
fn json_patch_with_an_index_out_of_range() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
patches:
- target:
    kind: Deployment
    name: api
  patch: |-
    - op: replace
      path: /spec/template/spec/containers/1/image
      value: api:2
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: Deployment `api` has no `/spec/template/spec/containers/1`
     --> prod/kustomization.yaml:9:7
      |
    9 |       path: /spec/template/spec/containers/1/image
      |       ^^^^
      |
      = note: in kustomize's words: replace operation does not apply: doc is missing path: /spec/template/spec/containers/1/image: missing value
      = help: `/spec/template/spec/containers` has one element: its index is 0
    "#);
}

#[test]
fn json_patch_with_a_path_that_is_not_there() {
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
    name: api
  path: env.yaml
",
        )
        .file(
            "prod/env.yaml",
            "\
- op: add
  path: /spec/replicas
  value: 2
- op: add
  path: /spec/template/metadata/labels/team
  value: a
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: Deployment `api` has no `/spec/template/metadata`
     --> prod/env.yaml:5:3
      |
    5 |   path: /spec/template/metadata/labels/team
      |   ^^^^
      |
      = note: in kustomize's words: add operation does not apply: doc is missing path: "/spec/template/metadata/labels/team": missing value
      = help: make the map first: `op: add`, `path: /spec/template/metadata`, `value: {}`
    "#);
}

#[test]
fn patch_with_the_wrong_api_version() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- path: replicas.yaml
",
        )
        .file(
            "prod/replicas.yaml",
            "\
apiVersion: v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 3
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: the Deployment `api` is of another version
     --> prod/replicas.yaml:1:1
      |
    1 | apiVersion: v1
      | ^^^^^^^^^^
      |
     ::: prod/kustomization.yaml:4:3
      |
    4 | - path: replicas.yaml
      |   ---- listed here
      |
      = note: in kustomize's words: no resource matches strategic merge patch "Deployment.v1.[noGrp]/api.[noNs]": no matches for Id Deployment.v1.[noGrp]/api.[noNs]; failed to find unique target for patch Deployment.v1.[noGrp]/api.[noNs]
      = help: write `apiVersion: apps/v1`
    "#);
}

#[test]
fn target_with_a_bad_pattern() {
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
    name: \"*api\"
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
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `*api` is not a regular expression
     --> prod/kustomization.yaml:6:5
      |
    6 |     name: "*api"
      |     ^^^^
      |
      = note: in kustomize's words: error parsing regexp: missing argument to repetition operator: `*`
      = help: write `.*api` for any text that ends so
    "#);
}

#[test]
fn target_with_a_bad_label_selector() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
patches:
- target:
    labelSelector: app==!api
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
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: labelSelector `app==!api`: unable to parse requirement: found '!', expected: identifier
     --> prod/kustomization.yaml:5:5
      |
    5 |     labelSelector: app==!api
      |     ^^^^^^^^^^^^^
      |
      = help: write requirements as `key=value`, `key!=value`, `key in (a,b)`, `key` or `!key`, with commas between them
    "#);
}

#[test]
fn replacement_without_a_source() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
- settings.yaml
replacements:
- source:
    kind: ConfigMap
    name: setings
    fieldPath: data.tag
  targets:
  - select:
      kind: Deployment
    fieldPaths:
    - spec.template.spec.containers.0.image
",
        )
        .file(
            "prod/settings.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  tag: v2
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: there is no ConfigMap named `setings` to copy from
     --> prod/kustomization.yaml:5:3
      |
    5 | - source:
      |   ^^^^^^
      |
      = note: in kustomize's words: nothing selected by ConfigMap.[noVer].[noGrp]/setings.[noNs]:data.tag
      = help: did you mean `settings`?
    "#);
}

#[test]
fn two_kustomization_files_in_one_folder() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
",
        )
        .file(
            "prod/kustomization.yml",
            "\
resources:
- ../base
namePrefix: p-
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `prod` has more than one kustomization file
     --> prod/kustomization.yml:1:1
      |
    1 | resources:
      | ^
      |
     ::: prod/kustomization.yaml:1:1
      |
    1 | resources:
      | - and here is the other
      |
      = note: in kustomize's words: Found multiple kustomization files under: [folder]/prod
      = help: keep one of `kustomization.yaml`, `kustomization.yml`
    "#);
}

#[test]
fn folder_without_a_kustomization() {
    let sandbox = Sandbox::new()
        .base()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
- ../database
",
        )
        .file("database/statefulset.yaml", "kind: StatefulSet\n");
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `database` has no kustomization file
     --> prod/kustomization.yaml:3:3
      |
    3 | - ../database
      |   ^^^^^^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../database': '[folder]/database' must resolve to a file': couldn't make target for path '[folder]/database': unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '[folder]/database'
      = help: add a kustomization.yaml to the folder that names `statefulset.yaml` under `resources:`
    "#);
}

#[test]
fn cycle() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- ../base
",
        )
        .file(
            "base/kustomization.yaml",
            "\
resources:
- ../prod
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `prod` leads back to the kustomization that names it
     --> base/kustomization.yaml:2:3
      |
    2 | - ../prod
      |   ^^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../base': '[folder]/base' must resolve to a file': recursed accumulation of path '[folder]/base': accumulating resources: accumulation err='accumulating resources from '../prod': '[folder]/prod' must resolve to a file': cycle detected: candidate root '[folder]/prod' contains visited root '[folder]/prod'
      = help: take one of these references out: prod/kustomization.yaml → base/kustomization.yaml → prod/kustomization.yaml
    "#);
}

#[test]
fn unquoted_tag() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
images:
- name: registry.example/team/api
  newTag: 1.0
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: expected text, found a number
     --> prod/kustomization.yaml:5:3
      |
    5 |   newTag: 1.0
      |   ^^^^^^
      |
      = note: in kustomize's words: invalid Kustomization: json: cannot unmarshal number into Go struct field Image.images.newTag of type string
      = help: put the value in quotes: "1.0"
    "#);
}

#[test]
fn invalid_yaml_in_a_resource() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- service.yaml
",
        )
        .file(
            "prod/service.yaml",
            "\
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  ports: [80, 443
  type: ClusterIP
",
        );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: did not find expected ',' or ']'
     --> prod/service.yaml:7:7
      |
    7 |   type: ClusterIP
      |       ^
      |
      = note: in kustomize's words: accumulating resources: accumulating resources from 'service.yaml': MalformedYAMLError: yaml: line 5: did not find expected ',' or ']' in File: service.yaml
      = help: close the list with `]`
    "#);
}

#[test]
fn file_outside_of_the_folder() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base/deployment.yaml
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `../base/deployment.yaml` is outside of the kustomization's folder
     --> prod/kustomization.yaml:2:3
      |
    2 | - ../base/deployment.yaml
      |   ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from '../base/deployment.yaml': security; file '[folder]/base/deployment.yaml' is not in or below '[folder]/prod'': must build at directory: '[folder]/base/deployment.yaml': file is not directory
      = help: move the file below the kustomization, or put a kustomization.yaml beside it and name that folder
      = help: pass `--load-restrictor LoadRestrictionsNone` to allow files from anywhere
    "#);
}

#[test]
fn replicas_for_nothing() {
    let sandbox = Sandbox::new().base().file(
        "prod/kustomization.yaml",
        "\
resources:
- ../base
replicas:
- name: aip
  count: 3
",
    );
    assert_snapshot!(sandbox.run(["build", "prod"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: there is no workload named `aip`
     --> prod/kustomization.yaml:4:3
      |
    4 | - name: aip
      |   ^^^^
      |
      = note: in kustomize's words: resource with name aip does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]
      = help: did you mean `api`?
    "#);
}
