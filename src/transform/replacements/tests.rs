//! What kustomize 5.8.1 prints for replacements.

use super::*;
use crate::kustomization::decode::{Rules, decode};
use crate::model::{NO_NAMESPACE, Resource, Scalar, Value};
use crate::yaml::{read_configuration, read_documents, write};

fn resources(text: &str) -> ResMap {
    let mut resources = ResMap::default();
    for document in read_documents(text.as_bytes()).unwrap() {
        resources.push(Resource::new(document.value)).unwrap();
    }
    resources
}

fn replacements(text: &str) -> Vec<Replacement> {
    let value = read_configuration(text.as_bytes()).unwrap().unwrap();
    let entries = value.as_sequence().unwrap();
    entries
        .iter()
        .map(|entry| decode(entry, Rules::Kustomization).unwrap())
        .collect()
}

fn run(objects: &str, entries: &str) -> Result<ResMap> {
    let mut resources = resources(objects);
    apply(&mut resources, &replacements(entries)).map(|()| resources)
}

fn printed(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text).unwrap();
    text
}

/// The `spec` of an object after a value was written to a field of it.
fn written(spec: &str, value: &str, path: &str, options: &str) -> Result<String> {
    let objects = format!(
        "{{apiVersion: x/v1, kind: Foo, metadata: {{name: dst}}}}\n---\napiVersion: x/v1\nkind: Bar\nmetadata: {{name: b}}\nspec: {spec}\n"
    );
    let entries = format!(
        "- sourceValue: {value:?}\n  targets: [{{select: {{kind: Bar}}, fieldPaths: [{path:?}], options: {{{options}}}}}]\n"
    );
    let resources = run(&objects, &entries)?;
    let bar = resources.iter().nth(1).unwrap();
    Ok(printed(bar.value().get("spec").unwrap()))
}

const SPEC: &str = r#"{s: str, q: "q", n: 7, nul: null, m: {a: 1}, e: [], l: [a, "b"], lm: [{name: a, v: x}, {name: ab, v: y}], mixed: [a, {name: a}]}"#;

fn changes(path: &str, options: &str) -> Result<String> {
    let before = written(SPEC, "hello", "s", "create: true").map(|_| {
        let value = read_documents(SPEC.as_bytes()).unwrap().remove(0).value;
        printed(&value)
    })?;
    let after = written(SPEC, "hello", &format!("spec.{path}"), options)?;
    let before: Vec<_> = before.lines().collect();
    Ok(after
        .lines()
        .filter(|line| !before.contains(line))
        .collect::<Vec<_>>()
        .join("|"))
}

#[test]
fn targets_are_found_and_made() {
    for (path, create, expected) in [
        ("s", false, "s: hello"),
        ("m", false, "m: hello"),
        ("l.0", false, "- hello"),
        ("l.2", true, "- hello"),
        ("l.[=b]", false, "- hello"),
        // What follows an element that is a value itself is ignored.
        ("l.[=a].0.x", false, "- hello"),
        ("lm.[name=a].v", false, "  v: hello|  v: hello"),
        ("lm.[name=^a$].v", false, "  v: hello"),
        ("lm.[name=zz].v", true, "- name: zz|  v: hello"),
        ("lm.*.w", true, "  w: hello|  w: hello"),
        ("mixed.[=a]", false, "- hello|- hello"),
        ("e.0", true, "e:|- hello"),
        ("new.a", true, "new:|  a: hello"),
        ("new.0.a", true, "new:|- a: hello"),
        ("new.[a=b].c", true, "new:|- a: b|  c: hello"),
        ("m.-", true, "  '-': hello"),
        // Kustomize makes fields below a null, but does not put them into the object.
        ("nul.a", true, ""),
        ("nul.0", true, ""),
    ] {
        let options = format!("create: {create}");
        assert_eq!(changes(path, &options).unwrap(), expected, "{path}");
    }
}

#[test]
fn targets_that_are_not_there_fail_with_the_cause() {
    for (path, create, cause) in [
        ("zz", false, ""),
        ("new.0", false, ""),
        ("lm.[name=zz].v", false, ""),
        ("nul.a", false, ""),
        (
            "l.9",
            false,
            ": index 9 specified but only 2 elements found",
        ),
        (
            "new.1",
            true,
            ": index 1 specified but only 0 elements found",
        ),
        (
            "s.x",
            true,
            ": wrong node kind: expected MappingNode but got ScalarNode: node contents:\nstr",
        ),
        (
            "m.*",
            true,
            ": wrong node kind: expected SequenceNode but got MappingNode: node contents:\na: 1",
        ),
        (
            "e.-",
            true,
            ": wrong node kind: expected MappingNode but got SequenceNode: node contents:\n[]",
        ),
        (
            "[m].x",
            true,
            ": list path element must contain fieldName=fieldValue for element to match",
        ),
        // Kustomize does not come to an end here.
        (
            "lm.[name=^q$].v",
            true,
            ": list element `[name=^q$]` does not match what is made for it",
        ),
    ] {
        let error = changes(path, &format!("create: {create}")).unwrap_err();
        let find = if create { "find or create" } else { "find" };
        let expected =
            format!("unable to {find} field \"spec.{path}\" in replacement target{cause}");
        assert_eq!(format!("{error:#}"), expected);
    }
}

#[test]
fn a_scalar_keeps_its_type_and_a_made_field_has_none() {
    for (path, value, expected) in [
        ("spec.s", "7", "s: \"7\""),
        ("spec.q", "true", "q: \"true\""),
        ("spec.n", "8", "\"n\": 8"),
        ("spec.new", "8", "new: 8"),
        ("spec.new", "", "new: \"\""),
        ("spec.s", "", "s: \"\""),
        ("spec.m", "42", "m: 42"),
    ] {
        let text = written(SPEC, value, path, "create: true").unwrap();
        assert!(text.lines().any(|line| line == expected), "{path}: {text}");
    }
    let objects = "{kind: A, metadata: {name: a}, m: {x: \"1\"}}\n---\n{kind: B, metadata: {name: b}, s: x, l: [1]}\n";
    let entries = "[{source: {kind: A, fieldPath: m}, targets: [{select: {kind: B}, fieldPaths: [s, l, new], options: {create: true}}]}]";
    let resources = run(objects, entries).unwrap();
    let b = resources.iter().nth(1).unwrap().value();
    assert_eq!(printed(b.get("s").unwrap()), "\"\"\n");
    assert_eq!(printed(b.get("l").unwrap()), "x: \"1\"\n");
    assert_eq!(printed(b.get("new").unwrap()), "x: \"1\"\n");
}

#[test]
fn a_delimiter_cuts_the_text_of_the_target() {
    for (text, delimiter, index, expected) in [
        ("a:b:c", ":", 0, "h:b:c"),
        ("a:b", ":", -1, "h:a:b"),
        ("a:b", ":", 99, "a:b:h"),
        ("a:b:c", ":", 1, "a:h:c"),
        ("abc", "-", 0, "h"),
        ("", "-", 7, "-h"),
    ] {
        let options = format!("delimiter: {delimiter:?}, index: {index}");
        let text = written(&format!("{{s: {text:?}}}"), "h", "spec.s", &options).unwrap();
        assert_eq!(text, format!("s: {expected}\n"));
    }
    let error = written("{s: {}}", "h", "spec.s", "delimiter: x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "delimiter option can only be used with scalar nodes"
    );
}

/// What a source is found to be, as the text that it gives another object.
fn sourced(source: &str) -> Result<String> {
    let object = r#"{apiVersion: v1, kind: A, metadata: {name: a}, s: a-b-c, nul: null, m: {}, e: "", l: [x, "y"], lm: [{name: a, v: 1}, {name: ab, v: 2}]}"#;
    let objects = format!("{object}\n---\n{{apiVersion: v1, kind: B, metadata: {{name: b}}}}\n");
    let resources = run(
        &objects,
        &format!(
            "[{{source: {{{source}}}, targets: [{{select: {{name: b}}, fieldPaths: [out], options: {{create: true}}}}]}}]"
        ),
    )?;
    let out = resources.iter().nth(1).unwrap().value().get("out").unwrap();
    Ok(out.as_scalar().unwrap().text.to_string())
}

#[test]
fn sources_are_found_exactly() {
    for (source, expected) in [
        ("kind: A", "a"),
        ("name: a, fieldPath: s", "a-b-c"),
        ("name: a, fieldPath: .s", "a-b-c"),
        ("kind: A, namespace: default, fieldPath: l.-", "y"),
        ("kind: A, fieldPath: 'lm.[name=a].v'", "1"),
        ("kind: A, fieldPath: e", ""),
        (
            "kind: A, fieldPath: s, options: {delimiter: '-', index: 2}",
            "c",
        ),
    ] {
        assert_eq!(sourced(source).unwrap(), expected, "{source}");
    }
}

#[test]
fn sources_that_are_not_there_fail() {
    for (source, expected) in [
        (
            "kind: A, fieldPath: s, options: {delimiter: '-', index: 5}",
            "options.index 5 is out of bounds for value a-b-c",
        ),
        (
            "kind: A, fieldPath: m",
            "fieldPath `m` is missing for replacement source A.[noVer].[noGrp]/[noName].[noNs]",
        ),
        (
            "kind: A, fieldPath: 'lm.[name=^a].v'",
            "fieldPath `lm.[name=^a].v` is missing for replacement source A.[noVer].[noGrp]/[noName].[noNs]",
        ),
        (
            "kind: A, fieldPath: nul.x",
            "fieldPath `nul.x` is missing for replacement source A.[noVer].[noGrp]/[noName].[noNs]",
        ),
        (
            "kind: A, fieldPath: 'l.*'",
            "error looking up replacement source: wildcard is not supported in PathGetter",
        ),
        (
            "kind: A, fieldPath: l.-1",
            "error looking up replacement source: array index -1 cannot be negative",
        ),
        (
            "kind: Nope, fieldPath: data.x",
            "nothing selected by Nope.[noVer].[noGrp]/[noName].[noNs]:data.x",
        ),
        (
            "kind: Nope, fieldPath: x, options: {delimiter: '-', index: 1}",
            "nothing selected by Nope.[noVer].[noGrp]/[noName].[noNs]:x:-(1), create=false",
        ),
        (
            "version: v1",
            "multiple matches for selector [noKind].v1.[noGrp]/[noName].[noNs]",
        ),
    ] {
        assert_eq!(format!("{:#}", sourced(source).unwrap_err()), expected);
    }
}

#[test]
fn an_entry_that_says_too_little_or_too_much_fails() {
    for (entry, expected) in [
        (
            "sourceValue: x",
            "replacements must specify a source and at least one target",
        ),
        (
            "targets: [{select: {}}]",
            "replacements must specify a source and at least one target",
        ),
        (
            "sourceValue: x, source: {kind: A}, targets: [{select: {}}]",
            "value and resource selectors are mutually exclusive",
        ),
        (
            "sourceValue: x, targets: [{fieldPaths: [a]}]",
            "target must specify resources to select",
        ),
    ] {
        let error = run("{kind: A, metadata: {name: a}}", &format!("[{{{entry}}}]")).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn documents_in_strings_are_edited() {
    let json = |expected: &str| expected.to_owned();
    for (text, path, value, expected) in [
        (
            r#"{"z": "<", "a": {"b": "c"}, "l": [{"n": 1.0}]}"#,
            "a.b",
            "new",
            json(r#"{"a":{"b":"new"},"l":[{"n":1}],"z":"\u003c"}"#),
        ),
        (
            "{\n  \"a\": {\"b\": \"c\"}, \"e\": {}, \"l\": [1, \"]\\\"\"]\n}\n",
            "a.b",
            "new",
            json(
                "{\n  \"a\": {\n    \"b\": \"new\"\n  },\n  \"e\": {},\n  \"l\": [\n    1,\n    \"]\\\"\"\n  ]\n}",
            ),
        ),
        // What JSON cannot say is left as it is.
        (
            r#"{"a": {"b": 1}}"#,
            "a.b",
            "new",
            json(r#"{"a": {"b": 1}}"#),
        ),
        (
            r#"{"a": {"b": null}}"#,
            "a.b",
            "",
            json(r#"{"a":{"b":""}}"#),
        ),
        (r#"{"a": {}}"#, "a.b", "", json(r#"{"a":{"b":""}}"#)),
        (
            "a:\n    b: c # comment\nl:\n  - \"1\"\n",
            "a.b",
            "new",
            json("a:\n  b: new # comment\nl:\n- \"1\""),
        ),
        ("a: {b: 5}", "a.b", "new", json("a: {b: !!int new}")),
        ("a: {b: }", "a.c.0", "new", json("a: {b: '', c: [new]}")),
        (
            "a: [{k: v}]",
            "a.[k=w].x",
            "new",
            json("a: [{k: v}, {k: w, x: new}]"),
        ),
        ("a: 1\n---\nb: 2", "a", "3", json("a: 3")),
    ] {
        let spec = format!("{{doc: {}}}", printed_json(text));
        let after = written(&spec, value, &format!("spec.doc.{path}"), "create: true").unwrap();
        let after = read_documents(after.as_bytes()).unwrap().remove(0).value;
        assert_eq!(after.get("doc").and_then(Value::text).unwrap(), &expected);
    }
}

fn printed_json(text: &str) -> String {
    let mut out = String::new();
    crate::yaml::json::write_string(text, &mut out);
    out
}

#[test]
fn the_source_is_read_anew_while_its_own_object_is_edited() {
    let object = "{kind: A, metadata: {name: a, labels: {app: db}}, s: x.y}";
    for (entry, field, expected) in [
        (
            "source: {kind: A, fieldPath: metadata.labels}, targets: [{select: {kind: A}, fieldPaths: [metadata.labels.new], options: {create: true}}]",
            "metadata",
            "labels:\n  app: db\n  new:\n    app: db\n    new: {}\nname: a\n",
        ),
        (
            "source: {kind: A, fieldPath: metadata.labels.app}, targets: [{select: {kind: A}, fieldPaths: [metadata.labels.app, s], options: {delimiter: ., index: 1}}]",
            "s",
            "x.db.db\n",
        ),
    ] {
        let resources = run(object, &format!("[{{{entry}}}]")).unwrap();
        let value = resources.iter().next().unwrap().value().get(field).unwrap();
        assert_eq!(printed(value), expected);
    }
}

#[test]
fn scalars_that_share_a_node_change_together() {
    let mut resources =
        resources("{kind: A, metadata: {name: a, labels: {app: x}}, selector: {app: x}}");
    let slot = resources.slots().next().unwrap();
    resources.edit(slot, |resource| {
        let group = resource.new_groups(1);
        resource
            .value_mut()
            .for_each_scalar(&mut |scalar: &mut Scalar| {
                if scalar.text == "x" {
                    scalar.shared = Some(group);
                }
            });
    });
    let entries =
        "[{sourceValue: web, targets: [{select: {kind: A}, fieldPaths: [metadata.labels.app]}]}]";
    apply(&mut resources, &replacements(entries)).unwrap();
    let value = resources.get(slot).value();
    assert_eq!(
        value
            .at(&["selector", "app"])
            .and_then(Value::text)
            .unwrap(),
        "web"
    );
}

#[test]
fn targets_are_selected_by_raw_namespaces_and_rejected_by_labels_alone() {
    let objects = "{apiVersion: v1, kind: C, metadata: {name: c1, labels: {a: b}}, k: o, m: o}\n---\n{apiVersion: v1, kind: C, metadata: {name: c2}, k: o, m: o}\n---\n{apiVersion: v1, kind: C, metadata: {name: c3, namespace: default}, k: o, m: o}\n";
    let entries = format!(
        "- sourceValue: xx\n  targets: [{{select: {{kind: C}}, reject: [{{name: zzz, labelSelector: a=b}}, {{}}], fieldPaths: [k]}}]\n- sourceValue: yy\n  targets: [{{select: {{kind: C, namespace: default}}, fieldPaths: [m]}}, {{select: {{namespace: {NO_NAMESPACE}}}, fieldPaths: [nope]}}]\n"
    );
    let resources = run(objects, &entries).unwrap();
    let fields: Vec<_> = resources
        .iter()
        .map(|resource| {
            ["k", "m"].map(|key| {
                resource
                    .value()
                    .get(key)
                    .and_then(Value::text)
                    .unwrap()
                    .to_string()
            })
        })
        .collect();
    assert_eq!(fields, [["o", "o"], ["xx", "o"], ["xx", "yy"]]);
}
