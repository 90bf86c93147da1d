//! Scalars in the forms that [`style`](super::style) chooses, long lines folded at spaces (spec 11 R33, R35, R40, R41).

use super::style::{Classes, Form, Look, is_line_break};
use super::{After, STEP, push_spaces};
use crate::bytes;
use crate::model::{Scalar, Style, Tag, Typed};
use crate::yaml::number::Decimal;

/// Lines break at the first space beyond this column.
const WIDTH: usize = 80;

/// Longer keys are written behind a question mark.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Longer keys cannot be read back from the JSON that kustomize makes on the way.
const LONGEST_JSON_KEY: usize = 1022;

/// Appends a value and the end of its line; its further lines are set in by `indent`.
#[inline(always)]
pub(super) fn write_scalar(out: &mut String, scalar: &Scalar, indent: usize) -> Result<(), String> {
    if is_decimal(scalar) {
        out.push_str(&scalar.text);
    } else {
        match scalar.reread()? {
            Typed::Null => out.push_str("null"),
            Typed::Bool(true) => out.push_str("true"),
            Typed::Bool(false) => out.push_str("false"),
            Typed::Int(integer) => out.push_str(itoa::Buffer::new().format(integer)),
            Typed::Float(number) => write_float(out, number)?,
            Typed::Str(text) => return write_string(out, &text, indent),
        }
    }
    out.push('\n');
    Ok(())
}

/// Whether this is an integer written as integers are printed: a short cut for nearly all of them.
fn is_decimal(scalar: &Scalar) -> bool {
    scalar.tag == Tag::Int
        && scalar.style == Style::Plain
        && match scalar.text.as_bytes() {
            b"0" => true,
            [b'1'..=b'9', rest @ ..] => rest.len() < 18 && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        }
}

/// Appends a number that was not written as an integer (spec 11 R26–R28).
fn write_float(out: &mut String, number: f64) -> Result<(), String> {
    let decimal = Decimal::of(number)?;
    let start = out.len();
    decimal.push_plain(out);
    // The way through JSON makes integers of what looks like one and fits 64 bits.
    match out[start..].parse::<i128>().map(i64_or_u64) {
        Ok(true) if number == 0.0 => out.replace_range(start.., "0"),
        Ok(true) => {}
        // Go's shortest form changes to exponents at one million, not at the 10²¹ of JSON.
        _ if (-4..6).contains(&decimal.exponent()) => {}
        _ => {
            out.truncate(start);
            decimal.push_scientific(out, 2);
        }
    }
    Ok(())
}

fn i64_or_u64(integer: i128) -> bool {
    i64::try_from(integer).is_ok() || u64::try_from(integer).is_ok()
}

#[inline(always)]
pub(super) fn write_string(out: &mut String, text: &str, indent: usize) -> Result<(), String> {
    let classes = Classes::of(text);
    if classes.is_plain_word(text) {
        out.push_str(text);
        out.push('\n');
        return Ok(());
    }
    let (look, rewritten) = Look::at(text, classes)?;
    write_text(out, rewritten.as_deref().unwrap_or(text), look, indent);
    Ok(())
}

/// Appends a key and its colon, behind a question mark where it is long or has several lines (spec 11 R14).
#[inline(always)]
pub(super) fn write_key(out: &mut String, key: &str, indent: usize) -> Result<After, String> {
    let classes = Classes::of(key);
    if key.len() <= LONGEST_SIMPLE_KEY && classes.is_plain_word(key) {
        out.push_str(key);
        out.push(':');
        return Ok(After::Key);
    }
    let (look, rewritten) = Look::at(key, classes)?;
    if rewritten.is_some() || json_length(key) > LONGEST_JSON_KEY {
        return Err("yaml: did not find expected ',' or '}'".to_owned());
    }
    if key.len() > LONGEST_SIMPLE_KEY || look.has_line_breaks {
        out.push_str("? ");
        write_text(out, key, look, indent + STEP);
        push_spaces(out, indent);
        out.push(':');
        return Ok(After::Indicator);
    }
    match look.form {
        Form::Plain => out.push_str(key),
        form => Line::new(out, indent, usize::MAX).write(key, form),
    }
    out.push(':');
    Ok(After::Key)
}

/// The number of characters of the text in JSON.
fn json_length(text: &str) -> usize {
    if text.len() * "\\u0000".len() <= LONGEST_JSON_KEY {
        return text.len();
    }
    let escaped = |c| match c {
        '"' | '\\' | '\u{8}' | '\t' | '\n' | '\u{c}' | '\r' => "\\n".len(),
        '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => "\\u0000".len(),
        _ => 1,
    };
    text.chars().map(escaped).sum()
}

fn write_text(out: &mut String, text: &str, look: Look, indent: usize) {
    let quote = match look.form {
        Form::Literal => return write_literal(out, text, look, indent),
        Form::Plain => "",
        Form::SingleQuoted => "'",
        Form::DoubleQuoted => "\"",
    };
    let is_whole = if quote.is_empty() {
        !look.has_spaces || begun_line(out).len() + text.len() <= WIDTH
    } else {
        is_bare_word(text)
    };
    if is_whole {
        for part in [quote, text, quote] {
            out.push_str(part);
        }
    } else {
        Line::new(out, indent, WIDTH).write(text, look.form);
    }
    out.push('\n');
}

/// Whether nothing in the text is an escape or a place to break the line, whatever the quotes: so it is with most that has some.
fn is_bare_word(text: &str) -> bool {
    let is_bare = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\');
    text.bytes().all(is_bare)
}

fn write_literal(out: &mut String, text: &str, look: Look, indent: usize) {
    out.push('|');
    if text.starts_with(|c| c == ' ' || is_line_break(c)) {
        out.push('2');
    }
    let mut from_end = text.chars().rev();
    match (from_end.next(), from_end.next()) {
        (Some(last), _) if !is_line_break(last) => out.push('-'),
        (Some(_), None) => out.push('+'),
        (Some(_), Some(before)) if is_line_break(before) => out.push('+'),
        _ => {}
    }
    out.push('\n');
    if look.has_unicode_breaks {
        write_lines(out, text.split_inclusive(is_line_break), indent);
    } else {
        let mut start = 0;
        let lines = bytes::find_all(b'\n', text.as_bytes()).map(|end| {
            let line = &text[start..=end];
            start = end + 1;
            line
        });
        write_lines(out, lines, indent);
        write_lines(
            out,
            [&text[start..]].into_iter().filter(|rest| !rest.is_empty()),
            indent,
        );
    }
    if !text.ends_with(is_line_break) {
        out.push('\n');
    }
}

fn write_lines<'t>(out: &mut String, lines: impl Iterator<Item = &'t str>, indent: usize) {
    for line in lines {
        if !line.starts_with(is_line_break) {
            push_spaces(out, indent);
        }
        out.push_str(line);
    }
}

/// What stands on the last line of the text; U+2028 and U+2029 begin a line too.
fn begun_line(out: &str) -> &str {
    let start = bytes::find_last(b'\n', out.as_bytes()).map_or(0, |at| at + 1);
    let line = &out[start..];
    if line.is_ascii() {
        return line;
    }
    line.rsplit(is_line_break).next().unwrap_or_default()
}

/// A line that a text is written on, and those that follow it.
struct Line<'o> {
    out: &'o mut String,
    /// The number of characters on the line so far.
    column: usize,
    indent: usize,
    width: usize,
}

impl<'o> Line<'o> {
    fn new(out: &'o mut String, indent: usize, width: usize) -> Self {
        let column = begun_line(out).chars().count();
        Self {
            out,
            column,
            indent,
            width,
        }
    }

    fn write(&mut self, text: &str, form: Form) {
        match form {
            Form::Plain | Form::Literal => self.fold(text, form),
            Form::SingleQuoted => {
                self.push("'");
                self.fold(text, form);
                self.push("'");
            }
            Form::DoubleQuoted => {
                self.push("\"");
                if text.starts_with('\u{feff}') {
                    // go-yaml tests the wrong character: a byte-order mark in front has everything escaped.
                    text.chars().for_each(|c| self.escape(c));
                } else {
                    self.fold(text, form);
                }
                self.push("\"");
            }
        }
    }

    /// Appends the text word by word, on a new line where the space before a word lies beyond the width (spec 11 R35).
    fn fold(&mut self, text: &str, form: Form) {
        let is_copied = match form {
            Form::Plain => text.is_ascii(),
            Form::SingleQuoted => {
                text.is_ascii() && bytes::find_any([b'\'', b'\n', b'\n'], text.as_bytes()).is_none()
            }
            Form::Literal | Form::DoubleQuoted => false,
        };
        if is_copied {
            self.fold_runs(text);
        } else {
            self.fold_words(text, form);
        }
    }

    /// As [`Self::fold_words`], for text of one line that is written as it is, a character a byte: line by line.
    fn fold_runs(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let is_lone = |at: usize| bytes[at - 1] != b' ' && bytes[at + 1] != b' ';
        let mut start = 0_usize;
        let mut from = 0;
        loop {
            // The first column behind the width, but neither the first nor the last character.
            let beyond = self.width.saturating_add(1).saturating_sub(self.column);
            from = from.max(start.saturating_add(beyond)).max(1);
            let rest = bytes.get(from..).unwrap_or_default();
            let space = bytes::find(b' ', rest).map(|length| from + length);
            match space.filter(|space| space + 1 < bytes.len()) {
                Some(space) if is_lone(space) => {
                    self.out.push_str(&text[start..space]);
                    self.break_line();
                    start = space + 1;
                    from = start;
                }
                Some(space) => from = space + 1,
                None => break,
            }
        }
        self.push(&text[start..]);
    }

    fn fold_words(&mut self, text: &str, form: Form) {
        let mut words = text.split(' ');
        let first = words.next().unwrap_or_default();
        self.word(first, form);
        let mut space = first.len();
        let mut follows_space = false;
        for word in words {
            let is_edge = space == 0 || space + 1 == text.len();
            let precedes_space = word.is_empty() && space + 1 < text.len();
            let may_break = match form {
                Form::Plain | Form::Literal => !precedes_space,
                Form::SingleQuoted => !is_edge && !precedes_space,
                Form::DoubleQuoted => !is_edge,
            };
            if may_break && !follows_space && self.column > self.width {
                self.break_line();
                if precedes_space {
                    self.push("\\");
                }
            } else {
                self.push(" ");
            }
            self.word(word, form);
            space += 1 + word.len();
            follows_space = word.is_empty();
        }
    }

    fn word(&mut self, word: &str, form: Form) {
        match form {
            Form::Plain | Form::Literal => self.push(word),
            Form::SingleQuoted => self.single_quoted_word(word),
            Form::DoubleQuoted => self.double_quoted_word(word),
        }
    }

    fn single_quoted_word(&mut self, word: &str) {
        for run in word.split_inclusive(|c| c == '\'' || is_line_break(c)) {
            if self.column == 0 && !run.starts_with(is_line_break) {
                self.set_in();
            }
            self.push(run);
            if run.ends_with('\'') {
                self.push("'");
            } else if run.ends_with(is_line_break) {
                self.column = 0;
            }
        }
    }

    fn double_quoted_word(&mut self, word: &str) {
        let mut rest = word;
        while let Some(at) = rest.find(needs_escape) {
            self.push(&rest[..at]);
            let mut after = rest[at..].chars();
            after.next().into_iter().for_each(|c| self.escape(c));
            rest = after.as_str();
        }
        self.push(rest);
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => c,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(c);
                return match code {
                    0..=0xff => self.push(&format!("\\x{code:02X}")),
                    0x100..=0xffff => self.push(&format!("\\u{code:04X}")),
                    _ => self.push(&format!("\\U{code:08X}")),
                };
            }
        };
        self.push("\\");
        self.push(short.encode_utf8(&mut [0; 4]));
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn break_line(&mut self) {
        self.out.push('\n');
        self.set_in();
    }

    fn set_in(&mut self) {
        push_spaces(self.out, self.indent);
        self.column = self.indent;
    }
}

/// Appends a text between double quotes, on one line.
pub(in crate::yaml) fn write_double_quoted(out: &mut String, text: &str) {
    Line::new(out, 0, usize::MAX).write(text, Form::DoubleQuoted);
}

/// Whether a character stands as an escape between double quotes (spec 11 R32, R33).
fn needs_escape(c: char) -> bool {
    match c {
        '"' | '\\' | '\u{2028}' | '\u{2029}' | '\u{feff}' => true,
        ' '..='~' | '\u{a0}'..='\u{fffd}' => false,
        _ => true,
    }
}
