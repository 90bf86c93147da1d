//! Finds, late, what a place of a document looks like in its file: for errors and warnings.

use std::ops::Range;

use crate::load::FileSystem;
use crate::model::Place;
use crate::yaml;

/// A place as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole text of the file.
    pub text: String,
    /// The line of the place, counted from 1.
    pub line: usize,
    /// The bytes of the text that the place covers.
    pub span: Range<usize>,
}

/// The text around a place; nothing where the file is gone or not text.
pub fn excerpt(place: &Place, files: &dyn FileSystem) -> Option<Excerpt> {
    let bytes = files.read(&place.source.file).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (line, column, length) = match place.column {
        Some(column) => (place.source.line, column, 1),
        None => yaml::locate(text.as_bytes(), place.source.line, &place.path)
            .map_or((place.source.line, 1, 1), |position| {
                (position.line, position.column, position.length)
            }),
    };
    let start_of_line = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let start = advance(&text, start_of_line, column.saturating_sub(1));
    let end = advance(&text, start, length.max(1));
    Some(Excerpt {
        text,
        line,
        span: start..end,
    })
}

/// The byte that stands a number of characters behind another, on the same line.
fn advance(text: &str, from: usize, characters: usize) -> usize {
    text[from..]
        .char_indices()
        .take_while(|(_, character)| *character != '\n')
        .nth(characters)
        .map_or_else(
            || text[from..].find('\n').map_or(text.len(), |end| from + end),
            |(offset, _)| from + offset,
        )
}
