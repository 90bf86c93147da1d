//! kustomize's older exec plugins.

use insta::assert_snapshot;

use crate::support::Sandbox;

fn sandbox(list: &str) -> Sandbox {
    Sandbox::new(&format!(
        "\
resources: [object.yaml]
nameSuffix: -s
{list}:
- |-
  apiVersion: example.com/v1
  kind: Change
  metadata: {{name: change}}
  argsOneLiner: one 'two three' \"four\" # five
  argsFromFile: args
  spec: {{a: 'b'}}
"
    ))
    .file(
        "app/object.yaml",
        "{kind: A, metadata: {name: a}, data: 0x10}\n",
    )
    .file("app/args", "six  \n\n  seven eight\n")
}

const HOME: &str = "home/.config/kustomize/plugin/example.com/v1/change";

#[test]
fn a_plugin_reads_its_configuration_and_all_objects() {
    let sandbox = sandbox("transformers").program(
        &format!("{HOME}/Change"),
        r#"
{ printf '%s' "$0"; for arg in "$@"; do printf ' [%s]' "$arg"; done; echo " in $(pwd)"
  echo "root: $KUSTOMIZE_PLUGIN_CONFIG_ROOT"; echo "$KUSTOMIZE_PLUGIN_CONFIG_STRING"
  echo "file:"; cat "$1"; echo "stdin:"; } >> "$NOTES"
tee -a "$NOTES"
"#,
    );
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 0
    --- stdout
    data: 16
    kind: A
    metadata:
      name: a-s
    --- stderr
    ");
    assert_snapshot!(sandbox.notes(), @r#"
    [folder]/home/.config/kustomize/plugin/example.com/v1/change/Change [[folder]/tmp/kust-plugin-config-X] [one] [two three] [four] [six  ] [seven eight] in [folder]/app
    root: [folder]/app
    apiVersion: example.com/v1
    argsFromFile: args
    argsOneLiner: one 'two three' "four"
    kind: Change
    metadata:
      name: change
    spec:
      a: b

    file:
    apiVersion: example.com/v1
    argsFromFile: args
    argsOneLiner: one 'two three' "four"
    kind: Change
    metadata:
      name: change
    spec:
      a: b
    stdin:
    data: 16
    kind: A
    metadata:
      annotations:
        internal.config.kubernetes.io/previousKinds: A
        internal.config.kubernetes.io/previousNames: a
        internal.config.kubernetes.io/previousNamespaces: default
        internal.config.kubernetes.io/suffixes: -s
        kustomize.config.k8s.io/id: |
          kind: A
          name: a-s
      name: a-s
    "#);
}

#[test]
fn a_generator_reads_nothing() {
    let script = "test -z \"$(cat)\" && printf 'kind: B\\nmetadata: {name: b}\\n'\n";
    let sandbox = sandbox("generators").program(&format!("{HOME}/Change"), script);
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 0
    --- stdout
    data: 16
    kind: A
    metadata:
      name: a-s
    ---
    kind: B
    metadata:
      name: b-s
    --- stderr
    ");
}

#[test]
fn failures_are_told_in_the_words_of_the_plugin() {
    let script = "echo 'cannot do it' >&2; exit 2\n";
    let sandbox = sandbox("generators").program(&format!("{HOME}/Change"), script);
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: plugin `home/.config/kustomize/plugin/example.com/v1/change/Change` fails: cannot do it
     |
     = note: in kustomize's words: cannot do it
             : failure in plugin configured via [folder]/tmp/kust-plugin-config-X; exit status 2
    ");
}

#[test]
fn plugins_that_are_not_there_are_told() {
    assert_snapshot!(sandbox("generators").build(["--enable-alpha-plugins"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: there is no folder of plugins
     |
     = note: in kustomize's words: loading generator plugins: failed to load generator: unable to find plugin root - tried: ('<no value>'; homed in $KUSTOMIZE_PLUGIN_HOME), ('<no value>'; homed in $XDG_CONFIG_HOME), ('[folder]/home/.config/kustomize/plugin'; homed in default value of $XDG_CONFIG_HOME), ('[folder]/home/kustomize/plugin'; homed in home directory)
     = help: name it in the variable `KUSTOMIZE_PLUGIN_HOME`, or say in an annotation `config.kubernetes.io/function` how to run the plugin
    ");
    let sandbox = sandbox("transformers").file(&format!("{HOME}/other"), "");
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: there is no plugin at `home/.config/kustomize/plugin/example.com/v1/change/Change`
     |
     = note: in kustomize's words: expected file with Go object code at: [folder]/home/.config/kustomize/plugin/example.com/v1/change/Change.so
     = help: put the plugin there, or say in an annotation `config.kubernetes.io/function` how to run it
    ");
}

#[test]
fn compiled_go_code_is_refused() {
    let sandbox = sandbox("transformers").file(&format!("{HOME}/Change.so"), "");
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: plugin at [folder]/home/.config/kustomize/plugin/example.com/v1/change/Change.so is compiled Go code, which cannot be loaded
     |
     = help: build the plugin as a program, or run it as a function
    ");
}
