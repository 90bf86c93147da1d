//! A kustomization's text, and what it is to say, to a text that says it: what need not change keeps its comments, blank
//! lines, order, quotes and indentation.
//!
//! What comes out is read again before it is returned. Where it does not say what it should, as when an anchor was in a field
//! that changed, the fields in question are written anew, their comments above them; the rest is never touched for that.

mod donor;
mod editor;
mod flow;
mod keep;
mod lines;
mod mapping;
mod pairing;
mod render;
mod sequence;
#[cfg(test)]
mod tests;

use crate::model::{Mapping, Text, Typed, Value};
use crate::yaml;
use crate::yaml::outline::{Node, NodeKind, Outline, outline};

use self::editor::Editor;

/// The text changed so that it says `target`; the same text if it says so already.
pub(super) fn rewrite(text: &str, target: &Mapping) -> String {
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    if says(text, target) {
        return format!("{mark}{text}");
    }
    let has_windows_breaks = text.contains("\r\n") && !text.replace("\r\n", "").contains('\n');
    let rewritten = if has_windows_breaks {
        rewrite_lines(&text.replace("\r\n", "\n"), target).replace('\n', "\r\n")
    } else {
        rewrite_lines(text, target)
    };
    format!("{mark}{rewritten}")
}

/// The text changed, which ends with a line break only if the old one did, or if it is that of a blank line or of a text that
/// ends so.
fn rewrite_lines(text: &str, target: &Mapping) -> String {
    if text.is_empty() || text.ends_with('\n') {
        return rewrite_whole_lines(text, target);
    }
    let rewritten = rewrite_whole_lines(&format!("{text}\n"), target);
    let shorter = rewritten
        .strip_suffix('\n')
        .filter(|shorter| !shorter.ends_with('\n') && says(shorter, target));
    shorter.map(str::to_owned).unwrap_or(rewritten)
}

fn rewrite_whole_lines(text: &str, target: &Mapping) -> String {
    let Ok(outline) = outline(text) else {
        return anew(text, &[], target);
    };
    let mut anew_fields = Vec::new();
    loop {
        let rewritten = attempt(text, &outline, target, &anew_fields);
        if says(&rewritten, target) {
            return rewritten;
        }
        let count = anew_fields.len();
        anew_fields = unsafe_fields(&outline, &rewritten, target, &anew_fields);
        if anew_fields.len() == count {
            break;
        }
    }
    let comments: Vec<_> = outline
        .comments
        .iter()
        .map(|range| &text[range.clone()])
        .collect();
    anew(text, &comments, target)
}

/// The text with its fields changed one by one, those of `anew` written anew.
fn attempt(text: &str, outline: &Outline, target: &Mapping, anew: &[Text]) -> String {
    let mut editor = Editor::new(text, outline, anew);
    match &outline.root {
        None => {
            let fields = render::block(&mapping::in_order(target).into(), editor.list_indent);
            let end = editor.end_of_document();
            editor.insert_lines(end, &fields);
        }
        Some(Node {
            kind: NodeKind::Mapping(pairs),
            is_flow: false,
            ..
        }) => editor.fields(pairs, target),
        Some(_) => {}
    }
    editor.finish()
}

/// The fields that are to be written anew beside those that are: they say something by way of others, or did not come out as
/// they should. Where nothing came out that can be read, an alias has most likely lost its anchor, and all others stay.
fn unsafe_fields(outline: &Outline, attempted: &str, target: &Mapping, anew: &[Text]) -> Vec<Text> {
    let pairs = match outline.root.as_ref().map(|root| &root.kind) {
        Some(NodeKind::Mapping(pairs)) => pairs.as_slice(),
        _ => &[],
    };
    let came_out = yaml::read_configuration(attempted.as_bytes())
        .ok()
        .flatten();
    let is_out_of_aliases = pairs
        .iter()
        .all(|pair| !pair.value.has_aliases() || anew.contains(&pair.name));
    let is_wrong = |name: &str| match &came_out {
        None => is_out_of_aliases,
        Some(value) => match (value.get(name), target.get(name)) {
            (Some(value), Some(wanted)) => !same(value, wanted),
            (None, None) => false,
            _ => true,
        },
    };
    pairs
        .iter()
        .filter(|pair| {
            pair.value.has_aliases() || anew.contains(&pair.name) || is_wrong(&pair.name)
        })
        .map(|pair| pair.name.clone())
        .collect()
}

/// All fields as this program writes them, below all comments and blank lines of the old text.
fn anew(text: &str, comments: &[&str], target: &Mapping) -> String {
    let mut lines: Vec<String> = comments
        .iter()
        .map(|comment| (*comment).to_owned())
        .collect();
    let blank = text.lines().filter(|line| line.trim().is_empty()).count();
    lines.extend(std::iter::repeat_n(String::new(), blank));
    lines.extend(render::block(&mapping::in_order(target).into(), 0));
    lines::joined(&lines)
}

/// Whether a text says what it should.
fn says(text: &str, target: &Mapping) -> bool {
    let target = Value::Mapping(target.clone());
    matches!(yaml::read_configuration(text.as_bytes()), Ok(Some(value)) if same(&value, &target))
}

/// Whether two values say the same, however they are written and whatever the order of keys.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Scalar(left), Value::Scalar(right)) => match (left.typed(), right.typed()) {
            (Ok(Typed::Str(_)), Ok(Typed::Str(_))) => left.text == right.text,
            (Ok(Typed::Int(int)), Ok(Typed::Float(float)))
            | (Ok(Typed::Float(float)), Ok(Typed::Int(int))) => {
                as_float(int).total_cmp(&float).is_eq()
            }
            (Ok(left), Ok(right)) => left == right,
            _ => left.text == right.text,
        },
        (Value::Sequence(left), Value::Sequence(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Mapping(left), Value::Mapping(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "JSON has no other numbers")]
fn as_float(number: i128) -> f64 {
    number as f64
}
