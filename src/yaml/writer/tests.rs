use super::*;
use crate::model::{Mapping, Scalar, Sequence, Style};

/// What comes out for a document in YAML.
fn printed(text: &str) -> String {
    let documents = crate::yaml::read_documents(text.as_bytes()).unwrap();
    let mut out = String::new();
    write(&documents[0].value, &mut out).unwrap();
    out
}

/// What stands behind `k: ` for a string, without the newline at the end.
fn printed_string(text: &str) -> String {
    let map: Mapping = [("k", Value::string(text))].into_iter().collect();
    let mut out = String::new();
    write(&map.into(), &mut out).unwrap();
    out.strip_prefix("k: ")
        .unwrap()
        .strip_suffix('\n')
        .unwrap()
        .to_owned()
}

fn refusal(value: &Value) -> (String, String) {
    let error = write(value, &mut String::new()).unwrap_err();
    (error.message, error.path.to_string())
}

#[test]
fn collections_are_blocks_and_lists_stand_under_their_key() {
    let text = "{list: [a, [b, [c, {d: 1, e: [1]}]], {}, [], null], map: {m: {n: x}}}";
    let expected = "\
list:
- a
- - b
  - - c
    - d: 1
      e:
      - 1
- {}
- []
- null
map:
  m:
    \"n\": x
";
    assert_eq!(printed(text), expected);
}

#[test]
fn long_and_broken_keys_stand_behind_a_question_mark() {
    let key = "k".repeat(129);
    let text = format!(
        "{{{key}: {{a: 1, b: [1, [2]]}}, {key}1: [1, {{a: 1}}], \"a\\nb\": x, {key}2: \"a\\nb\", {key}3: {{}}}}"
    );
    let expected = format!(
        "\
? |-
  a
  b
: x
? {key}
: a: 1
  b:
  - 1
  - - 2
? {key}1
: - 1
  - a: 1
? {key}2
: |-
  a
  b
? {key}3
: {{}}
"
    );
    assert_eq!(printed(&text), expected);
}

#[test]
fn keys_are_quoted_like_values_and_folded_only_behind_a_question_mark() {
    let short = "aaaa ".repeat(20) + "b";
    let long = "aaaa ".repeat(30) + "b";
    let text = format!("{{\"\": 1, yes: 1, \"a: b\": 1, \"1\": 1, \"{short}\": 1, {long}: 1}}");
    let expected = format!(
        "\
\"\": 1
\"1\": 1
'a: b': 1
? {line} aaaa
  {rest} b
: 1
{short}: 1
\"yes\": 1
",
        line = ["aaaa"; 15].join(" "),
        rest = ["aaaa"; 14].join(" "),
    );
    assert_eq!(printed(&text), expected);
}

#[test]
fn strings_get_the_form_that_kustomize_gives_them() {
    for (text, expected) in [
        ("", r#""""#),
        ("a:b", "a:b"),
        ("it's", "it's"),
        ("<<", "<<"),
        ("1e400", "1e400"),
        ("0o8", "0o8"),
        ("1:60", "1:60"),
        ("yEs", "yEs"),
        ("2020-13-01", "2020-13-01"),
        ("._7", "._7"),
        ("0o-6", "0o-6"),
        ("é日\u{a0}", "é日\u{a0}"),
        ("true", r#""true""#),
        ("Off", r#""Off""#),
        ("~", r#""~""#),
        ("017", r#""017""#),
        ("1_000", r#""1_000""#),
        (".1_0", r#"".1_0""#),
        ("12:30:45", r#""12:30:45""#),
        ("190:20:30.15", r#""190:20:30.15""#),
        ("2020-01-01", r#""2020-01-01""#),
        ("x: y", "'x: y'"),
        ("a:", "'a:'"),
        ("a #c", "'a #c'"),
        ("'a", "'''a'"),
        ("---", "'---'"),
        ("? a", "'? a'"),
        ("?a", "?a"),
        (" a", "' a'"),
        ("a ", "'a '"),
        ("a\tb", r#""a\tb""#),
        ("😀 ok ✅", r#""\U0001F600 ok ✅""#),
        ("\u{1}\u{1b}\"\\", r#""\x01\e\"\\""#),
        ("\u{feff}ab\n", r#""\uFEFF\x61\x62\n""#),
        ("a \nb", r#""a \nb""#),
        ("a\nb ", r#""a\nb ""#),
        ("a\n\tb\n", r#""a\n\tb\n""#),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n\n b\n", "|\n  a\n\n   b"),
        ("a\n\n", "|+\n  a\n"),
        (" a\nb", "|2-\n   a\n  b"),
        ("\n", "|2+\n"),
        ("a\u{85}b", "a b"),
        ("a\u{85}\u{85}b", "|-\n  a\n  b"),
        ("a\u{2028}b", "'a\u{2028}  b'"),
        ("a\n\u{2028}b", "|-\n  a\n\u{2028}  b"),
    ] {
        assert_eq!(printed_string(text), expected, "{text:?}");
    }
}

#[test]
fn lines_break_at_the_first_space_beyond_column_80() {
    let a = "a".repeat(77);
    let quoted = "a".repeat(76);
    for (text, expected) in [
        (format!("{a} b c"), format!("{a} b\n  c")),
        (format!("{a}a b c"), format!("{a}a\n  b c")),
        (format!("{a}a  b c"), format!("{a}a  b\n  c")),
        (format!("é{a} b"), format!("é{a}\n  b")),
        (format!("'{a} b"), format!("'''{a}\n  b'")),
        (format!("{a}: b"), format!("'{a}:\n  b'")),
        (format!("{a}a: "), format!("'{a}a: '")),
        (
            format!("\t{quoted}  b c"),
            format!("\"\\t{quoted}\n  \\ b c\""),
        ),
        (a.repeat(3), a.repeat(3)),
    ] {
        assert_eq!(printed_string(&text), expected, "{text:?}");
    }
    let list = format!("{{args: [[{a}a b c]]}}");
    assert_eq!(printed(&list), format!("args:\n- - {a}a\n    b c\n"));
}

#[test]
fn scalars_that_are_not_strings_come_out_as_go_prints_them() {
    for (text, expected) in [
        ("~", "null"),
        ("True", "true"),
        ("0x1F", "31"),
        ("-5", "-5"),
        ("0777", "511"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("1e3", "1000"),
        ("1234567.5", "1.2345675e+06"),
        ("999999.5", "999999.5"),
        ("0.00001", "1e-05"),
        ("966822133266164.25", "9.668221332661642e+14"),
        ("2020-1-1", "\"2020-01-01T00:00:00Z\""),
    ] {
        assert_eq!(printed(&format!("k: {text}")), format!("k: {expected}\n"));
    }
    assert_eq!(printed("{a: null, b: }"), "a: null\nb: \"\"\n");
}

#[test]
fn keys_come_in_natural_order() {
    let keys = [
        "",
        "-",
        ".",
        "_",
        "~",
        "😀",
        "0",
        "00",
        "1",
        "1.5",
        "2",
        "02",
        "10",
        "A",
        "A-",
        "Ab",
        "B",
        "a",
        "a b",
        "a-",
        "a-b",
        "a.b",
        "a/b",
        "a_b",
        "a1",
        "a01",
        "a001",
        "a2",
        "a10",
        "aB",
        "ab",
        "config",
        "config-2.yaml",
        "config-10.yaml",
        "config.yaml",
        "config_1.yaml",
        "é",
    ];
    for step in [1, 7, 11, 29] {
        let shuffled = (0..keys.len()).map(|at| keys[at * step % keys.len()]);
        let map: Mapping = shuffled.map(|key| (key, Value::null())).collect();
        let mut order = KeyOrder::with_room_for(0);
        order.enter(map.entries()).unwrap();
        let sorted: Vec<_> = (0..keys.len())
            .map(|at| map.entries()[order.entry(keys.len(), at)].key.text.as_str())
            .collect();
        assert_eq!(sorted, keys);
    }
}

#[test]
fn duplicates_are_found_even_where_the_order_contradicts_itself() {
    let keys = ["v10", "v1alpha1", "v2", "v10", "v1"];
    for start in 0..keys.len() {
        let mut map = Mapping::new();
        for at in 0..keys.len() {
            map.push(keys[(start + at) % keys.len()], Value::null());
        }
        let expected = "yaml: unmarshal errors: mapping key \"v10\" already defined";
        assert_eq!(refusal(&map.into()).0, expected);
    }
}

#[test]
fn refusals_say_why_and_where() {
    let at_b = |value: Value| -> Value {
        let items: Sequence = [Value::null(), value].into_iter().collect();
        let map: Mapping = [("z", Value::null()), ("b", items.into())]
            .into_iter()
            .collect();
        map.into()
    };
    let mut twice = Mapping::new();
    twice.push("a", Value::null());
    twice.push("a", Value::null());
    let mut odd = Mapping::new();
    let key = Key {
        text: "1".into(),
        tag: Tag::Int,
    };
    odd.push(key.clone(), Value::null());
    let scalar = |text: &str, tag| Value::Scalar(Scalar::new(text, tag, Style::Plain));
    for (value, message) in [
        (
            twice.into(),
            "yaml: unmarshal errors: mapping key \"a\" already defined",
        ),
        (odd.clone().into(), UNPRINTABLE_KEY),
        (
            scalar("abc", Tag::Int),
            "yaml: cannot decode !!str `abc` as a !!int",
        ),
        (scalar(".inf", Tag::Float), "json: unsupported value: +Inf"),
        (
            Value::string("\u{7f}"),
            "yaml: control characters are not allowed",
        ),
        (
            Value::string("a\u{85}--- b"),
            "yaml: found unexpected document indicator",
        ),
    ] {
        assert_eq!(
            refusal(&at_b(value)),
            (message.to_owned(), "b[1]".to_owned())
        );
    }
    let long: Mapping = [("é".repeat(1023), Value::null())].into_iter().collect();
    assert_eq!(
        refusal(&long.into()).0,
        "yaml: did not find expected ',' or '}'"
    );
    let mut out = String::new();
    write(&odd.into(), &mut out).unwrap();
    assert_eq!(out, "\"1\": null\n");
}

#[test]
fn deep_nesting_needs_no_call_stack() {
    let mut value = Value::from(1);
    for depth in 0..3000 {
        value = if depth % 2 == 0 {
            [value].into_iter().collect::<Sequence>().into()
        } else {
            [("a", value)].into_iter().collect::<Mapping>().into()
        };
    }
    let mut out = String::new();
    write(&value, &mut out).unwrap();
    assert!(out.ends_with("a:\n") || out.ends_with("- 1\n"));
}
