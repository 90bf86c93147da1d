//! Values as this program writes them where nothing is written yet.

use crate::model::{Mapping, Scalar, Style, Tag, Value};
use crate::yaml;

use super::lines::indented;
use super::same;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    Flow,
}

/// The lines of a value that stands at the left edge; lists below keys are set in by `list_indent`.
pub(super) fn block(value: &Value, list_indent: usize) -> Vec<String> {
    match value {
        Value::Mapping(map) if !map.is_empty() => map
            .iter()
            .flat_map(|(key, value)| entry(key, value, list_indent))
            .collect(),
        Value::Sequence(items) if !items.is_empty() => items
            .iter()
            .flat_map(|value| item(&block(value, list_indent)))
            .collect(),
        Value::Mapping(_) | Value::Sequence(_) => vec![flow(value)],
        Value::Scalar(scalar) => scalar_lines(scalar),
    }
}

/// The lines of a list item that holds these lines.
pub(super) fn item(lines: &[String]) -> Vec<String> {
    let mut lines = indented(lines, 2);
    if let Some(first) = lines.first_mut() {
        first.replace_range(..2.min(first.len()), "- ");
    }
    lines
}

/// The lines of an entry of a map.
pub(super) fn entry(key: &str, value: &Value, list_indent: usize) -> Vec<String> {
    let key = scalar(&Scalar::string(key), Context::Block);
    let below = block(value, list_indent);
    let indent = match value {
        Value::Mapping(map) if !map.is_empty() => 2,
        Value::Sequence(items) if !items.is_empty() => list_indent,
        _ => {
            let mut lines = indented(&below, 2);
            lines[0] = format!("{key}: {}", below[0]);
            return lines;
        }
    };
    let mut lines = vec![format!("{key}:")];
    lines.extend(indented(&below, indent));
    lines
}

/// A value between brackets, or a scalar, on one line.
pub(super) fn flow(value: &Value) -> String {
    match value {
        Value::Scalar(text) => scalar(text, Context::Flow),
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(map) => flow_map(map),
    }
}

fn flow_map(map: &Mapping) -> String {
    let entries: Vec<_> = map
        .iter()
        .map(|(key, value)| {
            let key = scalar(&Scalar::string(key.clone()), Context::Flow);
            format!("{key}: {}", flow(value))
        })
        .collect();
    format!("{{{}}}", entries.join(", "))
}

/// A scalar's lines; text of several lines as a literal block where it can be one.
pub(super) fn scalar_lines(scalar: &Scalar) -> Vec<String> {
    if scalar.tag == Tag::Str
        && scalar.text.contains('\n')
        && let Some(lines) = literal(&scalar.text)
    {
        return lines;
    }
    vec![self::scalar(scalar, Context::Block)]
}

/// A text as a literal block whose lines are not set in, if it can be one.
fn literal(text: &str) -> Option<Vec<String>> {
    let chomped = text.trim_end_matches('\n');
    let mark = match text.len() - chomped.len() {
        _ if chomped.is_empty() => return None,
        0 => "|-",
        1 => "|",
        // The blank lines that follow in the file would be part of it.
        _ => return None,
    };
    let content = text.strip_suffix('\n').unwrap_or(text);
    let mut lines = vec![mark.to_owned()];
    lines.extend(content.split('\n').map(str::to_owned));
    let probe = indented(&lines, 2).join("\n");
    let value = read(probe.trim_start(), Context::Block);
    value
        .is_some_and(|value| same(&value, &Value::string(text)))
        .then_some(lines)
}

/// A scalar on one line, in its style if that can say it, else in the plainest that can.
pub(super) fn scalar(scalar: &Scalar, context: Context) -> String {
    let text = scalar.text.as_str();
    if scalar.tag != Tag::Str {
        return text.to_owned();
    }
    let wanted = Value::string(text);
    let says_it = |candidate: &String| {
        !candidate.contains('\n')
            && read(candidate, context).is_some_and(|value| same(&value, &wanted))
    };
    let single = format!("'{}'", text.replace('\'', "''"));
    let candidates = match scalar.style {
        Style::SingleQuoted => vec![single],
        Style::DoubleQuoted => Vec::new(),
        _ => {
            let plain = text.to_owned();
            // As go-yaml has it: what would be read as something else is in double quotes, what could not be read in single ones.
            match read(&plain, context) {
                Some(Value::Scalar(other)) if other.tag != Tag::Str => Vec::new(),
                _ => vec![plain, single],
            }
        }
    };
    candidates
        .into_iter()
        .find(says_it)
        .unwrap_or_else(|| yaml::double_quoted(text))
}

/// What a text says where a scalar stands.
fn read(text: &str, context: Context) -> Option<Value> {
    let value = |text: &str| match yaml::read_configuration(text.as_bytes()) {
        Ok(Some(Value::Mapping(map))) if map.len() == 1 => map.get("k").cloned(),
        _ => None,
    };
    match context {
        Context::Block => value(&format!("k: {text}\n")),
        Context::Flow => {
            let list = value(&format!("k: [{text}]\n"))?;
            let items = list.as_sequence()?;
            items.first().filter(|_| items.len() == 1).cloned()
        }
    }
}
