//! A place in the text, and what stands there.

/// A place in the text of a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::yaml) struct Mark {
    /// In bytes.
    pub offset: usize,
    /// Counted from 0; all of YAML's line breaks count.
    pub line: usize,
    /// In bytes: only spaces and ASCII indicators stand before a column that matters.
    pub column: usize,
}

/// The text and the place that reading has come to.
pub(super) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 0,
            line_start: 0,
        }
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn column(&self) -> usize {
        self.offset - self.line_start
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            offset: self.offset,
            line: self.line,
            column: self.column(),
        }
    }

    /// The byte `ahead` bytes further on; NUL, which no text holds, beyond the end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        let bytes = self.text.as_bytes();
        bytes.get(self.offset + ahead).copied().unwrap_or(0)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.offset..]
    }

    /// The line at hand, of which no more than the indentation was read, and all that follow.
    pub(super) fn rest_of_lines(&self) -> &'a str {
        if self.is_at_end() {
            return "";
        }
        &self.text[self.line_start..]
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.offset >= self.text.len()
    }

    /// The text from a place up to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.offset]
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    /// The length in bytes of the line break that stands here, if one does. CR, NEL and the two Unicode separators are breaks too.
    pub(super) fn line_break(&self, ahead: usize) -> Option<usize> {
        match self.byte(ahead) {
            b'\n' => Some(1),
            b'\r' => Some(1 + usize::from(self.byte(ahead + 1) == b'\n')),
            0xc2 if self.byte(ahead + 1) == 0x85 => Some(2),
            0xe2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xa8 | 0xa9) => {
                Some(3)
            }
            _ => None,
        }
    }

    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.line_break(ahead).is_some()
    }

    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Whether `---` or `...` stands here alone.
    pub(super) fn is_document_indicator(&self) -> bool {
        self.column() == 0
            && (self.rest().starts_with(b"---") || self.rest().starts_with(b"..."))
            && self.is_blank_or_end(3)
    }

    /// Goes on by bytes that are not line breaks.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.offset += bytes;
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.offset += 1;
        }
    }

    /// Goes on to the next line break.
    pub(super) fn skip_line(&mut self) {
        while !self.is_break_or_end(0) {
            self.offset += 1;
        }
    }

    /// Makes the end of the text the start of a line.
    pub(super) fn finish_line(&mut self) {
        if self.column() != 0 {
            self.line += 1;
            self.line_start = self.offset;
        }
    }

    /// Goes over a line break and returns what it stands for in a scalar.
    pub(super) fn take_break(&mut self) -> Option<&'a str> {
        let length = self.line_break(0)?;
        let start = self.offset;
        self.offset += length;
        self.line += 1;
        self.line_start = self.offset;
        // Only the Unicode separators are kept as they are.
        Some(if length == 3 { self.since(start) } else { "\n" })
    }
}
