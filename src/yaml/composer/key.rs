//! Keys, which JSON only knows as text (spec 10 R42, R71).

use std::fmt::Write;

use super::Node;
use crate::model::{Entry, Key, Scalar, Tag, Text, Typed, Value};
use crate::yaml::Dialect;
use crate::yaml::error::Problem;

/// The deepest key that an error message shows in full.
const SHOWN_DEPTH: usize = 32;

/// The key that a node is.
pub(super) fn from_node(node: Node, dialect: Dialect, is_top: bool) -> Result<Key, Problem> {
    match node.value {
        Value::Scalar(scalar) if dialect == Dialect::Configuration => {
            if scalar.is_null() {
                // The words are Go's for a type that it does not know.
                let message = "unsupported map key of type: %!s(<nil>), key: <nil>";
                return Err(Problem::in_these_words(message, node.offset));
            }
            Ok(Key::from(configuration_text(scalar)))
        }
        // A key written as nothing is an empty string: it is printed in quotes before its type matters.
        Value::Scalar(scalar) if scalar.is_empty_null() => Ok(Key::from("")),
        Value::Scalar(Scalar { text, tag, .. }) => Ok(Key { text, tag }),
        value if is_top && dialect == Dialect::Resource => {
            let name = if value.as_mapping().is_some() {
                "map"
            } else {
                "seq"
            };
            let message = format!("unmarshal errors: cannot unmarshal !!{name} into string");
            Err(Problem::without_line(message, node.offset))
        }
        value => {
            let mut message = String::from("invalid map key: ");
            if node.height <= SHOWN_DEPTH {
                show(&value, dialect, &mut message);
            } else {
                message.push_str("a deeply nested collection");
            }
            Err(Problem::without_line(message, node.offset))
        }
    }
}

/// Turns the keys of a document's own map into text; only null stays what it is.
pub(in crate::yaml) fn make_text(entries: &mut [Entry]) {
    for entry in entries {
        if entry.key.tag != Tag::Null {
            entry.key.tag = Tag::Str;
        }
    }
}

fn configuration_text(scalar: Scalar) -> Text {
    match scalar.typed() {
        Ok(Typed::Int(number)) => number.to_string().into(),
        Ok(Typed::Float(number)) => go_float_32(number),
        _ => scalar.text,
    }
}

/// A number in the form that Go's `%g` gives it at 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "Go converts to 32 bits")]
fn go_float_32(number: f64) -> Text {
    let number = number as f32;
    if number.is_nan() {
        return ".nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return number.to_string().into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs()).into()
}

/// Writes a value in Go's syntax, as kustomize's message does.
fn show(value: &Value, dialect: Dialect, out: &mut String) {
    match value {
        Value::Scalar(scalar) => show_scalar(scalar, out),
        Value::Sequence(items) => {
            out.push_str("[]interface {}{");
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { ", " });
                show(item, dialect, out);
            }
            out.push('}');
        }
        Value::Mapping(map) => {
            out.push_str(match dialect {
                Dialect::Resource => "map[string]interface {}{",
                Dialect::Configuration => "map[interface {}]interface {}{",
            });
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            for (position, (key, value)) in entries.into_iter().enumerate() {
                let comma = if position == 0 { "" } else { ", " };
                let _ = write!(out, "{comma}{key:?}:");
                show(value, dialect, out);
            }
            out.push('}');
        }
    }
}

fn show_scalar(scalar: &Scalar, out: &mut String) {
    let _ = match scalar.typed() {
        Ok(Typed::Null) => write!(out, "interface {{}}(nil)"),
        Ok(Typed::Bool(value)) => write!(out, "{value}"),
        Ok(Typed::Int(number)) => write!(out, "{number}"),
        Ok(Typed::Float(number)) => write!(out, "{number}"),
        Ok(Typed::Str(text)) => write!(out, "{text:?}"),
        Err(_) => write!(out, "{:?}", scalar.text.as_str()),
    };
}
