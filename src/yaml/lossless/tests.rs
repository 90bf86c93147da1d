//! What kustomize 5.8.1 makes of YAML in a string when a replacement sets `a.b` in it.

use super::*;

/// The document after `a.b` became `new`, keeping its type.
fn edited(text: &str) -> String {
    let mut document = Document::parse(text).unwrap().unwrap();
    let mut value = document.value();
    let field = value.get_mut("a").and_then(|a| a.get_mut("b")).unwrap();
    field.as_scalar_mut().unwrap().text = "new".into();
    document.update(&value, &|_| false);
    document.print()
}

#[test]
fn comments_stay_where_kustomize_puts_them() {
    for (text, expected) in [
        ("# h\n\n# h2\na:\n  b: x\n", "# h\n\n# h2\na:\n  b: new\n"),
        ("# only head\n\na:\n  b: x", "# only head\n\na:\n  b: new\n"),
        (
            "a:\n  b: x\n\n# mid\n\nc: 1\n",
            "a:\n  b: new\n# mid\nc: 1\n",
        ),
        (
            "a:\n  b: x\n# mid\n\nc: 1\n",
            "a:\n  b: new\n# mid\n\nc: 1\n",
        ),
        (
            "a:\n  b: x\n  # in1\n# mid\nc: 1\n",
            "a:\n  b: new\n  # in1\n# mid\nc: 1\n",
        ),
        (
            "a:\n  b: x\n\n  # in\nc: 1\n",
            "a:\n  b: new\n  # in\nc: 1\n",
        ),
        (
            "a:\n  b: x # l1\n         # cont\n  c: 1\n",
            "a:\n  b: new # l1\n  # cont\n  c: 1\n",
        ),
        ("a: # l\n\n  # h\n\n  b: x\n", "a: # l\n  # h\n  b: new\n"),
        (
            "a:\n  b: x\n  # f1\n\n  # m1\n\n  # h1\n  c: 1\n",
            "a:\n  b: new\n  # f1\n\n  # m1\n\n  # h1\n  c: 1\n",
        ),
        (
            "a:\n  b: x\nl:\n# h\n- 1 # l\n# f\n\n# h2\n- 2\n# end\n",
            "a:\n  b: new\nl:\n# h\n- 1 # l\n# f\n\n# h2\n- 2\n# end\n",
        ),
        (
            "a:\n  b: x\nl:\n  - k: 1\n    # f\n  # g\n# h\nm: 1\n",
            "a:\n  b: new\nl:\n- k: 1\n  # f\n# g\n\n# h\nm: 1\n",
        ),
        (
            "a:\n  b: x\nl: # ll\n- # d\n  k: v\n- # e\n  - 1\n",
            "a:\n  b: new\nl: # ll\n- # d\n  k: v\n- # e\n  - 1\n",
        ),
    ] {
        assert_eq!(edited(text), expected, "{text}");
    }
}

#[test]
fn odd_comments_go_where_kustomize_puts_them() {
    for (text, expected) in [
        // Kustomize moves the comment below the next item, or behind the empty one.
        (
            "a:\n  b: x\nl:\n- k: 1\n# f\n\n- y\n",
            "a:\n  b: new\nl:\n- k: 1\n- y\n# f\n",
        ),
        (
            "a:\n  b: x\nl:\n# f\n-\n- y\n",
            "a:\n  b: new\nl:\n-\n# f\n- y\n",
        ),
        (
            "a:\n  b: x\nl: &x # c\n  c: 1\n",
            "a:\n  b: new\nl: &x\n  c: 1 # c\n",
        ),
        (
            "a:\n  b: x\nf: | # hc\n  text\n\n# after\ng: 1\n",
            "a:\n  b: new\nf: | # hc\n  text\n# after\ng: 1\n",
        ),
        ("a:\n  b: x\n# e1\n\n# e2\n", "a:\n  b: new\n# e1\n\n# e2\n"),
        ("a:\n  b: x\n\n# e2\n", "a:\n  b: new\n\n# e2\n"),
        ("a:\n  b: x\n# e1", "a:\n  b: new\n  # e1\n"),
        (
            "a:\n  b: x\nf: {a: 1, # c1\n  # c2\n  b: 2 # c4\n  # c5\n} # c6\n# c7\ng: 1\n",
            "a:\n  b: new\nf: {a: 1, # c1\n  # c2\n  b: 2, # c4\n  # c5\n} # c6\n# c7\ng: 1\n",
        ),
    ] {
        assert_eq!(edited(text), expected, "{text}");
    }
}

#[test]
fn a_comment_below_a_first_entry_between_brackets_is_about_what_follows() {
    for (text, expected) in [
        ("a: {b: x}\n# own\n", "a: {b: new}\n\n# own\n"),
        ("a: {b: x}\n# own\n\nc: 1\n", "a: {b: new}\n# own\nc: 1\n"),
        ("a: {b: x}\nc: []\n# own\n", "a: {b: new}\nc: []\n# own\n"),
    ] {
        assert_eq!(edited(text), expected, "{text}");
    }
}

#[test]
fn styles_are_kept() {
    for (text, expected) in [
        (
            "a: {b: \"x\", c: 'd', e: , f: {}, g: []}",
            "a: {b: \"new\", c: 'd', e: '', f: {}, g: []}\n",
        ),
        ("a: {b: 5}", "a: {b: !!int new}\n"),
        ("a:\n  b:\n", "a:\n  b: !!null new\n"),
        (
            "a:\n    b: |\n        x\n        y\n",
            "a:\n  b: |-\n    new\n",
        ),
        (
            "a:\n  b: !!str x\nx: !foo y\ny: &x z\nz: *x\n<<: {k: v}\n",
            "a:\n  b: !!str new\nx: !foo y\ny: &x z\nz: *x\n!!merge <<: {k: v}\n",
        ),
        ("---\na: {b: x}\n...\n", "a: {b: new}\n"),
        (
            "a:\n    b: x\n    l:\n        - 1\n        - - 2\n          - 3\n        - k: v\n          j: 1\n",
            "a:\n  b: new\n  l:\n  - 1\n  - - 2\n    - 3\n  - k: v\n    j: 1\n",
        ),
        (
            "a: {b: x}\nd: 2001-01-01\nf: 1.50\nh: 0x1F\nt: yes\nn: ~\n\"q k\": 2\n1: 4\n",
            "a: {b: new}\nd: 2001-01-01\nf: 1.50\nh: 0x1F\nt: yes\nn: ~\n\"q k\": 2\n1: 4\n",
        ),
        (
            "a: {b: x}\nu: \"\\u00e9\\t\\x85\\U0001F600\\a\"\nv: 'l1\n\n  l2'\nw: plain\n\n  two\n",
            "a: {b: new}\nu: \"é\\t\\N\\U0001F600\\a\"\nv: 'l1\n\n  l2'\nw: |-\n  plain\n  two\n",
        ),
        (
            "a: {b: x}\nf: >\n  a\n  b\n\n  c\n   ind\n  d\n\n\n  e\ng: 1\n",
            "a: {b: new}\nf: >\n  a b\n\n  c\n\n   ind\n  d\n\n\n  e\n\ng: 1\n",
        ),
        (
            "a: {b: x}\nl: |2\n    two\nm: |+\n  keep\n\nn: 1",
            "a: {b: new}\nl: |2\n    two\nm: |+\n  keep\n\nn: 1\n",
        ),
        (
            "a: {b: x}\n? [1, 2]\n: v\n? |\n  lit\n: z\n",
            "a: {b: new}\n? [1, 2]\n: v\n? |\n  lit\n: z\n",
        ),
    ] {
        assert_eq!(edited(text), expected, "{text}");
    }
}

#[test]
fn a_new_text_is_written_in_the_old_style_where_it_can_be() {
    let long = "word ".repeat(40);
    for (style, new, expected) in [
        ("x", "7", "\"7\""),
        ("x", "a: b", "'a: b'"),
        ("x", "it's", "it's"),
        ("x", "x\ny\n", "|\n  x\n  y"),
        ("x", "tab\tx", "\"tab\\tx\""),
        ("x", "?x", "?x"),
        ("'x'", "x\ny\n", "'x\n\n  y\n\n'"),
        ("'x'", "x \ny", "\"x \\ny\""),
        ("\"x\"", "x\ny", "\"x\\ny\""),
        ("|\n  x", "x ", "\"x \""),
        ("|\n  x", " x", "|2-\n   x"),
        (">\n  x", "x\ny", ">-\n  x\n\n  y"),
        (">\n  x", "", "\"\""),
        ("{c: 1}", "x", "x"),
        ("x", long.trim_end(), long.trim_end()),
    ] {
        let mut document = Document::parse(&format!("k: {style}\n")).unwrap().unwrap();
        let mut value = document.value();
        match value.get_mut("k").unwrap() {
            Value::Scalar(scalar) => scalar.text = new.into(),
            field => *field = Value::string(new),
        }
        document.update(&value, &|_| false);
        assert_eq!(
            document.print(),
            format!("k: {expected}\n"),
            "{style:?} {new:?}"
        );
    }
}

#[test]
fn in_flow_collections_more_texts_need_quotes() {
    for (new, expected) in [
        ("a:b", "'a:b'"),
        ("a, b", "'a, b'"),
        ("a?b", "'a?b'"),
        ("x\ny", "\"x\\ny\""),
        ("", "\"\""),
        ("a#b", "a#b"),
    ] {
        let mut document = Document::parse("[x]").unwrap().unwrap();
        document.update(
            &[Value::string(new)]
                .into_iter()
                .collect::<Sequence>()
                .into(),
            &|_| false,
        );
        assert_eq!(document.print(), format!("[{expected}]\n"));
    }
}

#[test]
fn items_and_entries_that_stay_keep_their_comments() {
    let text = "# one\na: 1 # first\n# two\nb: 2\nl:\n# x\n- x\n# y\n- y\n# z\n- z\n";
    let mut document = Document::parse(text).unwrap().unwrap();
    let list: Sequence = ["x", "new", "z"].map(Value::string).into_iter().collect();
    let list_entry = ("l", Value::from(list));
    let value: Mapping = [("b", Value::from(2)), list_entry, ("c", Value::from(3))]
        .into_iter()
        .collect();
    document.update(&value.into(), &|_| false);
    assert_eq!(
        document.print(),
        "# two\nb: 2\nl:\n# x\n- x\n# y\n- new\n# z\n- z\nc: 3\n"
    );
    let shorter: Sequence = ["x", "z"].map(Value::string).into_iter().collect();
    let value: Mapping = [("l", Value::from(shorter))].into_iter().collect();
    document.update(&value.into(), &|_| false);
    assert_eq!(document.print(), "l:\n# x\n- x\n# z\n- z\n");
}

#[test]
fn what_is_new_comes_without_the_comments_of_what_was_there() {
    let mut document = Document::parse("l:\n# about a\n- {a: 1} # line\n")
        .unwrap()
        .unwrap();
    let value = document.value();
    let item = value.at(&["l"]).unwrap().as_sequence().unwrap()[0].clone();
    document.update(&value, &|value| *value == item);
    assert_eq!(document.print(), "l:\n- a: 1\n");
}

#[test]
fn a_document_that_is_nested_too_deeply_is_refused() {
    let deep = |levels| "[".repeat(levels) + &"]".repeat(levels);
    let document = Document::parse(&deep(MAX_DEPTH)).unwrap().unwrap();
    assert_eq!(document.print().len(), 2 * MAX_DEPTH + 1);
    let error = Document::parse(&deep(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.to_string(), "yaml: exceeded max depth of 1000");
}

#[test]
fn nothing_is_no_document() {
    for text in ["", "\n\n", "# comment\n"] {
        assert_eq!(Document::parse(text).unwrap(), None);
    }
}
