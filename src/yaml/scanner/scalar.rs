//! Plain and quoted scalars.

use std::borrow::Cow;

use super::{Mark, Scanner, TokenKind};
use crate::bytes;
use crate::model::Style;
use crate::yaml::error::Problem;

/// What stands between two words of a scalar that may run over several lines.
#[derive(Default)]
struct Gap<'a> {
    blanks: &'a str,
    first_break: Option<&'a str>,
    more_breaks: String,
}

impl Gap<'_> {
    /// Folds: one line break is a space, more are one break less.
    fn append_to(&self, text: &mut String) {
        match self.first_break {
            None => text.push_str(self.blanks),
            Some("\n") if self.more_breaks.is_empty() => text.push(' '),
            Some("\n") => text.push_str(&self.more_breaks),
            Some(separator) => {
                text.push_str(separator);
                text.push_str(&self.more_breaks);
            }
        }
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn fetch_plain_scalar(&mut self) -> Result<(), Problem> {
        let level = self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let (text, end) = self.scan_plain_scalar(start)?;
        self.push_key_start(TokenKind::Scalar(text, Style::Plain), start, level);
        if let Some(token) = self.tokens.back_mut() {
            token.end = end;
        }
        Ok(())
    }

    fn scan_plain_scalar(&mut self, start: Mark) -> Result<(Cow<'a, str>, Mark), Problem> {
        let mut text = Cow::Borrowed("");
        let mut gap = Gap::default();
        let mut end = start;
        let indent = self.indent.map_or(0, |indent| indent + 1);
        while !self.cursor.is_document_indicator() && self.cursor.byte(0) != b'#' {
            let from = self.cursor.offset();
            self.skip_plain_word();
            if self.cursor.offset() > from {
                // Words parted by blanks alone stay one slice of the text.
                if gap.first_break.is_none() && matches!(text, Cow::Borrowed(_)) {
                    text = Cow::Borrowed(self.cursor.since(start.offset));
                } else {
                    gap.append_to(text.to_mut());
                    text.to_mut().push_str(self.cursor.since(from));
                }
                end = self.cursor.mark();
                gap = Gap::default();
            }
            if !self.cursor.is_blank_or_end(0) || self.cursor.is_at_end() {
                break;
            }
            self.scan_plain_gap(&mut gap, indent, start)?;
            if !self.in_flow() && self.cursor.column() < indent {
                break;
            }
        }
        if gap.first_break.is_some() {
            self.simple_key_allowed = true;
        }
        Ok((text, end))
    }

    fn skip_plain_word(&mut self) {
        let in_flow = self.in_flow();
        while !self.cursor.is_blank_or_end(0) {
            match self.cursor.byte(0) {
                b':' if self.cursor.is_blank_or_end(1) => break,
                // go-yaml ends the scalar at any `?`, as libyaml once did.
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if in_flow => break,
                _ => self.cursor.skip(1),
            }
        }
    }

    fn scan_plain_gap(
        &mut self,
        gap: &mut Gap<'a>,
        indent: usize,
        start: Mark,
    ) -> Result<(), Problem> {
        let from = self.cursor.offset();
        loop {
            if self.cursor.is_blank(0) {
                let is_indentation = gap.first_break.is_some() && self.cursor.column() < indent;
                if is_indentation && self.cursor.byte(0) == b'\t' {
                    let message = "found a tab character that violates indentation";
                    let problem = Problem::scanner(message, start, self.cursor.mark());
                    return Err(problem.hint("indent with spaces"));
                }
                self.cursor.skip(1);
                if gap.first_break.is_none() {
                    gap.blanks = self.cursor.since(from);
                }
            } else if let Some(line_break) = self.cursor.take_break() {
                if gap.first_break.is_some() {
                    gap.more_breaks.push_str(line_break);
                }
                gap.first_break.get_or_insert(line_break);
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn fetch_quoted_scalar(&mut self, is_single: bool) -> Result<(), Problem> {
        let level = self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let text = match self.scan_simple_quoted(is_single) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.scan_quoted(is_single, start)?),
        };
        let style = if is_single {
            Style::SingleQuoted
        } else {
            Style::DoubleQuoted
        };
        self.push_key_start(TokenKind::Scalar(text, style), start, level);
        Ok(())
    }

    /// The scalar that ends on its line and holds no escapes.
    fn scan_simple_quoted(&mut self, is_single: bool) -> Option<&'a str> {
        let quote = if is_single { b'\'' } else { b'"' };
        let from = self.cursor.offset();
        let length = bytes::find(quote, self.cursor.rest())?;
        let inside = &self.cursor.rest()[..length];
        let special = |byte: &u8| matches!(byte, b'\\' | b'\n' | b'\r' | 0xc2 | 0xe2);
        if inside.iter().any(special) || is_single && self.cursor.byte(length + 1) == quote {
            return None;
        }
        self.cursor.skip(length);
        let text = self.cursor.since(from);
        self.cursor.skip(1);
        Some(text)
    }

    fn scan_quoted(&mut self, is_single: bool, start: Mark) -> Result<String, Problem> {
        let quote = if is_single { b'\'' } else { b'"' };
        let mut text = String::new();
        loop {
            if self.cursor.is_document_indicator() {
                return self.error("found unexpected document indicator", start);
            }
            if self.cursor.is_at_end() {
                let message = "found unexpected end of stream";
                let problem = Problem::scanner(message, start, self.cursor.mark());
                return Err(problem.shown_at(start.offset).hint("close the quotes"));
            }
            let mut gap = Gap::default();
            self.scan_quoted_word(is_single, &mut text, &mut gap, start)?;
            if self.cursor.byte(0) == quote {
                self.cursor.skip(1);
                return Ok(text);
            }
            self.scan_quoted_gap(&mut gap);
            gap.append_to(&mut text);
        }
    }

    /// Reads up to a blank, a line break or the closing quote; an escaped line break begins the gap that follows.
    fn scan_quoted_word(
        &mut self,
        is_single: bool,
        text: &mut String,
        gap: &mut Gap<'a>,
        start: Mark,
    ) -> Result<(), Problem> {
        let mut from = self.cursor.offset();
        while !self.cursor.is_blank_or_end(0) {
            match self.cursor.byte(0) {
                b'\'' if is_single && self.cursor.byte(1) == b'\'' => {
                    self.cursor.skip(1);
                    text.push_str(self.cursor.since(from));
                    self.cursor.skip(1);
                    from = self.cursor.offset();
                }
                b'\'' if is_single => break,
                b'"' if !is_single => break,
                b'\\' if !is_single => {
                    text.push_str(self.cursor.since(from));
                    self.cursor.skip(1);
                    if self.cursor.take_break().is_some() {
                        gap.first_break = Some("");
                        return Ok(());
                    }
                    text.push(self.scan_escape(start)?);
                    from = self.cursor.offset();
                }
                _ => self.cursor.skip(1),
            }
        }
        text.push_str(self.cursor.since(from));
        Ok(())
    }

    fn scan_quoted_gap(&mut self, gap: &mut Gap<'a>) {
        let from = self.cursor.offset();
        loop {
            if self.cursor.is_blank(0) {
                self.cursor.skip(1);
                if gap.first_break.is_none() {
                    gap.blanks = self.cursor.since(from);
                }
            } else if let Some(line_break) = self.cursor.take_break() {
                if gap.first_break.is_some() {
                    gap.more_breaks.push_str(line_break);
                }
                gap.first_break.get_or_insert(line_break);
            } else {
                return;
            }
        }
    }

    /// What stands behind a backslash.
    fn scan_escape(&mut self, start: Mark) -> Result<char, Problem> {
        let digits = match self.cursor.byte(0) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            byte => return self.scan_short_escape(byte, start),
        };
        self.cursor.skip(1);
        let mut code = 0u32;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.cursor.byte(ahead)).to_digit(16) else {
                let message = "did not find expected hexdecimal number";
                return self.error(message, start);
            };
            code = (code << 4) | digit;
        }
        match char::from_u32(code) {
            Some(character) => {
                self.cursor.skip(digits);
                Ok(character)
            }
            None => self.error("found invalid Unicode character escape code", start),
        }
    }

    fn scan_short_escape(&mut self, byte: u8, start: Mark) -> Result<char, Problem> {
        let character = match byte {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0b',
            b'f' => '\x0c',
            b'r' => '\r',
            b'e' => '\x1b',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            _ => {
                let mark = self.cursor.mark();
                let problem = Problem::scanner("found unknown escape character", start, mark);
                return Err(problem.hint("write a backslash as `\\\\`, or use single quotes"));
            }
        };
        self.cursor.skip(1);
        Ok(character)
    }
}
