//! The two ways to read a text side by side, for what compares them.

use super::{Dialect, encoding, fast, pieces, read_complete};

/// Reads a text both ways, and says how many bytes of it go the fast one.
///
/// # Panics
///
/// Panics where the fast way takes a text and finds in it what the complete one does not.
pub fn check(text: &[u8], dialect: Dialect) -> usize {
    let Ok(decoded) = encoding::decode(text) else {
        return 0;
    };
    let normalized = match dialect {
        Dialect::Resource => pieces::normalize_breaks(decoded),
        Dialect::Configuration => decoded,
    };
    let pieces = match dialect {
        Dialect::Resource => pieces::split(&normalized).unwrap_or_default(),
        Dialect::Configuration => vec![pieces::Piece {
            text: &normalized,
            line: 1,
        }],
    };
    let mut keys = fast::KeyCache::new();
    let mut taken = 0;
    for piece in pieces {
        if let Some(content) = fast::read(piece.text, dialect, &mut keys) {
            taken += piece.text.len();
            let complete = read_complete(piece.text, dialect);
            assert_eq!(Ok(content), complete, "{dialect:?}: {:?}", piece.text);
        }
    }
    taken
}
