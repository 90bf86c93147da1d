//! Fields inside of strings that hold JSON or YAML (spec 06 R34).

use anyhow::Result;

use super::matcher::{Kind, Matcher};
use super::path::{Path, Segment};
use super::target::set_text;
use crate::model::{Scalar, Tag, Text, Value};
use crate::yaml::lossless::Document;
use crate::yaml::{json, read_documents};

/// Sets the fields that a path leads to inside of a string on its way; nothing if there is no such string or no such field.
///
/// Returns the string as it is then.
pub(super) fn set(
    root: &mut Value,
    path: &Path,
    create: Option<Kind>,
    write: &mut impl FnMut(&mut Value) -> Result<()>,
) -> Option<Scalar> {
    let (scalar, inner) = string_on_the_way(root, &path.segments)?;
    let matcher = Matcher::new(inner, create).ok()?;
    let mut replaced: Vec<*const Value> = Vec::new();
    let edit = |value: &mut Value| {
        let found = matcher.follow(value).ok()?;
        if found.fields.is_empty() && !found.any_lost {
            return None;
        }
        for field in found.fields {
            if !matches!(field, Value::Scalar(_)) {
                replaced.push(field);
            }
            write(field).ok()?;
        }
        Some(replaced)
    };
    let text = edited(&scalar.text, edit)?;
    set_text(scalar, text);
    Some(scalar.clone())
}

/// The first string that a part of the path leads to, as a source would follow it, with the rest of the path.
fn string_on_the_way<'v, 'p>(
    root: &'v mut Value,
    segments: &'p [Segment],
) -> Option<(&'v mut Scalar, &'p [Segment])> {
    let mut value = &*root;
    let mut places = Vec::new();
    for segment in segments {
        if let Value::Scalar(scalar) = value {
            if scalar.is_null() {
                return None;
            }
            let rest = &segments[places.len()..];
            let string = places.into_iter().try_fold(root, child_mut)?;
            return Some((string.as_scalar_mut()?, rest));
        }
        let (place, next) = segment.find(value).ok()??;
        places.push(place);
        value = next;
    }
    None
}

/// The value at a position of a collection.
fn child_mut(value: &mut Value, place: usize) -> Option<&mut Value> {
    match value {
        Value::Scalar(_) => None,
        Value::Sequence(items) => items.make_mut().get_mut(place),
        Value::Mapping(map) => map
            .entries_mut()
            .get_mut(place)
            .map(|entry| &mut entry.value),
    }
}

/// The text of a document after an edit, which tells what collections it wrote over.
fn edited(text: &Text, edit: impl FnOnce(&mut Value) -> Option<Vec<*const Value>>) -> Option<Text> {
    let trimmed = text.trim();
    if trimmed.starts_with(['{', '[']) {
        let mut value = read_documents(text.as_bytes())
            .ok()?
            .into_iter()
            .next()?
            .value;
        edit(&mut value)?;
        // Between braces nothing is printed as the empty string, and kustomize prints YAML on the way.
        value.for_each_scalar(&mut |scalar| {
            if matches!(scalar.tag, Tag::Untyped | Tag::Null) && scalar.text.is_empty() {
                scalar.tag = Tag::Str;
            }
        });
        // What JSON cannot say is silently not said.
        return Some(printed_json(&value, text).unwrap_or_else(|| text.clone()));
    }
    let mut document = Document::parse(text).ok()??;
    let mut value = document.value();
    let mut replaced = edit(&mut value)?;
    replaced.sort_unstable();
    document.update(&value, &|value| {
        replaced.binary_search(&std::ptr::from_ref(value)).is_ok()
    });
    Some(document.print().trim().into())
}

/// JSON in the form of the original: in lines, or on one.
fn printed_json(value: &Value, original: &str) -> Option<Text> {
    let mut compact = String::new();
    json::write(value, &mut compact).ok()?;
    Some(if original.contains('\n') && original.contains("  ") {
        indented(&compact).into()
    } else {
        compact.into()
    })
}

/// Compact JSON in lines, each level set in by two spaces.
fn indented(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 2);
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    let mut previous = ' ';
    let break_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    for c in compact.chars() {
        if in_string {
            in_string = c != '"' || is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            out.push(c);
            previous = c;
            continue;
        }
        if matches!(c, '}' | ']') {
            depth -= 1;
        }
        let opened = matches!(previous, '{' | '[');
        if opened && !matches!(c, '}' | ']') || !opened && matches!(c, '}' | ']') || previous == ','
        {
            break_line(&mut out, depth);
        }
        out.push(c);
        match c {
            '{' | '[' => depth += 1,
            ':' => out.push(' '),
            '"' => in_string = true,
            _ => {}
        }
        previous = c;
    }
    out
}
