//! The text that functions read: all objects, and the one that configures the function (spec 15 R83).

use anyhow::{Context, Result, anyhow};

use super::protocol::{INDEX, MIGRATION, NUMBER, PATH, text_of};
use crate::model::{Mapping, Scalar, Style, Tag, Text, Value, bookkeeping};
use crate::yaml::{self, lossless};

/// Prints a list of objects, numbered, and the one that configures the function: where there are no objects, that one is
/// the only item (spec 15 R84).
pub(super) fn print(items: &[Value], config: &Value) -> Result<String> {
    if items.is_empty() {
        let item = text(config, |annotations| {
            keep_local(annotations);
            number(annotations, 0);
        });
        return assemble(vec![item?], config);
    }
    let items = items.iter().enumerate();
    let items = items.map(|(index, item)| text(item, |annotations| number(annotations, index)));
    assemble(items.collect::<Result<_>>()?, config)
}

fn assemble(items: Vec<String>, config: &Value) -> Result<String> {
    let mut list = String::from("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n");
    list.push_str("items:\n");
    for item in items {
        push_below(&mut list, "- ", &item);
    }
    list.push_str("functionConfig:\n");
    push_below(&mut list, "  ", &text(config, keep_local)?);
    Ok(list)
}

/// Marks the object that configures a function as none that goes to the cluster.
fn keep_local(annotations: &mut Mapping) {
    annotations.insert("config.kubernetes.io/local-config", quoted("true"));
}

/// The text of an object as kustomize prints it, with annotations behind those that it has.
fn text(object: &Value, annotate: impl FnOnce(&mut Mapping)) -> Result<String> {
    let mut text = String::new();
    yaml::write(object, &mut text)?;
    let document = lossless::Document::parse(&text).map_err(|error| anyhow!("{error}"))?;
    let mut document = document.context("an object is printed as nothing")?;
    let mut value = document.value();
    if let Some(annotations) = bookkeeping::annotations_mut(&mut value) {
        annotate(annotations);
    }
    document.update(&value, &|_| false);
    Ok(document.print_whole(false))
}

/// Notes the position of an object, and its number among all, in the annotations of both versions of the protocol. What the
/// object says in one version stands in the other one before that, too.
fn number(annotations: &mut Mapping, index: usize) {
    for keys in [PATH, INDEX, NUMBER] {
        say_twice(annotations, keys);
    }
    let numbers = [
        (INDEX[0], index),
        (INDEX[1], index),
        (MIGRATION, index),
        (NUMBER[1], index + 1),
        (NUMBER[0], index + 1),
    ];
    for (key, number) in numbers {
        annotations.insert(key, quoted(itoa::Buffer::new().format(number)));
    }
}

/// Has what is said in one version of the protocol said in the other one.
fn say_twice(annotations: &mut Mapping, [old, new]: [&'static str; 2]) {
    let [in_old, in_new] = [old, new].map(|key| text_of(annotations, key));
    match (in_old.is_empty(), in_new.is_empty()) {
        (true, false) => drop(annotations.insert(old, quoted(in_new))),
        (false, true) => drop(annotations.insert(new, quoted(in_old))),
        _ => {}
    }
}

/// A text between quotes.
fn quoted(text: impl Into<Text>) -> Value {
    Scalar::new(text, Tag::Str, Style::SingleQuoted).into()
}

/// Appends a text, set in; its first line begins with `first`.
fn push_below(list: &mut String, first: &str, text: &str) {
    for (number, line) in text.lines().enumerate() {
        let indent = if number == 0 { first } else { "  " };
        let indent = if line.is_empty() { "" } else { indent };
        list.extend([indent, line, "\n"]);
    }
}
