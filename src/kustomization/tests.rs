use std::path::PathBuf;
use std::sync::Arc;

use super::decode::{Rules, decode};
use super::documents;
use super::patch::PatchText;
use super::*;
use crate::model::{
    Fault, FieldPath, Mapping, Place, Resource, Scalar, SelectorArgs, Source, Typed, Value,
};

fn file() -> Arc<PathBuf> {
    Arc::new(PathBuf::from("/k/kustomization.yaml"))
}

fn kustomization(text: &str) -> Kustomization {
    read(text.as_bytes(), &file()).unwrap().0
}

fn fault(text: &str) -> Fault {
    read(text.as_bytes(), &file())
        .unwrap_err()
        .downcast()
        .unwrap()
}

/// Kustomizations, and what kustomize says of them after `invalid Kustomization: `.
const BAD_FIELDS: &[(&str, &str)] = &[
    ("foo: 1", "json: unknown field \"foo\""),
    ("y: a", "json: unknown field \"true\""),
    (
        "configMapGenerator: [{name: a, type: }]",
        "json: unknown field \"type\"",
    ),
    (
        "patches: [{options: {foo: true}}]",
        "json: unknown field \"foo\"",
    ),
    (
        "[a]",
        "json: cannot unmarshal array into Go value of type types.Kustomization",
    ),
    (
        "5",
        "json: cannot unmarshal number into Go value of type types.Kustomization",
    ),
    (
        "kind: 5",
        "json: cannot unmarshal number into Go struct field Kustomization.TypeMeta.kind of type string",
    ),
    (
        "namePrefix: yes",
        "json: cannot unmarshal bool into Go struct field Kustomization.namePrefix of type string",
    ),
    (
        "resources: a",
        "json: cannot unmarshal string into Go struct field Kustomization.resources of type []string",
    ),
    (
        "resources: [{a: b}]",
        "json: cannot unmarshal object into Go struct field Kustomization.resources of type string",
    ),
    (
        "commonLabels: {a: y}",
        "json: cannot unmarshal bool into Go struct field Kustomization.commonLabels of type string",
    ),
    (
        "images: [a]",
        "json: cannot unmarshal string into Go struct field Kustomization.images of type types.Image",
    ),
    (
        "images: [{name: a, newtag: 1.2}]",
        "json: cannot unmarshal number into Go struct field Image.images.newTag of type string",
    ),
    (
        "patches: [{target: {name: [a]}}]",
        "json: cannot unmarshal array into Go struct field Selector.patches.target.ResId.name of type string",
    ),
    (
        "replicas: [{count: 1.5}]",
        "json: cannot unmarshal number 1.5 into Go struct field Replica.replicas.count of type int64",
    ),
    (
        "replicas: [{count: 1e30}]",
        "json: cannot unmarshal number 1e+30 into Go struct field Replica.replicas.count of type int64",
    ),
    (
        "replacements: [{targets: [{reject: [5]}]}]",
        "json: cannot unmarshal number into Go struct field TargetSelector.replacements.Replacement.targets.reject of type types.Selector",
    ),
    (
        "secretGenerator: [{options: {immutable: 'true'}}]",
        "json: cannot unmarshal string into Go struct field GeneratorOptions.secretGenerator.GeneratorArgs.options.immutable of type bool",
    ),
    (
        "helmCharts: [{valuesInline: [a]}]",
        "json: cannot unmarshal array into Go struct field HelmChart.helmCharts.valuesInline of type map[string]interface {}",
    ),
    ("x: [", "yaml: line 1: did not find expected node content"),
];

#[test]
fn bad_fields_are_named_as_kustomize_names_them() {
    for (text, expected) in BAD_FIELDS {
        let fault = fault(text);
        assert_eq!(
            fault.message,
            format!("invalid Kustomization: {expected}"),
            "{text}"
        );
        assert!(fault.place.is_some(), "{text}");
    }
}

#[test]
fn all_bad_fields_are_reported_with_their_places() {
    let fault = fault(
        "foo: 1\nresouces: [a]\nimages:\n- name: a\n  newtag: 5\n- {digest: , colour: red}\n",
    );
    let all: Vec<_> = std::iter::once(&fault)
        .chain(&fault.others)
        .map(|fault| {
            let place = fault.place.as_ref().unwrap();
            (place.path.to_string(), fault.hints.join("; "))
        })
        .collect();
    let expected = [
        ("foo", ""),
        ("images[0].newtag", "put the value in quotes: \"5\""),
        (
            "images[1].colour",
            "the fields here are `name`, `newName`, `newTag`, `tagSuffix`, `digest`",
        ),
        ("resouces", "did you mean `resources`?"),
    ];
    assert_eq!(all, expected.map(|(path, hint)| (path.into(), hint.into())));
}

#[test]
fn misplaced_fields_are_sent_home() {
    for (text, hint) in [
        (
            "patches: [{target: {apiVersion: v1}}]",
            "write `group` and `version` in place of `apiVersion`",
        ),
        (
            "labels: [{includeSelector: true}]",
            "did you mean `includeSelectors`?",
        ),
        (
            "images: [{namePrefix: x}]",
            "move `namePrefix` to the top level of the file",
        ),
        (
            "includeSelectors: true",
            "`includeSelectors` belongs below `labels`",
        ),
        ("namePrefix: [a]", "write one value in place of a list"),
        ("resources: a", "write a list: `- ` before the value"),
    ] {
        assert_eq!(fault(text).hints, [hint], "{text}");
    }
}

#[test]
fn a_file_must_say_something() {
    for text in [
        "",
        "# c",
        "null",
        "{}",
        "---\n---\nnamePrefix: a",
        "namePrefix: ''",
        "resources:",
        "bases: []",
        "imageTags: []",
        "kind: Kustomization",
    ] {
        let fault = fault(text);
        assert_eq!(fault.message, "kustomization.yaml is empty", "{text}");
    }
    for text in [
        "resources: []",
        "metadata: {}",
        "openapi: {}",
        "images: [null]",
        "namePrefix: 5\nnamePrefix: a",
    ] {
        read(text.as_bytes(), &file()).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn kind_and_version_are_checked_together() {
    let fault = fault("kind: Foo\napiVersion: bar\nnamePrefix: a");
    assert_eq!(
        fault.message,
        "Failed to read kustomization file under /k:\nkind should be Kustomization or Component\napiVersion for Foo should be kustomize.config.k8s.io/v1beta1"
    );
    let component = kustomization("kind: Component\nnamePrefix: a");
    assert_eq!(component.api_version, "kustomize.config.k8s.io/v1alpha1");
}

#[test]
fn fields_are_found_in_any_case_and_the_last_counts() {
    let read = kustomization(
        "NAMEPREFIX: a\nResources: [b]\nnameSuffix: 5\nnameSuffix: z\nnamespace: null\nreplicas: [{name: a, COUNT: 1e3}]\ncommonLabels: {a: null, on: '1'}\n",
    );
    assert_eq!(read.name_prefix, "a");
    assert_eq!(read.resources, ["b"]);
    assert_eq!(read.name_suffix, "z");
    assert_eq!(read.namespace, "");
    assert_eq!(read.replicas[0].count, 1000);
    let labels: Vec<_> = read
        .common_labels
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(labels, [("a", ""), ("true", "1")]);
}

#[test]
fn deprecated_fields_warn_and_move() {
    let text = "vars: []\nbases: [b]\nimageTags: [{name: i}]\nresources: [r]\ncommonLabels: {}\npatchesJson6902: []\npatchesStrategicMerge: []\nconfigMapGenerator: [{env: e, envs: [f]}]\nhelmChartInflationGenerator: [{chartName: c, chartHome: h, releaseNamespace: m}]\n";
    let (kustomization, warnings) = read(text.as_bytes(), &file()).unwrap();
    let messages: Vec<_> = warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "'imageTags' is deprecated. Please use 'images' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "'patchesJson6902' is deprecated. Please use 'patches' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "'patchesStrategicMerge' is deprecated. Please use 'patches' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
            "'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit fix' to update your Kustomization automatically.",
        ]
    );
    let operands: Vec<_> = kustomization
        .operands()
        .map(|(field, position, entry)| (field, position, entry.as_str()))
        .collect();
    assert_eq!(operands, [("resources", 0, "r"), ("bases", 0, "b")]);
    assert_eq!(kustomization.images[0].name, "i");
    assert_eq!(kustomization.config_map_generator[0].envs, ["f", "e"]);
    let chart = &kustomization.helm_charts[0];
    assert_eq!((chart.name.as_str(), chart.namespace.as_str()), ("c", ""));
    assert_eq!(kustomization.helm_globals.unwrap().chart_home, "h");
}

#[test]
fn keys_that_hide_others_are_warned_about() {
    let (_, warnings) = read(b"Images: []\nimages: [{name: a, name: b}]\n", &file()).unwrap();
    let places: Vec<_> = warnings
        .iter()
        .map(|warning| warning.place.as_ref().unwrap().path.to_string())
        .collect();
    assert_eq!(places, ["images", "images[0].name"]);
}

#[test]
fn the_schema_and_the_types_have_the_same_fields() {
    let document = schema::sample();
    assert_eq!(schema::problems(&document), []);
    decode::<Kustomization>(&document, Rules::Kustomization).unwrap();
}

#[test]
fn unknown_fields_may_be_ignored() {
    let document: Value = [("name", Value::string("a")), ("foo", Value::null())]
        .into_iter()
        .collect::<Mapping>()
        .into();
    let image: Image = decode(&document, Rules::Plugin).unwrap();
    assert_eq!(image.name, "a");
    let error = decode::<Image>(&document, Rules::Kustomization).unwrap_err();
    assert_eq!(
        (error.path(), error.message.as_str()),
        (FieldPath::of_keys(&["foo"]), "json: unknown field \"foo\"")
    );
}

fn names(text: &str) -> Vec<String> {
    let resources =
        documents::read(text.as_bytes(), &file()).unwrap_or_else(|failure| panic!("{failure:?}"));
    resources
        .iter()
        .map(|resource| resource.id().name.to_string())
        .collect()
}

/// Resource files, and what kustomize says of them.
const BAD_OBJECTS: &[(&str, &str)] = &[
    ("a: b", "missing Resource metadata"),
    ("a", "missing Resource metadata"),
    ("- kind: A", "missing Resource metadata"),
    (
        "metadata: {foo: bar, labels: {}}",
        "missing Resource metadata",
    ),
    (
        "metadata: {name: a}",
        "missing kind in object {{ } {{a } map[] map[]}}",
    ),
    (
        "metadata: {labels: {a: b}}",
        "missing kind in object {{ } {{ } map[a:b] map[]}}",
    ),
    (
        "kind: [a]\nmetadata: {name: a}",
        "missing kind in object {{ } {{a } map[] map[]}}",
    ),
    (
        "metadata: {namespace: x, labels: {b: 1, a: true, c: null}, annotations: {a: x y}}\nkind: B\napiVersion: 5",
        "missing metadata.name in object {{5 B} {{ x} map[a:true b:1 c:] map[a:x y]}}",
    ),
    (
        "kind: A\nmetadata: {name: [a]}",
        "missing metadata.name in object {{ A} {{ } map[] map[]}}",
    ),
    (
        "kind: FooList\nitems: a",
        "expected array in FooList/items, but found string",
    ),
    (
        "kind: FooList\nitems: {a: b}",
        "expected array in FooList/items, but found map[string]interface {}",
    ),
    (
        "kind: FooList\nitems: 1.5",
        "expected array in FooList/items, but found float64",
    ),
    (
        "kind: FooList\nitems: [{kind: A, metadata: {name: x}, 1: a}]",
        "json: unsupported type: map[interface {}]interface {}",
    ),
    (
        "kind: FooList\nitems: [{kind: A, metadata: {name: x}, s: .inf}]",
        "json: unsupported value: +Inf",
    ),
    ("kind: List\nitems: [a]", "missing Resource metadata"),
    ("kind: List\nitems: {a: b}", "missing Resource metadata"),
    (
        "kind: List\nitems: a\n---\n",
        "expected array in List/items, but found string",
    ),
    (
        "kind: A\nmetadata: {name: a}\n--- foo\n",
        "invalid document separator: --- foo",
    ),
    (
        "a: b: c",
        "MalformedYAMLError: yaml: mapping values are not allowed in this context",
    ),
];

#[test]
fn objects_are_checked() {
    for (text, expected) in BAD_OBJECTS {
        let fault = documents::read(text.as_bytes(), &file())
            .unwrap_err()
            .into_fault();
        assert_eq!(fault.message, *expected, "{text}");
    }
}

#[test]
fn lists_are_taken_apart_in_kustomizes_order() {
    let object = |name: &str| format!("{{kind: A, metadata: {{name: {name}}}}}");
    let queued = format!(
        "{}\n---\nkind: FooList\nitems: [{}, {{kind: BarList, items: [{}]}}, {}, null]\n---\n{}\n",
        object("a"),
        object("z"),
        object("q"),
        object("w"),
        object("b")
    );
    assert_eq!(names(&queued), ["a", "b", "z", "w", "q"]);
    assert_eq!(
        names(&format!(
            "kind: List\nitems: [{}, null, {{}}, {}]",
            object("a"),
            object("b")
        )),
        ["a", "b"]
    );
    assert_eq!(names("kind: List\nitems: a"), [""; 0]);
    assert_eq!(
        names("kind: ResourceList\nfunctionConfig: {kind: A}"),
        [""; 0]
    );
    assert_eq!(names("kind: FooList"), [""]);
    assert_eq!(names("kind: FooList\nitems:"), [""; 0]);
}

#[test]
fn what_a_list_held_went_through_json() {
    let text = b"kind: FooList\nitems: [{kind: A, metadata: {name: x}, s: {a: 12345678901234567890, c: 1e21, d: 1.50, e: 0x10, f: 2020-01-01, g: 1.0}}]";
    let resources = documents::read(text, &file()).unwrap();
    let texts: Vec<_> = resources[0]
        .value()
        .get("s")
        .unwrap()
        .as_mapping()
        .unwrap()
        .iter()
        .map(|(_, value)| value.text().unwrap().as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "12345678901234567890",
            "1e+21",
            "1.5",
            "16",
            "2020-01-01T00:00:00Z",
            "1"
        ]
    );
}

#[test]
fn an_empty_flow_value_in_a_list_is_null() {
    let text = b"kind: FooList\nitems: [{kind: A, metadata: {name: x}, s: {a: }}]";
    let resources = documents::read(text, &file()).unwrap();
    let scalar = resources[0].value().at(&["s", "a"]).unwrap().as_scalar();
    assert_eq!(scalar, Some(&Scalar::null()));
}

#[test]
fn a_folded_text_in_a_list_is_not_folded_once_more() {
    let text =
        b"kind: FooList\nitems:\n- kind: A\n  metadata: {name: x}\n  s: >+\n    a\n\n      b\n\n";
    let resources = documents::read(text, &file()).unwrap();
    let scalar = resources[0].value().get("s").unwrap().as_scalar();
    let typed = scalar.unwrap().typed();
    assert_eq!(typed, Ok(Typed::Str("a\n\n  b\n\n".into())));
}

#[test]
fn deep_objects_in_lists_need_no_deep_stack() {
    let text = format!(
        "kind: FooList\nitems: [{{kind: A, metadata: {{name: x}}, s: {}{}}}]",
        "[".repeat(3000),
        "]".repeat(3000)
    );
    assert_eq!(names(&text), ["x"]);
}

#[test]
fn kustomizes_own_annotations_become_history() {
    let text = "
kind: A
metadata:
  name: p-a
  annotations:
    internal.config.kubernetes.io/previousNames: a,b
    internal.config.kubernetes.io/previousNamespaces: default,n
    internal.config.kubernetes.io/previousKinds: A,B
    internal.config.kubernetes.io/prefixes: p-
    internal.config.kubernetes.io/needsHashSuffix: enabled
    internal.config.kubernetes.io/foo: stays
";
    let resources = documents::read(text.as_bytes(), &file()).unwrap();
    let resource: &Resource = &resources[0];
    let previous: Vec<_> = resource
        .previous()
        .iter()
        .map(|id| (id.name.as_str(), id.namespace.as_str(), id.kind.as_str()))
        .collect();
    assert_eq!(previous, [("a", "default", "A"), ("b", "n", "B")]);
    assert_eq!(resource.prefixes.as_slice(), ["p-"]);
    assert!(resource.needs_hash);
    assert_eq!(
        resource
            .value()
            .at(&["metadata", "annotations"])
            .unwrap()
            .as_mapping()
            .unwrap()
            .len(),
        1
    );
}

fn patch(text: &str, target: Option<&SelectorArgs>) -> Result<Patch, String> {
    let source = Source {
        file: file(),
        line: 1,
    };
    let place = Place::of_field(source, FieldPath::of_keys(&["patches"]));
    let label = format!("[patch: {}]", go_quoted(text));
    let text = PatchText {
        text: text.as_bytes(),
        file: None,
        label: &label,
        place: &place,
    };
    Patch::of_either_kind(text, target, PatchOptions::default())
        .map_err(|error| format!("{error:#}"))
}

#[test]
fn the_text_decides_what_a_patch_is() {
    let target = SelectorArgs {
        name: "a".into(),
        ..SelectorArgs::default()
    };
    let merges = |text: &str| match patch(text, Some(&target)).unwrap().body {
        PatchBody::StrategicMerge(documents) => Some(documents.len()),
        PatchBody::Json(_) => None,
    };
    assert_eq!(merges("kind: A\nmetadata: {name: a}\n---\n"), Some(1));
    assert_eq!(merges("# nothing"), Some(0));
    assert_eq!(merges("[]"), Some(0));
    assert_eq!(merges("[{\"op\": \"remove\", \"path\": \"/x\"}]"), None);
    assert_eq!(
        merges("- {op: remove, path: /x}\n---\nkind: A\nmetadata: {name: a}"),
        None
    );

    for (text, target, expected) in [
        (
            "foo",
            None,
            "trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from [patch: \"foo\"]",
        ),
        (
            "{op: add}",
            None,
            "trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from [patch: \"{op: add}\"]",
        ),
        (
            "[{\"op\": \"add\"},]",
            Some(&target),
            "trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from [patch: \"[{\\\"op\\\": \\\"add\\\"},]\"]",
        ),
        (
            "- op: add",
            None,
            "must specify a target for JSON patch [patch: \"- op: add\"]",
        ),
        (
            "{kind: A, metadata: {name: a}}\n---\n{kind: A, metadata: {name: b}}",
            Some(&target),
            "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: [patch: \"{kind: A, metadata: {name: a}}\\n---\\n{kind: A, metadata: {name: b}}\"]",
        ),
    ] {
        assert_eq!(patch(text, target).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn fields_in_two_spellings_are_written_into_each_other() {
    for (written, said) in [
        (
            "Resources: [a, b, c]\nresources: [d, null]\n",
            "resources: [d, b]\n",
        ),
        (
            "RESOURCES: [a, b, c]\nResources: [d]\nresources: [null, null, null]\n",
            "resources: [d, b, c]\n",
        ),
        (
            "RESOURCES: [a]\nResources: []\nresources: [null]\n",
            "resources: [null]\n",
        ),
        ("Resources: [a]\nresources: null\n", ""),
        (
            "commonLabels: {a: x, b: x}\nCommonLabels: {b: z, c: z}\n",
            "commonLabels: {b: x, c: z, a: x}\n",
        ),
        (
            "Images: [{name: a, newTag: v}, {name: b}]\nimages: [{name: c}]\n",
            "images: [{name: c, newTag: v}]\n",
        ),
        (
            "patches: [{target: null}, {target: {name: x}}]\nPatches: [{path: p, target: {kind: A}}, {path: q}]\n",
            "patches: [{path: p}, {path: q, target: {name: x}}]\n",
        ),
        (
            "GeneratorOptions: {immutable: true, labels: {a: b}}\ngeneratorOptions: {labels: {c: d}}\n",
            "generatorOptions: {immutable: true, labels: {a: b, c: d}}\n",
        ),
        (
            "vars: [{name: V, Objref: {kind: A, name: m}, objref: null}]\n",
            "vars: [{name: V, objref: {kind: A, name: m}, fieldref: {}}]\n",
        ),
        (
            "helmCharts: [{ValuesInline: {a: {b: c}, d: e}, valuesInline: {a: {f: g}}}]\n",
            "helmCharts: [{valuesInline: {a: {f: g}, d: e}}]\n",
        ),
    ] {
        let file = Arc::new(PathBuf::from("kustomization.yaml"));
        let fields = |text: &str| as_written(text.as_bytes(), &file).unwrap();
        assert_eq!(fields(written), fields(said), "{written}");
    }
}

#[test]
fn a_field_must_fit_in_each_of_its_spellings() {
    let text = "Images: [{name: yes}]\nimages: [{name: a}]\n";
    assert_eq!(
        fault(text).message,
        "invalid Kustomization: json: cannot unmarshal bool into Go struct field Image.images.name of type string"
    );
}
