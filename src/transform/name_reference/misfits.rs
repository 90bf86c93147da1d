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

/// Whether a text may stand on the way to a name, or something else in the place of one. What is suspicious need not be wrong.
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
            is_on_the_way(key) && (depth == 0 || is_suspicious(value, depth - 1))
        }),
    }
}

fn is_on_the_way(key: &str) -> bool {
    ON_THE_WAY.binary_search(&key).is_ok()
}

fn is_name(key: &str) -> bool {
    key == "name" || key.ends_with("Name")
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
            .flat_map(|reference| &reference.field_specs)
            .flat_map(|spec| {
                spec.path
                    .segments()
                    .split_last()
                    .map_or(&[][..], |(_, way)| way)
            })
            .map(|segment| segment.key.as_str())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys, ON_THE_WAY);
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
            ("data: {spec: x}", false),
            ("spec: x", true),
        ] {
            let documents = yaml::read_documents(text.as_bytes()).unwrap();
            assert_eq!(are_possible(&documents[0].value), expected, "{text}");
        }
    }
}
