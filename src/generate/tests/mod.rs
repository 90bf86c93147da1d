mod absorbing;
mod hashes;

use std::sync::Arc;

use anyhow::Result;

use super::*;
use crate::kustomization::{Files, GeneratorArgs, GeneratorOptions};
use crate::model::{Resource, Scalar, Style, Value};
use crate::yaml;

fn args(text: &str) -> GeneratorArgs {
    serde_yaml::from_str(text).unwrap()
}

fn files(contents: &[(&str, &[u8])]) -> Files {
    contents
        .iter()
        .map(|(path, content)| ((*path).into(), Arc::from(*content)))
        .collect()
}

fn make(kind: &str, text: &str, files: &Files) -> Result<Resource> {
    let generate = if kind == "Secret" { secret } else { config_map };
    generate(&args(text), None, files)
}

fn printed(resource: &Resource) -> String {
    let mut out = String::new();
    yaml::write(resource.value(), &mut out).unwrap();
    out
}

/// The object of a text, as if a generator had made it.
fn read(text: &str) -> Resource {
    let documents = yaml::read_documents(text.as_bytes()).unwrap();
    Resource::new(documents[0].value.clone())
}

fn refusal(kind: &str, text: &str, files: &Files) -> String {
    format!("{:#}", make(kind, text, files).unwrap_err())
}

#[test]
fn sources_become_data() {
    let files = files(&[
        ("a.env", b"\xef\xbb\xbf# comment\n  A=1\r\nB=\"quoted\"\nC=a=b # notcomment\nNOVALUE\n D = spaced \nexport E=x\nF=\n=y\n"),
        ("f.txt", b"line1\nline2\n"),
    ]);
    let entry = r#"
name: cm
envs: [a.env]
literals: ['q="quoted"', "s='sq'", 'm="mis', 'dq="a''b"', 'e=', 'eq=a=b', 'sp= x ', 'one="']
files: [f.txt, key=f.txt]
"#;
    let expected = r#"apiVersion: v1
data:
  A: "1"
  B: '"quoted"'
  C: 'a=b # notcomment'
  'D ': ' spaced '
  F: ""
  NOVALUE: ""
  dq: a'b
  e: ""
  eq: a=b
  export E: x
  f.txt: |
    line1
    line2
  key: |
    line1
    line2
  m: '"mis'
  one: '"'
  q: quoted
  s: sq
  sp: ' x '
kind: ConfigMap
metadata:
  name: cm
"#;
    assert_eq!(
        printed(&make("ConfigMap", entry, &files).unwrap()),
        expected
    );
}

#[test]
fn bytes_that_are_no_text_become_base64_in_lines() {
    let files = files(&[
        ("f51", &[0xff; 51]),
        ("f52", &[0xff; 52]),
        ("dir/t.txt", b"x"),
    ]);
    let entry = "{name: b, files: [f51, f52, dir/t.txt]}";
    let expected = format!(
        "\
apiVersion: v1
binaryData:
  f51: {}
  f52: |
    {}w
    ==
data:
  t.txt: x
kind: ConfigMap
metadata:
  name: b
",
        "/".repeat(68),
        "/".repeat(69)
    );
    assert_eq!(
        printed(&make("ConfigMap", entry, &files).unwrap()),
        expected
    );
}

#[test]
fn an_env_file_ends_at_a_line_that_is_too_long() {
    for (length, is_read) in [(65_535, true), (65_536, false)] {
        let content = format!("A=1\nB={}\nC=3\n", "x".repeat(length - 2));
        let files = files(&[("e", content.as_bytes())]);
        let resource = make("ConfigMap", "{name: b, envs: [e]}", &files).unwrap();
        assert!(resource.value().at(&["data", "A"]).is_some());
        assert_eq!(resource.value().at(&["data", "C"]).is_some(), is_read);
    }
}

#[test]
fn broken_sources_are_refused_in_kustomizes_words() {
    let files = files(&[("bad.env", b"A=\xff"), ("f", b"x"), ("d.env", b"A=1\nA=2")]);
    for (entry, message) in [
        ("{literals: [a=b]}", "a configmap must have a name"),
        (
            "{name: x, literals: [a=1, =x]}",
            "loading KV pairs: literal sources [a=1 =x]: invalid literal source =x, expected key=value",
        ),
        (
            "{name: x, files: [=f]}",
            r#"loading KV pairs: file sources: [=f]: missing key name for file path "f" in source "=f""#,
        ),
        (
            "{name: x, files: [f=]}",
            r#"loading KV pairs: file sources: [f=]: missing file path for key name "f" in source "f=""#,
        ),
        (
            "{name: x, files: [f, a=b=c]}",
            r#"loading KV pairs: file sources: [f a=b=c]: source "a=b=c" key name or file path contains '='"#,
        ),
        (
            "{name: x, envs: [bad.env]}",
            "loading KV pairs: env source files: [bad.env]: line [65 61 255] has invalid utf8 bytes : A=\u{fffd}",
        ),
        (
            "{name: x, envs: [d.env]}",
            "configmap x illegally repeats the key `A`",
        ),
        (
            "{name: x, literals: [f=1], files: [f]}",
            "configmap x illegally repeats the key `f`",
        ),
    ] {
        assert_eq!(refusal("ConfigMap", entry, &files), message);
        assert_eq!(refusal("Secret", entry, &files), message);
    }
}

#[test]
fn options_of_all_generators_are_joined_with_those_of_one() {
    let shared: GeneratorOptions = serde_yaml::from_str(
        "{labels: {gl: '1', a: global}, disableNameSuffixHash: true, immutable: true}",
    )
    .unwrap();
    let entry = args(
        "{name: s, namespace: ns, type: t, options: {labels: {a: local}, annotations: {x: ''}, disableNameSuffixHash: false}}",
    );
    let resource = secret(&entry, Some(&shared), &Files::default()).unwrap();
    assert!(!resource.needs_hash);
    let expected = r#"apiVersion: v1
data: {}
immutable: true
kind: Secret
metadata:
  annotations:
    x: ""
  labels:
    a: local
    gl: "1"
  name: s
  namespace: ns
type: t
"#;
    assert_eq!(printed(&resource), expected);
}

/// What kustomize printed where a patch had put the number 5 over the string: with quotes where it had made a quoted one.
#[test]
fn strings_are_quoted_where_kustomize_quotes_them() {
    for text in [
        "1", "true", "x: y", "0o17", "017", "yes", " ", "1_000", "null", "~", "y", "0x1f", ".5",
        "1e3", ".inf", "a: b", "- a", "# c", "on", "08", "0b1", "0b-1", "+1", "-", "1.", "N",
        "[a]", "{a: b}", "&a", "1 # c", "---", ".nan", "l1\nl2", "l\n",
    ] {
        assert!(style(text).is_quoted(), "{text:?}");
    }
    for text in [
        "",
        "x",
        "12:30:45",
        "2020-01-01",
        "<<",
        "=",
        "\"q",
        "tRue",
        "1:60",
        "0o-6",
        "!!str x",
        "é",
        "\t",
        "a\tb",
        "😀",
        ":",
        "\"1\"",
        "'1'",
        "*a",
        "|",
        "%",
        "@",
        "`",
        ">",
        "...",
        "1e400",
        "_1",
        "2020-1-1",
        "2001-12-14 21:59:43.10",
        "/a b",
        "http://a/b",
        "some words",
        "nothing",
    ] {
        assert!(!style(text).is_quoted(), "{text:?}");
    }
}

fn style(text: &str) -> Style {
    object::string(text.into())
        .as_scalar()
        .map(|scalar: &Scalar| scalar.style)
        .unwrap()
}
