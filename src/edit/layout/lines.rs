//! Lines of a text: where they begin and end.

use std::ops::Range;

use crate::bytes;

/// Where the line begins that a place is on.
pub(super) fn start(text: &str, at: usize) -> usize {
    bytes::find_last(b'\n', &text.as_bytes()[..at]).map_or(0, |found| found + 1)
}

/// Where the line ends that a place is on, before its line break.
pub(super) fn end(text: &str, at: usize) -> usize {
    bytes::find(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |found| at + found)
}

/// Where the next line begins, or the text ends.
pub(super) fn next(text: &str, at: usize) -> usize {
    (end(text, at) + 1).min(text.len())
}

/// How far from the start of its line a place is.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[start(text, at)..at].chars().count()
}

/// Whether only blanks stand before a place on its line.
pub(super) fn is_first_on_line(text: &str, at: usize) -> bool {
    text[start(text, at)..at].trim().is_empty()
}

/// The lines of a range that begins with a line: where each stands, without its line break.
pub(super) fn of(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut offset = range.start;
    text[range].split_inclusive('\n').map(move |line| {
        let begin = offset;
        offset += line.len();
        begin..begin + line.trim_end_matches('\n').len()
    })
}

/// The lines set in, those without text left empty.
pub(super) fn indented(lines: &[String], by: usize) -> Vec<String> {
    let set_in = |line: &String| {
        if line.is_empty() {
            String::new()
        } else {
            format!("{:by$}{line}", "")
        }
    };
    lines.iter().map(set_in).collect()
}

/// The lines with a line break behind each.
pub(super) fn joined(lines: &[String]) -> String {
    lines
        .iter()
        .flat_map(|line| [line.as_str(), "\n"])
        .collect()
}
