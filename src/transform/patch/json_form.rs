//! Objects as JSON: what is left of a YAML object that went through JSON and back (spec 13 R5, R6).

use anyhow::{Result, anyhow, bail};
use foldhash::fast::FixedState;
use indexmap::IndexSet;
use serde_json::Value as Json;

use crate::model::{
    Entry, Mapping, Scalar, Style, Tag, Text, Typed, Value, may_have_duplicates, plain,
};
use crate::yaml::{is_printed_plain, json_number, shortest_number};

/// Maps up to this size are searched for duplicate keys by comparing all.
const SHORT: usize = 32;

/// Integers of so many digits are spelled the same as floating-point numbers.
const PLAIN_DIGITS: usize = 6;

/// What was found in an object on the way to its form as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Census {
    /// How many values there are.
    pub(super) nodes: usize,
    /// Whether there are numbers that [`round_numbers`] may change.
    pub(super) has_long_numbers: bool,
}

/// Gives an object the form it has as JSON: numbers and dates in one spelling, quotes where they are needed, text keys.
pub(super) fn to_json_form(root: &mut Value) -> Result<Census> {
    // At the top level other keys than strings become text, further down they are an error (spec 10 R42).
    if let Value::Mapping(map) = root {
        for Entry { key, .. } in map.entries_mut() {
            if key.tag == Tag::Null {
                bail!(already_defined("null"));
            }
            key.tag = Tag::Str;
        }
    }
    let mut census = Census::default();
    each_value(root, |value, in_flow| {
        census.nodes += 1;
        match value {
            Value::Scalar(scalar) => {
                match in_flow.then(|| scalar.flow_text()).flatten() {
                    Some(text) => *scalar = text_scalar(text),
                    None => convert_scalar(scalar)?,
                }
                census.has_long_numbers |= is_long_number(scalar);
                Ok(())
            }
            Value::Sequence(_) => Ok(()),
            Value::Mapping(map) => {
                map.forget_flow();
                check_keys(map)
            }
        }
    })?;
    Ok(census)
}

/// Whether there are numbers in a value in JSON form that [`round_numbers`] may change.
pub(super) fn has_long_numbers(value: &Value) -> bool {
    match value {
        Value::Scalar(scalar) => is_long_number(scalar),
        Value::Sequence(items) => items.iter().any(has_long_numbers),
        Value::Mapping(map) => map.iter().any(|(_, value)| has_long_numbers(value)),
    }
}

fn is_long_number(scalar: &Scalar) -> bool {
    match scalar.tag {
        Tag::Int => scalar.text.len() > PLAIN_DIGITS,
        tag => tag == Tag::Float,
    }
}

/// Calls `each` with a value and all that is in it, from the outside in, and with whether they are within braces.
fn each_value(
    root: &mut Value,
    mut each: impl FnMut(&mut Value, bool) -> Result<()>,
) -> Result<()> {
    let mut rest = vec![(root, false)];
    while let Some((value, in_flow)) = rest.pop() {
        let in_flow = in_flow || value.as_mapping().is_some_and(Mapping::is_flow);
        each(value, in_flow)?;
        match value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => {
                let items = items.make_mut().iter_mut().rev();
                rest.extend(items.map(|item| (item, in_flow)));
            }
            Value::Mapping(map) => {
                let entries = map.entries_mut().iter_mut().rev();
                rest.extend(entries.map(|entry| (&mut entry.value, in_flow)));
            }
        }
    }
    Ok(())
}

fn convert_scalar(scalar: &mut Scalar) -> Result<()> {
    let is_usual = matches!(scalar.style, Style::Plain | Style::DoubleQuoted);
    if is_usual && scalar.tag == Tag::Str && scalar.style == style_of(&scalar.text) {
        scalar.shared = None;
        return Ok(());
    }
    let typed = scalar.reread().map_err(|problem| anyhow!(problem))?;
    *scalar = match typed {
        Typed::Null => Scalar::null(),
        Typed::Bool(value) => plain_scalar(if value { "true" } else { "false" }, Tag::Bool),
        Typed::Int(number) => plain_scalar(itoa::Buffer::new().format(number), Tag::Int),
        Typed::Float(number) => {
            number_scalar(json_number(number).map_err(|problem| anyhow!(problem))?)
        }
        Typed::Str(text) => text_scalar(text.as_ref()),
    };
    Ok(())
}

fn check_keys(map: &Mapping) -> Result<()> {
    let odd = |entry: &&Entry| !matches!(entry.key.tag, Tag::Str | Tag::Untyped);
    if let Some(entry) = map.entries().iter().find(odd) {
        if entry.key.tag == Tag::Null {
            bail!(already_defined("null"));
        }
        bail!("json: unsupported type: map[interface {{}}]interface {{}}");
    }
    let mut keys = map.iter().map(|(key, _)| key);
    let duplicate = if !may_have_duplicates(map.entries()) {
        None
    } else if map.len() <= SHORT {
        let is_second = |(position, key): &(usize, &Text)| map.position(key) != Some(*position);
        keys.enumerate().find(is_second).map(|(_, key)| key)
    } else {
        let mut seen = IndexSet::with_capacity_and_hasher(map.len(), FixedState::default());
        keys.find(|key| !seen.insert(*key))
    };
    match duplicate {
        Some(key) => bail!(already_defined(key)),
        None => Ok(()),
    }
}

/// kustomize's words, without its line numbers: they count in a text that nobody has seen.
fn already_defined(key: &str) -> String {
    format!("yaml: unmarshal errors: mapping key {key:?} already defined")
}

/// Rounds all numbers to what a 64-bit floating-point number holds, which is how they come back from JSON: in Go's shortest
/// form, which shows where a number is taken for a text.
pub(super) fn round_numbers(root: &mut Value) -> Result<()> {
    each_value(root, |value, _| match value {
        Value::Scalar(scalar) if is_long_number(scalar) => round(scalar),
        _ => Ok(()),
    })
}

fn round(scalar: &mut Scalar) -> Result<()> {
    let number: f64 = scalar.text.parse()?;
    if number.is_infinite() {
        bail!(
            "json: cannot unmarshal number {} into Go value of type float64",
            scalar.text
        );
    }
    *scalar = number_scalar(shortest_number(number).map_err(|problem| anyhow!(problem))?);
    Ok(())
}

/// A number of a JSON text, still spelled as there; one too large for a floating-point number is no text for that.
fn number_scalar(text: Text) -> Scalar {
    let tag = match plain::resolve(&text) {
        Tag::Int => Tag::Int,
        _ => Tag::Float,
    };
    Scalar::new(text, tag, Style::Plain)
}

/// A text as it is read again from what kustomize prints: between quotes where it needs them, which shows when a merge
/// writes a number over it (spec 12 R25).
fn text_scalar(text: &str) -> Scalar {
    Scalar::new(text, Tag::Str, style_of(text))
}

fn style_of(text: &str) -> Style {
    if is_printed_plain(text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    }
}

fn plain_scalar(text: &str, tag: Tag) -> Scalar {
    Scalar::new(text, tag, Style::Plain)
}

/// A value of a patch.
pub(super) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(),
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => Value::Scalar(number_scalar(number.as_str().into())),
        Json::String(text) => Value::Scalar(text_scalar(text)),
        Json::Array(items) => Value::Sequence(items.iter().map(from_json).collect()),
        Json::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.as_str(), from_json(value)))
            .collect::<Mapping>()
            .into(),
    }
}

/// Whether a value in JSON form equals one of a patch: numbers by their text, a map in any order, nothing as null.
pub(super) fn equals(value: Option<&Value>, json: &Json) -> bool {
    let Some(value) = value else {
        return json.is_null();
    };
    match (value, json) {
        (Value::Scalar(scalar), json) => match (scalar.tag, json) {
            (Tag::Null, Json::Null) => true,
            (Tag::Bool, Json::Bool(value)) => (scalar.text == "true") == *value,
            (Tag::Int | Tag::Float, Json::Number(number)) => scalar.text == number.as_str(),
            (Tag::Str, Json::String(text)) => scalar.text == text.as_str(),
            _ => false,
        },
        (Value::Sequence(items), Json::Array(others)) => {
            items.len() == others.len()
                && items
                    .iter()
                    .zip(others)
                    .all(|(item, other)| equals(Some(item), other))
        }
        (Value::Mapping(map), Json::Object(fields)) => {
            map.len() == fields.len()
                && map.iter().all(|(key, value)| {
                    fields
                        .get(key.as_str())
                        .is_some_and(|other| equals(Some(value), other))
                })
        }
        _ => false,
    }
}
