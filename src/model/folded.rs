//! What becomes of text in the folded style (`>`): kustomize prints it in that style once more and reads it again before the
//! output, and where an indented line follows one that is not, the text comes back with a line break more.

use std::borrow::Cow;

/// The text of a folded scalar as it comes out.
pub(super) fn refold(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') || !can_be_block(text) {
        return Cow::Borrowed(text);
    }
    let mut lines = Lines(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut breaks = String::new();
    lines.take_empty(&mut breaks);
    // Text that begins with a blank never gets the line break that stands for one between two lines of text.
    let begins_blank = is_blank(lines.0);
    let (mut after_break, mut after_blank) = ("", false);
    while let Some(line) = lines.next() {
        let is_folded = after_break == "\n" && !after_blank && !is_blank(line);
        match after_break {
            "\n" if is_folded && breaks.is_empty() => out.push(' '),
            _ if is_folded => {}
            after_break => out.push_str(after_break),
        }
        out.push_str(&breaks);
        out.push_str(line);
        after_blank = is_blank(line);
        after_break = lines.line_break().unwrap_or_default();
        breaks.clear();
        if after_break == "\n" && !after_blank && !begins_blank {
            breaks.push('\n');
        }
        lines.take_empty(&mut breaks);
    }
    // One line break at the end is kept, and more are.
    out.push_str(after_break);
    if !ends_in_one_break(text) {
        out.push_str(&breaks);
    }
    Cow::Owned(out)
}

/// The lines of a text.
struct Lines<'t>(&'t str);

impl<'t> Lines<'t> {
    /// Takes the next line, if it is not empty.
    fn next(&mut self) -> Option<&'t str> {
        let length = self.0.find(is_break).unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(line).filter(|line| !line.is_empty())
    }

    fn line_break(&mut self) -> Option<&'t str> {
        let first = self.0.chars().next().filter(|first| is_break(*first))?;
        let (line_break, rest) = self.0.split_at(first.len_utf8());
        self.0 = rest;
        Some(line_break)
    }

    /// Takes the line breaks of empty lines.
    fn take_empty(&mut self, breaks: &mut String) {
        breaks.extend(std::iter::from_fn(|| self.line_break()));
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\u{2028}' | '\u{2029}')
}

fn is_blank(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}

fn ends_in_one_break(text: &str) -> bool {
    let rest = text.strip_suffix(is_break);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with(is_break))
}

/// Whether the text can be printed in a block: otherwise it is printed in quotes, and comes back as it was.
pub fn can_be_block(text: &str) -> bool {
    let is_printable = |character: char| matches!(character, '\n' | '\t' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}');
    let mut spaces = text.match_indices(' ').map(|(space, _)| &text[space + 1..]);
    !spaces.any(|rest| rest.is_empty() || rest.starts_with(is_break))
        && text.chars().all(is_printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_is_added_before_indented_lines() {
        for (text, expected) in [
            ("a\n  y z\n", "a\n\n  y z\n"),
            ("s\n  x\n\n\nb c d\n", "s\n\n  x\n\n\nb c d\n"),
            ("d b c d\n\n", "d b c d\n\n\n"),
            ("s\n  y z\n\n", "s\n\n  y z\n\n"),
            ("b c\n\n\n\na\n", "b c\n\n\n\na\n"),
            ("d\n\n\n  x\na\n\n", "d\n\n\n\n  x\na\n\n\n"),
            ("a d a\n", "a d a\n"),
            ("   w\nq\né", "   w\nq é"),
            ("\n y z\né\n   w\n", "\n y z\né\n   w\n"),
            ("a\u{2029}\n\tb\nc", "a\u{2029}\n\tb\nc"),
            ("y\n\n\u{2028}\n", "y\n\n\n\u{2028}\n"),
            ("a\n \u{2028}", "a\n \u{2028}"),
        ] {
            assert_eq!(refold(text), expected, "{text:?}");
        }
    }
}
