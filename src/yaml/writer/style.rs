//! Which of YAML's four ways of writing a text kustomize chooses (spec 11 R30–R34).

use crate::bytes;
use crate::model::{Tag, plain};

/// A way of writing a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// What a look over a text found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) form: Form,
    pub(super) has_spaces: bool,
    /// Whether there are line breaks of any kind.
    pub(super) has_line_breaks: bool,
    /// Whether there are U+2028 or U+2029: line breaks for YAML, but none that ask for the literal form.
    pub(super) has_unicode_breaks: bool,
}

/// What the bytes of a text can mean for its form.
mod class {
    pub(super) const SPACE: u8 = 1;
    pub(super) const COLON: u8 = 2;
    pub(super) const HASH: u8 = 4;
    pub(super) const LINE_FEED: u8 = 8;
    /// Can only be written as an escape.
    pub(super) const ESCAPED: u8 = 16;
    /// Cannot be written at all.
    pub(super) const REFUSED: u8 = 32;
    pub(super) const NOT_ASCII: u8 = 64;
}

static CLASSES: [u8; 256] = {
    let mut table = [class::NOT_ASCII; 256];
    let mut byte = 0;
    while byte < 0x80 {
        table[byte] = match byte {
            0x20 => class::SPACE,
            0x3a => class::COLON,
            0x23 => class::HASH,
            0x0a => class::LINE_FEED,
            0x7f => class::REFUSED,
            0x00..0x20 => class::ESCAPED,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The characters that no plain text begins with.
static MARKS: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"#,[]{}&*!|>'\"%@` ";
    while let [mark, tail @ ..] = rest {
        table[*mark as usize] = true;
        rest = tail;
    }
    table
};

/// The classes of all bytes of a text.
#[derive(Clone, Copy)]
pub(super) struct Classes(u8);

impl Classes {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (blocks, _) = bytes.as_chunks::<16>();
        Self(match bytes.last_chunk::<16>() {
            // It overlaps the block before it: no byte is looked at alone but in short texts.
            Some(last) => blocks
                .iter()
                .fold(of_block(last), |classes, block| classes | of_block(block)),
            None => bytes
                .iter()
                .fold(0, |classes, byte| classes | CLASSES[usize::from(*byte)]),
        })
    }

    /// Whether the text is one of the many words that mean nothing in YAML and contain nothing to look at.
    pub(super) fn is_plain_word(self, text: &str) -> bool {
        self.0 == 0
            && match text.as_bytes() {
                [
                    b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O',
                    ..,
                ] => text.len() > 5,
                [b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'_' | b'$', ..] => true,
                _ => false,
            }
    }
}

/// Whether a text is printed without quotes and on one line.
pub fn is_printed_plain(text: &str) -> bool {
    let classes = Classes::of(text);
    classes.is_plain_word(text)
        || Look::at(text, classes).is_ok_and(|(look, _)| look.form == Form::Plain)
}

/// Comparisons instead of the table: the compiler makes a few instructions of them for the whole block.
fn of_block(block: &[u8; 16]) -> u8 {
    let mut found = [0; 16];
    for (found, byte) in found.iter_mut().zip(block) {
        let flag = |holds: bool, class: u8| if holds { class } else { 0 };
        *found = flag(*byte == b' ', class::SPACE)
            | flag(*byte == b':', class::COLON)
            | flag(*byte == b'#', class::HASH)
            | flag(*byte == b'\n', class::LINE_FEED)
            | flag(*byte < b' ' && *byte != b'\n', class::ESCAPED)
            | flag(*byte == 0x7f, class::REFUSED)
            | flag(*byte >= 0x80, class::NOT_ASCII);
    }
    found.iter().fold(0, |classes, found| classes | found)
}

impl Look {
    /// Looks a text over. U+0085 does not survive the way to the output: a text with one comes back rewritten.
    pub(super) fn at(text: &str, classes: Classes) -> Result<(Self, Option<String>), String> {
        let Classes(mut classes) = classes;
        let mut has_unicode_breaks = false;
        if classes & class::NOT_ASCII != 0 {
            let unicode = Unicode::of(text);
            if unicode.has_next_line {
                let read = folded_by_reader(text)?;
                let classes = Classes::of(&read);
                return Self::at(&read, classes).map(|(look, _)| (look, Some(read)));
            }
            has_unicode_breaks = unicode.has_breaks;
            classes |= unicode.classes;
        }
        if classes & class::REFUSED != 0 {
            return Err("yaml: control characters are not allowed".to_owned());
        }
        let look = Self {
            form: form(text, classes, has_unicode_breaks),
            has_spaces: classes & class::SPACE != 0,
            has_line_breaks: classes & class::LINE_FEED != 0 || has_unicode_breaks,
            has_unicode_breaks,
        };
        Ok((look, None))
    }
}

fn form(text: &str, classes: u8, has_unicode_breaks: bool) -> Form {
    if classes & class::LINE_FEED != 0 {
        let is_lost_in_blocks = classes & class::ESCAPED != 0
            || classes & class::SPACE != 0 && (text.ends_with(' ') || has_space_at_line_end(text));
        return if is_lost_in_blocks {
            Form::DoubleQuoted
        } else {
            Form::Literal
        };
    }
    if classes & class::ESCAPED != 0 || reads_as_another_type(text) {
        Form::DoubleQuoted
    } else if has_unicode_breaks {
        let has_spaces_around = classes & class::SPACE != 0
            && (has_space_at_line_end(text)
                || text
                    .split(is_line_break)
                    .skip(1)
                    .any(|line| line.starts_with(' ')));
        if has_spaces_around {
            Form::DoubleQuoted
        } else {
            Form::SingleQuoted
        }
    } else if is_plain(text, classes) {
        Form::Plain
    } else {
        Form::SingleQuoted
    }
}

fn has_space_at_line_end(text: &str) -> bool {
    bytes::find_all(b'\n', text.as_bytes()).any(|at| text[..at].ends_with(' '))
        || !text.is_ascii() && (text.contains(" \u{2028}") || text.contains(" \u{2029}"))
}

/// Whether the character ends a line, in the texts that get here.
pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

/// Whether a YAML parser takes the text, written without quotes, for text (spec 11 R31).
fn is_plain(text: &str, classes: u8) -> bool {
    let bytes = text.as_bytes();
    let is_marked = match bytes {
        [b'-' | b'?' | b':'] => true,
        [b'-' | b'?' | b':', second, ..] => *second == b' ' || text.starts_with("---"),
        [first, ..] => MARKS[usize::from(*first)] || text.starts_with("..."),
        [] => false,
    };
    !is_marked
        && (classes & class::SPACE == 0 || bytes.last() != Some(&b' '))
        && (classes & class::COLON == 0
            || bytes.last() != Some(&b':') && bytes::find_text(b": ", bytes).next().is_none())
        && (classes & class::HASH == 0 || bytes::find_text(b" #", bytes).next().is_none())
}

/// Whether YAML 1.1 sees something else than text in the text (spec 11 R30).
fn reads_as_another_type(text: &str) -> bool {
    match text.as_bytes() {
        [] => true,
        [b'0'..=b'9' | b'+' | b'-', ..] => {
            let is_number =
                plain::resolve(text) != Tag::Str && !plain::has_signed_octal_digits(text);
            is_number || is_base_60(text.as_bytes())
        }
        [b'.', ..] => plain::resolve(text) != Tag::Str,
        [
            b'~' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O',
            ..,
        ] => text.len() <= 5 && plain::resolve_1_1(text) != Tag::Str,
        _ => false,
    }
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base_60(text: &[u8]) -> bool {
    let text = text
        .strip_prefix(b"-")
        .or(text.strip_prefix(b"+"))
        .unwrap_or(text);
    let is_digit_or_underscore = |byte: &u8| byte.is_ascii_digit() || *byte == b'_';
    let mut parts = text.split(|byte| *byte == b':');
    let whole = parts.next().unwrap_or_default();
    if !whole.first().is_some_and(u8::is_ascii_digit) || !whole.iter().all(is_digit_or_underscore) {
        return false;
    }
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return false;
    }
    while let Some(part) = parts.next() {
        let (part, is_fraction_right) = match part.iter().position(|byte| *byte == b'.') {
            Some(point) if parts.peek().is_none() => (
                &part[..point],
                part[point + 1..].iter().all(is_digit_or_underscore),
            ),
            _ => (part, true),
        };
        if !is_fraction_right || !matches!(part, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']) {
            return false;
        }
    }
    true
}

/// What characters beyond ASCII do to a text.
#[derive(Default)]
struct Unicode {
    classes: u8,
    has_breaks: bool,
    has_next_line: bool,
}

impl Unicode {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        for c in text.chars() {
            match c {
                '\u{85}' => found.has_next_line = true,
                '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => found.classes |= class::REFUSED,
                '\u{2028}' | '\u{2029}' => found.has_breaks = true,
                '\u{feff}' | '\u{10000}'.. => found.classes |= class::ESCAPED,
                _ => {}
            }
        }
        found
    }
}

/// What is left of U+0085 after the way through JSON, where it stands unescaped: YAML folds it like any other line break
/// between double quotes (spec 11 R50).
fn folded_by_reader(text: &str) -> Result<String, String> {
    let mut lines = text.split('\u{85}').peekable();
    let first = lines.next().unwrap_or_default();
    let mut read = first.trim_end_matches(' ').to_owned();
    let mut empty_lines = 0;
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let is_marker = match line.strip_prefix("---").or(line.strip_prefix("...")) {
            Some("") => !is_last,
            Some(rest) => rest.starts_with(' '),
            None => false,
        };
        if is_marker {
            return Err("yaml: found unexpected document indicator".to_owned());
        }
        let text = line.trim_start_matches(' ');
        if text.is_empty() && !is_last {
            empty_lines += 1;
            continue;
        }
        if empty_lines == 0 {
            read.push(' ');
        }
        read.extend(std::iter::repeat_n('\n', empty_lines));
        empty_lines = 0;
        read.push_str(if is_last {
            text
        } else {
            text.trim_end_matches(' ')
        });
    }
    Ok(read)
}
