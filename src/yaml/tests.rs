//! What kustomize 5.8.1 prints and says for these texts.

use super::{Dialect, is_text, read_configuration, read_documents, write};
use crate::model::{Style, Tag, Value};

/// The documents of a resource file as kustomize prints them, or what it says against the file.
fn printed(text: &str) -> String {
    let documents = match read_documents(text.as_bytes()) {
        Ok(documents) => documents,
        Err(error) => return error.message,
    };
    let mut out = String::new();
    for (position, document) in documents.iter().enumerate() {
        out.push_str(if position == 0 { "" } else { "---\n" });
        if let Err(error) = write(&document.value, &mut out) {
            return error.to_string();
        }
    }
    out
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn errors_have_the_words_and_the_line_of_kustomize() {
    const HEAD: &str = "apiVersion: v1\nkind: C\nmetadata:\n  name: x\n";
    for (text, expected) in [
        (
            "a: b: c",
            "line 5: mapping values are not allowed in this context",
        ),
        (
            "a: 1\n  b: 2",
            "line 6: mapping values are not allowed in this context",
        ),
        ("a: \"x", "line 5: found unexpected end of stream"),
        ("a: 'x", "line 5: found unexpected end of stream"),
        ("a: [1\nb: 2", "line 4: did not find expected ',' or ']'"),
        ("a: {b: 1", "line 4: did not find expected ',' or '}'"),
        (
            "a: @x",
            "line 5: found character that cannot start any token",
        ),
        (
            "a: `x",
            "line 5: found character that cannot start any token",
        ),
        (
            "a: %x",
            "line 5: found character that cannot start any token",
        ),
        (
            "a:\n\tb: 1",
            "line 6: found character that cannot start any token",
        ),
        (
            "a: &",
            "line 5: did not find expected alphabetic or numeric character",
        ),
        ("a: *x", "unknown anchor 'x' referenced"),
        ("- a", "line 4: did not find expected key"),
        (": x", "line 4: did not find expected key"),
        ("a: \"x\" y", "line 4: did not find expected key"),
        ("\"a\" \"b\": c", "line 4: did not find expected key"),
        ("a:\n    b: 1\n  c: 2", "line 6: did not find expected key"),
        ("a", "line 5: could not find expected ':'"),
        ("{a: b}}", "line 5: could not find expected ':'"),
        ("a: \"\\q\"", "line 5: found unknown escape character"),
        ("a: \"\\/\"", "line 5: found unknown escape character"),
        (
            "a: \"\\x4\"",
            "line 5: did not find expected hexdecimal number",
        ),
        (
            "a: \"\\ud83d\"",
            "line 5: found invalid Unicode character escape code",
        ),
        (
            "a: - b",
            "line 5: block sequence entries are not allowed in this context",
        ),
        (
            "a: |3x",
            "line 5: did not find expected comment or line break",
        ),
        (
            "a: |\n\tx",
            "line 5: found a tab character where an indentation space is expected",
        ),
        (
            "a: x\n\ty",
            "line 5: found a tab character that violates indentation",
        ),
        ("a: !<", "line 5: did not find expected tag URI"),
        ("a: [1,,2]", "line 4: did not find expected node content"),
        (
            "a: [http://x?y]",
            "line 4: did not find expected ',' or ']'",
        ),
        ("a: \u{1}", "control characters are not allowed"),
        ("a: !!int x", "cannot decode !!str `x` as a !!int"),
        ("a: !!int 5.5", "cannot decode !!float `5.5` as a !!int"),
        ("a: !!null x", "cannot decode !!str `x` as a !!null"),
        (
            "a: !!binary x",
            "!!binary value contains invalid base64 data",
        ),
        (
            "a: {[x, 1, ~]: y}",
            "invalid map key: []interface {}{\"x\", 1, interface {}(nil)}",
        ),
        (
            "a: {{b: 1}: y}",
            "invalid map key: map[string]interface {}{\"b\":1}",
        ),
    ] {
        assert_eq!(
            printed(&format!("{HEAD}{text}\n")),
            format!("yaml: {expected}"),
            "{text}"
        );
    }
    assert_eq!(printed(": : :\n"), "yaml: did not find expected key");
    let long_key = format!("{HEAD}{}: x\n", "k".repeat(1025));
    assert_eq!(
        printed(&long_key),
        "yaml: line 5: could not find expected ':'"
    );
    let characters_count = format!("{}: x\n", "é".repeat(1024));
    assert!(read_documents(characters_count.as_bytes()).is_ok());
}

#[test]
fn errors_know_their_true_place() {
    for (text, line, column) in [
        ("a: 1\n---\nb: 1\nc: d: e\n", 4, 5),
        ("a: 1\n---\nb: 'x\n", 3, 4),
        ("é: @\n", 1, 4),
        ("a: \n\tb: 1\n", 2, 1),
        ("a: 1\nb\nc: 1\n", 2, 1),
        ("a: 1\n---\n\u{feff}b: *x\n", 3, 4),
    ] {
        let error = read_documents(text.as_bytes()).unwrap_err();
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{text}: {error}"
        );
    }
    let tab = read_documents(b"a:\n\tb: 1\n").unwrap_err();
    assert_eq!(tab.hint.as_deref(), Some("indent with spaces"));
}

#[test]
fn text_is_cut_at_separator_lines_before_it_is_parsed() {
    for (text, lines, expected) in [
        ("--- {a: 1}\n", &[1][..], "a: 1\n"),
        ("a: 1\n---\n---\nb: 1\n", &[1, 3], "a: 1\n---\nb: 1\n"),
        (
            "# none\n---\n# none\n---\nnull\n--- # c\nb: 1\n",
            &[7],
            "b: 1\n",
        ),
        (
            "a: |+\n  x\n\n---\nb: 1\n",
            &[1, 5],
            "a: |+\n  x\n\n---\nb: 1\n",
        ),
        ("a: |\n  x\n---\nb: 1", &[1, 4], "a: |\n  x\n---\nb: 1\n"),
        ("a: 1\n...\nb: 1\n", &[1], "a: 1\n"),
        ("{\"a\": 1}\n{\"b\": 2}\n", &[1], "a: 1\n"),
        (
            "a: |\r\n  x\r\n---\r\nb: 1\r\n",
            &[1, 4],
            "a: |\n  x\n---\nb: 1\n",
        ),
        ("a: 1\n---", &[1], "a: 1\n"),
    ] {
        let documents = read_documents(text.as_bytes()).unwrap();
        let found: Vec<usize> = documents.iter().map(|document| document.line).collect();
        assert_eq!(found, lines, "{text}");
        assert_eq!(printed(text), expected, "{text}");
    }
    assert_eq!(
        printed("a: 1\n--- foo\nb: 1\n"),
        "invalid document separator: --- foo"
    );
    assert_eq!(
        printed("a: 1\n----\nb: 1\n"),
        "invalid document separator: ----"
    );
    let directive = "%YAML 1.1\n---\na: 1\n";
    assert_eq!(
        printed(directive),
        "yaml: line 1: did not find expected <document start>"
    );
}

#[test]
fn encodings_are_told_by_their_marks() {
    assert_eq!(printed("\u{feff}a: é\n"), "a: é\n");
    let units: Vec<u16> = "\u{feff}a: é\n".encode_utf16().collect();
    for bytes in [
        units
            .iter()
            .flat_map(|unit| unit.to_le_bytes())
            .collect::<Vec<u8>>(),
        units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
    ] {
        let documents = read_documents(&bytes).unwrap();
        assert_eq!(
            documents[0].value.get("a").and_then(Value::text).unwrap(),
            "é"
        );
    }
    let broken = read_documents(b"a: 1\n# \xff\n").unwrap_err();
    assert_eq!(broken.message, "yaml: invalid leading UTF-8 octet");
    assert_eq!((broken.line, broken.column), (2, 3));
}

#[test]
fn scalars_keep_what_the_output_depends_on() {
    let text = "a: 0x1F\nb: '1'\nc:\nd: ~\ne: {f: , g: null}\nh: |\n  x\ni: !!str 5\nj: !!int \"5\"\nk: !!float 0x10\nl: 2020-01-01\nm: yes\n";
    let value = read_documents(text.as_bytes()).unwrap().remove(0).value;
    for (path, text, tag, style) in [
        (&["a"][..], "0x1F", Tag::Int, Style::Plain),
        (&["b"], "1", Tag::Str, Style::SingleQuoted),
        (&["c"], "", Tag::Null, Style::Plain),
        (&["d"], "~", Tag::Null, Style::Plain),
        (&["e", "f"], "", Tag::Null, Style::FlowEmpty),
        (&["e", "g"], "null", Tag::Null, Style::Plain),
        (&["h"], "x\n", Tag::Str, Style::Literal),
        (&["i"], "5", Tag::Str, Style::Plain),
        (&["j"], "5", Tag::Int, Style::Plain),
        (&["k"], "16", Tag::Float, Style::Plain),
        (&["l"], "2020-01-01", Tag::Timestamp, Style::Plain),
        (&["m"], "yes", Tag::Str, Style::Plain),
    ] {
        let scalar = value.at(path).and_then(Value::as_scalar).unwrap();
        assert_eq!(
            (scalar.text.as_str(), scalar.tag, scalar.style),
            (text, tag, style),
            "{path:?}"
        );
    }
}

#[test]
fn aliases_and_merge_keys_are_copies() {
    for (text, expected) in [
        ("a: &x {b: 1}\nc: *x\n", "a:\n  b: 1\nc:\n  b: 1\n"),
        ("a: &x 1\nb: &x 2\nc: *x\n", "a: 1\nb: 2\nc: 2\n"),
        ("a: &x k\n*x : 1\n", "a: k\nk: 1\n"),
        ("a: 1\n<<: {a: 2, b: 3}\n", "a: 1\nb: 3\n"),
        ("<<: [{a: 1}, {a: 2, b: 3}]\nb: 4\n", "a: 1\nb: 4\n"),
        ("\"<<\": {q: 1}\na: 1\n", "a: 1\n"),
        ("\"<<\": {q: 1}\n<<: {r: 1}\n", "r: 1\n"),
        ("\"<<\": 1\n\"<<\": 2\n", "<<: 2\n"),
        // What is written as nothing is a null in block style and an empty string in flow style, wherever it is copied to.
        ("<<: {z: }\n", "z: null\n"),
        ("a: {<<: {z: }}\n", "a:\n  z: \"\"\n"),
        ("a: &x\nb: [*x]\n", "a: null\nb:\n- \"\"\n"),
        ("a: &x\n  q:\nb: [*x]\n", "a:\n  q: null\nb:\n- q: \"\"\n"),
        ("a: [&x , 1]\nb: *x\n", "a:\n- \"\"\n- 1\nb: null\n"),
        (
            "1: a\n2020-01-01: b\ntrue: c\n? \n: d\n",
            "\"\": d\n\"1\": a\n\"2020-01-01\": b\n\"true\": c\n",
        ),
        ("<<: {a: 1}\n<<: {b: 1}\n", "duplicate merge key"),
        (
            "a: &x 1\n<<: *x\n",
            "invalid map merge: received alias for a non-map value",
        ),
        (
            "<<: 5\n",
            "map merge requires map or sequence of maps as the value",
        ),
        (
            "<<: [[{}]]\n",
            "invalid map merge: received a nested sequence",
        ),
        ("a: &x [*x]\n", "yaml: anchor 'x' value contains itself"),
    ] {
        assert_eq!(printed(text), expected, "{text}");
    }
}

#[test]
fn configurations_are_read_as_yaml_1_1() {
    let text = "a: yes\nb: Off\nc: 2020-01-01\n0x10: d\n1.5: e\nyes: f\n1e20: g\n<<: {a: 1}\n\"<<\": {h: i}\nj: {k: }\n";
    let value = read_configuration(text.as_bytes()).unwrap().unwrap();
    let entries: Vec<_> = value
        .as_mapping()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.as_str(), value.text().map_or("", |text| text.as_str())))
        .collect();
    assert_eq!(
        entries,
        [
            ("a", "true"),
            ("b", "false"),
            ("c", "2020-01-01"),
            ("16", "d"),
            ("1.5", "e"),
            ("true", "f"),
            ("1e+20", "g"),
            ("a", "1"),
            ("h", "i"),
            ("j", ""),
        ]
    );
    assert_eq!(
        value.at(&["a"]).and_then(Value::as_scalar).unwrap().tag,
        Tag::Bool
    );
    let nothing = value.at(&["j", "k"]).and_then(Value::as_scalar).unwrap();
    assert_eq!((nothing.tag, nothing.style), (Tag::Null, Style::Plain));
    for (text, is_empty) in [
        ("", true),
        ("# c\n", true),
        ("null\n", true),
        ("---\n---\na: 1\n", true),
        ("%YAML 1.1\n---\na: 1\n", false),
    ] {
        assert_eq!(
            read_configuration(text.as_bytes()).unwrap().is_none(),
            is_empty,
            "{text}"
        );
    }
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &[
            "a",
            &level.to_string(),
            ": &a",
            &level.to_string(),
            " [",
            &aliases,
            "]\n",
        ]
        .concat();
    }
    let message = "yaml: document contains excessive aliasing";
    assert_eq!(
        read_documents(text.as_bytes()).unwrap_err().message,
        message
    );
    assert_eq!(
        read_configuration(text.as_bytes()).unwrap_err().message,
        message
    );
}

#[test]
fn nesting_has_a_limit() {
    let flow = |depth: usize| format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    let block = |depth: usize| format!("a:\n{}x\n", "- ".repeat(depth));
    let maps = |depth: usize| {
        (0..depth).fold(String::new(), |text, level| {
            text + &" ".repeat(level) + "a:\n"
        })
    };
    let aliases = "a: &a [[[[]]]]\n".replace(
        "[[[[]]]]",
        &format!("{}{}", "[".repeat(2_600), "]".repeat(2_600)),
    ) + &format!("b: {}*a{}\n", "[".repeat(2_600), "]".repeat(2_600));
    for text in [flow(3_000), block(3_000), maps(3_000)] {
        let documents = read_documents(text.as_bytes()).unwrap();
        assert_eq!(documents.clone(), documents);
    }
    for text in [
        flow(10_000),
        block(10_000),
        flow(1_000_000),
        maps(6_000),
        aliases,
    ] {
        for error in [
            read_documents(text.as_bytes()).unwrap_err(),
            read_configuration(text.as_bytes()).unwrap_err(),
        ] {
            assert!(
                error.message.ends_with("exceeded max depth of 5000"),
                "{error}"
            );
        }
    }
    assert!(super::read_complete(&flow(3_000), Dialect::Resource).is_ok());
}

#[test]
fn words_are_texts_as_the_reader_sees_them() {
    for text in [
        "yes",
        "On",
        "n",
        "null",
        "true",
        "12",
        "0777",
        "0o7",
        "1_000",
        "1.5",
        "1e3",
        ".5",
        "0x1F",
        "2001-01-01",
        "12e",
        "1.2.3",
        "v1",
        "a/b",
        "0b1",
        "1+1",
        "2001-1-1",
        "190:20",
        "inf",
        "+1",
        "0.",
        "1e400",
    ] {
        let read = read_configuration(text.as_bytes()).unwrap();
        let tag = read
            .as_ref()
            .and_then(Value::as_scalar)
            .map(|scalar| scalar.tag);
        assert_eq!(is_text(text), tag == Some(Tag::Str), "{text}");
    }
}

#[test]
fn words_stand_for_what_the_complete_reader_says() {
    let marks = "a1:#,[]{}&*!|>'\"%@`.-+?~=_/";
    let mut words: Vec<String> = ["a", "1", "y", "0"].map(str::to_owned).into();
    let mut longest = words.clone();
    for _ in 0..3 {
        let longer = longest.iter().flat_map(|word| {
            let longer = marks.chars().map(move |mark| format!("{word}{mark}"));
            longer.collect::<Vec<_>>()
        });
        longest = longer.collect();
        words.extend_from_slice(&longest);
    }
    for word in words {
        let read = match read_configuration(word.as_bytes()) {
            Ok(Some(Value::Scalar(scalar))) => scalar.tag == Tag::Str,
            Ok(_) => false,
            Err(_) => true,
        };
        assert_eq!(is_text(&word), read, "{word}");
    }
}
