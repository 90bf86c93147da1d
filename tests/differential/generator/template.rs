//! Makes objects from `objects.yaml`: leaves parts out, repeats list items and fills in `<…>`.

use std::sync::LazyLock;

use serde_yaml::{Mapping, Value};

use super::{Generator, Known};
use crate::node::{Map, Node, Scalar};

/// The objects with their weights.
static OBJECTS: LazyLock<(Vec<usize>, Vec<Value>)> = LazyLock::new(|| {
    let file: Value =
        serde_yaml::from_str(include_str!("../objects.yaml")).expect("objects.yaml is YAML");
    let rows = file["objects"].as_sequence().expect("objects is a list");
    let weight = |row: &Value| {
        row[0]
            .as_u64()
            .and_then(|weight| usize::try_from(weight).ok())
            .expect("a weight")
    };
    rows.iter().map(|row| (weight(row), row[1].clone())).unzip()
});

impl Generator {
    /// An object that no other of the tree has the identity of.
    pub(super) fn object(&mut self) -> Known {
        let (weights, templates) = &*OBJECTS;
        loop {
            let template = &templates[self.random.weighted(weights)];
            let mut object = self.fill(template, true);
            if self.wants("local-config") {
                annotate(&mut object, "config.kubernetes.io/local-config", "true");
            }
            let known = Known {
                object,
                is_unique: true,
                is_generated: false,
            };
            if self.taken.insert(known.identity()) {
                return known;
            }
        }
    }

    fn fill(&mut self, value: &Value, keep: bool) -> Node {
        match value {
            Value::String(text) if text.starts_with('<') => {
                self.placeholder(text.trim_matches(['<', '>']))
            }
            Value::String(text) => Node::string(text),
            Value::Mapping(map) => self.fill_map(map),
            Value::Sequence(items) => self.fill_list(items, keep),
            Value::Number(number) => Node::plain(number.to_string()),
            Value::Bool(flag) => Node::plain(flag.to_string()),
            Value::Null | Value::Tagged(_) => Node::plain(""),
        }
    }

    fn fill_map(&mut self, template: &Mapping) -> Node {
        let mut entries: Vec<(Scalar, Node)> = Vec::new();
        for (key, value) in template {
            let key = key
                .as_str()
                .expect("invariant: the keys of objects.yaml are strings");
            let (name, keep) = key
                .strip_suffix('!')
                .map_or((key, false), |name| (name, true));
            let percent = if name == "namespace" { 20 } else { 35 };
            if !keep && !self.random.chance(percent) {
                continue;
            }
            let name = if name == "<key>" {
                self.key()
            } else {
                Scalar::string(name)
            };
            if entries.iter().all(|(other, _)| other.text != name.text) {
                entries.push((name, self.fill(value, keep)));
            }
        }
        Node::Map(Map {
            entries,
            ..Map::default()
        })
    }

    fn fill_list(&mut self, templates: &[Value], keep: bool) -> Node {
        let mut items = Vec::new();
        for (index, template) in templates.iter().enumerate() {
            let count = if keep && index == 0 {
                1
            } else {
                self.random.weighted(&[50, 42, 8])
            };
            for _ in 0..count {
                items.push(self.fill(template, true));
            }
        }
        Node::list(items)
    }

    fn placeholder(&mut self, text: &str) -> Node {
        if let Some(kind) = text.strip_prefix("ref ") {
            return Node::string(self.reference(kind));
        }
        match text {
            "name" => Node::string(self.name()),
            "namespace" => Node::string(self.namespace()),
            "labels" | "annotations" => self.labels_of(text),
            "word" | "key" => Node::string(self.word()),
            "string" => self.string(),
            "any" => self.any(),
            "data" => self.map_of(4, |generator| {
                if generator.random.chance(85) {
                    generator.string()
                } else {
                    generator.any()
                }
            }),
            "blob" => self.map_of(4, |generator| generator.blob(2)),
            "image" => Node::string(self.image()),
            "env" => Node::string(*self.random.pick(&["HOST", "PORT", "DEBUG", "URL", "MODE"])),
            "container" => Node::string(*self.random.pick(&["main", "sidecar", "proxy"])),
            "volume" => Node::string(*self.random.pick(&["data", "config", "tmp"])),
            "port" => Node::plain(*self.random.pick(&["80", "443", "8080", "0x50", "http"])),
            "protocol" => Node::string(*self.random.pick(&["TCP", "TCP", "UDP"])),
            "int" => Node::plain(*self.random.pick(&["1", "2", "3", "10", "0"])),
            "bool" => Node::plain(*self.random.pick(&["true", "false"])),
            "quantity" => Node::plain(
                *self
                    .random
                    .pick(&["100m", "1", "0.5", "1Gi", "1e3", "512Mi"]),
            ),
            "host" => Node::string(*self.random.pick(&["a.example.com", "b.example.com"])),
            _ => panic!("objects.yaml: <{text}> means nothing"),
        }
    }

    fn labels_of(&mut self, which: &str) -> Node {
        match self.random.weighted(&[91, 2, 7]) {
            0 => self.labels(),
            1 => Node::plain(*self.random.pick(&["", "null"])),
            _ if which == "annotations" => self.map_of(3, Self::any),
            _ => self.labels(),
        }
    }

    /// The name of an object of the tree, if there is one of that kind.
    fn reference(&mut self, kind: &str) -> String {
        let names: Vec<String> = self
            .all
            .iter()
            .filter(|known| known.kind() == kind)
            .map(Known::name)
            .collect();
        if names.is_empty() || self.random.chance(25) {
            self.name()
        } else {
            self.random.pick(&names).clone()
        }
    }
}

/// Sets an annotation of an object.
pub(super) fn annotate(object: &mut Node, key: &str, value: &str) {
    let Some(metadata) = object.get_mut("metadata") else {
        return;
    };
    let mut annotations = Node::map([]);
    annotations.set(key, Node::string(value));
    metadata.set("annotations", annotations);
}
