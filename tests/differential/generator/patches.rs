//! Patches: strategic merges and JSON patches of objects that are there.

use super::{Generator, Known};
use crate::node::{List, Map, Node, Scalar, Style};
use crate::tree::Content;

type Fields = Vec<(&'static str, Node)>;

/// The keys that identify an element of some list.
const IDENTIFYING: [&str; 9] = [
    "name",
    "containerPort",
    "port",
    "mountPath",
    "topologyKey",
    "ip",
    "type",
    "protocol",
    "whenUnsatisfiable",
];

impl Generator {
    pub(super) fn patch_fields(&mut self, dir: &str, fields: &mut Fields, scope: &[Known]) {
        let unique: Vec<Known> = scope
            .iter()
            .filter(|known| known.is_unique)
            .cloned()
            .collect();
        if unique.is_empty() {
            return;
        }
        if self.wants("patches") {
            let entries = (0..self.random.between(1, 3))
                .map(|_| self.patch_entry(dir, &unique))
                .collect();
            fields.push(("patches", Node::list(entries)));
        }
        if self.wants("patchesStrategicMerge") {
            let patch = self.merge_patches(&unique);
            let entry = self.inline_or_file(dir, patch);
            fields.push(("patchesStrategicMerge", Node::list(vec![entry])));
        }
        if self.wants("patchesJson6902") {
            let known = self.random.pick(&unique).clone();
            let mut entry = Node::map([("target", self.exact_selector(&known))]);
            let operations = self.operations(&known, false);
            self.set_patch(dir, &mut entry, operations);
            fields.push(("patchesJson6902", Node::list(vec![entry])));
        }
    }

    fn patch_entry(&mut self, dir: &str, unique: &[Known]) -> Node {
        let known = self.random.pick(unique).clone();
        let is_wide = self.wants("wide selector");
        let mut entry = Node::map([]);
        if self.wants("json patch") {
            let target = if is_wide {
                self.wide_selector(&known)
            } else {
                self.exact_selector(&known)
            };
            entry.set("target", target);
            let operations = self.operations(&known, is_wide);
            self.set_patch(dir, &mut entry, operations);
        } else if self.wants("patch without target") {
            let documents = self.merge_patches(unique);
            self.set_patch(dir, &mut entry, documents);
        } else {
            let target = if is_wide {
                self.wide_selector(&known)
            } else {
                self.exact_selector(&known)
            };
            entry.set("target", target);
            let mut patch = if is_wide {
                self.small_patch(&known)
            } else {
                self.merge_patch(&known)
            };
            if self.random.chance(50)
                && let Some(name) = patch
                    .get_mut("metadata")
                    .and_then(|metadata| metadata.get_mut("name"))
            {
                *name = Node::string("ignored");
            }
            self.decorate_patch(&mut patch);
            self.set_patch(dir, &mut entry, vec![patch]);
        }
        if self.wants("patch options") {
            let option = *self.random.pick(&["allowNameChange", "allowKindChange"]);
            entry.set("options", Node::map([(option, Node::plain("true"))]));
        }
        entry
    }

    fn set_patch(&mut self, dir: &str, entry: &mut Node, documents: Vec<Node>) {
        if self.wants("patch file") {
            let path = self.patch_file(dir, documents);
            entry.set("path", path);
        } else {
            let is_json = documents.len() == 1
                && matches!(documents[0], Node::List(_))
                && self.random.chance(40);
            let inline = match documents.first() {
                Some(operations) if is_json => Node::Json(Box::new(operations.clone())),
                _ => Node::Embedded(documents),
            };
            entry.set("patch", inline);
        }
    }

    fn inline_or_file(&mut self, dir: &str, documents: Vec<Node>) -> Node {
        if self.wants("patch file") {
            self.patch_file(dir, documents)
        } else {
            Node::Embedded(documents)
        }
    }

    fn patch_file(&mut self, dir: &str, mut documents: Vec<Node>) -> Node {
        let number = self.next_number();
        let is_json = documents.len() == 1 && self.random.chance(20);
        let (name, content) = if is_json {
            (
                format!("p{number}.json"),
                Content::Json(documents.remove(0)),
            )
        } else {
            (format!("p{number}.yaml"), Content::Yaml(documents))
        };
        self.tree.files.insert(format!("{dir}/{name}"), content);
        Node::string(self.elsewhere(dir, name))
    }

    /// One to three documents, each for an object of its own.
    fn merge_patches(&mut self, unique: &[Known]) -> Vec<Node> {
        let count = self.random.weighted(&[0, 75, 20, 5]);
        let mut documents = Vec::new();
        for _ in 0..count {
            let known = self.random.pick(unique).clone();
            let mut patch = self.merge_patch(&known);
            self.decorate_patch(&mut patch);
            documents.push(patch);
        }
        documents
    }

    /// A patch that fits any object.
    fn small_patch(&mut self, known: &Known) -> Node {
        let mut patch = known.head();
        if let Some(metadata) = patch.get_mut("metadata") {
            let labels = self.labels();
            metadata.set(
                if self.random.chance(50) {
                    "labels"
                } else {
                    "annotations"
                },
                labels,
            );
        }
        if self.random.chance(20) {
            patch.set("extra", self.any());
        }
        patch
    }

    /// A patch that takes up parts of the object.
    pub(super) fn merge_patch(&mut self, known: &Known) -> Node {
        let mut patch = self.overlay(&known.object);
        let head = known.head();
        for key in ["apiVersion", "kind"] {
            if let Some(value) = head.get(key) {
                patch.set(key, value.clone());
            }
        }
        let mut metadata = patch
            .get("metadata")
            .cloned()
            .unwrap_or_else(|| Node::map([]));
        if !matches!(metadata, Node::Map(_)) {
            metadata = Node::map([]);
        }
        for key in ["name", "namespace"] {
            if let Some(value) = head.get("metadata").and_then(|metadata| metadata.get(key)) {
                metadata.set(key, value.clone());
            } else if let Node::Map(map) = &mut metadata {
                map.entries.retain(|(name, _)| name.text != key);
            }
        }
        patch.set("metadata", metadata);
        patch
    }

    fn overlay(&mut self, node: &Node) -> Node {
        match node {
            Node::Map(map) => self.overlay_map(map),
            Node::List(list) => self.overlay_list(list),
            Node::Scalar(scalar) => match self.random.weighted(&[35, 45, 12, 6]) {
                0 => node.clone(),
                1 if scalar.text.parse::<u32>().is_ok() => {
                    Node::plain(*self.random.pick(&["1", "5", "80", "0x50"]))
                }
                1 => self.string(),
                2 => self.any(),
                _ => Node::plain("null"),
            },
            other => other.clone(),
        }
    }

    fn overlay_map(&mut self, map: &Map) -> Node {
        let mut entries: Vec<(Scalar, Node)> = Vec::new();
        for (key, value) in &map.entries {
            if !self.random.chance(45) {
                continue;
            }
            let value = if self.random.chance(6) {
                Node::plain(*self.random.pick(&["null", "", "~"]))
            } else {
                self.overlay(value)
            };
            entries.push((key.clone(), value));
        }
        let mut node = Node::Map(Map {
            entries,
            ..Map::default()
        });
        if self.random.chance(15) {
            let key = self.key();
            let value = self.blob(1);
            if let Node::Map(map) = &mut node
                && map.entries.iter().all(|(other, _)| other.text != key.text)
            {
                map.entries.push((key, value));
            }
        }
        if self.wants("patch directives") {
            let directive = *self.random.pick(&["delete", "replace", "merge"]);
            node.set("$patch", Node::string(directive));
        }
        node
    }

    fn overlay_list(&mut self, list: &List) -> Node {
        let mut items = Vec::new();
        for item in &list.items {
            if self.random.chance(50) {
                let overlaid = self.overlay_item(item);
                items.push(overlaid);
            }
        }
        if let Some(first) = list.items.first().filter(|_| self.random.chance(30)) {
            let mut item = first.clone();
            if item.get("name").is_some() {
                item.set("name", Node::string(self.word()));
            }
            let at = self.random.below(items.len() + 1);
            items.insert(at, item);
        }
        if self.wants("patch directives") {
            let directive = *self.random.pick(&["delete", "replace", "merge"]);
            items.push(Node::map([("$patch", Node::string(directive))]));
        }
        let flow = items.is_empty();
        Node::List(List {
            items,
            flow,
            anchor: None,
        })
    }

    /// An element that mostly keeps what identifies it.
    fn overlay_item(&mut self, item: &Node) -> Node {
        let mut overlaid = self.overlay(item);
        let Node::Map(original) = item else {
            return overlaid;
        };
        for (key, value) in &original.entries {
            if IDENTIFYING.contains(&key.text.as_str()) && self.random.chance(93) {
                overlaid.set(&key.text, value.clone());
            }
        }
        overlaid
    }

    /// The operations of a JSON patch; `anywhere` if they must fit any object.
    fn operations(&mut self, known: &Known, anywhere: bool) -> Vec<Node> {
        let pointers = pointers(&known.object);
        let count = self.random.weighted(&[1, 60, 25, 14]);
        let operations = (0..count)
            .map(|_| {
                if anywhere || known.is_generated || self.random.chance(15) {
                    self.safe_operation()
                } else {
                    self.operation(&pointers)
                }
            })
            .collect();
        let mut node = Node::list(operations);
        self.decorate_strictly(&mut node);
        if let Node::List(list) = &mut node {
            // What starts with a bracket must be JSON.
            list.flow = list.items.is_empty();
        }
        vec![node]
    }

    fn safe_operation(&mut self) -> Node {
        let path = *self.random.pick(&[
            "/extra",
            "/metadata/annotations",
            "/metadata/labels",
            "/spec",
            "x/extra",
            "/metadata/labels",
        ]);
        let value = match path {
            "/extra" | "x/extra" => self.blob(2),
            _ => self.labels(),
        };
        operation(
            self.random.pick::<&str>(&["add", "replace", "add"]),
            path,
            vec![("value", value)],
        )
    }

    fn operation(&mut self, pointers: &[(String, Node)]) -> Node {
        let (path, node) = self.random.pick(pointers).clone();
        match self.random.weighted(&[35, 30, 15, 5, 5, 5, 2]) {
            0 => operation("replace", &path, vec![("value", self.overlay(&node))]),
            1 => {
                let path = match &node {
                    Node::Map(_) => format!(
                        "{path}/{}",
                        self.random
                            .pick::<&str>(&["new", "a~1b", "m~0n", "1", "yes"])
                    ),
                    Node::List(list) => format!(
                        "{path}/{}",
                        self.random.pick(&[
                            "-".into(),
                            "0".into(),
                            "-1".into(),
                            list.items.len().to_string(),
                            "00".into()
                        ])
                    ),
                    _ => path,
                };
                operation("add", &path, vec![("value", self.blob(1))])
            }
            2 => operation("remove", &path, Vec::new()),
            3 => operation("test", &path, vec![("value", node)]),
            4 => operation("copy", "/copied", vec![("from", Node::string(path))]),
            5 => operation("move", "/moved", vec![("from", Node::string(path))]),
            _ => operation(
                "replace",
                &format!("{path}/nothing/there"),
                vec![("value", self.any())],
            ),
        }
    }
}

fn operation(name: &str, path: &str, rest: Vec<(&str, Node)>) -> Node {
    let mut node = Node::map([
        ("op", Node::string(name)),
        ("path", Node::Scalar(Scalar::new(path, Style::Double))),
    ]);
    for (key, value) in rest {
        node.set(key, value);
    }
    node
}

/// The JSON pointers of an object's fields that may be changed, with what they hold.
fn pointers(object: &Node) -> Vec<(String, Node)> {
    let mut found = Vec::new();
    collect(object, "", &mut found);
    found.retain(|(path, _)| {
        ![
            "/apiVersion",
            "/kind",
            "/metadata",
            "/metadata/name",
            "/metadata/namespace",
        ]
        .contains(&path.as_str())
    });
    if found.is_empty() {
        found.push(("/extra".into(), Node::plain("x")));
    }
    found
}

fn collect(node: &Node, path: &str, found: &mut Vec<(String, Node)>) {
    let mut visit = |key: &str, child: &Node| {
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push((path.clone(), child.clone()));
        collect(child, &path, found);
    };
    match node {
        Node::Map(map) => map
            .entries
            .iter()
            .for_each(|(key, value)| visit(&key.text, value)),
        Node::List(list) => list
            .items
            .iter()
            .enumerate()
            .for_each(|(index, item)| visit(&index.to_string(), item)),
        _ => {}
    }
}
