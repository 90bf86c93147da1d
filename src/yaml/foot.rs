//! Comments at the end of a document.

use crate::model::{Style, Value, can_be_block};

/// Whether only a comment follows a block scalar. `rest` are the lines behind its text, `column` is that of the collection which
/// it is in: of comments that begin further out and differ in that, kustomize makes several.
pub(super) fn is_one_comment(rest: &str, column: usize) -> bool {
    let mut first = None;
    for line in rest.lines() {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - content.len();
        match content.bytes().next() {
            None => {}
            Some(b'#') if indent >= column || first.is_none_or(|first| first == indent) => {
                first.get_or_insert(indent);
            }
            Some(_) if line.starts_with("...") => break,
            Some(_) => return false,
        }
    }
    first.is_some()
}

/// Adds a line break to the text at the end of an object that has a comment behind it, where the text keeps its empty lines:
/// kustomize breaks the line before it prints the comment on the way, and what it reads then is part of the text.
pub fn add_break(value: &mut Value) {
    match value {
        Value::Mapping(map) => {
            if let Some(entry) = map.entries_mut().last_mut() {
                add_break(&mut entry.value);
            }
        }
        Value::Sequence(items) => {
            if let Some(item) = items.make_mut().last_mut() {
                add_break(item);
            }
        }
        Value::Scalar(scalar) => {
            let keeps_lines = scalar.text == "\n" || scalar.text.ends_with("\n\n");
            let is_block = matches!(scalar.style, Style::Literal | Style::Folded);
            if keeps_lines && is_block && can_be_block(&scalar.text) {
                scalar.text.push('\n');
            }
        }
    }
}
