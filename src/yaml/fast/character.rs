//! What bytes mean to the short way.

/// Whether a text holds only characters that can neither be errors nor line breaks other than LF.
pub(super) fn are_all_ordinary(bytes: &[u8]) -> bool {
    let mut has_suspects = false;
    for chunk in bytes.chunks(256) {
        // Without an early end the loop runs on whole vectors.
        let suspects = chunk
            .iter()
            .fold(false, |found, byte| found | is_suspicious(*byte));
        has_suspects |= suspects;
    }
    !has_suspects || are_suspects_ordinary(bytes)
}

fn is_suspicious(byte: u8) -> bool {
    (byte < b' ') && (byte != b'\n') && (byte != b'\t')
        || (byte == 0x7f)
        || (byte == 0xc2)
        || (byte == 0xe2)
        || (byte == 0xef)
}

fn are_suspects_ordinary(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(offset, byte)| {
        !is_suspicious(*byte)
            || match &bytes[offset..] {
                // C1 controls and NEL.
                [0xc2, next, ..] => *next >= 0xa0,
                // All but the line and paragraph separators.
                [0xe2, rest @ ..] => !matches!(rest, [0x80, 0xa8 | 0xa9, ..]),
                // All but the byte-order mark and what is no character.
                [0xef, rest @ ..] => !matches!(rest, [0xbb, 0xbf, ..] | [0xbf, 0xbe | 0xbf, ..]),
                _ => false,
            }
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
    bytes
        .iter()
        .position(|byte| MAY_END_PLAIN[usize::from(*byte)])
        .unwrap_or(bytes.len())
}

static MAY_END_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    table[b':' as usize] = true;
    table[b'#' as usize] = true;
    table[b'\n' as usize] = true;
    table[b'\t' as usize] = true;
    table
};
