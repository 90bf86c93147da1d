//! A resource file → the texts of its documents, cut at separator lines before anything is parsed (spec 10 R4, R10, R11).

use std::borrow::Cow;

use super::error::{Error, Problem};
use crate::bytes;

/// The text of a document and the line on which it begins, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// Turns CRLF into LF.
pub(super) fn normalize_breaks(text: Cow<'_, str>) -> Cow<'_, str> {
    match bytes::find(b'\r', text.as_bytes()) {
        Some(_) => Cow::Owned(text.replace("\r\n", "\n")),
        None => text,
    }
}

/// The pieces of a decoded text; UTF-16 is one piece, whatever it says.
pub(super) fn of<'a>(decoded: &'a str, encoded: &[u8]) -> Result<Vec<Piece<'a>>, Error> {
    if super::encoding::is_utf_16(encoded) {
        return Ok(vec![Piece {
            text: decoded,
            line: 1,
        }]);
    }
    split(decoded)
}

/// Cuts at each match of `\n---.*\n`. Matches do not overlap, so a separator right behind another begins the next piece.
pub(super) fn split(text: &str) -> Result<Vec<Piece<'_>>, Error> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut line = 1;
    let mut from = 0;
    while let Some(found) = bytes::find_text(b"\n---", &text.as_bytes()[from..]).next() {
        let separator = from + found + 1;
        let Some(length) = bytes::find(b'\n', &text.as_bytes()[separator..]) else {
            break;
        };
        let end = separator + length;
        check_separator(&text[separator..end], &text[..separator])?;
        pieces.push(Piece {
            // The line break that the separator consumed belongs to the document (spec 10 R11).
            text: &text[start..separator],
            line,
        });
        line += 1 + bytes::count(b'\n', &text.as_bytes()[start..separator]);
        start = end + 1;
        from = start;
    }
    pieces.push(Piece {
        text: &text[start..],
        line,
    });
    for piece in &mut pieces[1..] {
        piece.text = piece.text.strip_prefix('\u{feff}').unwrap_or(piece.text);
    }
    Ok(pieces)
}

fn check_separator(separator: &str, before: &str) -> Result<(), Error> {
    let rest = separator["---".len()..].trim();
    if rest.is_empty() || rest.starts_with('#') {
        return Ok(());
    }
    let message = format!("invalid document separator: {}", separator.trim());
    let mut error = Problem::in_these_words(message, before.len())
        .hint("put the document on the lines after the `---`")
        .in_text(before, 1);
    error.column = 1;
    Err(error)
}
