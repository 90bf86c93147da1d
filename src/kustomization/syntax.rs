//! Failures of texts that are not YAML or do not fit, with what to do about them.

use std::path::PathBuf;
use std::sync::Arc;

use crate::bytes;
use crate::model::{Fault, Place};
use crate::yaml;

/// What to do about the most frequent mistakes in YAML.
const ADVICE: [(&str, &str); 10] = [
    (
        "mapping values are not allowed in this context",
        "start all keys of a map in the same column, and put a value that contains `: ` in quotes",
    ),
    (
        "did not find expected key",
        "start all keys of a map in the same column",
    ),
    (
        "did not find expected '-' indicator",
        "start all elements of a list in the same column, each with `- `",
    ),
    (
        "could not find expected ':'",
        "write `key: value`, or indent the lines of a text below its key",
    ),
    (
        "did not find expected ',' or ']'",
        "close the list with `]`",
    ),
    ("did not find expected ',' or '}'", "close the map with `}`"),
    (
        "found unexpected end of stream",
        "close the quotes of the text",
    ),
    (
        "found character that cannot start any token",
        "put the value in quotes",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "put the value in quotes: `*` and `&` at its start mean something else in YAML",
    ),
    (
        "block sequence entries are not allowed in this context",
        "begin the list on the line below its key",
    ),
];

/// The failure of text that is not YAML, at the spot where reading stopped.
pub(super) fn syntax_fault(
    prefix: &str,
    error: &yaml::Error,
    text: &[u8],
    file: &Arc<PathBuf>,
) -> Fault {
    let title = without_line(&error.message);
    let fault = Fault::new(format!("{prefix}{error}"))
        .titled(title)
        .at(Place::of_spot(file, error.line, error.column));
    if let Some(line) = conflict(text) {
        return fault
            .titled("a merge conflict was left in the file")
            .at(Place::of_spot(file, line, 1))
            .hint("keep one of the two sides, and delete the lines `<<<<<<<`, `=======` and `>>>>>>>`");
    }
    if has_template(text, error.line) {
        return fault.titled("a template of Helm is no YAML").hint(
            "render the chart with `helm template`, or put a value that holds `{{` in quotes",
        );
    }
    let usual = ADVICE.iter().find(|(message, _)| *message == title);
    match (&error.hint, usual) {
        (Some(hint), _) => fault.hint(hint.clone()),
        (None, Some((_, advice))) => fault.hint(*advice),
        (None, None) => fault,
    }
}

/// The line on which a conflict begins that git left in a text.
fn conflict(text: &[u8]) -> Option<usize> {
    let mut lines = text.split(|byte| *byte == b'\n').enumerate();
    let begins = |mark: &'static [u8]| move |(_, line): &(usize, &[u8])| line.starts_with(mark);
    let (start, _) = lines.find(begins(b"<<<<<<< "))?;
    lines.find(begins(b">>>>>>> ")).map(|_| start + 1)
}

/// Whether there is a template on a line.
fn has_template(text: &[u8], line: usize) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n');
    let found = lines.nth(line.saturating_sub(1));
    found.is_some_and(|line| bytes::find_text(b"{{", line).next().is_some())
}

/// What kustomize says about YAML without the line, which it often gets wrong (spec 10 R25).
fn without_line(message: &str) -> &str {
    let message = message.strip_prefix("yaml: ").unwrap_or(message);
    message
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
        .map_or(message, |(_, message)| message)
}

/// What Go's decoder says of a value that does not fit, without Go.
pub(super) fn plain_words(message: &str) -> String {
    let message = message.strip_prefix("json: ").unwrap_or(message);
    let mismatch = message.strip_prefix("cannot unmarshal ").and_then(|rest| {
        let (found, rest) = rest.split_once(" into Go ")?;
        Some((found, rest.rsplit_once("of type ")?.1))
    });
    match mismatch {
        Some((found, wanted)) => format!("expected {}, found {}", of_go(wanted), of_json(found)),
        None => match message.strip_prefix("unknown field ") {
            Some(field) => format!("unknown field `{}`", field.trim_matches('"')),
            None => message.to_owned(),
        },
    }
}

fn of_json(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "number" => "a number",
        "bool" => "`true` or `false`",
        "array" => "a list",
        "object" => "a map",
        other => other,
    }
}

fn of_go(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "bool" => "`true` or `false`",
        "int" | "int64" => "a whole number",
        _ if kind.starts_with("[]") => "a list",
        _ => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_go_are_told_in_plain_words() {
        for (message, expected) in [
            (
                "json: cannot unmarshal number into Go struct field Image.images.newTag of type string",
                "expected text, found a number",
            ),
            (
                "json: cannot unmarshal string into Go struct field Kustomization.resources of type []string",
                "expected a list, found text",
            ),
            (
                "json: unknown field \"nameprefx\"",
                "unknown field `nameprefx`",
            ),
            ("something else", "something else"),
        ] {
            assert_eq!(plain_words(message), expected);
        }
    }
}
