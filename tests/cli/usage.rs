//! Mistakes in the command: status 2, or kustomize's words and status 1 where the command is kustomize's.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn unknown_overlay() {
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
            "overlays/production/kustomization.yaml",
            "\
resources:
- ../../base
",
        )
        .file(
            "overlays/staging/kustomization.yaml",
            "\
resources:
- ../../base
",
        )
        .file(
            "overlays/aws/test/kustomization.yaml",
            "\
resources:
- ../../../base
",
        );
    assert_snapshot!(sandbox.run(["prodution"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: there is no overlay or folder `prodution`
     |
     = help: did you mean `production`?
     = help: overlays in overlays: aws/test, production, staging
    "#);
}

#[test]
fn folder_that_is_not_there() {
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
            "overlays/production/kustomization.yaml",
            "\
resources:
- ../../base
",
        )
        .file(
            "overlays/staging/kustomization.yaml",
            "\
resources:
- ../../base
",
        )
        .file(
            "overlays/aws/test/kustomization.yaml",
            "\
resources:
- ../../../base
",
        );
    assert_snapshot!(sandbox.run(["build", "nope"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `nope` does not exist
     |
     = note: in kustomize's words: must build at directory: not a valid directory: evalsymlink failure on 'nope' : lstat [folder]/nope: no such file or directory
     = help: the folder has `base`, `overlays`
    "#);
}

#[test]
fn build_with_an_unknown_flag() {
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
        );
    assert_snapshot!(sandbox.run(["build", "--foo", "base"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: unknown flag: --foo

    For more information, try 'render build --help'.
    "#);
}

#[test]
fn build_with_an_unknown_letter() {
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
        );
    assert_snapshot!(sandbox.run(["build", "-t", "base"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: unknown shorthand flag: 't' in -t

    For more information, try 'render build --help'.
    "#);
}

#[test]
fn build_of_two_folders() {
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
        );
    assert_snapshot!(sandbox.run(["build", "base", "base"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: specify one path to kustomization.yaml

    For more information, try 'render build --help'.
    "#);
}

#[test]
fn build_with_an_illegal_order() {
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
        );
    assert_snapshot!(sandbox.run(["build", "--reorder", "foo", "base"]), @"
    exit: 1
    --- stdout
    --- stderr
    Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.
    error: illegal flag value --reorder foo; legal values: [legacy none]

    For more information, try 'render build --help'.
    ");
}

#[test]
fn build_with_an_illegal_restrictor() {
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
        );
    assert_snapshot!(sandbox.run(["build", "--load-restrictor", "foo", "base"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: illegal flag value --load-restrictor foo; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]

    For more information, try 'render build --help'.
    "#);
}

#[test]
fn unknown_flag() {
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
        );
    assert_snapshot!(sandbox.run(["--foo"]), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: unexpected argument '--foo' found

      tip: to pass '--foo' as a value, use '-- --foo'

    Usage: render [OPTIONS] [OVERLAY|DIR]
           render <COMMAND>

    For more information, try '--help'.
    "#);
}

#[test]
fn overlay_with_an_illegal_order() {
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
        );
    assert_snapshot!(sandbox.run(["--reorder", "foo"]), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: invalid value 'foo' for '--reorder <ORDER>'
      [possible values: legacy, none]

    For more information, try '--help'.
    "#);
}

#[test]
fn a_misspelt_command_is_no_overlay() {
    assert_snapshot!(Sandbox::new().file("overlays/a/kustomization.yaml", "").run(["buld"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: there is no overlay or folder `buld`
     |
     = help: did you mean `build`?
     = help: overlays in overlays: a
    ");
}

#[test]
fn help_is_a_command() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(["help", "build"]);
    assert_eq!(help, sandbox.run(["build", "--help"]));
    assert!(
        help.contains("Usage: render build [OPTIONS] [DIR]"),
        "{help}"
    );
}

#[test]
fn an_object_in_a_file_of_its_own_is_not_printed_and_read_again() {
    let object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, other: {a: , b: [{c}]}}\n";
    let sandbox = Sandbox::new()
        .file("kustomization.yaml", "resources: [a.yaml, b.yaml]\n")
        .file("a.yaml", object)
        .file(
            "b.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata:\n  a: >\n    b\n\n     c\n",
        )
        .file("out/.keep", "");
    let head = |name: &str| format!("kind: ConfigMap\nmetadata:\n  name: {name}\n");
    sandbox.run(["build", "-o", "out"]);
    let (a, b) = (
        sandbox.read("out/v1_configmap_a.yaml"),
        sandbox.read("out/v1_configmap_b.yaml"),
    );
    let printed = sandbox.run(["build"]);
    let of_a = head("a") + "other:\n  a: null\n  b:\n  - c: null\n";
    assert_eq!(a, format!("apiVersion: v1\n{of_a}"));
    let of_b = "data:\n  a: |\n    b\n\n     c\n".to_owned() + &head("b");
    assert_eq!(b, format!("apiVersion: v1\n{of_b}"));
    assert!(printed.contains(&of_a.replace("null", "\"\"")), "{printed}");
    assert!(printed.contains("  a: |\n    b\n\n\n     c\n"), "{printed}");
}

#[test]
fn a_number_that_a_merge_wrote_between_quotes_is_one_in_a_file_of_its_own() {
    let patch = "{apiVersion: v1, kind: Foo, metadata: {name: a, annotations: {k: 0x10}}, a: 0777, b: 1.50, c: true, d: 1e3, e: yes, f: 2020-01-02}";
    let sandbox = Sandbox::new()
        .file(
            "kustomization.yaml",
            &format!("resources: [a.yaml]\npatches:\n- patch: |\n    {patch}\n"),
        )
        .file(
            "a.yaml",
            "apiVersion: v1\nkind: Foo\nmetadata: {name: a, annotations: {k: '1'}}\na: \"t\"\nb: 't'\nc: |\n  t\nd: >\n  t\ne: 't'\nf: 't'\n",
        )
        .file("out/.keep", "");
    sandbox.run(["build", "-o", "out"]);
    assert_eq!(
        sandbox.read("out/v1_foo_a.yaml"),
        "a: 511\napiVersion: v1\nb: 1.5\nc: true\nd: 1000\ne: \"yes\"\nf: \"2020-01-02T00:00:00Z\"\nkind: Foo\nmetadata:\n  annotations:\n    k: \"0x10\"\n  name: a\n"
    );
}
