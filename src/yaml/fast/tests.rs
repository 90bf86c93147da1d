use std::io::Write;
use std::path::PathBuf;

use super::{KeyCache, read};
use crate::yaml::{Dialect, comparison, read_complete};

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const KEYS: &[&str] = &[
    "a",
    "name",
    "\"q\"",
    "'s t'",
    "1",
    "true",
    "~",
    "a b",
    "x.y/z",
    "-a",
    "on",
    "1.5",
    "\"<<\"",
    "<<",
    "terminationMessagePath",
    "é",
];

const VALUES: &[&str] = &[
    "",
    "",
    "x",
    "a b  c",
    "1",
    "0x1F",
    "yes",
    "null",
    "~",
    "2020-01-01",
    "\"q\"",
    "\"a\\n\\\"b\"",
    "'it''s'",
    "\"\\u0041\"",
    "[]",
    "{}",
    "[a, \"b\", 1]",
    "{a: 1, \"b\":2}",
    "[a, ]",
    "{a: , b}",
    "[[x], {y: [z]}]",
    "[a b, c#d]",
    "[a?b]",
    "[a:b, c:]",
    "x # comment",
    "x#y",
    "# comment",
    "a:b",
    "http://x:80/?y",
    "'open",
    "\"open",
    "[open",
    "*x",
    "&x y",
    "!!str 1",
    "@",
    "%",
    "-",
    "- x",
    "-1",
    "a: b",
    "b:",
    "'a': b",
    "|x",
    "é",
    "a\tb",
    "\tx",
    "x ",
    "'x' # y",
    "\"x\"#y",
    "[x] # y",
    "[x]#y",
    "?",
    "? x",
    ",x",
];

const TAME_VALUES: &[&str] = &[
    "",
    "x",
    "a b  c",
    "1",
    "0x1F",
    "yes",
    "null",
    "~",
    "2020-01-01",
    "\"q\"",
    "\"a\\n\\\"b\"",
    "'it''s'",
    "[]",
    "{}",
    "[a, \"b\", 1]",
    "{a: 1, \"b\":2}",
    "[[x], {y: [z]}]",
    "x # comment",
    "x#y",
    "a:b",
    "http://x:80/?y",
    "-1",
    "é",
    "x y\n                    z",
    "x\n\n   \n                     y: z",
    "x # c\n                    y",
    "'a  \n\n  b'",
    "'a\n#b'",
    "\"a \\\n    \\ b\\n\n c\"",
    "\"\\\n\n  x\\t \n y\"",
    "x\n                    - y # c",
    "[\"a\n  b\", c]",
];

const LINE_ENDS: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\n# c\n",
    "\n   # c\n",
    " \n",
    "\n  \n",
    "\n",
    "\n",
    "\n",
];

const BLOCK_HEADERS: &[&str] = &["|", "|-", "|+", ">", ">-", ">+", "|2", "| # c", "|-x"];

const LINES: &[&str] = &[
    "x", "x y", " x", "  x", "", "", "# c", "- x", "a: b", "\tx", " ", "    ",
];

/// Appends the entries of a map or the items of a list: well-formed but for a slip now and then.
fn collection(numbers: &mut Numbers, indent: usize, depth: usize, text: &mut String) {
    let is_list = numbers.below(3) == 0;
    for position in 0..=numbers.below(4) {
        if position > 0 || !text.ends_with("- ") {
            let slip = usize::from(numbers.below(60) == 0);
            text.push_str(&" ".repeat(indent + slip));
        }
        if is_list {
            text.push_str("- ");
            if depth < 4 && numbers.below(2) == 0 {
                collection(numbers, indent + 2, depth + 1, text);
                continue;
            }
        } else {
            text.push_str(numbers.pick(KEYS));
            text.push(':');
            if depth < 4 && numbers.below(3) == 0 {
                text.push_str(numbers.pick(&["\n", "\n", " # c\n", "\n\n", "\n# c\n"]));
                let step = [0, 1, 2, 2, 2, 4][numbers.below(6)];
                collection(numbers, indent + step, depth + 1, text);
                continue;
            }
            text.push(' ');
        }
        scalar(numbers, indent, text);
        text.push_str(numbers.pick(LINE_ENDS));
    }
}

fn scalar(numbers: &mut Numbers, indent: usize, text: &mut String) {
    if numbers.below(8) > 0 {
        let choices = if numbers.below(12) == 0 {
            VALUES
        } else {
            TAME_VALUES
        };
        text.push_str(numbers.pick(choices));
        return;
    }
    text.push_str(numbers.pick(BLOCK_HEADERS));
    let step = 1 + numbers.below(3);
    for _ in 0..numbers.below(5) {
        text.push('\n');
        text.push_str(&" ".repeat(indent + step));
        text.push_str(numbers.pick(LINES));
    }
}

fn document(numbers: &mut Numbers) -> String {
    let mut text = String::new();
    if numbers.below(8) == 0 {
        text.push_str(numbers.pick(&["---\n", "# c\n", "--- # c\n", "--- x\n", "\n", "  "]));
    }
    collection(numbers, 0, 0, &mut text);
    if numbers.below(4) == 0 {
        text.pop();
    }
    // One document in four has something torn out or put in.
    if numbers.below(4) == 0 {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[numbers.below(places.len())];
        if numbers.below(2) == 0 {
            text.remove(place);
        } else {
            text.insert_str(
                place,
                numbers.pick(&[
                    " ", "\n", "  ", ":", "- ", "#", "'", "\"", "\t", "\u{2028}", "\u{7f}",
                ]),
            );
        }
    }
    text
}

#[test]
fn both_readers_agree_wherever_the_short_way_leads() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut keys = KeyCache::new();
    let mut taken = 0;
    for _ in 0..30_000 {
        let text = document(&mut numbers);
        for dialect in [Dialect::Resource, Dialect::Configuration] {
            if let Some(value) = read(&text, dialect, &mut keys) {
                taken += 1;
                assert_eq!(Ok(value), read_complete(&text, dialect), "{text:?}");
            }
        }
    }
    assert!(taken > 6_000, "the short way was taken only {taken} times");
}

#[test]
fn ordinary_manifests_go_the_short_way() {
    for text in [
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {app: x, \"b\": 'c'}\ndata:\n  k: |\n    one\n\n      two\n  l: >-\n    a\n    b\n",
        "---\nspec:\n  containers:\n  - name: a\n    args: [\"--x\", y]\n    ports:\n      - containerPort: 80 # http\n        protocol: TCP\n  - name: b\n    env: []\n    empty:\n",
        "- op: add\n  path: /a\n  value: \"x\\ny\"\n-\n  op: remove\n",
        "# only a comment\n\n",
    ] {
        for dialect in [Dialect::Resource, Dialect::Configuration] {
            let value = read(text, dialect, &mut KeyCache::new());
            assert!(value.is_some(), "{text}");
            assert_eq!(Ok(value.unwrap()), read_complete(text, dialect), "{text}");
        }
    }
}

/// Other people's files are not kept here: `RENDER_CORPUS=FOLDER cargo test --lib files_of_a_corpus` compares those of a folder.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test reads whatever folder it is told to"
)]
fn both_readers_agree_on_the_files_of_a_corpus() {
    let Some(corpus) = std::env::var_os("RENDER_CORPUS") else {
        tell("skipped: RENDER_CORPUS names no folder");
        return;
    };
    let mut rest = vec![PathBuf::from(corpus)];
    let (mut bytes, mut taken) = (0, 0);
    while let Some(path) = rest.pop() {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap();
            rest.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path
            .extension()
            .is_some_and(|name| name == "yaml" || name == "yml")
        {
            let text = std::fs::read(&path).unwrap();
            bytes += text.len();
            taken += comparison::check(&text, Dialect::Resource);
            comparison::check(&text, Dialect::Configuration);
        }
    }
    tell(&format!("{taken} of {bytes} bytes go the short way"));
    assert!(taken > bytes / 2);
}

fn tell(text: &str) {
    writeln!(std::io::stderr(), "{text}").unwrap();
}
