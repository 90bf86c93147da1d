//! Failures to read, in kustomize's words and with kustomize's way of counting lines.

use std::fmt;

use super::scanner::Mark;
use crate::bytes;

/// A failure to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, as kustomize says it: `yaml: line 5: mapping values are not allowed in this context`. The line is
    /// the one that kustomize would name, which counts within a document and may be one too small (spec 10 R25).
    pub message: String,
    /// The true line in the whole text, counted from 1.
    pub line: usize,
    /// The true column in characters, counted from 1.
    pub column: usize,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A failure within a piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    message: String,
    /// Whether the message gets the prefix `yaml: `.
    is_yaml: bool,
    /// The line that kustomize names; 0 for none.
    named_line: usize,
    offset: usize,
    hint: Option<&'static str>,
}

impl Problem {
    /// A failure of which kustomize does not tell the line.
    pub(super) fn without_line(message: impl Into<String>, offset: usize) -> Self {
        Self {
            is_yaml: true,
            ..Self::in_these_words(message, offset)
        }
    }

    /// A failure whose message kustomize does not mark as one of YAML's.
    pub(super) fn in_these_words(message: impl Into<String>, offset: usize) -> Self {
        Self {
            message: message.into(),
            is_yaml: false,
            named_line: 0,
            offset,
            hint: None,
        }
    }

    /// A failure to split the text into tokens.
    pub(super) fn scanner(message: &'static str, context: Mark, at: Mark) -> Self {
        // Only lines after the first are ever named, and scanner lines are the true ones.
        let named_line = match (context.line, at.line) {
            (0, 0) => 0,
            (0, line) | (line, _) => line + 1,
        };
        Self {
            named_line,
            ..Self::without_line(message, at.offset)
        }
    }

    /// A failure to find structure in the tokens.
    pub(super) fn parser(message: &'static str, context: Mark, at: Mark) -> Self {
        let named_line = if context.line == 0 {
            at.line
        } else {
            context.line
        };
        Self {
            named_line,
            ..Self::without_line(message, at.offset)
        }
    }

    /// The failure shown at another place than the one where it was noticed.
    pub(super) fn shown_at(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// The failure with advice.
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The failure as seen from the whole text, of which `piece` begins on line `first_line`.
    pub(super) fn in_text(self, piece: &str, first_line: usize) -> Error {
        let (line, column) = line_and_column(piece, self.offset);
        Error {
            message: match self.named_line {
                0 if self.is_yaml => format!("yaml: {}", self.message),
                0 => self.message,
                line => format!("yaml: line {line}: {}", self.message),
            },
            line: first_line + line - 1,
            column,
            hint: self.hint.map(str::to_owned),
        }
    }
}

/// The line and the column in characters of a place, both counted from 1.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line_start = bytes::find_last(b'\n', before).map_or(0, |newline| newline + 1);
    let is_first = |byte: &&u8| !matches!(**byte, 0x80..=0xbf);
    (
        1 + bytes::count(b'\n', before),
        1 + before[line_start..].iter().filter(is_first).count(),
    )
}
