//! Replacements and vars: values that go from one object to others.

use super::{Generator, Known};
use crate::node::{Node, Style};
use crate::tree::Content;

type Fields = Vec<(&'static str, Node)>;

impl Generator {
    pub(super) fn copying(&mut self, dir: &str, fields: &mut Fields, scope: &[Known]) {
        let unique: Vec<Known> = scope
            .iter()
            .filter(|known| known.is_unique)
            .cloned()
            .collect();
        if unique.is_empty() {
            return;
        }
        if self.wants("replacements") {
            let entries: Vec<Node> = (0..self.random.between(1, 2))
                .map(|_| self.replacement(&unique))
                .collect();
            let entries = if self.random.chance(20) {
                let number = self.next_number();
                self.tree.files.insert(
                    format!("{dir}/x{number}.yaml"),
                    Content::Yaml(vec![Node::list(entries)]),
                );
                vec![Node::map([(
                    "path",
                    Node::string(format!("x{number}.yaml")),
                )])]
            } else {
                entries
            };
            fields.push(("replacements", Node::list(entries)));
        }
        if self.wants("vars") {
            let vars: Vec<Node> = ["VAR", "HOST"]
                .into_iter()
                .filter_map(|name| self.var(name, &unique))
                .collect();
            if !vars.is_empty() {
                fields.push(("vars", Node::list(vars)));
            }
        }
    }

    /// A replacement whose source and targets are mostly there.
    pub(super) fn replacement(&mut self, unique: &[Known]) -> Node {
        let mut entry = Node::map([]);
        if self.random.chance(25) {
            let value = self.text();
            entry.set("sourceValue", Node::string(value));
        } else {
            let known = self.random.pick(unique).clone();
            let mut source = self.exact_selector(&known);
            let mut paths = if known.is_generated {
                Vec::new()
            } else {
                field_paths(&known.object, false)
            };
            paths.retain(|(_, node)| !is_empty(node));
            if !paths.is_empty() && self.random.chance(85) {
                let (path, node) = self.random.pick(&paths).clone();
                source.set("fieldPath", Node::string(path));
                if node.text().is_some() && self.random.chance(15) {
                    let options = Node::map([
                        (
                            "delimiter",
                            Node::string(*self.random.pick(&[".", "-", ":", "/"])),
                        ),
                        ("index", Node::plain("0")),
                    ]);
                    source.set("options", options);
                }
            }
            entry.set("source", source);
        }
        let targets = (0..self.random.between(1, 2))
            .map(|_| self.replacement_target(unique))
            .collect();
        entry.set("targets", Node::list(targets));
        entry
    }

    fn replacement_target(&mut self, unique: &[Known]) -> Node {
        let known = self.random.pick(unique).clone();
        let is_wide = self.random.chance(20);
        let select = if is_wide {
            self.wide_selector(&known)
        } else {
            self.exact_selector(&known)
        };
        let mut target = Node::map([("select", select)]);
        let paths = self.target_paths(&known);
        let is_new = is_wide || paths.is_empty() || self.random.chance(18);
        let creates = is_new || self.random.chance(18);
        let path = if is_new {
            (*self.random.pick(&[
                "metadata.annotations.copied",
                "metadata.labels.app",
                "spec.extra.[a.b/c]",
                "metadata.annotations.a\\.b/c",
                "extra.[name=x].value",
            ]))
            .to_string()
        } else {
            self.random.pick(&paths).clone()
        };
        target.set("fieldPaths", Node::list(vec![Node::string(path)]));
        let mut options = Node::map([]);
        if creates {
            options.set("create", Node::plain("true"));
        }
        if self.random.chance(12) {
            options.set(
                "delimiter",
                Node::string(*self.random.pick(&[".", "-", ":", "/"])),
            );
            options.set(
                "index",
                Node::plain(*self.random.pick(&["0", "1", "-1", "9"])),
            );
        }
        if options != Node::map([]) {
            target.set("options", options);
        }
        if self.random.chance(12) {
            let reject = self.wide_selector(&known);
            target.set("reject", Node::list(vec![reject]));
        }
        target
    }

    /// Paths of fields into which most values fit, and into documents inside strings.
    fn target_paths(&mut self, known: &Known) -> Vec<String> {
        let mut paths = Vec::new();
        let fields = if known.is_generated {
            Vec::new()
        } else {
            field_paths(&known.object, true)
        };
        for (path, node) in fields {
            let Node::Scalar(scalar) = &node else {
                continue;
            };
            if scalar.text.starts_with('{') && self.wants("structured strings") {
                paths.push(format!(
                    "{path}.{}",
                    self.random.pick::<&str>(&["a", "b.0", "b.1"])
                ));
            } else if scalar.text.starts_with("key: value") && self.wants("structured strings") {
                paths.push(format!(
                    "{path}.{}",
                    self.random.pick::<&str>(&["key", "other.1"])
                ));
            } else if scalar.style != Style::Plain
                || scalar.text.starts_with(|c: char| c.is_ascii_alphabetic())
                || self.random.chance(10)
            {
                paths.push(path);
            }
        }
        paths
    }

    fn var(&mut self, name: &str, unique: &[Known]) -> Option<Node> {
        let known = self.random.pick(unique).clone();
        if !self.taken.insert(format!("var {name}")) {
            return None;
        }
        let mut target = Node::map([
            ("kind", Node::string(known.kind())),
            ("name", Node::string(known.name())),
        ]);
        target.set("apiVersion", Node::string(known.text("apiVersion")));
        let mut var = Node::map([("name", Node::string(name)), ("objref", target)]);
        let scalars: Vec<String> = field_paths(&known.object, false)
            .into_iter()
            .filter(|_| !known.is_generated)
            .filter(|(_, node)| node.text().is_some_and(|text| !text.is_empty()))
            .map(|(path, _)| path)
            .collect();
        if !scalars.is_empty() && self.random.chance(50) {
            let path = self.random.pick(&scalars).clone();
            var.set("fieldref", Node::map([("fieldPath", Node::string(path))]));
        }
        Some(var)
    }
}

fn is_empty(node: &Node) -> bool {
    match node {
        Node::Map(map) => map.entries.is_empty(),
        Node::List(list) => list.items.is_empty(),
        Node::Scalar(scalar) => scalar.text.is_empty() || scalar.text == "null",
        _ => false,
    }
}

/// The fields of an object that a path can name; `widely` with `*` and list selectors.
fn field_paths(object: &Node, widely: bool) -> Vec<(String, Node)> {
    let mut found = Vec::new();
    collect(object, "", widely, &mut found);
    found.retain(|(path, _)| {
        !["apiVersion", "kind", "metadata", "metadata.namespace"].contains(&path.as_str())
    });
    found
}

fn collect(node: &Node, path: &str, widely: bool, found: &mut Vec<(String, Node)>) {
    let mut visit = |segment: String, child: &Node| {
        let path = if path.is_empty() {
            segment
        } else {
            format!("{path}.{segment}")
        };
        found.push((path.clone(), child.clone()));
        collect(child, &path, widely, found);
    };
    match node {
        Node::Map(map) => {
            for (key, value) in map
                .entries
                .iter()
                .filter(|(key, _)| key.text.starts_with(|c: char| c.is_ascii_alphabetic()))
            {
                let segment = if key.text.contains('.') {
                    format!("[{}]", key.text)
                } else {
                    key.text.clone()
                };
                visit(segment, value);
            }
        }
        Node::List(list) => {
            for (index, item) in list.items.iter().enumerate() {
                let segment = match item.get("name").and_then(Node::text) {
                    Some(name) if index % 2 == 0 => format!("[name={name}]"),
                    _ if widely && index > 0 => "*".into(),
                    _ => index.to_string(),
                };
                visit(segment, item);
            }
        }
        _ => {}
    }
}
