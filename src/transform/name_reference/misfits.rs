//! Whether the fields that refer to others have the shape for it: a quick look that needs none of the tables.

use crate::model::Value;

/// The fields that lie on the way to a name.
const ON_THE_WAY: [&str; 36] = [
    "annotations",
    "azureFile",
    "backend",
    "clientConfig",
    "configMap",
    "configMapKeyRef",
    "configMapRef",
    "configSource",
    "containers",
    "defaultBackend",
    "env",
    "envFrom",
    "http",
    "imagePullSecrets",
    "initContainers",
    "jobTemplate",
    "metadata",
    "parameters",
    "paths",
    "persistentVolumeClaim",
    "projected",
    "roleRef",
    "rules",
    "scaleTargetRef",
    "secret",
    "secretKeyRef",
    "secretRef",
    "service",
    "sources",
    "spec",
    "template",
    "tls",
    "valueFrom",
    "volumeClaimTemplates",
    "volumes",
    "webhooks",
];

/// Deeper no name lies.
const DEEPEST: usize = 32;

/// Whether a text may stand on the way to a name, or something else in the place of one or of a reference. What is suspicious
/// need not be wrong.
pub(super) fn are_possible(object: &Value) -> bool {
    is_suspicious(object, DEEPEST)
}

fn is_suspicious(value: &Value, depth: usize) -> bool {
    match value {
        Value::Scalar(scalar) => !scalar.is_null(),
        Value::Sequence(items) => {
            depth == 0 || items.iter().any(|item| is_suspicious(item, depth - 1))
        }
        Value::Mapping(map) => map.iter().any(|(key, value)| {
            if is_name(key) {
                return value.as_scalar().is_none();
            }
            is_reference(key) && is_no_reference(value)
                || is_on_the_way(key) && (depth == 0 || is_suspicious(value, depth - 1))
        }),
    }
}

/// Whether something is neither names nor maps with a name (spec 04 R11).
fn is_no_reference(value: &Value) -> bool {
    let has_no_name = |value: &Value| {
        let map = value.as_mapping();
        map.is_some_and(|map| !map.contains_key("name"))
    };
    match value {
        Value::Sequence(items) => items
            .iter()
            .any(|item| item.as_sequence().is_some() || has_no_name(item)),
        value => has_no_name(value),
    }
}

fn is_on_the_way(key: &str) -> bool {
    ON_THE_WAY.binary_search(&key).is_ok()
}

fn is_name(key: &str) -> bool {
    key == "name" || key.ends_with("Name")
}

/// Whether a key other than those of names is the last on the way.
fn is_reference(key: &str) -> bool {
    matches!(
        key,
        "configMap"
            | "ingress.kubernetes.io/auth-secret"
            | "nginx.ingress.kubernetes.io/auth-secret"
            | "nginx.ingress.kubernetes.io/auth-tls-secret"
            | "nginx.ingress.kubernetes.io/fastcgi-params-configmap"
            | "resourceNames"
            | "secretRef"
            | "service"
            | "subjects"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::config::TransformerConfig;
    use crate::yaml;

    #[test]
    fn the_fields_are_those_of_the_table() {
        let mut keys: Vec<_> = TransformerConfig::BuiltIn
            .tables()
            .name_reference
            .iter()
            .flat_map(|reference| &*reference.field_specs)
            .flat_map(|spec| {
                spec.path
                    .segments()
                    .split_last()
                    .map_or(&[][..], |(_, way)| way)
            })
            .map(|segment| &*segment.key)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys, ON_THE_WAY);
    }

    #[test]
    fn the_last_fields_are_those_of_the_table() {
        let tables = TransformerConfig::BuiltIn.tables();
        let mut specs = tables
            .name_reference
            .iter()
            .flat_map(|reference| &*reference.field_specs);
        let unknown = specs.find(|spec| {
            let last = spec.path.segments().last();
            last.is_none_or(|last| !is_name(&last.key) && !is_reference(&last.key))
        });
        assert_eq!(unknown, None);
    }

    #[test]
    fn texts_on_the_way_and_maps_at_its_end_are_suspicious() {
        for (text, expected) in [
            (
                "spec: {template: {spec: {containers: [{env: [{name: a, value: x}]}]}}}",
                false,
            ),
            ("spec: {template: {spec: {containers: [x]}}}", true),
            (
                "spec: {template: {spec: {containers: [null], volumes: null}}}",
                false,
            ),
            (
                "spec: {containers: [{envFrom: [{configMapRef: {name: {}}}]}]}",
                true,
            ),
            ("rules: [{resourceNames: [x]}]", false),
            ("rules: [{resourceNames: [[]]}]", true),
            ("rules: [{resourceNames: {a: x}}]", true),
            ("subjects: [{name: x, kind: y}]", false),
            ("subjects: [{kind: y}]", true),
            ("spec: {configSource: {configMap: {a: x}}}", true),
            ("data: {spec: x}", false),
            ("spec: x", true),
        ] {
            let documents = yaml::read_documents(text.as_bytes()).unwrap();
            assert_eq!(are_possible(&documents[0].value), expected, "{text}");
        }
    }
}
