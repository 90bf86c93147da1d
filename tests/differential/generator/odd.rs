//! Words, strings and scalars, among them those that YAML's readers and writers treat in unusual ways.

use std::collections::BTreeSet;

use super::Generator;
use crate::node::{List, Map, Node, Scalar, Style};

pub(super) const NAMES: [&str; 9] = [
    "app",
    "db",
    "web",
    "cache",
    "api",
    "job-1",
    "a.b",
    "worker",
    "front-end",
];
pub(super) const NAMESPACES: [&str; 4] = ["default", "prod", "team-a", "kube-system"];
pub(super) const IMAGES: [&str; 8] = [
    "nginx",
    "nginx:1.25",
    "reg.io:5000/app",
    "reg.io:5000/app:v1",
    "quay.io/org/tool@sha256:abc123",
    "redis:7@sha256:def",
    "library/nginx:latest",
    "app",
];
const WORDS: [&str; 12] = [
    "alpha", "beta", "gamma", "tier", "stage", "blue", "green", "north", "metrics", "http", "grpc",
    "main",
];

/// Strings that must be quoted or escaped somewhere.
const STRINGS: [&str; 80] = [
    "",
    "yes",
    "no",
    "On",
    "off",
    "y",
    "N",
    "null",
    "~",
    "true",
    "False",
    "0x10",
    "0o7",
    "007",
    "08",
    "1_000",
    "1e3",
    ".5",
    "1.0",
    "+1",
    "-1",
    "12:30:45",
    "1:60",
    "2020-01-01",
    "2001-12-14t21:59:43.10-05:00",
    ".inf",
    ".nan",
    "- a",
    "#c",
    "a #c",
    "a: b",
    "a:",
    ":a",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "{a",
    "[a",
    "'a",
    "\"a",
    "it's",
    "say \"hi\"",
    "|",
    ">",
    "?",
    "? a",
    "-",
    "---",
    "--- a",
    "=",
    "<<",
    " lead",
    "trail ",
    "tab\there",
    "é",
    "日本 語",
    "😀 ok",
    "ok ✅",
    "\u{a0}x",
    "a\u{200b}b",
    "a\\b",
    "a\nb",
    "a\n",
    "a\n\n",
    "\na",
    " a\nb",
    "a \nb\n",
    "\n",
    "#!/bin/sh\nset -e\n\techo $X\n",
    "{\"a\": 1, \"b\": [true, \"x\"]}",
    "key: value\nother: [1, 2]\n",
    "$(VAR) ${X}",
    "$(VAR)",
    "x$(HOST)$$(VAR)",
    "a\r\nb",
    "\u{feff}x",
    "e1",
];

/// Plain scalars as they stand in a file.
const PLAIN: [&str; 45] = [
    "1",
    "-5",
    "0",
    "80",
    "0x1F",
    "0o17",
    "0777",
    "1_000",
    "1.50",
    "1e3",
    "1e10",
    "1e21",
    "1234567.5",
    "0.00001",
    "999999.5",
    "true",
    "False",
    "yes",
    "no",
    "on",
    "y",
    "null",
    "~",
    "",
    "NULL",
    "2020-01-01",
    "2020-1-1",
    ".5",
    "+1",
    "12:30:45",
    "1:60",
    "18446744073709551615",
    "18446744073709551616",
    "9007199254740993",
    "-9223372036854775808",
    "0b11",
    "1.0",
    "-0.0",
    "08",
    "09.5",
    "0x",
    "=",
    "5.",
    "1E400",
    "abc",
];

/// Keys; none has a digit before a letter: kustomize's order of such keys is not one order (spec 11 R12).
const KEYS: [&str; 30] = [
    "a",
    "b",
    "key",
    "config.yaml",
    "tls.crt",
    "A",
    "B-c",
    "a-b",
    "a_b",
    "a.b",
    "a/b",
    "k1",
    "k2",
    "k10",
    "yes",
    "on",
    "y",
    "null",
    "true",
    "1",
    "10",
    "~",
    "with space",
    "é",
    "😀",
    ".",
    "x: y",
    "#k",
    "*k",
    "",
];

impl Generator {
    pub(super) fn word(&mut self) -> String {
        (*self.random.pick(&WORDS)).to_string()
    }

    pub(super) fn name(&mut self) -> String {
        (*self.random.pick(&NAMES)).to_string()
    }

    pub(super) fn namespace(&mut self) -> String {
        (*self.random.pick(&NAMESPACES)).to_string()
    }

    pub(super) fn image(&mut self) -> String {
        (*self.random.pick(&IMAGES)).to_string()
    }

    /// A string, plain and short half of the time.
    pub(super) fn text(&mut self) -> String {
        match self.random.weighted(&[50, 35, 15]) {
            0 => self.word(),
            1 => (*self.random.pick(&STRINGS)).to_string(),
            _ => self.sentence(),
        }
    }

    /// Words around the column where lines are folded.
    fn sentence(&mut self) -> String {
        let mut text = String::from(*self.random.pick(&["", "", "- ", "it's: ", "", "'", "1 "]));
        let length = self.random.between(60, 260);
        while text.chars().count() < length {
            let letter = *self
                .random
                .pick(&["a", "b", "é", "日", "x", "😀", "\"", "\\"]);
            let letter = if self.random.chance(70) { "w" } else { letter };
            let longest = *self.random.pick(&[3, 8, 8, 8, 90]);
            text.push_str(&letter.repeat(self.random.between(1, longest)));
            text.push_str(
                self.random
                    .pick::<&str>(&[" ", " ", " ", " ", " ", "  ", "   ", ": ", " #", "\n", "/"]),
            );
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// A string in any style.
    pub(super) fn string(&mut self) -> Node {
        let text = self.text();
        let style = *self.random.pick(&[
            Style::Double,
            Style::Single,
            Style::Literal,
            Style::Folded,
            Style::Double,
        ]);
        let mut scalar = Scalar::string(text);
        if scalar.style != Style::Plain {
            scalar.style = style;
        }
        Node::Scalar(scalar)
    }

    /// A scalar of any type.
    pub(super) fn any(&mut self) -> Node {
        match self.random.weighted(&[55, 35, 6]) {
            0 => Node::plain(*self.random.pick(&PLAIN)),
            1 => self.string(),
            _ => {
                let (tag, text) = *self.random.pick(&[
                    ("!!str", "123"),
                    ("!!int", "5"),
                    ("!!binary", "aGVsbG8="),
                    ("!foo", "bar"),
                    ("!!float", "5"),
                    ("!!str", "yes"),
                ]);
                Node::Scalar(Scalar {
                    tag: Some(tag.to_string()),
                    ..Scalar::new(text, Style::Plain)
                })
            }
        }
    }

    /// A key of a map inside an object, quoted where it would not be a string.
    pub(super) fn key(&mut self) -> Scalar {
        if !self.wants("odd keys") {
            return Scalar::string(self.word());
        }
        if self.random.chance(4) {
            return Scalar::string("k".repeat(self.random.between(120, 140)));
        }
        let mut key = Scalar::string(*self.random.pick(&KEYS));
        if ["yes", "on", "y"].contains(&key.text.as_str()) && self.random.chance(70) {
            key.style = Style::Plain;
        }
        key
    }

    /// A map of up to `most` different keys.
    pub(super) fn map_of(&mut self, most: usize, value: impl Fn(&mut Self) -> Node) -> Node {
        let mut used = BTreeSet::new();
        let mut entries = Vec::new();
        for _ in 0..self.random.between(1, most) {
            let key = self.key();
            if used.insert(key.text.clone()) {
                entries.push((key, value(self)));
            }
        }
        Node::Map(Map {
            entries,
            ..Map::default()
        })
    }

    /// Nested maps and lists of any scalars.
    pub(super) fn blob(&mut self, depth: usize) -> Node {
        match self.random.weighted(&[50, 35 * depth, 25 * depth, 4, 4]) {
            0 => self.any(),
            1 => self.map_of(4, |generator| generator.blob(depth - 1)),
            2 => Node::list(
                (0..self.random.between(1, 3))
                    .map(|_| self.blob(depth - 1))
                    .collect(),
            ),
            3 => Node::Map(Map {
                flow: true,
                ..Map::default()
            }),
            _ => Node::List(List {
                flow: true,
                ..List::default()
            }),
        }
    }

    /// Labels or annotations with values that are strings.
    pub(super) fn labels(&mut self) -> Node {
        let keys = ["app", "tier", "env", "app.kubernetes.io/name", "team"];
        let mut labels = Node::map([]);
        for _ in 0..self.random.between(1, 3) {
            let value = self.label_value();
            labels.set(self.random.pick::<&str>(&keys), value);
        }
        labels
    }

    fn label_value(&mut self) -> Node {
        let text = *self.random.pick(&[
            "web", "db", "one", "two", "1", "true", "yes", "x.y", "v1", "",
        ]);
        Node::string(text)
    }
}
