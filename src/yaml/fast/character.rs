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

/// How many bytes go by before one that may end a plain scalar in block context.
pub(super) fn length_of_run(bytes: &[u8]) -> usize {
    let position = |bytes: &[u8]| {
        let mut bytes = bytes.iter();
        bytes.position(|byte| MAY_END_PLAIN[usize::from(*byte)])
    };
    let (short, long) = bytes.split_at(bytes.len().min(16));
    if let Some(length) = position(short) {
        return length;
    }
    // Most runs are short; the others are lines of prose, and gone over in whole vectors.
    let (blocks, _) = long.as_chunks::<16>();
    let may_end = |block: &&[u8; 16]| {
        let ends = block
            .iter()
            .map(|byte| u8::from(matches!(byte, b':' | b'#' | b'\n' | b'\t')));
        ends.fold(0, |found, ends| found | ends) != 0
    };
    let skipped = 16 * blocks.iter().take_while(|block| !may_end(block)).count();
    let rest = &long[skipped..];
    short.len() + skipped + position(rest).unwrap_or(rest.len())
}

static MAY_END_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    table[b':' as usize] = true;
    table[b'#' as usize] = true;
    table[b'\n' as usize] = true;
    table[b'\t' as usize] = true;
    table
};
