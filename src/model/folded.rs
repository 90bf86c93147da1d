//! What becomes of text in the folded style (`>`): kustomize prints it in that style once more and reads it again before the
//! output, and where an indented line follows one that is not, the text comes back with a line break more.

use std::borrow::Cow;

/// The text of a folded scalar as it comes out.
pub(super) fn refold(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') || !can_be_block(text) {
        return Cow::Borrowed(text);
    }
    let is_blank = |text: &str| text.starts_with([' ', '\t']);
    // Text that begins with a blank never gets the line break that stands for one between two lines of text.
    let begins_blank = is_blank(text.trim_start_matches('\n'));
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(end) = rest.find('\n') {
        let line = &rest[..end];
        let breaks = rest[end..]
            .bytes()
            .take_while(|byte| *byte == b'\n')
            .count();
        let next = &rest[end + breaks..];
        out.push_str(line);
        // A line that ends in a line break of Unicode is as good as empty.
        let is_text =
            !line.is_empty() && !is_blank(line) && !line.ends_with(['\u{2028}', '\u{2029}']);
        let is_followed_by_text = !next.is_empty() && !is_blank(next);
        let breaks = match begins_blank {
            true if is_text && is_followed_by_text => breaks - 1,
            false if is_text && (is_blank(next) || (next.is_empty() && breaks > 1)) => breaks + 1,
            _ => breaks,
        };
        out.extend(std::iter::repeat_n('\n', breaks));
        if breaks == 0 {
            out.push(' ');
        }
        rest = next;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether the text can be printed in a block: otherwise it is printed in quotes, and comes back as it was.
pub fn can_be_block(text: &str) -> bool {
    let is_printable = |character: char| matches!(character, '\n' | '\t' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}');
    !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(is_printable)
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
        ] {
            assert_eq!(refold(text), expected, "{text:?}");
        }
    }
}
