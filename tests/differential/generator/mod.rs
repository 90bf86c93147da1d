//! Makes random trees that kustomize mostly accepts: layers of objects that refer to each other, and what changes them.

mod features;
mod layer;
mod odd;
mod outside;
mod patches;
mod plugins;
mod replacements;
mod selectors;
mod sources;
mod style;
mod template;

use std::collections::BTreeSet;

pub(crate) use features::FEATURES;
pub(crate) use outside::OUTSIDE_FEATURES;
pub(crate) use style::{count, nth};

use crate::node::{Map, Node, Scalar};
use crate::random::Random;
use crate::tree::{Content, Tree};
use crate::writer;

/// The tree that a seed and an index give.
pub(crate) fn tree(seed: u64, index: u64) -> Tree {
    Generator::new(Random::new(seed, index)).whole_tree()
}

/// The tree that a seed and an index give, with parts that lie elsewhere and programs that take part in the build.
pub(crate) fn outside_tree(seed: u64, index: u64) -> Tree {
    let mut generator = Generator::new(Random::new(seed, index));
    generator.goes_outside = true;
    generator.whole_tree()
}

struct Generator {
    random: Random,
    tree: Tree,
    /// Number of folders and files so far: their names come from it.
    number: usize,
    /// The identities of the objects so far.
    taken: BTreeSet<String>,
    /// The objects so far, for references.
    all: Vec<Known>,
    /// Whether bases, files and programs from elsewhere are used.
    goes_outside: bool,
    /// The repository and the revision in which folders are made now, with a slash at the end; empty outside of all.
    home: String,
}

/// An object as the layer that has it wrote it.
#[derive(Clone)]
struct Known {
    object: Node,
    /// Whether its first identity leads to one object only.
    is_unique: bool,
    is_generated: bool,
}

impl Known {
    fn text(&self, key: &str) -> String {
        self.object
            .get(key)
            .and_then(Node::text)
            .unwrap_or_default()
            .to_string()
    }

    fn kind(&self) -> String {
        self.text("kind")
    }

    fn metadata(&self, key: &str) -> Option<String> {
        self.object
            .get("metadata")
            .and_then(|metadata| metadata.get(key))
            .and_then(Node::text)
            .map(str::to_owned)
    }

    fn name(&self) -> String {
        self.metadata("name").unwrap_or_default()
    }

    fn identity(&self) -> String {
        let namespace = self.metadata("namespace").unwrap_or("default".into());
        format!(
            "{} {} {} {namespace}",
            self.text("apiVersion"),
            self.kind(),
            self.name()
        )
    }

    /// The fields that name it, for a patch.
    fn head(&self) -> Node {
        let mut metadata = Node::map([("name", Node::string(self.name()))]);
        if let Some(namespace) = self.metadata("namespace") {
            metadata.set("namespace", Node::string(namespace));
        }
        let mut head = Node::map([]);
        for key in ["apiVersion", "kind"]
            .into_iter()
            .filter(|key| self.object.get(key).is_some())
        {
            head.set(key, Node::string(self.text(key)));
        }
        head.set("metadata", metadata);
        head
    }
}

impl Generator {
    fn new(random: Random) -> Self {
        Self {
            random,
            tree: Tree::default(),
            number: 0,
            taken: BTreeSet::new(),
            all: Vec::new(),
            goes_outside: false,
            home: String::new(),
        }
    }

    fn whole_tree(mut self) -> Tree {
        let depth = self.random.weighted(&[25, 40, 25, 10]);
        self.root(depth);
        if self.wants("reorder none") {
            self.tree.options.push("--reorder=none".into());
        }
        if self.goes_outside {
            self.outside_options();
        }
        self.tree
    }

    /// Decides whether a feature is used here, and remembers it for the histogram.
    fn wants(&mut self, name: &str) -> bool {
        let (name, percent) = features::feature(name);
        let wanted = self.random.chance(percent);
        if wanted {
            self.tree.features.insert(name);
        }
        wanted
    }

    fn next_number(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    /// Makes a folder's kustomization with all that it needs; returns the objects that come out of it.
    fn layer(&mut self, dir: &str, depth: usize) -> Vec<Known> {
        let mut scope = Vec::new();
        let mut resources = Vec::new();
        let mut bases = Vec::new();
        for _ in 0..if depth == 0 {
            0
        } else {
            self.random.weighted(&[10, 65, 25])
        } {
            for child in self.children(dir, depth - 1, &mut scope) {
                let is_base = self.wants("bases");
                if is_base { &mut bases } else { &mut resources }.push(Node::string(child));
            }
        }
        let files = if scope.is_empty() {
            self.random.between(1, 2)
        } else {
            self.random.weighted(&[45, 40, 15])
        };
        for _ in 0..files {
            let at = self.random.below(resources.len() + 1);
            let file = self.resource_file(dir, &mut scope);
            let file = self.elsewhere(dir, file);
            resources.insert(at, Node::string(file));
        }
        let mut fields = vec![("resources", Node::list(resources))];
        if !bases.is_empty() {
            fields.push(("bases", Node::list(bases)));
        }
        self.finish_layer(dir, depth, fields, &mut scope);
        scope
    }

    /// Adds the fields that layers and components share, and writes the kustomization.
    fn finish_layer(
        &mut self,
        dir: &str,
        depth: usize,
        mut fields: Vec<(&'static str, Node)>,
        scope: &mut Vec<Known>,
    ) {
        self.generators(dir, &mut fields, scope);
        self.generator_plugins(dir, &mut fields, scope);
        if self.goes_outside {
            self.outside_fields(dir, &mut fields, scope);
        }
        if self.wants("component") {
            let (folder, ()) = self.somewhere(dir, |generator, folder| {
                generator.component(folder, depth.saturating_sub(1), scope);
            });
            let reference = Node::string(self.path_to(dir, &folder));
            fields.push(("components", Node::list(vec![reference])));
        }
        self.fields(dir, &mut fields, scope);
        for index in (1..fields.len()).rev() {
            let other = self.random.below(index + 1);
            fields.swap(index, other);
        }
        let entries = fields
            .into_iter()
            .map(|(key, value)| (Scalar::string(key), value))
            .collect();
        let mut node = Node::Map(Map {
            entries,
            ..Map::default()
        });
        self.decorate_strictly(&mut node);
        let name = *self.random.pick(&[
            "kustomization.yaml",
            "kustomization.yaml",
            "kustomization.yml",
            "Kustomization",
        ]);
        self.tree
            .files
            .insert(format!("{dir}/{name}"), Content::Yaml(vec![node]));
    }

    fn component(&mut self, dir: &str, depth: usize, scope: &mut Vec<Known>) {
        let mut fields = vec![
            (
                "apiVersion",
                Node::string("kustomize.config.k8s.io/v1alpha1"),
            ),
            ("kind", Node::string("Component")),
        ];
        if self.random.chance(40) {
            let file = self.resource_file(dir, scope);
            fields.push(("resources", Node::list(vec![Node::string(file)])));
        } else {
            // Otherwise it may come out empty, which is an error.
            fields.push(("commonAnnotations", self.labels()));
        }
        self.finish_layer(dir, depth, fields, scope);
    }

    /// The folders of one child, or of two overlays over one base.
    fn children(&mut self, dir: &str, depth: usize, scope: &mut Vec<Known>) -> Vec<String> {
        let (child, objects) =
            self.somewhere(dir, |generator, folder| generator.layer(folder, depth));
        if !self.wants("diamond") {
            scope.extend(objects);
            return vec![self.path_to(dir, &child)];
        }
        let mut overlays = Vec::new();
        for prefix in ["one-", "two-"] {
            let overlay = self.folder(dir);
            let mut below: Vec<Known> = objects.clone();
            let mut fields = vec![(
                "resources",
                Node::list(vec![Node::string(self.path_to(&overlay, &child))]),
            )];
            if self.random.chance(95) {
                fields.push(("namePrefix", Node::string(prefix)));
            }
            self.finish_layer(&overlay, 0, fields, &mut below);
            for known in &mut below {
                known.is_unique = false;
            }
            scope.extend(below);
            overlays.push(relative(dir, &overlay));
        }
        overlays
    }

    /// A new folder in this one or beside it.
    fn folder(&mut self, dir: &str) -> String {
        let number = self.next_number();
        if self.wants("sibling folders") {
            format!("{}l{number}", self.home)
        } else {
            format!("{dir}/l{number}")
        }
    }

    fn resource_file(&mut self, dir: &str, scope: &mut Vec<Known>) -> String {
        let count = if self.wants("several documents") {
            self.random.between(2, 5)
        } else {
            1
        };
        let mut documents = Vec::new();
        for _ in 0..count {
            let known = self.object();
            documents.push(known.object.clone());
            self.all.push(known.clone());
            scope.push(known);
        }
        let number = self.next_number();
        if self.wants("list kinds") {
            let kind = *self.random.pick(&["List", "ConfigMapList", "FooList"]);
            let items = documents.split_off(self.random.below(documents.len()));
            documents.push(Node::map([
                ("apiVersion", Node::string("v1")),
                ("kind", Node::string(kind)),
                ("items", Node::list(items)),
            ]));
        }
        for document in &mut documents {
            self.decorate(document);
        }
        if documents.len() == 1 && self.wants("json resources") {
            self.tree.files.insert(
                format!("{dir}/r{number}.json"),
                Content::Json(documents.remove(0)),
            );
            return format!("r{number}.json");
        }
        let content = self.resource_text(documents);
        self.tree
            .files
            .insert(format!("{dir}/r{number}.yaml"), content);
        format!("r{number}.yaml")
    }

    /// The documents of a file, at times as an editor on another system writes them.
    fn resource_text(&mut self, documents: Vec<Node>) -> Content {
        let (has_returns, has_mark) = (
            self.wants("carriage returns"),
            self.wants("byte order mark"),
        );
        if !has_returns && !has_mark {
            return Content::Yaml(documents);
        }
        let mut text = writer::documents(&documents);
        if has_returns {
            text = text.replace('\n', "\r\n");
        }
        if has_mark {
            text.insert(0, '\u{feff}');
        }
        Content::Lines(text.split_inclusive('\n').map(str::to_owned).collect())
    }
}

/// The path of a folder as seen from another.
fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.split('/').collect(), to.split('/').collect());
    let shared = from
        .iter()
        .zip(&to)
        .take_while(|(left, right)| left == right)
        .count();
    let up = from[shared..].iter().map(|_| "..");
    up.chain(to[shared..].iter().copied())
        .collect::<Vec<_>>()
        .join("/")
}
