//! Where an object came from.

use std::path::PathBuf;
use std::sync::Arc;

use super::FieldPath;

/// The text that an object was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, as a path that can be opened.
    pub file: Arc<PathBuf>,
    /// The line of the file on which the document begins, counted from 1.
    pub line: usize,
}

/// A place in a source: for errors and warnings that point at what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The document.
    pub source: Source,
    /// The field in it; empty for the document as a whole.
    pub path: FieldPath,
}
