//! Bytes → characters: byte-order marks, and the characters that YAML does not take (spec 10 R1–R3).

use std::borrow::Cow;

use super::error::{Error, Problem};

/// The characters of a text, without its byte-order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => decode_utf_16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => decode_utf_16(rest, u16::from_be_bytes).map(Cow::Owned),
        _ => match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(invalid_utf_8(bytes, error)),
        },
    }
}

/// Whether a text is kept from being split: kustomize looks for separators before it decodes.
pub(super) fn is_utf_16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

fn decode_utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let fail = |message, decoded: &str| {
        Err(Problem::without_line(message, decoded.len()).in_text(decoded, 1))
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(error) if (0xdc00..).contains(&error.unpaired_surrogate()) => {
                return fail("unexpected low surrogate area", &text);
            }
            Err(_) => return fail("expected low surrogate area", &text),
        }
    }
    if !rest.is_empty() {
        return fail("incomplete UTF-16 character", &text);
    }
    Ok(text)
}

fn invalid_utf_8(bytes: &[u8], error: std::str::Utf8Error) -> Error {
    let valid = bytes.len() - error_tail(bytes, error).len();
    let message = match (error_tail(bytes, error), error.error_len()) {
        (_, None) => "incomplete UTF-8 octet sequence",
        ([0xc2..=0xf4, ..], Some(1)) => "invalid trailing UTF-8 octet",
        ([0xc0 | 0xc1, ..], _) => "invalid length of a UTF-8 sequence",
        _ => "invalid leading UTF-8 octet",
    };
    let before = String::from_utf8_lossy(&bytes[..valid]);
    Problem::without_line(message, before.len())
        .hint("save the file as UTF-8")
        .in_text(&before, 1)
}

fn error_tail(bytes: &[u8], error: std::str::Utf8Error) -> &[u8] {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    &text[error.valid_up_to()..]
}

/// Refuses characters that YAML does not take.
pub(super) fn check_characters(piece: &str) -> Result<(), Problem> {
    let is_suspicious =
        |byte: &u8| matches!(byte, 0..=0x08 | 0x0b..=0x0c | 0x0e..=0x1f | 0x7f | 0xc2 | 0xef);
    if !piece.as_bytes().iter().any(is_suspicious) {
        return Ok(());
    }
    match piece
        .char_indices()
        .find(|(_, character)| !is_allowed(*character))
    {
        Some((offset, _)) => Err(Problem::without_line(
            "control characters are not allowed",
            offset,
        )),
        None => Ok(()),
    }
}

fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
