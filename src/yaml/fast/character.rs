//! What bytes mean to the short way.

/// Whether a text holds only characters that can neither be errors nor line breaks other than LF.
pub(super) fn are_all_ordinary(bytes: &[u8]) -> bool {
    bytes.chunks(256).enumerate().all(|(number, chunk)| {
        // Without an early end the loop runs on whole vectors.
        let has_suspects = chunk
            .iter()
            .fold(false, |found, byte| found | is_suspicious(*byte));
        !has_suspects || are_suspects_ordinary(bytes, number * 256, chunk.len())
    })
}

/// Whether a byte is a control character or part of a character beyond ASCII.
fn is_suspicious(byte: u8) -> bool {
    (byte.cast_signed() < 0x20) && (byte != b'\n') && (byte != b'\t') || (byte == 0x7f)
}

fn are_suspects_ordinary(bytes: &[u8], start: usize, length: usize) -> bool {
    (start..start + length).all(|offset| match &bytes[offset..] {
        // C1 controls and NEL.
        [0xc2, next, ..] => *next >= 0xa0,
        // All but the line and paragraph separators.
        [0xe2, rest @ ..] => !matches!(rest, [0x80, 0xa8 | 0xa9, ..]),
        // All but the byte-order mark and what is no character.
        [0xef, rest @ ..] => !matches!(rest, [0xbb, 0xbf, ..] | [0xbf, 0xbe | 0xbf, ..]),
        [byte, ..] => *byte >= 0x80 || !is_suspicious(*byte),
        [] => true,
    })
}

/// Whether a plain scalar cannot be known to begin with a byte.
pub(super) fn is_indicator(byte: u8) -> bool {
    matches!(
        byte,
        b'?' | b':'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
            | b'\t'
            | b'\n'
            | b' '
    )
}

/// How many bytes go by before one that may end a plain scalar in block context: `:`, `#`, a tab or the end of the line.
pub(super) fn length_of_run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let ends = ends_in(u64::from_le_bytes(*word));
        if ends != 0 {
            return number * 8 + ends.trailing_zeros() as usize / 8;
        }
    }
    let may_end = |byte: &u8| matches!(byte, b':' | b'#' | b'\n' | b'\t');
    bytes.len() - rest.len() + rest.iter().position(may_end).unwrap_or(rest.len())
}

/// The highest bit of each byte that may end a plain scalar, eight bytes at a time: of the first such byte for certain, of those
/// behind it perhaps without reason. Tab and line feed are the only ones there are of the four bytes that differ in the last two
/// bits.
fn ends_in(word: u64) -> u64 {
    const fn all(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let zeros = |word: u64| word.wrapping_sub(all(1)) & !word & all(0x80);
    zeros(word ^ all(b':')) | zeros(word ^ all(b'#')) | zeros((word | all(3)) ^ all(b'\n' | 3))
}
