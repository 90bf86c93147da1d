//! Text as Go's `%q` shows it, which kustomize's messages are full of.

use std::fmt::Write;

/// The text in double quotes, what cannot be printed escaped.
pub fn go_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + text.len() / 8 + 2);
    quoted.push('"');
    let mut rest = text;
    loop {
        // Most characters stay as they are.
        let is_special = |byte: &u8| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\');
        let plain = rest.bytes().position(|byte| is_special(&byte));
        let (plain, special) = rest.split_at(plain.unwrap_or(rest.len()));
        quoted.push_str(plain);
        let mut characters = special.chars();
        let Some(character) = characters.next() else {
            break;
        };
        rest = characters.as_str();
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{b}' => "\\v",
            _ => {
                push(&mut quoted, character);
                continue;
            }
        };
        quoted.push_str(escape);
    }
    quoted.push('"');
    quoted
}

fn push(quoted: &mut String, character: char) {
    let code = u32::from(character);
    let written = match code {
        ..0x20 | 0x7f => write!(quoted, "\\x{code:02x}"),
        _ if is_printable(character) => write!(quoted, "{character}"),
        ..0x1_0000 => write!(quoted, "\\u{code:04x}"),
        _ => write!(quoted, "\\U{code:08x}"),
    };
    written.expect("invariant: writing to a string does not fail");
}

/// Whether Go prints the character as it is: no control, format, private or space character but the blank.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && (character == ' ' || !character.is_whitespace())
        && !matches!(
            u32::from(character),
            0xad | 0x600..=0x605
                | 0x61c
                | 0x6dd
                | 0x70f
                | 0x180e
                | 0x200b..=0x200f
                | 0x202a..=0x202e
                | 0x2060..=0x206f
                | 0xe000..=0xf8ff
                | 0xfeff
                | 0xfff9..=0xffff
                | 0xe_0000..=0xe_0fff
                | 0xf_0000..
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        assert_eq!(
            go_quoted("a\tb\\\"é\u{a0}\u{7}😀\u{200b}\u{1}"),
            r#""a\tb\\\"é\u00a0\a😀\u200b\x01""#
        );
    }
}
