//! Configurations of built-in plugins, and what changes the tables of transformers and schemas.

use super::{Generator, Known};
use crate::node::Node;
use crate::tree::Content;

type Fields = Vec<(&'static str, Node)>;

const CRDS: &str = r#"{"example.com/v1.Foo": {"Schema": {"properties": {"apiVersion": {}, "kind": {}, "metadata": {}, "spec": {"$ref": "FooSpec"},
"template": {"x-kubernetes-annotation": ""}}}}, "FooSpec": {"Schema": {"properties": {"ref": {"x-kubernetes-object-ref-api-version": "v1",
"x-kubernetes-object-ref-kind": "Secret", "x-kubernetes-object-ref-name-key": "n"}, "main": {"x-kubernetes-identity": ""}, "tier": {"x-kubernetes-label-selector": ""}}}}}
"#;

const OPENAPI: &str = r##"{"definitions": {"v1.Foo": {"x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Foo"}], "type": "object",
"properties": {"containers": {"type": "array", "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name", "items": {"$ref": "#/definitions/c"}},
"spec": {"additionalProperties": {"type": "array", "items": {"type": "string"}, "x-kubernetes-patch-strategy": "merge"}}}}, "c": {"type": "object", "properties": {}}},
"paths": {"/apis/example.com/v1beta1/bars": {"get": {"x-kubernetes-group-version-kind": {"group": "example.com", "version": "v1beta1", "kind": "Bar"}}}}}
"##;

const TRANSFORMERS: [&str; 14] = [
    "PrefixTransformer",
    "SuffixTransformer",
    "PrefixSuffixTransformer",
    "LabelTransformer",
    "AnnotationsTransformer",
    "NamespaceTransformer",
    "ImageTagTransformer",
    "ReplicaCountTransformer",
    "PatchTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "ReplacementTransformer",
    "ValueAddTransformer",
    "HashTransformer",
];

impl Generator {
    pub(super) fn tables(&mut self, dir: &str, fields: &mut Fields) {
        for (field, text) in [("crds", CRDS), ("openapi", OPENAPI)] {
            if self.wants(field) {
                self.tree.files.insert(
                    format!("{dir}/{field}.json"),
                    Content::Lines(vec![text.to_string()]),
                );
                let path = Node::string(format!("{field}.json"));
                fields.push((
                    field,
                    if field == "crds" {
                        Node::list(vec![path])
                    } else {
                        Node::map([("path", path)])
                    },
                ));
            }
        }
        if self.wants("configurations") {
            let configuration = self.configuration();
            self.tree.files.insert(
                format!("{dir}/configuration.yaml"),
                Content::Yaml(vec![configuration]),
            );
            fields.push((
                "configurations",
                Node::list(vec![Node::string("configuration.yaml")]),
            ));
        }
        if self.wants("buildMetadata") {
            let options = [
                "managedByLabel",
                "originAnnotations",
                "transformerAnnotations",
            ];
            let chosen: Vec<Node> = options
                .into_iter()
                .filter(|_| self.random.chance(60))
                .map(Node::string)
                .collect();
            fields.push(("buildMetadata", Node::list(chosen)));
        }
    }

    fn configuration(&mut self) -> Node {
        let mut configuration = Node::map([]);
        for (field, paths) in [
            ("namePrefix", ["spec/main", "spec/serviceName"]),
            ("nameSuffix", ["spec/main", "data/alpha"]),
            ("namespace", ["spec/ns", "spec/scaleTargetRef/namespace"]),
            ("commonLabels", ["spec/extra/labels", "spec/podLabels"]),
            ("labels", ["spec/extra/labels", "spec/podLabels"]),
            (
                "templateLabels",
                ["spec/template/spec/nodeSelector", "spec/podLabels"],
            ),
            (
                "commonAnnotations",
                ["spec/extra/annotations", "template/annotations"],
            ),
            ("images", ["spec/main", "spec/image"]),
            ("replicas", ["spec/size", "spec/replicas"]),
            ("varReference", ["data", "spec/main"]),
        ] {
            if self.random.chance(25) {
                let mut spec = self.field_spec();
                spec.set("path", Node::string(*self.random.pick(&paths)));
                configuration.set(field, Node::list(vec![spec]));
            }
        }
        if self.random.chance(40) || configuration == Node::map([]) {
            let kind = *self
                .random
                .pick(&["Foo", "ConfigMap", "Service", "Deployment"]);
            let spec = Node::map([
                ("kind", Node::string("Foo")),
                (
                    "path",
                    Node::string(
                        *self
                            .random
                            .pick(&["spec/main", "spec/ref/name", "spec/alpha"]),
                    ),
                ),
            ]);
            configuration.set(
                "nameReference",
                Node::list(vec![Node::map([
                    ("kind", Node::string(kind)),
                    ("fieldSpecs", Node::list(vec![spec])),
                ])]),
            );
        }
        configuration
    }

    pub(super) fn plugin_fields(&mut self, dir: &str, fields: &mut Fields, scope: &[Known]) {
        let unique: Vec<Known> = scope
            .iter()
            .filter(|known| known.is_unique)
            .cloned()
            .collect();
        if unique.is_empty() {
            return;
        }
        if self.wants("transformers") {
            let configurations = (0..self.random.between(1, 2))
                .map(|_| self.transformer(&unique))
                .collect();
            let entries = self.plugin_entries(dir, configurations);
            fields.push(("transformers", entries));
        }
        if self.wants("validators") {
            let mut configuration = self.plugin("PatchTransformer");
            configuration.set("target", Node::map([("name", Node::string("nothing"))]));
            configuration.set(
                "patch",
                Node::Json(Box::new(Node::list(vec![Node::map([
                    ("op", Node::string("remove")),
                    ("path", Node::string("/x")),
                ])]))),
            );
            let entries = self.plugin_entries(dir, vec![configuration]);
            fields.push(("validators", entries));
        }
    }

    pub(super) fn generator_plugins(
        &mut self,
        dir: &str,
        fields: &mut Fields,
        scope: &mut Vec<Known>,
    ) {
        if !self.wants("generators") {
            return;
        }
        let kind = *self.random.pick(&["ConfigMap", "Secret"]);
        let mut configuration = self.plugin(&format!("{kind}Generator"));
        let name = configuration
            .get("metadata")
            .and_then(|metadata| metadata.get("name"))
            .cloned()
            .unwrap_or_else(|| Node::plain("x"));
        let mut object = Node::map([
            ("apiVersion", Node::string("v1")),
            ("kind", Node::string(kind)),
        ]);
        object.set("metadata", Node::map([("name", name)]));
        configuration.set(
            "literals",
            Node::list(vec![Node::string("a=1"), Node::string("b=two")]),
        );
        if self.random.chance(30) {
            let options = self.generator_options();
            configuration.set("options", options);
        }
        scope.push(Known {
            object,
            is_unique: true,
            is_generated: true,
        });
        let entries = self.plugin_entries(dir, vec![configuration]);
        fields.push(("generators", entries));
    }

    fn plugin(&mut self, kind: &str) -> Node {
        let number = self.next_number();
        Node::map([
            ("apiVersion", Node::string("builtin")),
            ("kind", Node::string(kind)),
            (
                "metadata",
                Node::map([("name", Node::string(format!("plugin{number}")))]),
            ),
        ])
    }

    /// The configurations inline, in a file or in a folder with a kustomization.
    pub(super) fn plugin_entries(&mut self, dir: &str, configurations: Vec<Node>) -> Node {
        let number = self.next_number();
        let entry = if self.wants("plugin folder") {
            let kustomization =
                Node::map([("resources", Node::list(vec![Node::string("t.yaml")]))]);
            self.tree.files.insert(
                format!("{dir}/t{number}/kustomization.yaml"),
                Content::Yaml(vec![kustomization]),
            );
            self.tree.files.insert(
                format!("{dir}/t{number}/t.yaml"),
                Content::Yaml(configurations),
            );
            Node::string(format!("t{number}"))
        } else if self.wants("plugin file") {
            self.tree.files.insert(
                format!("{dir}/t{number}.yaml"),
                Content::Yaml(configurations),
            );
            Node::string(format!("t{number}.yaml"))
        } else {
            Node::Embedded(configurations)
        };
        Node::list(vec![entry])
    }

    fn specs(&mut self, paths: &[&str]) -> Node {
        let mut specs = Vec::new();
        for path in paths {
            let mut spec = Node::map([("path", Node::string(*path))]);
            if self.random.chance(80) {
                spec.set("create", Node::plain("true"));
            }
            if self.random.chance(25) {
                spec.set(
                    "kind",
                    Node::string(*self.random.pick(&["ConfigMap", "Deployment", "Foo"])),
                );
            }
            specs.push(spec);
        }
        Node::list(specs)
    }

    fn transformer(&mut self, unique: &[Known]) -> Node {
        let known = self.random.pick(unique).clone();
        let kind = *self.random.pick(&TRANSFORMERS);
        let mut node = self.plugin(kind);
        match kind {
            "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
                self.affix_transformer(kind, &mut node);
            }
            "LabelTransformer" => self.metadata_transformer("labels", &mut node),
            "AnnotationsTransformer" => self.metadata_transformer("annotations", &mut node),
            "NamespaceTransformer" => self.namespace_transformer(&mut node),
            "ImageTagTransformer" => {
                node.set("imageTag", self.image_entry());
                let specs = self.specs(&["spec/template/spec/containers[]/image"]);
                node.set("fieldSpecs", specs);
            }
            "ReplicaCountTransformer" => {
                node.set(
                    "replica",
                    Node::map([
                        ("name", Node::string(known.name())),
                        ("count", Node::plain("4")),
                    ]),
                );
                let specs = Node::list(vec![Node::map([
                    ("path", Node::string("spec/replicas")),
                    ("create", Node::plain("true")),
                    ("kind", Node::string(known.kind())),
                ])]);
                node.set("fieldSpecs", specs);
            }
            "ReplacementTransformer" => {
                let replacement = self.replacement(unique);
                node.set("replacements", Node::list(vec![replacement]));
            }
            "ValueAddTransformer" => {
                node.set("value", Node::string("added"));
                let target = Node::map([(
                    "fieldPath",
                    Node::string(
                        *self
                            .random
                            .pick(&["metadata/annotations/added", "spec/extra"]),
                    ),
                )]);
                node.set("targets", Node::list(vec![target]));
            }
            _ => self.patch_transformer(kind, &known, &mut node),
        }
        node
    }

    fn affix_transformer(&mut self, kind: &str, node: &mut Node) {
        if kind != "SuffixTransformer" {
            node.set("prefix", Node::string("t-"));
        }
        if kind != "PrefixTransformer" {
            node.set("suffix", Node::string("-t"));
        }
        let specs = self.specs(&["metadata/name"]);
        node.set("fieldSpecs", specs);
    }

    fn metadata_transformer(&mut self, field: &str, node: &mut Node) {
        node.set(field, self.labels());
        let path = format!("metadata/{field}");
        let specs = self.specs(&[&path, "spec/template/metadata/labels"]);
        node.set("fieldSpecs", specs);
    }

    fn namespace_transformer(&mut self, node: &mut Node) {
        if let Some(metadata) = node.get_mut("metadata") {
            let namespace = self.namespace();
            metadata.set("namespace", Node::string(namespace));
        }
        let specs = self.specs(&["metadata/namespace"]);
        node.set("fieldSpecs", specs);
        if self.random.chance(40) {
            node.set("unsetOnly", Node::plain("true"));
        }
        if self.random.chance(50) {
            node.set(
                "setRoleBindingSubjects",
                Node::string(
                    *self
                        .random
                        .pick(&["defaultOnly", "none", "allServiceAccounts"]),
                ),
            );
        }
    }

    fn patch_transformer(&mut self, kind: &str, known: &Known, node: &mut Node) {
        match kind {
            "PatchTransformer" => {
                node.set("target", self.exact_selector(known));
                node.set("patch", Node::Embedded(vec![self.merge_patch(known)]));
            }
            "PatchStrategicMergeTransformer" => {
                node.set("patches", Node::Embedded(vec![self.merge_patch(known)]));
            }
            "PatchJson6902Transformer" => {
                node.set("target", self.exact_selector(known));
                let operations = Node::list(vec![Node::map([
                    ("op", Node::string("add")),
                    ("path", Node::string("/extra")),
                    ("value", self.blob(1)),
                ])]);
                node.set("jsonOp", Node::Embedded(vec![operations]));
            }
            _ => {}
        }
    }
}
