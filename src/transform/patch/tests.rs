//! What comes out of patches, as kustomize 5.8.1 printed it.

use std::num::NonZeroU32;

use super::json_patch;
use super::merge_keys::Schema;
use super::strategic_merge::{self, Outcome};
use crate::kustomization::JsonPatch;
use crate::model::{Mapping, Scalar, Value};
use crate::yaml;

fn read(text: &str) -> Value {
    yaml::read_documents(text.as_bytes())
        .unwrap()
        .remove(0)
        .value
}

fn print(value: &Value) -> String {
    let mut out = String::new();
    yaml::write(value, &mut out).unwrap();
    out
}

/// Both sides of a table are written as flow YAML; printing makes them comparable.
fn canonical(text: &str) -> String {
    print(&read(text))
}

fn merged(target: &str, patch: &str) -> anyhow::Result<String> {
    let mut target = read(target);
    strategic_merge::merge(&mut target, &read(patch), Schema::built_in())?;
    Ok(print(&target))
}

/// Merges the spec of an object of a kind.
fn merged_spec(api_version: &str, kind: &str, target: &str, patch: &str) -> anyhow::Result<String> {
    let object = |spec: &str| format!("{{apiVersion: {api_version}, kind: {kind}, spec: {spec}}}");
    merged(&object(target), &object(patch)).map(|text| {
        let spec = read(&text).get("spec").cloned();
        spec.map_or_else(String::new, |spec| print(&spec))
    })
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn keyed_lists_merge_with_all_their_oddities() {
    for (target, patch, expected) in [
        (
            "{containers: [{name: a}, {name: b, image: x}]}",
            "{containers: [{name: c}, {name: b, image: y}]}",
            "{containers: [{name: c}, {name: b, image: y}, {name: a}]}",
        ),
        (
            "{containers: [{name: a}]}",
            "{containers: [{image: y}]}",
            "{containers: []}",
        ),
        (
            "{containers: [{image: x}, {name: b}]}",
            "{containers: [{name: c}]}",
            "{containers: [{image: x}]}",
        ),
        (
            "{containers: [{name: a}, {name: b}, {name: c}, {name: d}]}",
            "{containers: [{name: c}, {name: n}, {name: b}, {name: d, $patch: delete}]}",
            "{containers: [{name: c}, {name: n}, {name: b}, {name: a}]}",
        ),
        (
            "{containers: [{name: a, x: 1}]}",
            "{containers: [{name: a, y: 2, $patch: replace}]}",
            "{containers: [{name: a, x: 1}]}",
        ),
        (
            "{containers: [{name: a, resources: {x: 1}}]}",
            "{containers: [{name: a, resources: {$patch: replace, y: 2}}]}",
            "{containers: [{name: a, resources: {y: 2}}]}",
        ),
        (
            "{containers: [{name: a}]}",
            "{containers: [{$patch: replace}, {name: q}]}",
            "{containers: [{name: q}]}",
        ),
        (
            "{}",
            "{containers: [{$patch: replace}, {name: q}]}",
            "{containers: [{$patch: replace}]}",
        ),
        (
            "{containers: [{name: a}]}",
            "{containers: [{$patch: delete}]}",
            "{}",
        ),
        (
            "{containers: [{name: a, env: [{name: A, value: x}, {name: A, value: y}]}]}",
            "{x: 1}",
            "{containers: [{name: a, env: [{name: A, value: y}]}], x: 1}",
        ),
        (
            "{volumes: [{name: v, emptyDir: {}}]}",
            "{volumes: [{name: v, secret: {}}]}",
            "{volumes: [{name: v, emptyDir: {}, secret: {}}]}",
        ),
        (
            "{hostAliases: [{ip: 1, x: 1}]}",
            "{hostAliases: [{ip: \"1\", y: 2}]}",
            "{hostAliases: [{ip: \"1\", x: 1, y: 2}]}",
        ),
        (
            "{tolerations: [{key: a}]}",
            "{tolerations: [{key: b, x: null}]}",
            "{tolerations: [{key: b, x: null}]}",
        ),
        (
            "{topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: A}]}",
            "{topologySpreadConstraints: [{topologyKey: z, maxSkew: 2}]}",
            "{topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: A}]}",
        ),
        (
            "{containers: [{name: \"1\"}, {name: ~, z: 1}, {name: d}]}",
            "{containers: [{name: e}]}",
            "{containers: [{name: e}, {name: \"1\"}]}",
        ),
        (
            "{containers: [{name: \"1\"}, {name: d}]}",
            "{containers: [{name: e}, {name: \"\", z: 1}]}",
            "{containers: [{name: \"\", z: 1}, {name: \"1\"}, {name: d}]}",
        ),
    ] {
        let found = merged_spec("v1", "Pod", target, patch).unwrap();
        assert_eq!(found, canonical(expected), "{target} {patch}");
    }
}

#[test]
fn ports_complete_their_keys() {
    for (target, patch, expected) in [
        (
            "[{port: 80}, {port: 80, protocol: UDP}]",
            "[{port: 80, name: http}]",
            "[{port: 80}, {port: 80, protocol: UDP}]",
        ),
        (
            "[{port: 1}, {port: 2}]",
            "[{port: 1, x: 5}]",
            "[{port: 1, x: 5}, {port: 2}]",
        ),
        (
            "[{port: 1}, {port: 2}]",
            "[{port: 1, protocol: TCP, x: 5}]",
            "[{port: 1}, {port: 2}]",
        ),
        (
            "[{port: 1, protocol: TCP}, {port: 2, protocol: TCP}]",
            "[{port: 3, protocol: TCP}, {port: 1, protocol: TCP, x: 5}]",
            "[{port: 3, protocol: TCP}, {port: 1, protocol: TCP, x: 5}, {port: 2, protocol: TCP}]",
        ),
        (
            "[{port: 1, name: http}]",
            "[{port: 8080, name: http}]",
            "[{port: 8080, name: http}, {port: 1, name: http}]",
        ),
        (
            "[{port: 53, protocol: UDP}, {port: 53}]",
            "[]",
            "[{port: 53}, {port: 53}]",
        ),
    ] {
        let list = |items: &str| format!("{{ports: {items}}}");
        let found = merged_spec("v1", "Service", &list(target), &list(patch)).unwrap();
        if target.starts_with("[{port: 53") {
            assert!(!found.contains("UDP"), "{found}");
            continue;
        }
        assert_eq!(found, canonical(&list(expected)), "{target} {patch}");
    }
}

#[test]
fn maps_and_scalars() {
    for (target, patch, expected) in [
        ("{a: \"1\", b: x}", "{a: 2, b: 3}", "{a: \"2\", b: 3}"),
        ("{a: 1}", "{a: \"2\"}", "{a: \"2\"}"),
        ("{a: null, b: ~}", "{c: 1}", "{a: null, b: ~, c: 1}"),
        ("{a: {b: 1}}", "{a: {$patch: delete}}", "{}"),
        (
            "{a: {b: 1}}",
            "{a: {$patch: replace, c: {d: null, e: 1}}}",
            "{a: {c: {e: 1}}}",
        ),
        (
            "{}",
            "{q: {$patch: delete}, r: {$patch: replace, y: 1}, s: {t: null}}",
            "{r: {y: 1}, s: {}}",
        ),
        ("{a: {b: 1}}", "{a: {b: null}}", "{a: {}}"),
        (
            "{l: [1]}",
            "{l: [2, {$patch: delete}]}",
            "{l: [2, {$patch: delete}]}",
        ),
        (
            "{pod: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a}]}}}",
            "{pod: {spec: {containers: [{name: b}]}}}",
            "{pod: {apiVersion: v1, kind: Pod, spec: {containers: [{name: b}, {name: a}]}}}",
        ),
    ] {
        let found = merged_spec("x/v1", "Foo", target, patch).unwrap();
        assert_eq!(found, canonical(expected), "{target} {patch}");
    }
    assert_eq!(merged("a:\nb:\n  c:\n", "{d: 1}").unwrap(), "b: {}\nd: 1\n");
}

#[test]
fn what_cannot_be_merged_is_told_as_kustomize_tells_it() {
    for (target, patch, expected) in [
        (
            "{a: {b: 1}}",
            "{a: foo}",
            "wrong node kind: expected MappingNode but got ScalarNode: node contents:\nfoo\n",
        ),
        (
            "{a: {b: 1}}",
            "{a: {$patch: foo}}",
            "unknown patch strategy 'foo'",
        ),
    ] {
        let error = merged(target, patch).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_root_directive_deletes_or_does_nothing() {
    let mut target = read("{a: 1}");
    let mut outcome = |patch: &str| {
        strategic_merge::merge(&mut target, &read(patch), Schema::built_in()).unwrap()
    };
    assert_eq!(
        outcome("{$patch: replace, b: 1}"),
        Outcome::Kept {
            changed_selector: false
        }
    );
    assert_eq!(outcome("{$patch: delete}"), Outcome::Deleted);
    assert_eq!(print(&target), "a: 1\n");
}

#[test]
fn a_plain_scalar_forgets_the_quotes_of_a_patch() {
    let mut target = read("{a: 1}");
    for patch in ["{a: \"2\"}", "{a: 3}"] {
        strategic_merge::merge(&mut target, &read(patch), Schema::built_in()).unwrap();
    }
    assert_eq!(print(&target), "a: 3\n");
}

#[test]
fn a_shared_scalar_changes_everywhere() {
    let mut shared = Scalar::string("x");
    shared.shared = NonZeroU32::new(1);
    let shared = Value::Scalar(shared);
    let map: Mapping = [("a", shared.clone()), ("b", shared)].into_iter().collect();
    let mut target = Value::Mapping(map);
    strategic_merge::merge(&mut target, &read("{a: y}"), Schema::built_in()).unwrap();
    assert_eq!(print(&target), "a: y\nb: y\n".replace('y', "\"y\""));
}

#[test]
fn a_custom_schema_has_its_own_keys() {
    let document = "{definitions: {
        Bee: {x-kubernetes-group-version-kind: [{group: my.org, version: v1, kind: Bee}], properties: {spec: {$ref: '#/definitions/Spec'}}},
        Spec: {properties: {hives: {type: array, x-kubernetes-patch-strategy: merge, x-kubernetes-patch-merge-key: id, items: {$ref: '#/definitions/Spec'}},
            loop: {$ref: '#/definitions/Loop'}, list: {type: array, x-kubernetes-list-map-keys: [id]}}},
        Loop: {$ref: '#/definitions/Loop'}}}";
    let schema = Schema::from_openapi(&read(document));
    assert!(schema.of_kind("v1", "Pod").is_none());
    assert!(
        schema
            .of_kind("kustomize.config.k8s.io/v1beta1", "Kustomization")
            .is_some()
    );
    let spec = schema
        .of_kind("my.org/v1", "Bee")
        .unwrap()
        .field("spec")
        .unwrap();
    let hives = spec.field("hives").unwrap();
    assert_eq!(hives.merge_keys().unwrap(), ["id"]);
    assert!(hives.element().unwrap().field("hives").is_some());
    assert!(spec.field("loop").is_none());
    assert!(spec.field("list").unwrap().merge_keys().is_none());
}

/// A long list goes through an index; it must come out as the same elements do that are too few for one.
#[test]
fn long_lists_merge_as_short_ones() {
    let names =
        |range: std::ops::Range<usize>| range.map(|number| format!("{{name: n{number}, x: 1}}"));
    for odd in [
        "{name: n3, y: 2}",
        "{name: n3, y: 2, $patch: delete}",
        "{name: \"\", y: 2}",
        "{y: 2}",
        "null",
        "{name: n3}, {name: n3, y: 3}",
    ] {
        let merge = |count: usize| {
            let target: Vec<_> = names(0..count).collect();
            let patch = format!("{{containers: [{odd}]}}");
            let merged = merged_spec(
                "v1",
                "Pod",
                &format!("{{containers: [{}]}}", target.join(", ")),
                &patch,
            )
            .unwrap();
            let containers = read(&merged)
                .get("containers")
                .unwrap()
                .as_sequence()
                .unwrap()
                .clone();
            let is_common = |item: &&Value| {
                item.get("name")
                    .and_then(Value::text)
                    .is_none_or(|name| name.len() < 3)
            };
            let common: Vec<_> = containers.iter().filter(is_common).map(print).collect();
            common
        };
        assert_eq!(merge(100)[..], merge(10)[..], "{odd}");
    }
}

#[test]
fn three_thousand_levels_fit_on_a_small_stack() {
    let deep = |leaf: i64| {
        let nest = |inner: Value, _| Value::from([("a", inner)].into_iter().collect::<Mapping>());
        (0..3000).fold(Value::from(leaf), nest)
    };
    let run = move || {
        let (mut target, patch) = (deep(1), deep(2));
        strategic_merge::merge(&mut target, &patch, Schema::built_in()).unwrap();
        strategic_merge::merge(&mut target, &read("{b: 1}"), Schema::built_in()).unwrap();
        let patch = JsonPatch::from_json(r#"[{"op":"remove","path":"/b"}]"#).unwrap();
        apply_operations(&patch, &mut target).unwrap();
        assert_eq!(target, deep(2));
    };
    let thread = std::thread::Builder::new().stack_size(3 << 20).spawn(run);
    thread.unwrap().join().unwrap();
}

fn apply_operations(patch: &JsonPatch, target: &mut Value) -> anyhow::Result<()> {
    json_patch::apply(&json_patch::Prepared::of(patch)?, target)
}

fn json_patched(operations: &str) -> anyhow::Result<String> {
    let mut target = read(
        "{kind: Foo, spec: {l: [1, 2, 3], m: {k: v, \"a~b\": 1}, s: str, n: null, f: 1.0, big: 12345678901234567890, q: 'yes'}}",
    );
    let patch = if operations.starts_with('[') {
        JsonPatch::from_json(operations)?
    } else {
        JsonPatch::from_value(&yaml::read_configuration(operations.as_bytes())?.unwrap())?
    };
    apply_operations(&patch, &mut target)?;
    Ok(print(&target))
}

#[test]
fn json_patches_change_what_kustomize_changes() {
    for (operation, path, expected) in [
        ("{op: add, path: /spec/l/1, value: 9}", "l", "[1, 9, 2, 3]"),
        ("{op: add, path: /spec/l/-, value: 9}", "l", "[1, 2, 3, 9]"),
        ("{op: add, path: /spec/l/-1, value: 9}", "l", "[1, 2, 3, 9]"),
        ("{op: add, path: /spec/l/-4, value: 9}", "l", "[9, 1, 2, 3]"),
        ("{op: add, path: /spec/l/01, value: 9}", "l", "[1, 9, 2, 3]"),
        ("{op: add, path: x/spec/s, value: yes}", "s", "true"),
        ("{op: add, path: /spec/s}", "s", "null"),
        ("{op: remove, path: /spec/l/-1}", "l", "[1, 2]"),
        ("{op: replace, path: /spec/zz, value: 1.50}", "zz", "1.5"),
        (
            "{op: move, from: /spec/l/0, path: /spec/l/2}",
            "l",
            "[2, 3, 1]",
        ),
        ("{op: copy, from: /spec/mm, path: /spec/m2}", "m2", "null"),
        (
            "{op: add, path: /spec/m/a~1b~0~2, value: 1}",
            "m",
            "{k: v, \"a~b\": 1, \"a/b~~2\": 1}",
        ),
        ("{op: test, path: /spec/f, value: 1}", "f", "1"),
        (
            "{op: test, path: /spec/zz, value: null}",
            "big",
            "12345678901234567000",
        ),
        (
            "{op: test, path: /spec/big, value: 12345678901234567890}",
            "q",
            "\"yes\"",
        ),
    ] {
        let printed = json_patched(&format!("- {operation}")).unwrap();
        let found = read(&printed).at(&["spec", path]).cloned().unwrap();
        let found = Value::from([("value", found)].into_iter().collect::<Mapping>());
        let expected = canonical(&format!("{{value: {expected}}}"));
        assert_eq!(print(&found), expected, "{operation}");
    }
    assert!(json_patched("[]").unwrap().contains("12345678901234567890"));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn json_patches_fail_in_the_words_of_kustomize() {
    for (operation, expected) in [
        (
            r#"{"op":"add","path":"/spec/q/z","value":1}"#,
            r#"add operation does not apply: doc is missing path: "/spec/q/z": missing value"#,
        ),
        (
            r#"{"op":"add","path":"/spec/l/4","value":1}"#,
            "error in add for path: '/spec/l/4': Unable to access invalid index: 4: invalid index referenced",
        ),
        (
            r#"{"op":"add","path":"/spec/l/foo","value":1}"#,
            r#"error in add for path: '/spec/l/foo': value was not a proper array index: 'foo': strconv.Atoi: parsing "foo": invalid syntax"#,
        ),
        (
            r#"{"op":"remove","path":"/spec/zzz"}"#,
            "error in remove for path: '/spec/zzz': Unable to remove nonexistent key: zzz: missing value",
        ),
        (
            r#"{"op":"remove","path":"spec"}"#,
            r#"remove operation does not apply: doc is missing path: "spec": missing value"#,
        ),
        (
            r#"{"op":"replace","path":"/spec/l/3","value":1}"#,
            "replace operation does not apply: doc is missing key: /spec/l/3: missing value",
        ),
        (
            r#"{"op":"replace","path":"","value":1}"#,
            "replace operation value must be object or array: %!w(<nil>)",
        ),
        (
            r#"{"op":"replace","path":"","value":[]}"#,
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            r#"{"op":"move","from":"/spec/l/9","path":"/x"}"#,
            "error in move for path: '9': Unable to access invalid index: 9: invalid index referenced",
        ),
        (
            r#"{"op":"move","from":"/spec/s","path":"/spec/l/9"}"#,
            "error in move for path: '/spec/l/9': Unable to access invalid index: 9: invalid index referenced",
        ),
        (
            r#"{"op":"copy","from":"/spec/l/9","path":"/x"}"#,
            "error in copy for from: '/spec/l/9': Unable to access invalid index: 9: invalid index referenced",
        ),
        (
            r#"{"op":"copy","from":"/spec/s","path":"/spec/l/9"}"#,
            "error while adding value during copy: Unable to access invalid index: 9: invalid index referenced",
        ),
        (
            r#"{"op":"copy","path":"/x"}"#,
            "copy operation failed to decode from: operation, missing from field: missing value",
        ),
        (
            r#"{"op":"copy","from":5,"path":"/x"}"#,
            "copy operation failed to decode from: json: cannot unmarshal number into Go value of type string",
        ),
        (
            r#"{"op":"move","from":"/spec/s"}"#,
            "move operation failed to decode path: operation missing path field: missing value",
        ),
        (
            r#"{"op":"add"}"#,
            "add operation failed to decode path: missing value",
        ),
        (
            r#"{"op":"test","path":"/spec/s","value":1}"#,
            "testing value /spec/s failed: test failed",
        ),
        (
            r#"{"op":"test","path":"/spec/f","value":1.0}"#,
            "testing value /spec/f failed: test failed",
        ),
        (
            r#"{"op":"test","path":"/zz/y","value":null}"#,
            "test operation does not apply: is missing path: /zz/y: missing value",
        ),
        (
            r#"{"op":"add","path":"/x","value":1e400}"#,
            "json: cannot unmarshal number 1e+400 into Go value of type float64",
        ),
        (r#"{"op":"ADD","path":"/x"}"#, "Unexpected kind: ADD"),
        ("null", "Unexpected kind: unknown"),
    ] {
        let error = json_patched(&format!("[{operation}]")).unwrap_err();
        assert_eq!(error.to_string(), expected, "{operation}");
    }
}

#[test]
fn a_json_patch_needs_an_object_that_json_can_say() {
    for (target, expected) in [
        (
            "{a: {1: x}}",
            "json: unsupported type: map[interface {}]interface {}",
        ),
        ("{a: .inf}", "json: unsupported value: +Inf"),
        (
            "{a: {b: 1, b: 2}}",
            "yaml: unmarshal errors: mapping key \"b\" already defined",
        ),
    ] {
        let patch = JsonPatch::from_json(r#"[{"op":"add","path":"/x","value":1}]"#).unwrap();
        let error = apply_operations(&patch, &mut read(target)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
