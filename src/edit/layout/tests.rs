use super::*;
use crate::kustomization::editable;
use std::path::PathBuf;
use std::sync::Arc;

/// The text after a change to what it says.
fn edited(text: &str, change: impl FnOnce(&mut Mapping)) -> String {
    let file = Arc::new(PathBuf::from("kustomization.yaml"));
    let mut fields = editable(text.as_bytes(), &file).unwrap().canonical;
    change(&mut fields);
    rewrite(text, &fields)
}

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// The text behind the two first fields, which are there before and after.
fn changed(text: &str, change: impl FnOnce(&mut Mapping)) -> String {
    let new = edited(&format!("{HEAD}{text}"), change);
    new.strip_prefix(HEAD).unwrap().to_owned()
}

fn push(list: &'static str, item: &'static str) -> impl FnOnce(&mut Mapping) {
    move |fields| crate::edit::lists::push(fields, list, Value::string(item))
}

fn set(field: &'static str, text: &'static str) -> impl FnOnce(&mut Mapping) {
    move |fields| crate::edit::set_text(fields, field, text)
}

#[test]
fn what_says_it_already_is_left_alone() {
    let text = format!("# c\n{HEAD}\n\nresources:   [ a.yaml ,b.yaml ]   # d\n\n#e");
    assert_eq!(edited(&text, |_| {}), text);
}

#[test]
fn items_are_added_as_the_others_are_written() {
    for (before, after) in [
        ("resources:\n- a\n", "resources:\n- a\n- b\n"),
        ("resources:\n  - a # x\n", "resources:\n  - a # x\n  - b\n"),
        ("resources:\n- a\n# - c\n", "resources:\n- a\n- b\n# - c\n"),
        ("resources: [a]\n", "resources: [a, b]\n"),
        ("resources: [ a,c ] # x\n", "resources: [ a,c,b ] # x\n"),
        (
            "resources: [\n  a,\n  c,\n]\n",
            "resources: [\n  a,\n  c,\n  b,\n]\n",
        ),
        ("resources: []\n", "resources:\n- b\n"),
        ("resources: [] # x\n", "resources: # x\n- b\n"),
        ("resources:\n", "resources:\n- b\n"),
        (
            "resources: ~ # x\n\nnamePrefix: p\n",
            "resources: # x\n- b\n\nnamePrefix: p\n",
        ),
        (
            "resources:\n- |-\n  a\n\n\nnamePrefix: p\n",
            "resources:\n- |-\n  a\n- b\n\n\nnamePrefix: p\n",
        ),
    ] {
        assert_eq!(changed(before, push("resources", "b")), after, "{before}");
    }
}

#[test]
fn a_flow_list_with_comments_becomes_a_block() {
    let before = "resources: [ # x\n  a, # y\n  # z\n  c\n]\n";
    let after = "# y\n# z\nresources: # x\n- a\n- c\n- b\n";
    assert_eq!(changed(before, push("resources", "b")), after);
}

#[test]
fn scalars_keep_their_quotes_and_comments() {
    for (before, after) in [
        ("namePrefix: a- # x\n", "namePrefix: b- # x\n"),
        ("namePrefix: \"a-\" # x\n", "namePrefix: \"b-\" # x\n"),
        ("namePrefix: 'a-'\n", "namePrefix: 'b-'\n"),
        ("namePrefix:   a-\n", "namePrefix:   b-\n"),
        ("namePrefix: # x\n", "namePrefix: b- # x\n"),
        ("namePrefix: >-\n  a-\n# x\n", "namePrefix: b-\n# x\n"),
    ] {
        assert_eq!(changed(before, set("namePrefix", "b-")), after, "{before}");
    }
}

#[test]
fn text_that_yaml_takes_for_something_else_gets_quotes() {
    for (text, written) in [
        ("yes", "\"yes\""),
        ("1", "\"1\""),
        ("null", "\"null\""),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("- a", "'- a'"),
        ("é", "é"),
        ("a\nb\n", "|\n  a\n  b"),
    ] {
        let after = changed("", move |fields| {
            crate::edit::set_text(fields, "namespace", text);
        });
        assert_eq!(after, format!("namespace: {written}\n"));
    }
}

#[test]
fn new_fields_stand_where_kustomize_would_have_them() {
    let before = "\n# what\nresources:\n- a\n# - b\n\n# how\nimages:\n- name: x\n";
    let after = "\n# what\nresources:\n- a\n# - b\n\nnamePrefix: p\n\n# how\nimages:\n- name: x\n";
    assert_eq!(changed(before, set("namePrefix", "p")), after);
}

#[test]
fn kind_and_version_come_first_but_below_the_head_of_the_file() {
    let head = "# licence\n\n# yaml-language-server\n";
    let text = format!("{head}\n# what\nresources: [a]\n");
    assert_eq!(
        edited(&text, |_| {}),
        format!("{head}\n{HEAD}# what\nresources: [a]\n")
    );
    assert_eq!(
        edited("# it\nresources: [a]\n", |_| {}),
        format!("# it\n{HEAD}resources: [a]\n")
    );
    assert_eq!(
        edited("---\nresources: [a]\n", |_| {}),
        format!("---\n{HEAD}resources: [a]\n")
    );
}

#[test]
fn files_that_say_nothing_keep_their_comments() {
    for text in ["", "# only\n", "\n\n# only\n", "---\n", "--- # x\n"] {
        assert_eq!(edited(text, |_| {}), format!("{text}{HEAD}"), "{text:?}");
    }
    assert_eq!(
        edited("# a\n--- \n# b", |_| {}),
        format!("# a\n--- \n# b\n{HEAD}").trim_end()
    );
}

#[test]
fn comments_above_what_is_removed_stay_and_those_inside_go() {
    let before = "# f\nresources: # k\n# a\n- a # x\n\n# b\n- b\nnamePrefix: p\n";
    let remove = |doomed: &'static [&'static str]| {
        move |fields: &mut Mapping| {
            crate::edit::retain(fields, "resources", |item| {
                !doomed.contains(&item.text().unwrap().as_str())
            });
        }
    };
    let after = "# f\nresources: # k\n# a\n\n# b\n- b\nnamePrefix: p\n";
    assert_eq!(changed(before, remove(&["a"])), after);
    let after = "# f\n# k\n# a\n\n# b\nnamePrefix: p\n";
    assert_eq!(changed(before, remove(&["a", "b"])), after);
}

#[test]
fn items_take_their_comments_along_when_they_are_sorted() {
    let before = "images:\n# of b\n- name: b # 1\n\n# of a\n- name: a\n  newTag: x # 2\n";
    let after = "images:\n\n# of a\n- name: a\n  newTag: v1 # 2\n# of b\n- name: b # 1\n";
    let change =
        |fields: &mut Mapping| crate::edit::images::set(fields, &["a:v1".to_owned()]).unwrap();
    assert_eq!(changed(before, change), after);
}

#[test]
fn of_equal_items_each_keeps_its_comment() {
    let before = "resources:\n- a # 1\n- b # 2\n- b # 3\n- c # 4\n- c # 5\n";
    let change = |items: &'static [&'static str]| {
        move |fields: &mut Mapping| {
            let items = items.iter().copied().map(Value::string).collect();
            crate::edit::set_items(fields, "resources", items);
        }
    };
    for (items, after) in [
        (
            &["b", "b", "c", "c"][..],
            "resources:\n- b # 2\n- b # 3\n- c # 4\n- c # 5\n",
        ),
        (
            &["a", "x", "b", "c", "c"],
            "resources:\n- a # 1\n- x # 2\n- b # 3\n- c # 4\n- c # 5\n",
        ),
        (
            &["a", "b", "b", "c", "c", "c"],
            "resources:\n- a # 1\n- b # 2\n- b # 3\n- c # 4\n- c # 5\n- c\n",
        ),
    ] {
        assert_eq!(changed(before, change(items)), after);
    }
}

#[test]
fn entries_of_items_change_in_place() {
    let before = "images:\n- newName: q # gone\n  # t\n  newTag: x # kept\n  name: a\n- {name: b, newTag: \"1\"} # c\n";
    let after = "images:\n# t\n- newTag: v1 # kept\n  name: a\n- {name: b, newTag: \"2\"} # c\n";
    let change = |fields: &mut Mapping| {
        crate::edit::images::set(fields, &["a:v1".to_owned(), "b:2".to_owned()]).unwrap();
    };
    assert_eq!(changed(before, change), after);
}

#[test]
fn deprecated_fields_take_their_comments_to_where_they_go() {
    for (before, after) in [
        (
            "# f\nbases: # k\n# i\n- a # x\n",
            "# f\nresources: # k\n# i\n- a # x\n",
        ),
        (
            "resources:\n- r\nbases: # k\n# i\n- a # x\n",
            "resources:\n- r\n# i\n- a # x\n# k\n",
        ),
        (
            "bases: [a] # x\nresources: [r]\n",
            "# x\nresources: [r, a]\n",
        ),
        (
            "configMapGenerator:\n- env: e.env # x\n  name: a\n",
            "configMapGenerator:\n- envs:\n  - e.env # x\n  name: a\n",
        ),
    ] {
        assert_eq!(changed(before, |_| {}), after, "{before}");
    }
}

#[test]
fn anchors_that_would_change_others_are_written_out() {
    let before = "resources: &all # x\n- a\ncomponents: *all # y\nnamePrefix: p # z\n";
    let after = "resources: &all # x\n- a\n- b\ncomponents: # y\n- a\nnamePrefix: p # z\n";
    assert_eq!(changed(before, push("resources", "b")), after);
    let untouched = "resources: &all # x\n- a\ncomponents: *all # y\n";
    let after = format!("{untouched}buildMetadata:\n- managedByLabel\n");
    assert_eq!(
        changed(untouched, push("buildMetadata", "managedByLabel")),
        after
    );
    let without_anchor = changed(
        "bases:\n\n- a # x\n\n- 'b'\ncommonLabels: &pairs\n  a: b\ncommonAnnotations:\n  <<: *pairs\n  c: d\n",
        |fields| drop(fields.remove("commonLabels")),
    );
    assert_eq!(
        without_anchor,
        "resources:\n\n- a # x\n\n- 'b'\ncommonAnnotations:\n  a: b\n  c: d\n"
    );
}

#[test]
fn keys_in_another_case_and_keys_written_twice_become_one() {
    let before = "Resources: [a] # x\nresources:\n# y\n- b\n";
    assert_eq!(changed(before, |_| {}), "# x\nresources:\n# y\n- b\n");
    let before = "CommonLabels: {a: x, b: x} # x\ncommonLabels:\n# y\n  b: z\n";
    assert_eq!(
        changed(before, |_| {}),
        "# x\ncommonLabels:\n# y\n  b: z\n  a: x\n"
    );
    let before = "Resources: [a] # x\nbases:\n- a\n# y\n- b\n";
    assert_eq!(changed(before, |_| {}), "resources: [a, a, b] # x\n# y\n");
    assert_eq!(
        changed("NAMEPREFIX: p # x\n", |_| {}),
        "namePrefix: p # x\n"
    );
}

#[test]
fn line_breaks_and_marks_stay_as_they_are() {
    let text = format!("{HEAD}resources:\n- a # x\n- b");
    let expected = format!("{HEAD}resources:\n- a # x\n- b\n- c");
    assert_eq!(edited(&text, push("resources", "c")), expected);
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(
        edited(&windows(&text), push("resources", "c")),
        windows(&expected)
    );
}

#[test]
fn a_text_at_the_end_keeps_its_own_line_break() {
    let before = "namePrefix: p # x";
    for (text, after) in [
        ("a # c\n", "buildMetadata:\n- |\n  a # c\n"),
        ("a # c\nd", "buildMetadata:\n- |-\n  a # c\n  d"),
        ("a\n\n", "buildMetadata:\n- |+\n  a\n\n"),
    ] {
        let after = format!("{before}\n{after}");
        assert_eq!(changed(before, push("buildMetadata", text)), after);
    }
    let before = "namePrefix: p # x\nbuildMetadata:\n- |\n  a # c";
    let after = "namePrefix: p # x\nbuildMetadata:\n- 'a # c'\n- d";
    assert_eq!(changed(before, push("buildMetadata", "d")), after);
}

#[test]
fn a_blank_line_above_what_goes_stays_at_the_end() {
    let before = "namePrefix: p\n\nnamespace: \"\"";
    assert_eq!(changed(before, set("namePrefix", "q")), "namePrefix: q\n\n");
}

#[test]
fn another_document_behind_the_first_stays() {
    let text = format!("{HEAD}resources:\n- a\n---\nresources:\n- z\n");
    let expected = format!("{HEAD}resources:\n- a\n- b\n---\nresources:\n- z\n");
    assert_eq!(edited(&text, push("resources", "b")), expected);
}
