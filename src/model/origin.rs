//! Where an object came from.

use std::path::PathBuf;
use std::sync::Arc;

use super::FieldPath;

/// The text that an object was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The file, as a path that can be opened.
    pub file: Arc<PathBuf>,
    /// The line of the file on which the document begins, counted from 1.
    pub line: usize,
}

/// A place in a source: for errors and warnings that point at what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The document.
    pub source: Source,
    /// The field in it; empty for the document as a whole.
    pub path: FieldPath,
    /// The column of the source's line, in characters from 1, where not a field is meant but that very spot.
    pub column: Option<usize>,
}

impl Place {
    /// A field of a document.
    pub fn of_field(source: Source, path: FieldPath) -> Self {
        Self {
            source,
            path,
            column: None,
        }
    }

    /// A place in the text that this field holds, as seen from the file.
    #[must_use]
    pub fn inside(&self, text: &Self) -> Self {
        let line = text.source.line;
        let mut path = self.path.clone();
        match text.column {
            Some(column) => path = path.spot(line, column),
            None if line > 1 => path = path.spot(line, 1),
            None => path.steps.extend(text.path.steps.iter().cloned()),
        }
        Self::of_field(self.source.clone(), path)
    }

    /// A spot in a file; line and column count from 1.
    pub fn of_spot(file: &Arc<PathBuf>, line: usize, column: usize) -> Self {
        Self {
            source: Source {
                file: Arc::clone(file),
                line,
            },
            path: FieldPath::default(),
            column: Some(column),
        }
    }
}
