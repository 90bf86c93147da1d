//! Objects that are none.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn helm_template() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- r.yaml
",
        )
        .file(
            "prod/r.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: a template of Helm is no YAML
     --> prod/r.yaml:4:10
      |
    4 |   name: {{ .Release.Name }}
      |          ^
      |
      = note: in kustomize's words: accumulating resources: accumulating resources from 'r.yaml': MalformedYAMLError: yaml: invalid map key: map[string]interface {}{".Release.Name":""} in File: r.yaml
      = help: render the chart with `helm template`, or put a value that holds `{{` in quotes
    "#);
}

#[test]
fn merge_conflict() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- r.yaml
",
        )
        .file(
            "prod/r.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
<<<<<<< HEAD
  a: \"1\"
=======
  a: \"2\"
>>>>>>> branch
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: a merge conflict was left in the file
     --> prod/r.yaml:6:1
      |
    6 | <<<<<<< HEAD
      | ^
      |
      = note: in kustomize's words: accumulating resources: accumulating resources from 'r.yaml': MalformedYAMLError: yaml: line 6: could not find expected ':' in File: r.yaml
      = help: keep one of the two sides, and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`
    "##);
}

#[test]
fn object_without_a_kind() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- r.yaml
",
        )
        .file(
            "prod/r.yaml",
            "\
apiVersion: v1
metadata:
  name: a
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: the object has no `kind`
     --> prod/r.yaml:1:1
      |
    1 | apiVersion: v1
      | ^^^^^^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from 'r.yaml': missing kind in object {{v1 } {{a } map[] map[]}}': must build at directory: '[folder]/prod/r.yaml': file is not directory
      = help: give the object a `kind`
    "##);
}

#[test]
fn values_file_as_a_resource() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- values.yaml
",
        )
        .file(
            "prod/values.yaml",
            "\
image:
  tag: v2
replicas: 2
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: this is no object of a cluster
     --> prod/values.yaml:1:1
      |
    1 | image:
      | ^^^^^
      |
      = note: in kustomize's words: accumulating resources: accumulation err='accumulating resources from 'values.yaml': missing Resource metadata': must build at directory: '[folder]/prod/values.yaml': file is not directory
      = help: an object needs `apiVersion`, `kind` and `metadata.name`
    "##);
}

#[test]
fn key_written_twice_in_an_object() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- r.yaml
",
        )
        .file(
            "prod/r.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  a: \"1\"
  b: \"2\"
  a: \"3\"
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: `a` is written more than once
     --> prod/r.yaml:8:3
      |
    6 |   a: "1"
      |   - first written here
    7 |   b: "2"
    8 |   a: "3"
      |   ^
      |
      = note: in kustomize's words: ConfigMap.v1.[noGrp]/a.[noNs]: yaml: unmarshal errors: mapping key "a" already defined
      = help: keep one of them
    "##);
}

#[test]
fn value_that_begins_with_an_asterisk() {
    let sandbox = Sandbox::new()
        .file(
            "prod/kustomization.yaml",
            "\
resources:
- r.yaml
",
        )
        .file(
            "prod/r.yaml",
            "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  host: *.example.com
",
        );
    assert_snapshot!(sandbox.run(["build", "prod", "-o", "out.yaml"]), @r##"
    exit: 1
    --- stdout
    --- stderr
    error: did not find expected alphabetic or numeric character
     --> prod/r.yaml:6:10
      |
    6 |   host: *.example.com
      |          ^
      |
      = note: in kustomize's words: accumulating resources: accumulating resources from 'r.yaml': MalformedYAMLError: yaml: line 6: did not find expected alphabetic or numeric character in File: r.yaml
      = help: put the value in quotes: `*` and `&` at its start mean something else in YAML
    "##);
}
