//! Regular expressions in Go's syntax. Rust's differs in details: its classes know more syntax, its `\d` and `\w` all of
//! Unicode, and it forgives what Go refuses.

use std::iter::Peekable;
use std::str::CharIndices;

use anyhow::{Result, anyhow, bail};
use regex::Regex;

/// The highest count of a repetition in Go.
const MAX_REPEAT: u32 = 1000;

/// What may stand in `[[:…:]]`.
const CLASS_NAMES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Compiles an expression; fails with Go's words.
pub fn compile(pattern: &str) -> Result<Regex> {
    let mut translator = Translator {
        pattern,
        chars: pattern.char_indices().peekable(),
        out: String::with_capacity(pattern.len() + 16),
        open_groups: 0,
        last: Last::Nothing,
    };
    translator
        .translate()
        .map_err(|problem| anyhow!("error parsing regexp: {problem}"))?;
    Regex::new(&translator.out).map_err(|error| {
        let text = error.to_string();
        let reason = text
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        anyhow!("error parsing regexp: {reason}: `{pattern}`")
    })
}

/// What a repetition would repeat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Item,
    /// A repetition, from here on.
    Repeat(usize),
}

struct Translator<'p> {
    pattern: &'p str,
    chars: Peekable<CharIndices<'p>>,
    out: String,
    open_groups: usize,
    last: Last,
}

impl Translator<'_> {
    fn translate(&mut self) -> Result<()> {
        while let Some((start, c)) = self.chars.next() {
            let mut last = Last::Item;
            match c {
                '\\' => self.escape(start, false)?,
                '[' => self.class(start)?,
                '(' => {
                    self.open_group(start)?;
                    last = Last::Nothing;
                }
                ')' => {
                    if self.open_groups == 0 {
                        bail!("unexpected ): `{}`", self.pattern);
                    }
                    self.open_groups -= 1;
                    self.out.push(')');
                }
                '|' => {
                    self.out.push('|');
                    last = Last::Nothing;
                }
                '*' | '+' | '?' => last = self.repeat(start, c.len_utf8())?,
                '{' => match repeat_length(&self.pattern[start..]) {
                    Some(length) => {
                        check_count(&self.pattern[start..start + length])?;
                        last = self.repeat(start, length)?;
                    }
                    None => self.out.push_str(r"\{"),
                },
                '^' | '$' | '.' => self.out.push(c),
                c => self.literal(c),
            }
            self.last = last;
        }
        if self.open_groups > 0 {
            bail!("missing closing ): `{}`", self.pattern);
        }
        Ok(())
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            self.out.push(c);
        } else {
            self.push_code(c);
        }
    }

    /// Appends a character that stands for nothing but itself.
    fn push_code(&mut self, c: char) {
        self.out.extend(c.escape_unicode());
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.chars.next();
        }
    }

    /// Copies a repetition operator of some length, and the question mark that makes it lazy.
    fn repeat(&mut self, start: usize, length: usize) -> Result<Last> {
        self.skip(length - 1);
        let lazy = self.chars.next_if(|(_, c)| *c == '?').is_some();
        let operator = &self.pattern[start..start + length + usize::from(lazy)];
        match self.last {
            Last::Nothing => bail!("missing argument to repetition operator: `{operator}`"),
            Last::Repeat(before) => {
                let both = &self.pattern[before..start + operator.len()];
                bail!("invalid nested repetition operator: `{both}`")
            }
            Last::Item => {}
        }
        self.out.push_str(operator);
        Ok(Last::Repeat(start))
    }

    fn open_group(&mut self, start: usize) -> Result<()> {
        self.open_groups += 1;
        self.out.push('(');
        let rest = &self.pattern[start + 1..];
        let Some(flags) = rest.strip_prefix('?') else {
            return Ok(());
        };
        let length = if flags.starts_with("P<") || flags.starts_with('<') {
            flags.find('>').map(|end| end + 1)
        } else {
            flags.find(|c| !matches!(c, 'i' | 'm' | 's' | 'U' | '-'))
        };
        match length.map(|length| (length, flags[length..].chars().next())) {
            Some((length, _)) if flags[..length].ends_with('>') => {
                self.out.push_str(&rest[..=length]);
                self.skip(length + 1);
            }
            Some((length, Some(end @ (':' | ')')))) => {
                let group = &rest[..length + 2];
                self.out.push_str(if group == "?)" { "?:)" } else { group });
                self.skip(length + 2);
                self.open_groups -= usize::from(end == ')');
            }
            Some((length, Some(wrong))) => {
                bail!(
                    "invalid or unsupported Perl syntax: `(?{}{wrong}`",
                    &flags[..length]
                )
            }
            _ => bail!("missing closing ): `{}`", self.pattern),
        }
        Ok(())
    }

    /// What follows a backslash.
    fn escape(&mut self, start: usize, in_class: bool) -> Result<()> {
        let Some((at, c)) = self.chars.next() else {
            bail!("trailing backslash at end of expression: ``");
        };
        let wrong =
            |end: usize| anyhow!("invalid escape sequence: `{}`", &self.pattern[start..end]);
        match c {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => self.out.push_str(perl_class(c, in_class)),
            'b' | 'B' if !in_class => self
                .out
                .extend(["(?-u:\\", c.encode_utf8(&mut [0; 4]), ")"]),
            'A' | 'z' if !in_class => self.out.extend(['\\', c]),
            'a' | 'f' | 't' | 'n' | 'r' | 'v' => self.out.extend(['\\', c]),
            'p' | 'P' | 'x' => self.braced(at, c),
            'Q' if !in_class => self.quoted(),
            '0'..='7' => match self.octal(at) {
                Some(c) => self.push_code(c),
                None => return Err(wrong(at + 1)),
            },
            c if c.is_ascii_punctuation() => self.literal(c),
            c => return Err(wrong(at + c.len_utf8())),
        }
        Ok(())
    }

    /// Copies `\pL`, `\p{Greek}`, `\x7f` or `\x{7f}`, whose rest is the same in both syntaxes.
    fn braced(&mut self, at: usize, c: char) {
        self.out.extend(['\\', c]);
        let rest = &self.pattern[at + c.len_utf8()..];
        let count = match rest.strip_prefix('{') {
            Some(name) => name
                .find('}')
                .map_or(1, |end| name[..end].chars().count() + 2),
            None if c == 'x' => 2,
            None => 1,
        };
        let taken: Vec<_> = self.chars.by_ref().take(count).map(|(_, c)| c).collect();
        self.out.extend(taken);
    }

    /// Everything up to `\E` stands for itself.
    fn quoted(&mut self) {
        while let Some((at, c)) = self.chars.next() {
            if self.pattern[at..].starts_with(r"\E") {
                self.chars.next();
                return;
            }
            self.literal(c);
        }
    }

    /// `\012` and `\0`, but not `\1`, which Go keeps for back references.
    fn octal(&mut self, at: usize) -> Option<char> {
        let digits = self.pattern[at..].bytes().take(3);
        let digits: Vec<_> = digits
            .take_while(|byte| (b'0'..=b'7').contains(byte))
            .collect();
        if digits[0] != b'0' && digits.len() == 1 {
            return None;
        }
        self.skip(digits.len() - 1);
        let value = digits
            .iter()
            .fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
        char::from_u32(value)
    }

    fn class(&mut self, start: usize) -> Result<()> {
        self.out.push('[');
        if self.chars.next_if(|(_, c)| *c == '^').is_some() {
            self.out.push('^');
        }
        let mut is_first = true;
        loop {
            let Some((at, c)) = self.chars.next() else {
                bail!("missing closing ]: `{}`", &self.pattern[start..]);
            };
            match c {
                ']' if !is_first => break,
                '[' if self.pattern[at..].starts_with("[:") => self.named_class(at)?,
                '\\' => {
                    self.escape(at, true)?;
                    self.range(at)?;
                }
                c => {
                    self.literal(c);
                    self.range(at)?;
                }
            }
            is_first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// The rest of `a-z`, if that is what the character began.
    fn range(&mut self, start: usize) -> Result<()> {
        let Some((dash, '-')) = self.chars.peek().copied() else {
            return Ok(());
        };
        let Some(end) = self.pattern[dash + 1..]
            .chars()
            .next()
            .filter(|end| *end != ']')
        else {
            return Ok(());
        };
        self.chars.next();
        self.out.push('-');
        self.chars.next();
        let first = &self.pattern[start..dash];
        if end == '\\' {
            return self.escape(dash + 1, true);
        }
        if first.chars().count() == 1 && first.chars().next() > Some(end) {
            bail!("invalid character class range: `{first}-{end}`");
        }
        self.literal(end);
        Ok(())
    }

    /// `[:alpha:]`
    fn named_class(&mut self, at: usize) -> Result<()> {
        let Some(length) = self.pattern[at..].find(":]").map(|end| end + 2) else {
            self.literal('[');
            return Ok(());
        };
        let name = &self.pattern[at..at + length];
        let inner = name[2..length - 2].trim_start_matches('^');
        if !CLASS_NAMES.contains(&inner) {
            bail!("invalid character class range: `{name}`");
        }
        self.out.push_str(name);
        self.skip(length - 1);
        Ok(())
    }
}

fn perl_class(c: char, in_class: bool) -> &'static str {
    match (c, in_class) {
        ('d', false) => "[0-9]",
        ('d', true) => "0-9",
        ('D', _) => "[^0-9]",
        ('w', false) => "[0-9A-Za-z_]",
        ('w', true) => "0-9A-Za-z_",
        ('W', _) => "[^0-9A-Za-z_]",
        ('s', false) => r"[\t\n\x0c\r ]",
        ('s', true) => r"\t\n\x0c\r ",
        _ => r"[^\t\n\x0c\r ]",
    }
}

/// How long `{2}`, `{2,}` or `{2,3}` is; anything else in braces stands for itself.
fn repeat_length(text: &str) -> Option<usize> {
    let end = text.find('}')?;
    let (least, most) = text[1..end].split_once(',').unwrap_or((&text[1..end], ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(least) && (most.is_empty() || is_number(most))).then_some(end + 1)
}

fn check_count(repeat: &str) -> Result<()> {
    let counts = repeat[1..repeat.len() - 1]
        .split(',')
        .filter(|count| !count.is_empty());
    let counts: Vec<_> = counts
        .map(|count| count.parse().unwrap_or(u32::MAX))
        .collect();
    if counts.iter().any(|count| *count > MAX_REPEAT) || !counts.is_sorted() {
        bail!("invalid repeat count: `{repeat}`");
    }
    Ok(())
}
