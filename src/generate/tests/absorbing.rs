use super::*;
use crate::model::{Behavior, ResMap};

#[test]
fn merging_joins_data_and_metadata_and_keeps_name_and_history() {
    let mut resources = ResMap::default();
    let base = "{name: cm, literals: [a=1, b=2], options: {labels: {base: '1', a: base}, immutable: true}}";
    let slot = resources
        .push(make("ConfigMap", base, &Files::default()).unwrap())
        .unwrap();
    resources.edit(slot, |resource| {
        resource.remember_id();
        resource.prefixes.push("b-".into());
        let metadata = resource.value_mut().get_mut("metadata").unwrap();
        metadata
            .as_mapping_mut()
            .unwrap()
            .insert("name", Value::string("b-cm"));
    });
    let overlay = "{name: cm, namespace: default, behavior: merge, literals: [b=over, c=3], options: {labels: {a: local}}}";
    absorb(
        &mut resources,
        make("ConfigMap", overlay, &Files::default()).unwrap(),
    )
    .unwrap();
    let merged = resources.get(slot);
    let expected = r#"apiVersion: v1
data:
  a: "1"
  b: over
  c: "3"
kind: ConfigMap
metadata:
  labels:
    a: local
    base: "1"
  name: b-cm
"#;
    assert_eq!(printed(merged), expected);
    assert!(merged.needs_hash);
    assert_eq!(merged.behavior, Behavior::Unspecified);
    assert_eq!(merged.original_id().name, "cm");
    assert_eq!(merged.prefixes.as_slice(), ["b-"]);
    assert_eq!(content_hash(merged).unwrap(), "54d8kc9t4d");
}

#[test]
fn objects_from_files_lose_what_a_generator_does_not_know() {
    let old = "{apiVersion: v1, kind: ConfigMap, metadata: {name: 5, finalizers: [f], labels: {x: 1, y: null, z: [1]}}, \
               data: {i: 0x10, u: null, m: {a: b}}, binaryData: {i: x}, immutable: true}";
    for (behavior, data) in [
        (
            "merge",
            "binaryData:\n  i: x\ndata:\n  a: b\n  i: \"0x10\"\n  m: \"\"\n  u: \"\"\n",
        ),
        ("replace", "data:\n  a: b\n"),
    ] {
        let mut resources = ResMap::default();
        resources.push(read(old)).unwrap();
        let entry = format!("{{name: '5', behavior: {behavior}, literals: [a=b]}}");
        absorb(
            &mut resources,
            make("ConfigMap", &entry, &Files::default()).unwrap(),
        )
        .unwrap();
        let result = resources.iter().next().unwrap();
        assert!(!result.needs_hash);
        let expected = format!(
            "apiVersion: v1\n{data}kind: ConfigMap\nmetadata:\n  labels:\n    x: \"1\"\n    \"y\": \"null\"\n    z: \"\"\n  name: \"5\"\n"
        );
        assert_eq!(printed(result), expected);
    }
}

#[test]
fn a_behavior_that_does_not_fit_is_refused() {
    let generate = |behavior: &str| {
        let entry = format!("{{name: cm, behavior: {behavior}, literals: [a=b]}}");
        make("ConfigMap", &entry, &Files::default()).unwrap()
    };
    let mut resources = ResMap::default();
    let refused = absorb(&mut resources, generate("merge")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "merging from generator: id ConfigMap.v1.[noGrp]/cm.[noNs] does not exist; cannot merge or replace"
    );
    absorb(&mut resources, generate("foo")).unwrap();
    for (behavior, word) in [("create", "create"), ("Merge", "unspecified")] {
        let refused = absorb(&mut resources, generate(behavior)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "merging from generator: id ConfigMap.v1.[noGrp]/cm.[noNs] exists; can not use behavior: '{word}', behavior must be merge or replace"
            )
        );
    }
}

#[test]
fn an_ambiguous_name_is_refused() {
    let mut resources = ResMap::default();
    for name in ["x-cm", "y-cm"] {
        let mut resource = make("ConfigMap", "{name: cm}", &Files::default()).unwrap();
        resource.remember_id();
        let metadata = resource.value_mut().get_mut("metadata").unwrap();
        metadata
            .as_mapping_mut()
            .unwrap()
            .insert("name", Value::string(name));
        resource.refresh_id();
        resources.push(resource).unwrap();
    }
    let generated = make(
        "ConfigMap",
        "{name: cm, behavior: merge}",
        &Files::default(),
    )
    .unwrap();
    let refused = absorb(&mut resources, generated).unwrap_err();
    assert_eq!(
        refused.to_string(),
        r#"merging from generator: found multiple objects [{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x-cm"}} {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"y-cm"}}] that could accept merge of ConfigMap.v1.[noGrp]/cm.[noNs]"#
    );
}
