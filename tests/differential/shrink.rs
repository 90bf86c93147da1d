//! Makes a tree smaller for as long as it keeps what makes it interesting.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::generator::{count, nth};
use crate::node::{Node, Scalar, Style, is_plain_word};
use crate::tree::{Content, Tree};

/// The smallest tree found until the deadline for which `holds` is true, as it is for the first.
pub(crate) fn shrink(tree: Tree, deadline: Instant, holds: impl FnMut(&Tree) -> bool) -> Tree {
    let mut shrinker = Shrinker {
        best: tree,
        deadline,
        holds,
    };
    shrinker.roots();
    loop {
        let before = shrinker.best.clone();
        shrinker.options();
        shrinker.folders();
        shrinker.files();
        let paths: Vec<String> = shrinker.best.files.keys().cloned().collect();
        for path in paths {
            shrinker.content(&path);
        }
        if shrinker.best == before || shrinker.is_late() {
            return shrinker.best;
        }
    }
}

struct Shrinker<F> {
    best: Tree,
    deadline: Instant,
    holds: F,
}

impl<F: FnMut(&Tree) -> bool> Shrinker<F> {
    fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Keeps a changed tree if it is another one and still interesting.
    fn accept(&mut self, changed: Tree) -> bool {
        if self.is_late() || changed == self.best || !(self.holds)(&changed) {
            return false;
        }
        self.best = changed;
        true
    }

    /// Builds a lower folder instead.
    fn roots(&mut self) {
        let folders: BTreeSet<String> = self
            .best
            .files
            .keys()
            .filter_map(|path| path.rsplit_once('/'))
            .map(|(folder, _)| folder.to_string())
            .collect();
        for folder in folders {
            let root = folder;
            self.accept(Tree {
                root,
                ..self.best.clone()
            });
        }
    }

    fn options(&mut self) {
        let length = self.best.options.len();
        self.pieces(length, |tree, from, to| drain(&mut tree.options, from, to));
    }

    fn folders(&mut self) {
        let folders: BTreeSet<String> = self
            .best
            .files
            .keys()
            .filter_map(|path| path.rsplit_once('/'))
            .map(|(folder, _)| folder.to_string())
            .collect();
        for folder in folders {
            let below = format!("{folder}/");
            let mut changed = self.best.clone();
            changed.files.retain(|path, _| !path.starts_with(&below));
            forget(&mut changed, folder.rsplit('/').next().unwrap_or_default());
            self.accept(changed);
        }
    }

    fn files(&mut self) {
        let paths: Vec<String> = self.best.files.keys().cloned().collect();
        for path in paths {
            let mut changed = self.best.clone();
            changed.files.remove(&path);
            if !self.accept(changed.clone()) {
                forget(&mut changed, path.rsplit('/').next().unwrap_or_default());
                self.accept(changed);
            }
        }
    }

    fn content(&mut self, path: &str) {
        let length = match self.best.files.get(path) {
            Some(Content::Yaml(documents)) => documents.len(),
            Some(Content::Json(node)) => {
                let mut changed = self.best.clone();
                changed
                    .files
                    .insert(path.to_string(), Content::Yaml(vec![node.clone()]));
                self.accept(changed);
                1
            }
            Some(Content::Lines(lines)) => lines.len(),
            Some(Content::Bytes(bytes)) => bytes.len(),
            None => return,
        };
        self.pieces(length, |tree, from, to| match tree.files.get_mut(path) {
            Some(Content::Yaml(documents)) => drain(documents, from, to),
            Some(Content::Lines(lines)) => drain(lines, from, to),
            Some(Content::Bytes(bytes)) => drain(bytes, from, to),
            _ => {}
        });
        for document in 0..length {
            self.document(path, document);
        }
    }

    /// Leaves out ranges, large ones first.
    fn pieces(&mut self, length: usize, cut: impl Fn(&mut Tree, usize, usize)) {
        let (mut length, mut size) = (length, length);
        while size > 0 && length > 0 {
            let mut from = 0;
            while from < length {
                let to = (from + size).min(length);
                let mut changed = self.best.clone();
                cut(&mut changed, from, to);
                if self.accept(changed) {
                    length -= to - from;
                } else {
                    from = to;
                }
            }
            size /= 2;
        }
    }

    /// Makes the nodes of one document smaller, from the outermost to the innermost.
    fn document(&mut self, path: &str, document: usize) {
        let mut number = 0;
        while let Some(node) = place(&mut self.best, path, document, number).cloned() {
            if self.is_late() {
                return;
            }
            let length = match &node {
                Node::Map(map) => map.entries.len(),
                Node::List(list) => list.items.len(),
                Node::Embedded(documents) => documents.len(),
                _ => 0,
            };
            self.pieces(length, |tree, from, to| {
                match place(tree, path, document, number) {
                    Some(Node::Map(map)) => drain(&mut map.entries, from, to),
                    Some(Node::List(list)) => drain(&mut list.items, from, to),
                    Some(Node::Embedded(documents)) => drain(documents, from, to),
                    _ => {}
                }
            });
            self.simplify(path, document, number);
            number += 1;
        }
    }

    fn simplify(&mut self, path: &str, document: usize, number: usize) {
        let Some(node) = place(&mut self.best, path, document, number).cloned() else {
            return;
        };
        for simpler in simpler(&node) {
            let mut changed = self.best.clone();
            if let Some(place) = place(&mut changed, path, document, number) {
                *place = simpler;
            }
            self.accept(changed);
        }
        let Some(Node::Scalar(scalar)) = place(&mut self.best, path, document, number).cloned()
        else {
            return;
        };
        self.pieces(scalar.text.chars().count(), |tree, from, to| {
            if let Some(Node::Scalar(scalar)) = place(tree, path, document, number) {
                let kept = scalar
                    .text
                    .chars()
                    .enumerate()
                    .filter(|(index, _)| !(from..to).contains(index));
                scalar.text = kept.map(|(_, c)| c).collect();
            }
        });
    }
}

fn drain<T>(items: &mut Vec<T>, from: usize, to: usize) {
    if to <= items.len() {
        items.drain(from..to);
    }
}

fn place<'a>(
    tree: &'a mut Tree,
    path: &str,
    document: usize,
    number: usize,
) -> Option<&'a mut Node> {
    match tree.files.get_mut(path)? {
        Content::Yaml(documents) => nth(documents.get_mut(document)?, number),
        Content::Json(node) if document == 0 => nth(node, number),
        _ => None,
    }
}

/// Takes out of every file the list items that end in a file's or folder's name.
fn forget(tree: &mut Tree, name: &str) {
    for content in tree.files.values_mut() {
        let Content::Yaml(documents) = content else {
            continue;
        };
        for document in documents {
            for number in 0..count(document) {
                if let Some(Node::List(list)) = nth(document, number) {
                    list.items.retain(|item| {
                        item.text()
                            .is_none_or(|text| text.rsplit(['/', '=']).next() != Some(name))
                    });
                }
            }
        }
    }
}

/// Simpler forms of a node, the simplest first.
fn simpler(node: &Node) -> Vec<Node> {
    let mut forms = Vec::new();
    match node {
        Node::Scalar(scalar) => {
            forms.extend(
                [Node::plain("x"), Node::plain("1")]
                    .into_iter()
                    .filter(|_| scalar.text.len() > 1),
            );
            let mut bare = Scalar {
                anchor: None,
                tag: None,
                comment: None,
                ..scalar.clone()
            };
            forms.push(Node::Scalar(bare.clone()));
            bare.style = if is_plain_word(&bare.text) {
                Style::Plain
            } else {
                Style::Double
            };
            forms.push(Node::Scalar(bare));
        }
        Node::Map(map) => {
            forms.push(Node::plain("x"));
            forms.extend(map.entries.iter().map(|(_, value)| value.clone()));
            let mut bare = map.clone();
            bare.anchor = None;
            forms.push(Node::Map(bare.clone()));
            bare.flow = bare.entries.is_empty();
            forms.push(Node::Map(bare.clone()));
            for index in 0..bare.entries.len() {
                bare.entries[index].0.comment = None;
                let mut renamed = bare.clone();
                renamed.entries[index].0 = Scalar::string("k");
                forms.push(Node::Map(renamed));
            }
        }
        Node::List(list) => {
            forms.push(Node::plain("x"));
            let mut bare = list.clone();
            bare.anchor = None;
            forms.push(Node::List(bare.clone()));
            bare.flow = bare.items.is_empty();
            forms.push(Node::List(bare));
        }
        Node::Alias(_) => forms.push(Node::plain("x")),
        Node::Json(inner) => forms.push(Node::Embedded(vec![(**inner).clone()])),
        Node::Embedded(_) => {}
    }
    forms
}
