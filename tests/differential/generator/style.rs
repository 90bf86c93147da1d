//! Changes how a document is written, not what most of it says: quotes, flow collections, comments, anchors.

use super::Generator;
use crate::node::{Map, Node, Scalar, Style};

impl Generator {
    /// Restyles a document of a resource file.
    pub(super) fn decorate(&mut self, node: &mut Node) {
        self.restyle(node, true);
        if self.wants("duplicate keys") {
            self.repeat_key(node);
        }
        if self.wants("anchors") {
            let mut aliased = node.clone();
            self.add_alias(&mut aliased);
            if head(&aliased) == head(node) {
                *node = aliased;
            }
        }
    }

    /// Restyles a patch; an alias would often make one that does not fit.
    pub(super) fn decorate_patch(&mut self, node: &mut Node) {
        if self.random.chance(15) {
            self.decorate(node);
        } else {
            self.restyle(node, true);
        }
    }

    /// Restyles a kustomization file, in which every type counts.
    pub(super) fn decorate_strictly(&mut self, node: &mut Node) {
        self.restyle(node, false);
    }

    /// Repeats a key of some map below the top, with another value.
    fn repeat_key(&mut self, node: &mut Node) {
        let number = self.random.below(count(node));
        let value = self.any();
        if let Some(Node::Map(map)) = nth(node, number)
            && number > 0
            && let Some((key, _)) = map.entries.last()
            && !["name", "namespace"].contains(&key.text.as_str())
        {
            map.entries.push((key.clone(), value));
        }
    }

    fn restyle(&mut self, node: &mut Node, loosely: bool) {
        match node {
            Node::Scalar(scalar) => self.restyle_scalar(scalar, loosely),
            Node::Map(map) => {
                map.flow |= !map.entries.is_empty() && self.wants("flow collections");
                for (key, value) in &mut map.entries {
                    if self.wants("comments") {
                        key.comment = Some(self.comment());
                    }
                    self.restyle(value, loosely);
                }
            }
            Node::List(list) => {
                list.flow |= !list.items.is_empty() && self.wants("flow collections");
                list.items
                    .iter_mut()
                    .for_each(|item| self.restyle(item, loosely));
            }
            Node::Embedded(documents) => {
                for document in documents {
                    self.restyle(document, true);
                    if let Node::List(list) = document {
                        // A patch that starts with a bracket must be JSON.
                        list.flow = list.items.is_empty();
                    }
                }
            }
            Node::Alias(_) | Node::Json(_) => {}
        }
    }

    fn restyle_scalar(&mut self, scalar: &mut Scalar, loosely: bool) {
        if self.wants("comments") {
            scalar.comment = Some(self.comment());
        }
        let is_string = scalar.text.starts_with(|c: char| c.is_ascii_alphabetic())
            && *scalar == Scalar::string(&scalar.text);
        if scalar.style == Style::Plain
            && scalar.tag.is_none()
            && (is_string || loosely && self.random.chance(20))
            && self.wants("quotes")
        {
            scalar.style = *self.random.pick(&[Style::Single, Style::Double]);
        }
    }

    fn comment(&mut self) -> String {
        (*self
            .random
            .pick(&["a comment", "key: value", "---", "it's"]))
        .to_string()
    }

    /// Gives a node an anchor and refers to it further down.
    fn add_alias(&mut self, node: &mut Node) {
        let total = count(node);
        if total < 4 {
            return;
        }
        let anchored = self.random.between(1, total - 2);
        let Some(target) = nth(node, anchored) else {
            return;
        };
        let end = anchored + count(target);
        let (is_map, is_scalar) = (
            matches!(target, Node::Map(_)),
            matches!(target, Node::Scalar(_)),
        );
        match target {
            Node::Scalar(scalar) if !scalar.text.is_empty() => scalar.anchor = Some("x".into()),
            Node::Map(map) => map.anchor = Some("x".into()),
            Node::List(list) if !list.items.is_empty() => list.anchor = Some("x".into()),
            _ => return,
        }
        if end >= total {
            return;
        }
        let merges = is_map && self.wants("merge keys");
        match nth(node, self.random.between(end, total - 1)) {
            Some(Node::Map(map)) => add_entry(map, merges),
            Some(Node::List(list)) => list.items.push(Node::Alias("x".into())),
            Some(other @ Node::Scalar(_)) if is_scalar => *other = Node::Alias("x".into()),
            _ => {}
        }
    }
}

fn add_entry(map: &mut Map, merges: bool) {
    if map.entries.is_empty() {
        map.flow = true;
    }
    let key = if merges {
        Scalar::new("<<", Style::Plain)
    } else {
        Scalar::string("extra")
    };
    map.entries.push((key, Node::Alias("x".into())));
}

/// What names an object, and the metadata that transformers look at.
fn head(node: &Node) -> [Option<&str>; 5] {
    let metadata = node.get("metadata");
    let text = |key: &str| {
        metadata
            .and_then(|metadata| metadata.get(key))
            .and_then(Node::text)
    };
    [
        node.get("apiVersion").and_then(Node::text),
        node.get("kind").and_then(Node::text),
        text("name"),
        text("namespace"),
        node.get("$patch").and_then(Node::text),
    ]
}

/// How many nodes there are, the node itself included.
pub(crate) fn count(node: &Node) -> usize {
    1 + match node {
        Node::Map(map) => map.entries.iter().map(|(_, value)| count(value)).sum(),
        Node::List(list) => list.items.iter().map(count).sum(),
        Node::Embedded(documents) => documents.iter().map(count).sum(),
        Node::Json(inner) => count(inner),
        Node::Scalar(_) | Node::Alias(_) => 0,
    }
}

/// The node with this number, counted from 0 in the order of the text.
pub(crate) fn nth(node: &mut Node, number: usize) -> Option<&mut Node> {
    if number == 0 {
        return Some(node);
    }
    let mut left = number - 1;
    let children: Vec<&mut Node> = match node {
        Node::Map(map) => map.entries.iter_mut().map(|(_, value)| value).collect(),
        Node::List(list) => list.items.iter_mut().collect(),
        Node::Embedded(documents) => documents.iter_mut().collect(),
        Node::Json(inner) => vec![&mut **inner],
        Node::Scalar(_) | Node::Alias(_) => Vec::new(),
    };
    for child in children {
        let size = count(child);
        if left < size {
            return nth(child, left);
        }
        left -= size;
    }
    None
}
