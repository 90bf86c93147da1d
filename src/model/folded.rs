//! What becomes of text in the folded style (`>`): kustomize prints it in that style once more and reads it again before the
//! output, and where an indented line follows one that is not, the text comes back with a line break more.

use std::borrow::Cow;

/// The text of a folded scalar as it comes out.
pub(super) fn refold(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') || !can_be_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(end) = rest.find('\n') {
        let line = &rest[..end];
        let breaks = rest[end..]
            .bytes()
            .take_while(|byte| *byte == b'\n')
            .count();
        let next = &rest[end + breaks..];
        out.push_str(&rest[..end + breaks]);
        let is_text = !line.is_empty() && !line.starts_with([' ', '\t']);
        if is_text && (next.starts_with([' ', '\t']) || (next.is_empty() && breaks > 1)) {
            out.push('\n');
        }
        rest = next;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether the text can be printed in a block: otherwise it is printed in quotes, and comes back as it was.
fn can_be_folded(text: &str) -> bool {
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
        ] {
            assert_eq!(refold(text), expected, "{text:?}");
        }
    }
}
