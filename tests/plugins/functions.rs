//! Functions that are programs: what they read, and what becomes of what they print.

use insta::assert_snapshot;

use crate::support::Sandbox;

const FLAGS: [&str; 2] = ["--enable-alpha-plugins", "--enable-exec"];

const OBJECTS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations: {number: 1}
spec:
  replicas: 0x10
  note: 'quoted'
---
apiVersion: v1
kind: Service
metadata: {name: web}
";

/// A kustomization with a function in one of its lists.
fn kustomization(list: &str, more: &str) -> String {
    format!(
        "\
resources: [objects.yaml]
namePrefix: pre-
configMapGenerator: [{{name: map, literals: [a=b]}}]
{more}{list}:
- |-
  apiVersion: example.com/v1
  kind: Change
  metadata:
    name: change
    annotations:
      config.kubernetes.io/function: |
        exec: {{path: ./function, args: [one, 'two three'], envs: [A=1, B=x=y]}}
  spec: {{yes: y, text: 'n'}}
"
    )
}

fn sandbox(list: &str, more: &str, script: &str) -> Sandbox {
    Sandbox::new(&kustomization(list, more))
        .file("app/objects.yaml", OBJECTS)
        .program("app/function", script)
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is what is printed")]
fn a_function_reads_a_list_of_all_objects() {
    let sandbox = sandbox(
        "transformers",
        "",
        "echo \"$0 $1 [$2] in $(pwd): A=$A B=$B C=$C\" >> $NOTES; tee -a $NOTES; echo said >&2\n",
    );
    let flags = [FLAGS[0], FLAGS[1], "-e", "C=3", "--env", "A=2"];
    assert_snapshot!(sandbox.build(flags), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: b
    kind: ConfigMap
    metadata:
      name: pre-map-4h2mbtbbt6
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: pre-web
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      annotations:
        number: "1"
      name: pre-web
      namespace: shop
    spec:
      note: quoted
      replicas: 16
    --- stderr
    said
    "#);
    assert_snapshot!(sandbox.notes(), @r#"
    ./function one [two three] in [folder]/app: A=2 B=x=y C=3
    apiVersion: config.kubernetes.io/v1
    kind: ResourceList
    items:
    - apiVersion: apps/v1
      kind: Deployment
      metadata:
        annotations:
          internal.config.kubernetes.io/prefixes: pre-
          internal.config.kubernetes.io/previousKinds: Deployment
          internal.config.kubernetes.io/previousNames: web
          internal.config.kubernetes.io/previousNamespaces: shop
          kustomize.config.k8s.io/id: |
            group: apps
            kind: Deployment
            name: pre-web
            namespace: shop
            version: v1
          number: "1"
          config.kubernetes.io/index: '0'
          internal.config.kubernetes.io/index: '0'
          internal.config.kubernetes.io/annotations-migration-resource-id: '0'
          internal.config.kubernetes.io/id: '1'
          config.k8s.io/id: '1'
        name: pre-web
        namespace: shop
      spec:
        note: quoted
        replicas: 16
    - apiVersion: v1
      kind: Service
      metadata:
        annotations:
          internal.config.kubernetes.io/prefixes: pre-
          internal.config.kubernetes.io/previousKinds: Service
          internal.config.kubernetes.io/previousNames: web
          internal.config.kubernetes.io/previousNamespaces: default
          kustomize.config.k8s.io/id: |
            kind: Service
            name: pre-web
            version: v1
          config.kubernetes.io/index: '1'
          internal.config.kubernetes.io/index: '1'
          internal.config.kubernetes.io/annotations-migration-resource-id: '1'
          internal.config.kubernetes.io/id: '2'
          config.k8s.io/id: '2'
        name: pre-web
    - apiVersion: v1
      data:
        a: b
      kind: ConfigMap
      metadata:
        annotations:
          internal.config.kubernetes.io/generatorBehavior: unspecified
          internal.config.kubernetes.io/needsHashSuffix: enabled
          internal.config.kubernetes.io/prefixes: pre-
          internal.config.kubernetes.io/previousKinds: ConfigMap
          internal.config.kubernetes.io/previousNames: map
          internal.config.kubernetes.io/previousNamespaces: default
          kustomize.config.k8s.io/id: |
            kind: ConfigMap
            name: pre-map
            version: v1
          config.kubernetes.io/index: '2'
          internal.config.kubernetes.io/index: '2'
          internal.config.kubernetes.io/annotations-migration-resource-id: '2'
          internal.config.kubernetes.io/id: '3'
          config.k8s.io/id: '3'
        name: pre-map
    functionConfig:
      apiVersion: example.com/v1
      kind: Change
      metadata:
        annotations:
          config.kubernetes.io/function: |
            exec: {path: ./function, args: [one, 'two three'], envs: [A=1, B=x=y]}
          config.kubernetes.io/local-config: 'true'
        name: change
      spec:
        text: "n"
        "yes": "y"
    "#);
}

#[test]
fn a_generator_reads_its_configuration_alone() {
    let sandbox = sandbox("generators", "", "cat > $NOTES\n");
    sandbox.build(FLAGS);
    assert_snapshot!(sandbox.notes(), @r#"
    apiVersion: config.kubernetes.io/v1
    kind: ResourceList
    items:
    - apiVersion: example.com/v1
      kind: Change
      metadata:
        annotations:
          config.kubernetes.io/function: |
            exec: {path: ./function, args: [one, 'two three'], envs: [A=1, B=x=y]}
          config.kubernetes.io/local-config: 'true'
          config.kubernetes.io/index: '0'
          internal.config.kubernetes.io/index: '0'
          internal.config.kubernetes.io/annotations-migration-resource-id: '0'
          internal.config.kubernetes.io/id: '1'
          config.k8s.io/id: '1'
        name: change
      spec:
        text: "n"
        "yes": "y"
    functionConfig:
      apiVersion: example.com/v1
      kind: Change
      metadata:
        annotations:
          config.kubernetes.io/function: |
            exec: {path: ./function, args: [one, 'two three'], envs: [A=1, B=x=y]}
          config.kubernetes.io/local-config: 'true'
        name: change
      spec:
        text: "n"
        "yes": "y"
    "#);
}

#[test]
fn a_transformer_without_objects_is_given_what_a_generator_is() {
    let run = |list: &str| {
        let kustomization = kustomization(list, "");
        let start = kustomization.find(list).unwrap();
        let sandbox = Sandbox::new(&kustomization[start..])
            .program("app/function", "sed s/local-config/other/ | tee $NOTES\n");
        (sandbox.build(FLAGS), sandbox.notes())
    };
    let (built, notes) = run("transformers");
    assert!(
        built.contains("config.kubernetes.io/other: \"true\""),
        "{built}"
    );
    assert_eq!((built, notes), run("generators"));
}

#[test]
fn without_the_flag_functions_are_left_out_with_a_warning() {
    let sandbox = sandbox("transformers", "", "touch $NOTES\n");
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins", "-o", "out.yaml"]), @"
    exit: 0
    --- stdout
    --- stderr
    warning: function `change` is a program, and is left out because programs may not be run
     |
     = help: pass `--enable-exec` to run it
    ");
    assert!(!sandbox.exists("notes"));
    assert_snapshot!(sandbox.build(["--enable-alpha-plugins", "--strict", "-o", "strict.yaml"]), @"
    exit: 1
    --- stdout
    --- stderr
    warning: function `change` is a program, and is left out because programs may not be run
     |
     = help: pass `--enable-exec` to run it

    error: nothing is printed because of the warning above
     |
     = help: see to it, or render without `--strict`
    ");
    assert!(!sandbox.exists("strict.yaml"));
}

#[test]
fn plugins_need_a_flag_of_their_own() {
    let sandbox = sandbox("transformers", "", "touch $NOTES\n");
    assert_snapshot!(sandbox.build(["--enable-exec"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: external plugins disabled; unable to load external plugin 'Change'
     |
     = help: those of kustomize itself have `apiVersion: builtin`; pass `--enable-alpha-plugins` to use others
    ");
    assert!(!sandbox.exists("notes"));
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is what is printed")]
fn what_a_transformer_does_not_print_is_gone_and_what_is_new_comes_last() {
    let sandbox = sandbox(
        "transformers",
        "sortOptions: {order: fifo}\nbuildMetadata: [originAnnotations, transformerAnnotations]\n",
        "\
cat <<END
kind: New
metadata: {name: first}
---
apiVersion: v1
kind: Service
metadata: {name: pre-web}
spec: {changed: true}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: pre-web
  namespace: shop
  annotations:
    config.kubernetes.io/origin: |
      path: objects.yaml
    internal.config.kubernetes.io/needsHashSuffix: disabled
END
",
    );
    assert_snapshot!(sandbox.build(FLAGS), @"
    exit: 0
    --- stdout
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      annotations:
        alpha.config.kubernetes.io/transformations: |
          - configuredIn: kustomization.yaml
            configuredBy:
              apiVersion: example.com/v1
              kind: Change
              name: change
        config.kubernetes.io/origin: |
          path: objects.yaml
      name: pre-web
      namespace: shop
    ---
    apiVersion: v1
    kind: Service
    metadata:
      annotations:
        config.kubernetes.io/origin: |
          configuredIn: kustomization.yaml
          configuredBy:
            apiVersion: example.com/v1
            kind: Change
            name: change
      name: pre-web
    spec:
      changed: true
    ---
    kind: New
    metadata:
      annotations:
        config.kubernetes.io/origin: |
          configuredIn: kustomization.yaml
          configuredBy:
            apiVersion: example.com/v1
            kind: Change
            name: change
      name: first
    --- stderr
    ");
}

#[test]
fn hashes_and_references_survive_a_function() {
    let sandbox = Sandbox::new(&kustomization("transformers", ""))
        .file(
            "app/objects.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{configMap: {name: map}}]}}\n",
        )
        .program("app/function", "cat\n");
    assert_snapshot!(sandbox.build(FLAGS), @"
    exit: 0
    --- stdout
    apiVersion: v1
    data:
      a: b
    kind: ConfigMap
    metadata:
      name: pre-map-4h2mbtbbt6
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: pre-p
    spec:
      volumes:
      - configMap:
          name: pre-map-4h2mbtbbt6
    --- stderr
    ");
}

#[test]
fn generated_objects_may_ask_for_a_hash_and_for_a_merge() {
    let sandbox = sandbox(
        "generators",
        "",
        "\
cat <<END
apiVersion: v1
kind: ConfigMap
metadata: {name: hashed, annotations: {kustomize.config.k8s.io/needs-hash: 'true'}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: map, annotations: {kustomize.config.k8s.io/behavior: merge}}
data: {c: d}
END
",
    );
    assert_snapshot!(sandbox.build(FLAGS), @r#"
    exit: 0
    --- stdout
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: pre-hashed-6ct58987ht
    ---
    apiVersion: v1
    data:
      a: b
      c: d
    kind: ConfigMap
    metadata:
      name: pre-map
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: pre-web
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      annotations:
        number: "1"
      name: pre-web
      namespace: shop
    spec:
      note: quoted
      replicas: 16
    --- stderr
    "#);
}

#[test]
fn failures_of_functions_print_nothing() {
    let failing = |script: &str| sandbox("transformers", "", script).build(FLAGS);
    assert_snapshot!(failing("cat; echo 'no luck' >&2; exit 3\n"), @"
    exit: 1
    --- stdout
    --- stderr
    no luck
    error: function `change` fails: exit status 3
     |
     = note: in kustomize's words: couldn't execute function: exit status 3
    ");
    assert_snapshot!(failing("echo 'a: ['\n"), @"
    exit: 1
    --- stdout
    --- stderr
    error: plugin `change` prints what are no objects: MalformedYAMLError: yaml: line 1: did not find expected node content
     |
     = note: in kustomize's words: couldn't execute function: MalformedYAMLError: yaml: line 1: did not find expected node content
    ");
    assert_snapshot!(failing("echo 'kind: A'\n"), @"
    exit: 1
    --- stdout
    --- stderr
    error: plugin `change` prints what are no objects: missing metadata.name in object {{ A} {{ } map[] map[]}}
     |
     = note: in kustomize's words: missing metadata.name in object {{ A} {{ } map[] map[]}}
    ");
    let twice = "printf 'kind: A\\nmetadata: {name: a}\\n---\\nkind: A\\nmetadata: {name: a}\\n'\n";
    assert_snapshot!(failing(twice), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: plugin api: example.com/v1, kind: Change, name: change generated duplicate resource: {"kind":"A","name":"a"}
    "#);
}

#[test]
fn programs_that_are_not_there_are_told() {
    let sandbox = Sandbox::new(&kustomization("generators", "")).file("app/objects.yaml", OBJECTS);
    assert_snapshot!(sandbox.build(FLAGS), @"
    exit: 1
    --- stdout
    --- stderr
    error: function `change` fails: fork/exec ./function: no such file or directory
     |
     = note: in kustomize's words: couldn't execute function: fork/exec ./function: no such file or directory
    ");
}

#[test]
fn annotations_that_say_something_else_are_refused() {
    let kustomization = kustomization("generators", "").replace("envs:", "env:");
    let sandbox = Sandbox::new(&kustomization).file("app/objects.yaml", OBJECTS);
    assert_snapshot!(sandbox.build(FLAGS), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: loader: failed to get FunctionSpec: config.kubernetes.io/function unmarshal error: error unmarshaling JSON: while decoding JSON: json: unknown field "env"
     |
     = note: while loading generator plugins: failed to load generator
    "#);
}

#[test]
fn a_validator_may_print_what_it_read_and_nothing_else() {
    let sandbox = sandbox("validators", "", "cat\n");
    assert!(sandbox.build(FLAGS).starts_with("exit: 0\n"));
    let sandbox = self::sandbox("validators", "", "sed 's/quoted/changed/'\n");
    let failure = sandbox.build(FLAGS);
    assert!(
        failure.starts_with("exit: 1\n--- stdout\n--- stderr\n"),
        "{failure}"
    );
    assert!(
        failure.contains("validator shouldn't modify the resource map"),
        "{failure}"
    );
}

#[test]
fn what_a_validator_adds_or_leaves_out_does_not_count() {
    let built = sandbox("validators", "", "cat\n").build(FLAGS);
    assert!(built.starts_with("exit: 0\n"), "{built}");
    for script in [
        "cat > /dev/null\n",
        "printf 'kind: ResourceList\\nitems: [{kind: New, metadata: {name: new}}]\\n'\n",
    ] {
        assert_eq!(sandbox("validators", "", script).build(FLAGS), built);
    }
}

#[test]
fn vars_find_their_object_behind_a_function() {
    let component = "\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: dev-
vars: [{name: WEB, objref: {apiVersion: apps/v1, kind: Deployment, name: web}}]
configMapGenerator: [{name: map, behavior: merge, literals: [c=$(WEB)]}]
configurations: [configuration.yaml]
";
    let sandbox = sandbox("transformers", "components: [component]\n", "cat\n")
        .file("app/component/kustomization.yaml", component)
        .file(
            "app/component/configuration.yaml",
            "varReference: [{kind: ConfigMap, path: data}]\n",
        );
    let built = sandbox.build(FLAGS);
    assert!(built.contains("\n  c: pre-dev-web\n"), "{built}");
}

#[test]
fn patches_that_may_change_names_make_annotations_texts_and_are_noted() {
    let patches = "\
patches:
- patch: '{apiVersion: v1, kind: Service, metadata: {name: web, annotations: {x: null}}}'
  options: {allowNameChange: true}
";
    let sandbox = sandbox("transformers", patches, "tee $NOTES\n");
    let built = sandbox.build(FLAGS);
    assert!(
        built.contains("  annotations:\n    x: \"null\"\n"),
        "{built}"
    );
    let notes = sandbox.notes();
    let annotation = "internal.config.kubernetes.io/allowNameChange: enabled\n";
    assert_eq!(notes.matches(annotation).count(), 1, "{notes}");
}

#[test]
fn what_a_patch_may_change_is_noted_where_it_leaves_annotations() {
    for (directive, annotations, count) in [
        ("merge", "{$patch: delete}", 0),
        ("merge", "{$patch: replace, a: b}", 1),
        ("replace", "{a: b}", 0),
    ] {
        let patch = format!(
            "patches:\n- patch: '{{apiVersion: v1, kind: Service, $patch: {directive}, metadata: {{name: web, annotations: {annotations}}}}}'\n  options: {{allowKindChange: true}}\n"
        );
        let sandbox = sandbox("transformers", &patch, "tee $NOTES\n");
        sandbox.build(FLAGS);
        let noted = sandbox.notes().matches("allowKindChange: enabled").count();
        assert_eq!(noted, count, "{directive} {annotations}");
    }
}

#[test]
fn what_a_patch_may_change_is_noted_on_what_a_generator_merges() {
    for behavior in ["merge", "replace"] {
        let more =
            format!("configMapGenerator: [{{name: a, behavior: {behavior}, literals: [a=b]}}]\n");
        let sandbox = functions(
            &["f"],
            &more,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
            "tee $NOTES\n",
        );
        let base = "resources: [objects.yaml]\npatches:\n- patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'\n  options: {allowKindChange: true}\n";
        let object = sandbox.read("app/objects.yaml");
        let kustomization = sandbox.read("app/kustomization.yaml");
        let sandbox = sandbox
            .file("app/base/kustomization.yaml", base)
            .file("app/base/objects.yaml", &object)
            .file(
                "app/kustomization.yaml",
                &kustomization.replace("objects.yaml", "base"),
            );
        sandbox.build(FLAGS);
        let notes = sandbox.notes();
        assert!(notes.contains("allowKindChange: enabled"), "{notes}");
    }
}

/// A sandbox with one object, and a function that prints what it reads.
fn echo(object: &str) -> Sandbox {
    let kustomization = "\
resources: [object.yaml]
transformers:
- '{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: \"exec: {path: ./function}\"}}, spec: \"a\\n\\n\"}'
";
    Sandbox::new(kustomization)
        .file("app/object.yaml", object)
        .program("app/function", "tee $NOTES\n")
}

#[test]
fn a_function_fails_where_comments_cannot_be_copied() {
    let object = |fields: &str| {
        format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, {fields}}}}}")
    };
    let ports = |ports: &str| {
        format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: a}}, spec: {{ports: {ports}}}}}"
        )
    };
    for (object, expected) in [
        (
            object("finalizers: [x, {a: b}]"),
            "expected ScalarNode but got MappingNode",
        ),
        (
            object("ownerReferences: [{uid: x}, x]"),
            "expected MappingNode but got ScalarNode",
        ),
        (
            object("other: [{'': x}]"),
            "expected ScalarNode but got MappingNode",
        ),
        (object("finalizers: [~, {}, x]"), ""),
        (
            ports("[{port: 1, protocol: TCP}, x]"),
            "expected MappingNode but got ScalarNode",
        ),
        (
            ports("[{port: 1, protocol: TCP}, {port: 1}, x]"),
            "expected MappingNode but got ScalarNode",
        ),
        (
            ports("[{name: a}, x]"),
            "expected MappingNode but got ScalarNode",
        ),
        // Elements with only some of the keys are not found by them.
        (ports("[{port: 1}, x]"), ""),
        (ports("[x, {port: 1, protocol: TCP}, {port: 2}]"), ""),
        (ports("[{port: 1}, [y]]"), ""),
        (
            ports("[{port: 1}, {a: {'': x}}]"),
            "expected ScalarNode but got MappingNode",
        ),
        (object("other: [x, {a: b}]"), ""),
    ] {
        let outcome = echo(&object).build(FLAGS);
        let fails = outcome.contains("couldn't execute function: wrong node kind: ");
        assert_eq!(fails, !expected.is_empty(), "{object}: {outcome}");
        assert!(outcome.contains(expected), "{object}: {outcome}");
    }
}

#[test]
fn a_text_that_ends_in_blank_lines_keeps_them_before_a_function() {
    let sandbox = echo("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, zone: \"\\n\"}");
    sandbox.build(FLAGS);
    let notes = sandbox.notes();
    assert!(notes.contains("  zone: |2+\n\nfunctionConfig:"), "{notes}");
    assert!(notes.ends_with("  spec: |+\n    a\n\n"), "{notes}");
}

#[test]
fn a_function_without_a_program_leaves_its_configuration_to_others() {
    let function = |name: &str, exec: &str| {
        format!(
            "- '{{kind: F, metadata: {{name: {name}, annotations: {{config.kubernetes.io/function: \"exec: {{{exec}}}\"}}}}}}'\n"
        )
    };
    for list in ["generators", "transformers"] {
        let nothing = function("nothing", "");
        let function = function("f", "path: ./function");
        let kustomization = match list {
            "generators" => format!("generators:\n{nothing}transformers:\n{function}"),
            _ => format!("transformers:\n{nothing}{function}"),
        };
        let sandbox = Sandbox::new(&kustomization).program("app/function", "tee $NOTES\n");
        let outcome = sandbox.build(FLAGS);
        assert!(
            outcome.starts_with("exit: 0\n--- stdout\n--- stderr\n"),
            "{outcome}"
        );
        let notes = sandbox.notes();
        let (items, _) = notes.split_once("functionConfig:").unwrap();
        assert!(items.contains("    name: nothing\n"), "{list}: {notes}");
        assert!(!items.contains("    name: f\n"), "{list}: {notes}");
    }
}

#[test]
fn what_lists_of_a_function_hold_has_no_path() {
    let kustomization = "\
generators:
- '{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: \"exec: {path: ./lists}\"}}}'
transformers:
- '{kind: F, metadata: {name: g, annotations: {config.kubernetes.io/function: \"exec: {path: ./function}\"}}}'
";
    let lists = "\
cat <<END
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: listed}}]}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: own}}
END
";
    let sandbox = Sandbox::new(kustomization)
        .program("app/lists", lists)
        .program("app/function", "tee $NOTES\n");
    sandbox.build(FLAGS);
    let notes = sandbox.notes();
    assert!(
        notes.contains("config.kubernetes.io/path: configmap_own.yaml"),
        "{notes}"
    );
    assert!(!notes.contains("configmap_listed.yaml"), "{notes}");
}

#[test]
fn paths_of_functions_outlive_json_patches() {
    let function = |name: &str| {
        format!(
            "- '{{kind: F, metadata: {{name: {name}, annotations: {{config.kubernetes.io/function: \"exec: {{path: ./{name}}}\"}}}}}}'\n"
        )
    };
    for patch in [
        r#"[{"op": "replace", "path": "/metadata/annotations", "value": {"a": "b"}}]"#,
        r#"[{"op": "remove", "path": "/metadata/annotations"}]"#,
        r#"[{"op": "remove", "path": "/metadata/annotations/config.kubernetes.io~1path"}]"#,
        r#"[{"op": "replace", "path": "/metadata/annotations/config.kubernetes.io~1path", "value": "q"}]"#,
    ] {
        let sandbox = Sandbox::new(&format!(
            "resources: [base]\npatches:\n- target: {{kind: ConfigMap}}\n  patch: '{patch}'\ntransformers:\n{}",
            function("second")
        ))
        .file(
            "app/base/kustomization.yaml",
            &format!("resources: [a.yaml]\ntransformers:\n{}", function("first")),
        )
        .file("app/base/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")
        .program("app/base/first", "cat\n")
        .program("app/second", "tee $NOTES\n");
        let printed = sandbox.build(FLAGS);
        let notes = sandbox.notes();
        assert!(
            notes.contains("      config.kubernetes.io/path: configmap_a.yaml\n"),
            "{patch}: {printed}{notes}"
        );
        assert!(!printed.contains("configmap_a.yaml"), "{printed}");
    }
}

#[test]
fn what_a_function_prints_is_printed_and_read_again() {
    let sandbox = Sandbox::new(
        "transformers: ['{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: \"exec: {path: ./function}\"}}}']\n",
    )
    .program(
        "app/function",
        "\
cat <<END
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: Foo
  metadata: {name: a}
  spec: {a: , b: [{c}]}
  text: >
    a

     b
END
",
    )
    .file("out/.keep", "");
    let printed = sandbox.build(FLAGS);
    let spec = "spec:\n  a: \"\"\n  b:\n  - c: \"\"\n";
    assert!(
        printed.contains(&format!("{spec}text: |\n  a\n\n\n\n   b\n")),
        "{printed}"
    );
    sandbox.build(FLAGS.into_iter().chain(["-o", "out"]));
    let written = sandbox.read("out/v1_foo_a.yaml");
    assert!(
        written.contains(&format!("{spec}text: |\n  a\n\n\n   b\n")),
        "{written}"
    );
}

#[test]
fn a_merge_key_that_is_a_value_keeps_its_tag_before_a_function() {
    let sandbox = echo("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: <<}}");
    sandbox.build(FLAGS);
    assert!(
        sandbox.notes().contains("    a: !!merge <<\n"),
        "{}",
        sandbox.notes()
    );
}

#[test]
fn annotations_that_are_nothing_are_texts_before_a_function() {
    let sandbox = echo(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    a: NULL\n    b: ~\n    c:\n",
    );
    let printed = sandbox.build(FLAGS);
    let annotations = "  annotations:\n    a: \"NULL\"\n    b: \"~\"\n    c: \"\"\n";
    assert!(printed.contains(annotations), "{printed}");
}

/// A kustomization of a map `a` with functions that the file `app/function` runs.
fn functions(names: &[&str], more: &str, objects: &str, script: &str) -> Sandbox {
    let functions = names.iter().fold(String::new(), |functions, name| {
        functions
            + &format!(
                "- '{{kind: F, metadata: {{name: {name}, annotations: {{config.kubernetes.io/function: \"exec: {{path: ./function, args: [{name}]}}\"}}}}}}'\n"
            )
    });
    Sandbox::new(&format!(
        "resources: [objects.yaml]\n{more}transformers:\n{functions}"
    ))
    .file("app/objects.yaml", objects)
    .program("app/function", script)
}

#[test]
fn a_transformer_passes_for_the_origin_that_a_function_took_away() {
    let sandbox = functions(
        &["one", "two"],
        "namePrefix: p-\nbuildMetadata: [originAnnotations, transformerAnnotations]\n",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
        "case $1 in one) sed '/config.kubernetes.io.origin:/,/path:/d' ;; *) cat ;; esac\n",
    );
    assert_snapshot!(sandbox.build(FLAGS), @r"
    exit: 0
    --- stdout
    apiVersion: v1
    kind: ConfigMap
    metadata:
      annotations:
        alpha.config.kubernetes.io/transformations: |
          - configuredIn: kustomization.yaml
            configuredBy:
              apiVersion: builtin
              kind: PrefixTransformer
          - configuredIn: kustomization.yaml
            configuredBy:
              kind: F
              name: two
        config.kubernetes.io/origin: |
          configuredIn: kustomization.yaml
          configuredBy:
            kind: F
            name: one
      name: p-a
    --- stderr
    ");
}

#[test]
fn what_a_function_makes_of_the_record_is_read() {
    let build = |script: &str| {
        functions(
            &["one", "two"],
            "namePrefix: p-\nbuildMetadata: [originAnnotations, transformerAnnotations]\n",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
            &format!("case $1 in one) {script} ;; *) cat ;; esac\n"),
        )
        .build(FLAGS)
    };
    // The lines of the origin become lines of the transformations.
    let broken = build("sed '/config.kubernetes.io.origin:/d; s/path: .*/{/'");
    assert!(
        broken.starts_with("exit: 1\n--- stdout\n--- stderr\n"),
        "{broken}"
    );
    let elsewhere = build("sed 's/path: objects.yaml/ref: x/'");
    assert!(
        elsewhere.contains("    config.kubernetes.io/origin: |\n      ref: x\n  name: p-a\n"),
        "{elsewhere}"
    );
}

#[test]
fn objects_that_became_one_are_not_told_apart_behind_a_function() {
    let build = |objects: &str, script: &str| {
        let patch = "patches: [{target: {name: b}, patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"a\"}]'}]\n";
        functions(&["f"], patch, objects, script).build(FLAGS)
    };
    let object = |name: &str| {
        format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n---\n")
    };
    let objects = object("a") + &object("b");
    let nothing = "echo '{kind: ResourceList, items: []}'\n";
    let removed = build(&objects, nothing);
    assert!(
        removed.contains("id ConfigMap.v1.[noGrp]/a.[noNs] not found in removal"),
        "{removed}"
    );
    let one = format!("echo '{}'\n", object("a"));
    let changed = build(&objects, &one);
    assert!(changed.contains("id matched 2 resources"), "{changed}");
    let others = build(&(object("a") + &object("c")), nothing);
    assert!(
        others.starts_with("exit: 0\n--- stdout\n--- stderr\n"),
        "{others}"
    );
}

#[test]
fn a_merge_key_that_is_a_value_has_no_quotes_behind_a_function_that_is_not_run() {
    let sandbox = functions(
        &["f"],
        "vars: [{name: A, objref: {apiVersion: v1, kind: Pod, name: a}}]\n",
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{command: ['<<']}]}}",
        "cat\n",
    );
    for flags in [&FLAGS[..], &FLAGS[..1]] {
        let outcome = sandbox.build(flags.iter().copied());
        assert!(
            outcome.contains("invalid value type expect a string"),
            "{outcome}"
        );
    }
}

#[test]
fn collections_begin_behind_the_colon_below_a_long_key_before_a_function() {
    let key = "k".repeat(130);
    for (value, expected) in [
        ("{a: {c: d}, e: f}", "a:\n      c: d\n    e: f"),
        ("[x, {a: b, c: d}]", "- x\n    - a: b\n      c: d"),
        ("[[x]]", "- - x"),
        ("{'10': abc}", "\"10\": abc"),
        ("{}", "{}"),
    ] {
        let object = format!(
            "{{apiVersion: v1, kind: Foo, metadata: {{name: a}}, spec: {{? {key} : {value}}}}}"
        );
        let sandbox = echo(&object);
        sandbox.build(FLAGS);
        let expected = format!(
            "  spec:\n    ? {key}\n    : {}\n",
            expected.replace("\n  ", "\n    ")
        );
        let notes = sandbox.notes();
        assert!(notes.contains(&expected), "{value}: {notes}");
    }
}

#[test]
fn annotations_are_texts_behind_a_function_that_is_not_run() {
    let sandbox = Sandbox::new(
        "resources: [base]\npatches: [{target: {}, patch: '- {op: replace, path: /}'}]\ncommonAnnotations: {a: b}\n",
    )
    .file(
        "app/base/kustomization.yaml",
        "resources: [pod.yaml]\ntransformers: ['{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: \"exec: {path: x}\"}}}']\n",
    )
    .file(
        "app/base/pod.yaml",
        "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {f: 0777, t: ~}}}",
    );
    let printed = sandbox.build([FLAGS[0]]);
    assert!(
        printed.contains("    f: \"0777\"\n    t: \"~\"\n"),
        "{printed}"
    );
}

#[test]
fn kinds_that_a_schema_puts_outside_namespaces_may_be_generated() {
    let kustomization = "\
resources: [object.yaml]
namespace: shop
openapi: {path: openapi.json}
generators: ['{kind: G, metadata: {name: g, annotations: {config.kubernetes.io/function: \"exec: {path: ./function}\"}}}']
";
    let object = "{apiVersion: v1, kind: Service, metadata: {name: web}}";
    let schema = r#"{"paths": {"/apis/example.com/v1/bars": {"get": {"x-kubernetes-group-version-kind":
        {"group": "example.com", "version": "v1", "kind": "Bar"}}}}}"#;
    let script = "echo '{apiVersion: example.com/v1, kind: Bar, metadata: {name: bar}}'\n";
    let sandbox = Sandbox::new(kustomization)
        .file("app/object.yaml", object)
        .file("app/openapi.json", schema)
        .program("app/function", script);
    assert_snapshot!(sandbox.build(FLAGS), @"
    exit: 0
    --- stdout
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
    ---
    apiVersion: example.com/v1
    kind: Bar
    metadata:
      name: bar
    --- stderr
    ");
}

/// A base with a job whose transformer is a function that may not be run, below other labels.
fn left_out(base: &str) -> Sandbox {
    let left =
        "{kind: L, metadata: {name: l, annotations: {config.kubernetes.io/function: 'exec: {}'}}}";
    Sandbox::new("resources: [base]\nlabels: [{pairs: {tier: overlay}}]\n")
        .file("app/base/kustomization.yaml", base)
        .file(
            "app/base/objects.yaml",
            "{apiVersion: batch/v1, kind: Job, metadata: {name: a}}",
        )
        .file("app/base/left.yaml", left)
}

#[test]
fn labels_change_one_by_one_behind_a_function_that_is_not_run() {
    let sandbox = left_out(
        "resources: [objects.yaml]\ncommonLabels: {tier: base}\ntransformers: [left.yaml]\n",
    );
    let printed = sandbox.build([FLAGS[0]]);
    let object = "\
  labels:
    tier: overlay
  name: a
spec:
  template:
    metadata:
      labels:
        tier: base
";
    assert!(printed.contains(object), "{printed}");
}

#[test]
fn annotations_that_are_written_twice_are_joined_before_a_function() {
    let built = |kustomization: &str, annotations: &[&str]| {
        let fields = annotations
            .iter()
            .map(|it| format!("  annotations: {it}\n"));
        let object = format!(
            "kind: A\nmetadata:\n  name: a\n{}",
            fields.collect::<String>()
        );
        let lists = "resources: [objects.yaml]\ntransformers: [left.yaml]\n";
        left_out(&format!("{lists}{kustomization}"))
            .file("app/base/objects.yaml", &object)
            .build([FLAGS[0]])
    };
    let printed = built("", &["{a: b}", "{a: c, d: e}"]);
    assert!(
        printed.contains("  annotations:\n    a: b\n    d: e\n"),
        "{printed}"
    );
    let lost = built("", &["{a: b}", "~"]);
    assert!(lost.contains("kind: A\nmetadata:\n  labels:\n"), "{lost}");
    let kept = built("namePrefix: p-\n", &["{a: b}", "~"]);
    assert!(kept.contains("  annotations:\n    a: b\n"), "{kept}");
    let text = built("", &["{a: b}", "c"]);
    assert!(
        text.contains("expected MappingNode but got ScalarNode"),
        "{text}"
    );
    let three = built("", &["{a: b}", "{c: d}", "{e: f}"]);
    assert!(
        three.contains("mapping key \"annotations\" already defined"),
        "{three}"
    );
}

#[test]
fn keys_that_a_program_printed_twice_are_refused_by_a_function_that_is_not_run() {
    let plugin = "{apiVersion: example.com/v1, kind: Twice, metadata: {name: t}}";
    let script = "printf 'kind: A\\nmetadata: {name: a}\\nb: 1\\nb: 2\\n'\n";
    let built = |transformers: &str| {
        let base = format!("resources: [objects.yaml]\ntransformers: [{transformers}]\n");
        let patch = "patches: [{patch: '{kind: A, metadata: {name: a}, $patch: delete}'}]\n";
        left_out(&base)
            .file(
                "app/kustomization.yaml",
                &format!("resources: [base]\n{patch}"),
            )
            .file("app/base/twice.yaml", plugin)
            .program(
                "home/.config/kustomize/plugin/example.com/v1/twice/Twice",
                script,
            )
            .build([FLAGS[0]])
    };
    let accepted = built("twice.yaml");
    assert!(accepted.starts_with("exit: 0\n"), "{accepted}");
    let refused = built("twice.yaml, left.yaml");
    assert!(refused.starts_with("exit: 1\n"), "{refused}");
    let words = "yaml: unmarshal errors: mapping key \"b\" already defined";
    assert!(refused.contains(words), "{refused}");
}

#[test]
fn a_generated_object_keeps_the_record_that_its_function_printed() {
    let function = |script: &str| {
        Sandbox::new(
            "buildMetadata: [originAnnotations, transformerAnnotations]\nnamePrefix: p-\ngenerators: [function.yaml]\n",
        )
        .file(
            "app/function.yaml",
            "{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: 'exec: {path: ./function}'}}}",
        )
        .program("app/function", script)
        .build(FLAGS)
    };
    let made = |annotations: &str| {
        function(&format!(
            "echo '{{apiVersion: v1, kind: Foo, metadata: {{name: a, annotations: {{{annotations}}}}}}}'\n"
        ))
    };
    let own = "    config.kubernetes.io/origin: |\n      configuredIn: function.yaml\n";
    let echoed = function("grep -v local-config\n");
    let origin = "    config.kubernetes.io/origin: |\n      path: function.yaml\n";
    assert!(echoed.contains(origin), "{echoed}");
    let origin = made("config.kubernetes.io/origin: \"a: b\"");
    assert!(
        origin.contains("    config.kubernetes.io/origin: 'a: b'\n  name: p-a\n"),
        "{origin}"
    );
    let empty = made("config.kubernetes.io/origin: \"\"");
    assert!(
        empty.contains("    config.kubernetes.io/origin: \"\"\n  name: p-a\n"),
        "{empty}"
    );
    let null = made("config.kubernetes.io/origin: null");
    assert!(
        null.contains("    config.kubernetes.io/origin: \"null\"\n"),
        "{null}"
    );
    let odd = made("config.kubernetes.io/origin: \"- a\"");
    assert!(odd.starts_with("exit: 1\n"), "{odd}");
    let changed = made("alpha.config.kubernetes.io/transformations: \"- configuredIn: x\"");
    assert!(
        changed.contains(
            "    alpha.config.kubernetes.io/transformations: |\n      - configuredIn: x\n      - configuredIn: kustomization.yaml\n        configuredBy:\n"
        ),
        "{changed}"
    );
    assert!(changed.contains(own), "{changed}");
}

#[test]
fn what_changed_an_object_is_read_when_there_is_more_to_say() {
    let build = |names: &[&str]| {
        functions(
            names,
            "namePrefix: p-\nbuildMetadata: [originAnnotations, transformerAnnotations]\n",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}",
            "case $1 in one) sed '/config.kubernetes.io.origin:/d; /^functionConfig/,$d' ;; *) cat ;; esac\n",
        )
        .build(FLAGS)
    };
    // The lines of the origin become lines of the transformations, while the function passes for the origin.
    let printed = build(&["one"]);
    let transformations = "    alpha.config.kubernetes.io/transformations: |
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
      path: objects.yaml
    config.kubernetes.io/origin: |
      configuredIn: kustomization.yaml
      configuredBy:
        kind: F
        name: one
";
    assert!(printed.contains(transformations), "{printed}");
    let broken = build(&["one", "two"]);
    assert!(
        broken.contains("did not find expected '-' indicator"),
        "{broken}"
    );
}

#[test]
fn whatever_a_function_says_of_what_changed_an_object_stays() {
    let build = |transformations: &str| {
        let script = format!(
            "printf 'kind: ResourceList\\nitems: [{{kind: A, metadata: {{name: a, annotations: {{alpha.config.kubernetes.io/transformations: \"{transformations}\"}}}}}}]'"
        );
        Sandbox::new("resources: [base]\nnamePrefix: p-\nbuildMetadata: [transformerAnnotations]\n")
            .file("app/base/kustomization.yaml", "resources: [object.yaml]\ntransformers: [function.yaml]\n")
            .file("app/base/object.yaml", "{kind: A, metadata: {name: a}}")
            .file(
                "app/base/function.yaml",
                "{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: 'exec: {path: ./function}'}}}",
            )
            .program("app/base/function", &script)
            .build(FLAGS)
    };
    let printed = build(
        "[{configuredIn: y, path: 0x10, repo: r}, {configuredBy: {x: y}}, {configuredBy: {kind: K}}]",
    );
    let transformations = "    alpha.config.kubernetes.io/transformations: |
      - path: \"16\"
        repo: r
        configuredIn: \"true\"
      - {}
      - configuredBy:
          kind: K
      - configuredIn: kustomization.yaml
        configuredBy:
          apiVersion: builtin
          kind: PrefixTransformer
";
    assert!(printed.contains(transformations), "{printed}");
    let refused = build("[{configuredBy: {kind: 1}}]");
    assert!(refused.contains("cannot unmarshal number"), "{refused}");
}

#[test]
fn a_generator_fails_where_comments_cannot_be_copied() {
    let build = |flags: &[&'static str]| {
        Sandbox::new(
            "generators: ['{kind: F, metadata: {name: f, annotations: {config.kubernetes.io/function: \"exec: {path: ./function}\"}}, spec: {\"\": {a: b}}}']\n",
        )
        .program("app/function", "cat\n")
        .build(flags.iter().copied())
    };
    let run = build(&FLAGS);
    assert!(
        run.contains("expected ScalarNode but got MappingNode"),
        "{run}"
    );
    let left_out = build(&FLAGS[..1]);
    assert!(
        left_out.starts_with("exit: 0\n--- stdout\n--- stderr\n"),
        "{left_out}"
    );
}

#[test]
fn repeated_annotations_are_the_first_where_comments_are_copied() {
    for (id, expected) in [("config.k8s.io/id: '1'", "1"), ("other: '1'", "3")] {
        let sandbox = functions(
            &["f"],
            "",
            "{apiVersion: v1, kind: Foo, metadata: {name: a}}",
            &format!(
                "echo \"{{apiVersion: v1, kind: Foo, metadata: {{name: a, annotations: {{k: '1', k: '2', {id}, k: '3'}}}}}}\"\n"
            ),
        );
        let printed = sandbox.build(FLAGS);
        assert!(
            printed.contains(&format!("    k: \"{expected}\"\n")),
            "{printed}"
        );
    }
}

#[test]
fn folded_texts_stand_between_quotes_where_comments_are_copied() {
    let text = ">\n      a\n\n       b\n";
    let object = format!(
        "apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    config.k8s.io/id: 'ID'
top: {text}spec:
  containers:
  - name: old
    image: {text}  - name: new
    image: {text}  - name: new
    image: {text}  - image: {text}list:
- {text}- x: {text}- x: {text}map:
  x: {text}new:
  x: {text}"
    );
    let build = |id: &str| {
        let object = object.replace("ID", id);
        functions(
            &["f"],
            "",
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: old}]}, list: [x, {}], map: {y: z}}",
            &format!("cat <<END\n{object}END\n"),
        )
        .build(FLAGS)
    };
    let blank_lines = |printed: &str| -> Vec<usize> {
        let texts = printed.split("a\n\n").skip(1);
        texts
            .map(|rest| rest.chars().take_while(|c| *c == '\n').count())
            .collect()
    };
    // Folding text that was folded before adds lines.
    let copied = build("1");
    assert_eq!(
        blank_lines(&copied),
        [2, 0, 2, 0, 2, 0, 2, 2, 2, 0],
        "{copied}"
    );
    let others = build("7");
    assert_eq!(blank_lines(&others), [2; 10], "{others}");
}

#[test]
fn folded_annotations_are_texts_before_a_function() {
    let sandbox = echo(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    a: >+\n      b\n\n    c: >\n      d\n       e\n",
    );
    let printed = sandbox.build(FLAGS);
    let annotations = "    a: |+\n      b\n\n    c: |\n      d\n       e\n";
    assert!(printed.contains(annotations), "{printed}");
    let notes = sandbox.notes();
    assert!(
        notes.contains("      a: |+\n        b\n\n      c: |\n        d\n         e\n"),
        "{notes}"
    );
}

#[test]
fn comments_are_copied_by_keys_and_in_order() {
    let printed = |containers: &str| {
        let object = |annotations: &str, containers: &str| {
            format!(
                "{{apiVersion: v1, kind: Pod, metadata: {{name: a{annotations}}}, spec: {{containers: [{containers}]}}}}"
            )
        };
        let script = format!(
            "echo \"{}\"\n",
            object(", annotations: {config.k8s.io/id: '1'}", containers)
        );
        let given = object(
            "",
            "{name: a, x: y, ports: [{containerPort: 1}, x]}, {name: b, x: {y: z}}",
        );
        functions(&["f"], "", &given, &script).build(FLAGS)
    };
    for (containers, fails) in [
        ("{name: a, x: y}, {name: b, x: {y: z}}", false),
        ("{name: a, x: y}, {name: c, x: y}", true),
        ("{name: b, x: {y: z}}, {name: a, x: y}", true),
        ("{name: b}, {name: c}, {name: a, x: {y: z}}", true),
        ("{name: b}, {name: c}, {name: d, x: y}", false),
        // Of lists further inside, too, only those are walked whose elements have all keys or none.
        (
            "{name: a, ports: [{containerPort: 1}, x]}, {name: d}",
            false,
        ),
    ] {
        let printed = printed(containers);
        assert_eq!(
            printed.starts_with("exit: 1"),
            fails,
            "{containers}: {printed}"
        );
    }
}

/// What a third function reads of the annotations of an object that a second one changes with `sed`.
fn behind(script: &str) -> String {
    let sandbox = functions(
        &["one", "two", "three"],
        "",
        "{apiVersion: v1, kind: Foo, metadata: {name: a}}",
        &format!("case $1 in two) sed \"{script}\" ;; three) tee $NOTES ;; *) cat ;; esac\n"),
    );
    let printed = sandbox.build(FLAGS);
    if printed.starts_with("exit: 1") {
        return printed;
    }
    let notes = sandbox.notes();
    let (items, _) = notes.split_once("functionConfig:").unwrap_or_default();
    let lines = items.lines().map(str::trim_start);
    let shown = lines.filter(|line| line.contains("/path:") || line.starts_with("x:"));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn annotations_agree_in_both_versions_of_the_protocol_behind_a_function() {
    let both = |path: &str| {
        format!("config.kubernetes.io/path: {path} internal.config.kubernetes.io/path: {path}")
    };
    let (old, new) = (
        "^      config.kubernetes.io.path: .*",
        "^      internal.config.kubernetes.io.path: .*",
    );
    for (script, expected) in [
        (String::new(), "foo_a.yaml"),
        (format!("s,{old},      config.kubernetes.io/path: q,"), "q"),
        (
            format!("s,{new},      internal.config.kubernetes.io/path: q,"),
            "q",
        ),
        (format!("/{old}/d"), "foo_a.yaml"),
        (format!("/{new}/d"), "foo_a.yaml"),
        (
            "s,^    annotations:,&\\n      config.kubernetes.io/path: q,".to_owned(),
            "q",
        ),
    ] {
        assert_eq!(behind(&script), both(expected), "{script}");
    }
    for (script, name) in [
        (
            "s,^      config.kubernetes.io/path: .*,      config.kubernetes.io/path: q,; /migration/d",
            "path",
        ),
        (
            "s,^      config.kubernetes.io/path: .*,      config.kubernetes.io/path: q,; s,^      internal.config.kubernetes.io/path: .*,      internal.config.kubernetes.io/path: r,",
            "path",
        ),
        (
            "s,^      config.kubernetes.io/index: .*,      config.kubernetes.io/index: 7,; /migration/d",
            "index",
        ),
        (
            "s,internal.config.kubernetes.io/id: .*,internal.config.kubernetes.io/id: 7,",
            "id",
        ),
    ] {
        let expected = format!("mismatched legacy and internal {name} annotations");
        let outcome = behind(script);
        assert!(outcome.contains(&expected), "{script}: {outcome}");
    }
}

#[test]
fn annotations_have_one_value_behind_a_function() {
    let twice = "s,^    annotations:,&\\n      x: q\\n      x: 0x10,";
    assert!(behind(twice).ends_with("x: q"), "{}", behind(twice));
    let unknown = format!("{twice}; /^      .*config.k8s.io.id: .1/d; /internal.*.id: .1/d");
    assert!(
        behind(&unknown).ends_with("x: \"0x10\""),
        "{}",
        behind(&unknown)
    );
}

#[test]
fn of_repeated_paths_the_first_agree_behind_a_function_and_the_last_before_the_next() {
    let printed = |old: &[&str], new: &[&str], more: &str, transformers: &str| {
        let line = |key: &str, path: &str| format!("      {key}: {path}\n");
        let old = old
            .iter()
            .map(|path| line("config.kubernetes.io/path", path));
        let new = new
            .iter()
            .map(|path| line("internal.config.kubernetes.io/path", path));
        let annotations: String = old.chain(new).collect();
        let script = format!(
            "cat <<E\nkind: ResourceList\nitems:\n- kind: A\n  metadata:\n    name: a\n    annotations:\n{annotations}{more}E\n"
        );
        let function = |name: &str| {
            format!(
                "{{kind: F, metadata: {{name: {name}, annotations: {{config.kubernetes.io/function: 'exec: {{path: ./{name}}}'}}}}}}"
            )
        };
        Sandbox::new(&format!(
            "resources: [object.yaml]\ntransformers: [{transformers}]\n"
        ))
        .file(
            "app/object.yaml",
            "{kind: A, metadata: {name: a, annotations: {config.kubernetes.io/path: a}}}",
        )
        .file("app/print.yaml", &function("print"))
        .file("app/next.yaml", &function("next"))
        .program("app/print", &script)
        .program("app/next", "cat\n")
        .build(FLAGS)
    };
    let number = "      internal.config.kubernetes.io/annotations-migration-resource-id: '0'\n";
    for (old, new, more, first_is_fine, last_is_fine) in [
        (&["a", "b"][..], &["a", "b"][..], "", true, true),
        (&["a", "b"], &[], "", true, false),
        (&["a", "b"], &["a"], "", true, false),
        (&["a", "b"], &["b"], "", false, false),
        (&["a", "b"], &["b"], number, true, true),
        (&["a", "b"], &["a"], number, true, false),
        (&["c", "b"], &["a", "b"], number, true, true),
        (&["c", "b"], &["a", "c"], number, true, false),
    ] {
        for (transformers, is_fine) in [
            ("print.yaml", first_is_fine),
            ("print.yaml, next.yaml", last_is_fine),
        ] {
            let printed = printed(old, new, more, transformers);
            let words = "mismatched legacy and internal path annotations";
            assert_eq!(
                printed.starts_with("exit: 0\n"),
                is_fine,
                "{old:?} {new:?}: {printed}"
            );
            assert_eq!(
                !printed.contains(words),
                is_fine,
                "{old:?} {new:?}: {printed}"
            );
        }
    }
}

#[test]
fn annotations_have_one_value_before_a_function() {
    for (annotations, expected) in [
        ("{a: b, a: c}", "a: c"),
        ("2020-01-01", "config.kubernetes.io/index: '0'"),
        ("word", "config.kubernetes.io/index: '0'"),
    ] {
        let sandbox = echo(&format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, annotations: {annotations}}}}}"
        ));
        let printed = sandbox.build(FLAGS);
        assert!(printed.starts_with("exit: 0"), "{annotations}: {printed}");
        assert!(sandbox.notes().contains(expected), "{annotations}");
    }
}

#[test]
fn annotations_agree_in_both_versions_of_the_protocol_before_a_function() {
    let given = |annotations: &str| {
        let object = format!(
            "{{apiVersion: v1, kind: Foo, metadata: {{name: a, annotations: {{{annotations}}}}}}}"
        );
        let sandbox = echo(&object);
        let printed = sandbox.build(FLAGS);
        assert!(printed.starts_with("exit: 0"), "{annotations}: {printed}");
        let notes = sandbox.notes();
        let annotations = notes.split_once("annotations:\n").unwrap().1;
        let (annotations, _) = annotations.split_once("\n    name: a\n").unwrap();
        annotations.replace("      ", "")
    };
    assert_snapshot!(given("config.kubernetes.io/path: 0x10, config.k8s.io/id: '4'"), @r#"
    config.k8s.io/id: "1"
    config.kubernetes.io/path: "0x10"
    kustomize.config.k8s.io/id: |
      kind: Foo
      name: a
      version: v1
    internal.config.kubernetes.io/path: '0x10'
    internal.config.kubernetes.io/id: '1'
    config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/annotations-migration-resource-id: '0'
    "#);
    let newer = "internal.config.kubernetes.io/path: p, internal.config.kubernetes.io/index: '4'";
    assert_snapshot!(given(newer), @r#"
    internal.config.kubernetes.io/index: "0"
    internal.config.kubernetes.io/path: p
    kustomize.config.k8s.io/id: |
      kind: Foo
      name: a
      version: v1
    config.kubernetes.io/path: 'p'
    config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/annotations-migration-resource-id: '0'
    internal.config.kubernetes.io/id: '1'
    config.k8s.io/id: '1'
    "#);
    assert_snapshot!(given("config.kubernetes.io/path: '', internal.config.kubernetes.io/path: p"), @r#"
    config.kubernetes.io/path: "p"
    internal.config.kubernetes.io/path: p
    kustomize.config.k8s.io/id: |
      kind: Foo
      name: a
      version: v1
    config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/index: '0'
    internal.config.kubernetes.io/annotations-migration-resource-id: '0'
    internal.config.kubernetes.io/id: '1'
    config.k8s.io/id: '1'
    "#);
}

#[test]
fn a_function_may_change_the_path_in_either_version_of_the_protocol() {
    for said in [
        "config.kubernetes.io/path",
        "internal.config.kubernetes.io/path",
    ] {
        for changed in [
            "config.kubernetes.io/path",
            "internal.config.kubernetes.io/path",
        ] {
            let script = format!("sed 's,^      {changed}: .*,      {changed}: q,'\n");
            let object =
                format!("{{kind: Foo, metadata: {{name: a, annotations: {{{said}: p}}}}}}");
            let printed = echo(&object).program("app/function", &script).build(FLAGS);
            assert!(
                printed.starts_with("exit: 0"),
                "{said}, {changed}: {printed}"
            );
        }
    }
}
