//! Finds, late, what places of documents look like in their files: for errors and warnings.

use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::bytes;
use crate::load::FileSystem;
use crate::model::Place;
use crate::yaml::Locator;

/// A place as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole text of the file.
    pub text: Rc<str>,
    /// The line of the place, counted from 1.
    pub line: usize,
    /// The bytes of the text that the place covers.
    pub span: Range<usize>,
}

/// The texts around places, each file read once and each document parsed once; without those whose files are gone or not
/// text.
pub fn excerpts<'p>(
    places: impl IntoIterator<Item = &'p Place>,
    files: &dyn FileSystem,
) -> IndexMap<&'p Place, Excerpt> {
    let mut by_file: IndexMap<&Path, IndexMap<usize, Vec<&Place>>> = IndexMap::new();
    for place in places {
        let source = &place.source;
        let documents = by_file.entry(source.file.as_path()).or_default();
        documents.entry(source.line).or_default().push(place);
    }
    let mut found = IndexMap::new();
    for (file, documents) in by_file {
        let text = files
            .read(file)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text.map(Rc::from) else {
            continue;
        };
        for (line, places) in documents {
            let mut locator = None;
            for place in places {
                let excerpt = excerpt(place, &text, || {
                    let locator = locator.get_or_insert_with(|| Locator::new(&text, line));
                    let position = locator.as_mut()?.locate(&place.path)?;
                    Some((position.line, position.column, position.length))
                });
                found.insert(place, excerpt);
            }
        }
    }
    found
}

/// The text around a place: its own spot, or where `locate` finds its field.
fn excerpt(
    place: &Place,
    text: &Rc<str>,
    locate: impl FnOnce() -> Option<(usize, usize, usize)>,
) -> Excerpt {
    let (line, column, length) = match place.column {
        Some(column) => (place.source.line, column, 1),
        None => locate().unwrap_or((place.source.line, 1, 1)),
    };
    let start_of_line = match line.checked_sub(2) {
        None => 0,
        Some(breaks) => {
            let end = bytes::find_all(b'\n', text.as_bytes()).nth(breaks);
            end.map_or(text.len(), |end| end + 1)
        }
    };
    let start = advance(text, start_of_line, column.saturating_sub(1));
    let end = advance(text, start, length.max(1));
    Excerpt {
        text: Rc::clone(text),
        line,
        span: start..end,
    }
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
