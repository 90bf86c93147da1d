//! configMapGenerator, secretGenerator and the files that they read.

use super::{Generator, Known};
use crate::node::Node;
use crate::tree::Content;

type Fields = Vec<(&'static str, Node)>;

const LINES: [&str; 18] = [
    "A=1\n",
    "B=\"quoted\"\n",
    "C=a=b # no comment\n",
    "# comment\n",
    "\n",
    "NOVALUE\n",
    "  LEAD=x\n",
    "D = spaced \n",
    "export E=x\n",
    "F=\n",
    "=x\n",
    "TAB=\ta\tb\n",
    "CR=x\r\n",
    "UTF=é😀\n",
    "L=yes\n",
    "NUM=0x10\n",
    "  # indented\n",
    "LONG=aaaa bbbbbbbbb ccccccccc dddddddd eeeeeeeee ffffffffff ggggggggg hhhhhhhh iiiiiiii jjjj\n",
];

const LITERALS: [&str; 14] = [
    "a=1",
    "b=two",
    "q=\"quoted\"",
    "s='single'",
    "m=\"mis",
    "e=",
    "eq=a=b",
    "sp= x ",
    "multi=line1\nline2\n",
    "y=yes",
    "tab=a\tb",
    "emoji=😀",
    "k.x=: #",
    "nl=\"a\\nb\"",
];

impl Generator {
    /// Adds the generators of a layer, and what they make to its objects.
    pub(super) fn generators(&mut self, dir: &str, fields: &mut Fields, scope: &mut Vec<Known>) {
        for (field, kind) in [
            ("configMapGenerator", "ConfigMap"),
            ("secretGenerator", "Secret"),
        ] {
            if !self.wants(field) {
                continue;
            }
            let mut entries = Vec::new();
            for _ in 0..self.random.between(1, 2) {
                entries.extend(self.generator(dir, kind, scope));
            }
            if !entries.is_empty() {
                fields.push((field, Node::list(entries)));
            }
        }
        if self.wants("generatorOptions") {
            let options = self.generator_options();
            fields.push(("generatorOptions", options));
        }
    }

    fn generator(&mut self, dir: &str, kind: &str, scope: &mut Vec<Known>) -> Option<Node> {
        let mut entry = Node::map([]);
        let old: Vec<usize> = (0..scope.len())
            .filter(|index| scope[*index].kind() == kind && scope[*index].is_unique)
            .collect();
        let wants_old = !old.is_empty() && self.wants("generator behavior");
        let known = if wants_old {
            let known = scope[*self.random.pick(&old)].clone();
            entry.set(
                "behavior",
                Node::string(*self.random.pick(&["merge", "merge", "replace"])),
            );
            known
        } else {
            let mut object = Node::map([
                ("apiVersion", Node::string("v1")),
                ("kind", Node::string(kind)),
            ]);
            let mut metadata = Node::map([("name", Node::string(self.name()))]);
            if self.random.chance(15) {
                metadata.set("namespace", Node::string(self.namespace()));
            }
            object.set("metadata", metadata);
            object.set("data", Node::map([("a", Node::string("1"))]));
            Known {
                object,
                is_unique: true,
                is_generated: true,
            }
        };
        if !wants_old && !self.taken.insert(known.identity()) {
            return None;
        }
        entry.set("name", Node::string(known.name()));
        if let Some(namespace) = known.metadata("namespace") {
            entry.set("namespace", Node::string(namespace));
        }
        self.add_sources(dir, &mut entry);
        if kind == "Secret" && self.random.chance(30) {
            entry.set("type", Node::string("kubernetes.io/tls"));
        }
        if self.random.chance(25) {
            let options = self.generator_options();
            entry.set("options", options);
        }
        if !wants_old {
            self.all.push(known.clone());
            scope.push(known);
        }
        Some(entry)
    }

    fn add_sources(&mut self, dir: &str, entry: &mut Node) {
        if self.random.chance(75) {
            let literals = self.several(&LITERALS, 4);
            entry.set(
                "literals",
                Node::list(
                    literals
                        .into_iter()
                        .map(|text| Node::string(text.as_str()))
                        .collect(),
                ),
            );
        }
        if self.random.chance(30) {
            let number = self.next_number();
            let lines = self.several(&LINES, 6);
            self.tree
                .files
                .insert(format!("{dir}/e{number}.env"), Content::Lines(lines));
            let path = Node::string(self.elsewhere(dir, format!("e{number}.env")));
            if self.random.chance(20) {
                entry.set("env", path);
            } else {
                entry.set("envs", Node::list(vec![path]));
            }
        }
        if self.random.chance(35) {
            let number = self.next_number();
            let content = self.file_content();
            self.tree
                .files
                .insert(format!("{dir}/f{number}.txt"), content);
            let key = *self.random.pick(&["", "", "key.txt=", "K="]);
            let file = self.elsewhere(dir, format!("f{number}.txt"));
            entry.set(
                "files",
                Node::list(vec![Node::string(format!("{key}{file}"))]),
            );
        }
    }

    fn file_content(&mut self) -> Content {
        if !self.wants("binary files") {
            let lines = (0..self.random.between(0, 3))
                .map(|_| self.text() + "\n")
                .collect();
            return Content::Lines(lines);
        }
        let length = self.random.between(1, 200);
        Content::Bytes(
            (0..length)
                .map(|_| u8::try_from(self.random.below(256)).expect("invariant: below 256"))
                .collect(),
        )
    }

    /// Some of the texts, each at most once.
    fn several(&mut self, choices: &[&str], most: usize) -> Vec<String> {
        let mut chosen: Vec<String> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        for _ in 0..self.random.between(1, most) {
            let text = *self.random.pick(choices);
            let key = text
                .trim_start()
                .split('=')
                .next()
                .unwrap_or_default()
                .to_string();
            if !keys.contains(&key) {
                keys.push(key);
                chosen.push(text.to_string());
            }
        }
        chosen
    }

    pub(super) fn generator_options(&mut self) -> Node {
        let mut options = Node::map([]);
        if self.random.chance(45) {
            options.set(
                "disableNameSuffixHash",
                Node::plain(*self.random.pick(&["true", "true", "false"])),
            );
        }
        for field in ["labels", "annotations"] {
            if self.random.chance(30) {
                let labels = self.labels();
                options.set(field, labels);
            }
        }
        if self.random.chance(15) {
            options.set("immutable", Node::plain("true"));
        }
        options
    }
}
