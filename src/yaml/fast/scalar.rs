//! Plain and quoted scalars.

use std::borrow::Cow;

use super::{PlainEnd, Reader, character};
use crate::bytes;
use crate::model::{Scalar, Style, Tag, Value};
use crate::yaml::composer::plain_scalar;

impl<'a> Reader<'a, '_> {
    /// Reads plain text up to the end of its line, or to the `:` that makes it a key.
    #[inline(always)]
    pub(super) fn plain(&mut self) -> Option<(&'a str, PlainEnd)> {
        match self.byte(0) {
            b'-' if self.is_blank_or_end(1) => None,
            first if character::is_indicator(first) => None,
            _ => self.plain_run(),
        }
    }

    #[inline(always)]
    fn plain_run(&mut self) -> Option<(&'a str, PlainEnd)> {
        let start = self.offset;
        loop {
            self.offset += character::length_of_run(&self.bytes[self.offset..]);
            match self.byte(0) {
                b':' if self.is_blank_or_end(1) => {
                    let text = &self.text[start..self.offset];
                    let is_tight = !text.ends_with(' ');
                    return is_tight.then_some((text, PlainEnd::Colon));
                }
                b'\n' => break,
                b'#' if self.bytes[self.offset - 1] == b' ' => break,
                b'\t' => return None,
                _ => self.offset += 1,
            }
        }
        let mut end = self.offset;
        while end > start && self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        Some((&self.text[start..end], PlainEnd::Line))
    }

    /// Makes a value of the plain text of a line and of the lines that continue it.
    #[inline(always)]
    pub(super) fn finish_plain(&mut self, text: &'a str) -> Option<Value> {
        match self.continuation() {
            None => Some(Value::Scalar(plain_scalar(text, self.dialect))),
            Some(breaks) => self.finish_folded(text, breaks),
        }
    }

    /// Makes a value of the plain text of a line and of those that follow after some empty lines.
    #[cold]
    fn finish_folded(&mut self, text: &str, breaks: usize) -> Option<Value> {
        let mut text = text.to_owned();
        let mut next = Some(breaks);
        while let Some(breaks) = next {
            let (more, end) = self.plain_run()?;
            if matches!(end, PlainEnd::Colon) {
                return None;
            }
            push_folded(&mut text, breaks);
            text.push_str(more);
            next = self.continuation();
        }
        Some(Value::Scalar(plain_scalar(&text, self.dialect)))
    }

    /// Goes to the next line, and into it if it continues the plain scalar at hand: returns the number of empty lines before it.
    fn continuation(&mut self) -> Option<usize> {
        let is_comment = self.byte(0) == b'#';
        self.next_line();
        if is_comment {
            return None;
        }
        let parent = self.frames.last()?.column;
        let (mut offset, mut breaks) = (self.offset, 0);
        loop {
            let line = &self.bytes[offset..];
            let spaces = line.iter().take_while(|byte| **byte == b' ').count();
            match line.get(spaces)? {
                b'\n' => {
                    breaks += 1;
                    offset += spaces + 1;
                }
                b'#' => return None,
                _ if spaces <= parent => return None,
                _ => {
                    self.offset = offset + spaces;
                    return Some(breaks);
                }
            }
        }
    }

    /// Reads a quoted scalar.
    pub(super) fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let quote = self.byte(0);
        self.offset += 1;
        let mut text = Cow::Borrowed("");
        // What was escaped is not trimmed where lines are folded.
        let mut escaped = 0;
        loop {
            let length = bytes::find_any([quote, b'\\', b'\n'], &self.bytes[self.offset..])?;
            let run = &self.text[self.offset..self.offset + length];
            self.offset += length;
            if text.is_empty() {
                text = Cow::Borrowed(run);
            } else {
                text.to_mut().push_str(run);
            }
            match (self.byte(0), self.byte(1)) {
                (b'\'', b'\'') => self.take_escaped(&mut text, '\''),
                (byte, _) if byte == quote => {
                    self.offset += 1;
                    return Some(text);
                }
                (b'\n', _) => {
                    let text = text.to_mut();
                    let kept = text[escaped..].trim_end_matches([' ', '\t']).len();
                    text.truncate(escaped + kept);
                    let breaks = self.quoted_breaks()?;
                    push_folded(text, breaks);
                }
                (_, _) if quote == b'\'' => {
                    text.to_mut().push('\\');
                    self.offset += 1;
                }
                (_, b'\n') => {
                    self.offset += 1;
                    let breaks = self.quoted_breaks()?;
                    text.to_mut().extend(std::iter::repeat_n('\n', breaks));
                }
                (_, escape) => self.take_escaped(&mut text, short_escape(escape)?),
            }
            escaped = text.len();
        }
    }

    fn take_escaped(&mut self, text: &mut Cow<'a, str>, character: char) {
        text.to_mut().push(character);
        self.offset += 2;
    }

    /// Goes over a line break, empty lines and indentation; returns the number of empty lines.
    fn quoted_breaks(&mut self) -> Option<usize> {
        let mut breaks = 0;
        loop {
            self.offset += 1;
            let line = self.bytes.get(self.offset..)?;
            if line.starts_with(b"---") || line.starts_with(b"...") {
                return None;
            }
            let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
            self.offset += line.iter().take_while(is_blank).count();
            if *self.bytes.get(self.offset)? != b'\n' {
                return Some(breaks);
            }
            breaks += 1;
        }
    }

    pub(super) fn quoted_scalar(&mut self) -> Option<Value> {
        let style = if self.byte(0) == b'"' {
            Style::DoubleQuoted
        } else {
            Style::SingleQuoted
        };
        let text = self.quoted()?;
        Some(Value::Scalar(Scalar::new(&*text, Tag::Str, style)))
    }
}

fn short_escape(escape: u8) -> Option<char> {
    match escape {
        b'"' | b'\\' | b' ' => Some(char::from(escape)),
        b'n' => Some('\n'),
        b't' => Some('\t'),
        _ => None,
    }
}

/// One line break is a space, more are one break less.
fn push_folded(text: &mut String, empty_lines: usize) {
    if empty_lines == 0 {
        text.push(' ');
    }
    text.extend(std::iter::repeat_n('\n', empty_lines));
}
