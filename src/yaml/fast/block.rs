//! Literal and folded block scalars whose indentation follows from their first line.

use super::Reader;
use crate::bytes;
use crate::model::{Scalar, Style, Tag, Value};
use crate::yaml::foot;

impl Reader<'_, '_> {
    /// Reads a block scalar from its `|` or `>`.
    pub(super) fn block_scalar(&mut self) -> Option<Value> {
        let is_literal = self.byte(0) == b'|';
        let chomping = self.byte(1);
        self.offset += 1 + usize::from(matches!(chomping, b'+' | b'-'));
        self.skip_spaces();
        if self.byte(0) != b'\n' {
            return None;
        }
        self.next_line();
        let parent = self.frames.last()?.column;
        let indent = self.block_indent(parent)?;
        self.block_text.clear();
        let (ended_by_break, more_breaks) = self.block_lines(indent, is_literal)?;
        if ended_by_break && chomping != b'-' {
            self.block_text.push('\n');
        }
        if chomping == b'+' {
            self.push_breaks(more_breaks);
            self.has_foot = foot::is_one_comment(&self.text[self.offset..], parent);
        }
        let style = if is_literal {
            Style::Literal
        } else {
            Style::Folded
        };
        let text = self.block_text.as_str();
        Some(Value::Scalar(Scalar::new(text, Tag::Str, style)))
    }

    fn push_breaks(&mut self, count: usize) {
        self.block_text.extend(std::iter::repeat_n('\n', count));
    }

    /// The column of the first line that is not empty. No empty line before it may reach further.
    fn block_indent(&self, parent: usize) -> Option<usize> {
        let mut deepest = 0;
        let mut offset = self.offset;
        loop {
            let line = &self.bytes[offset.min(self.bytes.len())..];
            let spaces = line.iter().take_while(|byte| **byte == b' ').count();
            match line.get(spaces)? {
                b'\n' => {
                    deepest = deepest.max(spaces);
                    offset += spaces + 1;
                }
                b'\t' => return None,
                _ => return (spaces > parent && deepest <= spaces).then_some(spaces),
            }
        }
    }

    /// Reads the lines, and says whether the last of them ended in a line break and how many empty lines followed it.
    fn block_lines(&mut self, indent: usize, is_literal: bool) -> Option<(bool, usize)> {
        let mut has_break = false;
        let mut more_breaks = 0;
        let mut after_blank = false;
        while self.offset < self.bytes.len() {
            let start = self.offset;
            while self.byte(0) == b' ' && self.offset - start < indent {
                self.offset += 1;
            }
            if self.offset >= self.bytes.len() {
                break;
            }
            if self.byte(0) == b'\n' {
                self.offset += 1;
                more_breaks += 1;
                continue;
            }
            if self.offset - start < indent {
                if self.byte(0) == b'\t' {
                    return None;
                }
                self.offset = start;
                break;
            }
            // Folding spares lines that begin with a blank and the lines around them.
            let begins_blank = matches!(self.byte(0), b' ' | b'\t');
            if !is_literal && has_break && !after_blank && !begins_blank {
                if more_breaks == 0 {
                    self.block_text.push(' ');
                }
            } else if has_break {
                self.block_text.push('\n');
            }
            self.push_breaks(more_breaks);
            more_breaks = 0;
            after_blank = begins_blank;
            has_break = self.block_line();
        }
        Some((has_break, more_breaks))
    }

    /// Reads the rest of a line, and says whether a line break ends it.
    fn block_line(&mut self) -> bool {
        let length = bytes::find(b'\n', &self.bytes[self.offset..]);
        let end = length.map_or(self.bytes.len(), |length| self.offset + length);
        self.block_text.push_str(&self.text[self.offset..end]);
        self.offset = end + usize::from(length.is_some());
        length.is_some()
    }
}
