//! Literal and folded block scalars.

use super::{Mark, Scanner, TokenKind};
use crate::model::Style;
use crate::yaml::error::Problem;
use crate::yaml::foot;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn fetch_block_scalar(&mut self, is_literal: bool) -> Result<(), Problem> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let start = self.cursor.mark();
        let (chomping, increment) = self.scan_block_header(start)?;
        let indent = match increment {
            0 => None,
            increment => Some(self.indent.unwrap_or(0) + increment),
        };
        let text = self.scan_block_text(is_literal, chomping, indent, start)?;
        let style = if is_literal {
            Style::Literal
        } else {
            Style::Folded
        };
        self.push(TokenKind::Scalar(text.into(), style), start);
        Ok(())
    }

    /// What follows `|` or `>`, its line included: chomping, and the indentation where it is given.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Chomping, usize), Problem> {
        self.cursor.skip(1);
        let mut chomping = self.scan_chomping();
        let mut increment = 0;
        let digit = self.cursor.byte(0);
        if digit == b'0' {
            return self.error("found an indentation indicator equal to 0", start);
        }
        if digit.is_ascii_digit() {
            increment = usize::from(digit - b'0');
            self.cursor.skip(1);
            chomping = chomping.or_else(|| self.scan_chomping());
        }
        self.cursor.skip_blanks();
        if self.cursor.byte(0) == b'#' {
            self.cursor.skip_line();
        }
        if !self.cursor.is_break_or_end(0) {
            return self.error("did not find expected comment or line break", start);
        }
        self.cursor.take_break();
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.cursor.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.cursor.skip(1);
        Some(chomping)
    }

    fn scan_block_text(
        &mut self,
        is_literal: bool,
        chomping: Chomping,
        indent: Option<usize>,
        start: Mark,
    ) -> Result<String, Problem> {
        let mut text = String::new();
        let mut line_break = "";
        let mut more_breaks = String::new();
        let mut after_blank = false;
        let indent = self.scan_block_breaks(indent, &mut more_breaks, start)?;
        while self.cursor.column() == indent && !self.cursor.is_at_end() {
            // Folding spares lines that begin with a blank and the lines around them.
            let begins_blank = self.cursor.is_blank(0);
            if !is_literal && line_break == "\n" && !after_blank && !begins_blank {
                if more_breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(line_break);
            }
            text.push_str(&more_breaks);
            more_breaks.clear();
            after_blank = begins_blank;
            let from = self.cursor.offset();
            self.cursor.skip_line();
            text.push_str(self.cursor.since(from));
            line_break = self.cursor.take_break().unwrap_or("");
            self.scan_block_breaks(Some(indent), &mut more_breaks, start)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(line_break);
        }
        if chomping == Chomping::Keep {
            text.push_str(&more_breaks);
            let rest = self.cursor.rest_of_lines();
            self.has_foot = foot::is_one_comment(rest, self.indent.unwrap_or(0));
        }
        Ok(text)
    }

    /// Reads empty lines up to the next line of text, or to the end, and finds the indentation where it is not given.
    fn scan_block_breaks(
        &mut self,
        indent: Option<usize>,
        breaks: &mut String,
        start: Mark,
    ) -> Result<usize, Problem> {
        let mut deepest = 0;
        loop {
            let is_indentation = |column| indent.is_none_or(|indent| column < indent);
            while is_indentation(self.cursor.column()) && self.cursor.byte(0) == b' ' {
                self.cursor.skip(1);
            }
            deepest = deepest.max(self.cursor.column());
            if is_indentation(self.cursor.column()) && self.cursor.byte(0) == b'\t' {
                let message = "found a tab character where an indentation space is expected";
                let problem = Problem::scanner(message, start, self.cursor.mark());
                return Err(problem.hint("indent with spaces"));
            }
            match self.cursor.take_break() {
                Some(line_break) => breaks.push_str(line_break),
                None => break,
            }
        }
        let least = self.indent.map_or(1, |parent| parent + 1);
        Ok(indent.unwrap_or(deepest.max(least)))
    }
}
