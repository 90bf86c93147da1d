//! Searches in bytes.
//!
//! The functions of `memchr` that choose the widest instructions ask the processor first what it has, which in a virtual
//! machine takes as long as reading ten small files. What every processor of the kind has is nearly as fast on text of
//! short lines.

#[cfg(target_arch = "aarch64")]
use memchr::arch::aarch64::neon as instructions;
#[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
use memchr::arch::all as instructions;
#[cfg(target_arch = "x86_64")]
use memchr::arch::x86_64::sse2 as instructions;

use instructions::memchr::{One, Three};

/// The instructions that every processor of the kind has are always there.
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
fn surely<T>(searcher: Option<T>) -> T {
    searcher.expect("invariant: the processor has its own base instructions")
}

#[cfg(not(any(target_arch = "aarch64", target_arch = "x86_64")))]
fn surely<T>(searcher: T) -> T {
    searcher
}

fn one(byte: u8) -> One {
    surely(One::new(byte))
}

/// The first place of a byte.
pub(crate) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    one(byte).find(bytes)
}

/// The last place of a byte.
pub(crate) fn find_last(byte: u8, bytes: &[u8]) -> Option<usize> {
    one(byte).rfind(bytes)
}

/// The first place of one of three bytes.
pub(crate) fn find_any(wanted: [u8; 3], bytes: &[u8]) -> Option<usize> {
    let [first, second, third] = wanted;
    surely(Three::new(first, second, third)).find(bytes)
}

/// All places of a byte, in order.
pub(crate) fn find_all(byte: u8, bytes: &[u8]) -> impl Iterator<Item = usize> {
    let one = one(byte);
    let mut from = 0;
    std::iter::from_fn(move || {
        let place = from + one.find(bytes.get(from..)?)?;
        from = place + 1;
        Some(place)
    })
}

/// How often a byte occurs.
pub(crate) fn count(byte: u8, bytes: &[u8]) -> usize {
    one(byte).count(bytes)
}

/// All places of a text of two bytes or more, in order; they may overlap.
pub(crate) fn find_text(text: &[u8], bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let place = from + first_text(text, bytes.get(from..)?)?;
        from = place + 1;
        Some(place)
    })
}

fn first_text(text: &[u8], bytes: &[u8]) -> Option<usize> {
    #[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
    if let Some(finder) = instructions::packedpair::Finder::new(text)
        && bytes.len() >= finder.min_haystack_len()
    {
        return finder.find(bytes, text);
    }
    bytes.windows(text.len()).position(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"a: b\n---\nc: \"d\"\n---\n--";

    #[test]
    fn places_are_found_from_both_ends() {
        assert_eq!(find(b'\n', TEXT), Some(4));
        assert_eq!(find_last(b'\n', TEXT), Some(19));
        assert_eq!(find(b'#', TEXT), None);
        assert_eq!(find_any(*b"#\"c", TEXT), Some(9));
        assert_eq!(find(b'a', b""), None);
    }

    #[test]
    fn all_places_are_found() {
        assert_eq!(find_all(b'\n', TEXT).collect::<Vec<_>>(), [4, 8, 15, 19]);
        assert_eq!(count(b'\n', TEXT), 4);
        assert_eq!(find_text(b"\n---", TEXT).collect::<Vec<_>>(), [4, 15]);
        assert_eq!(find_text(b"--", b"----").collect::<Vec<_>>(), [0, 1, 2]);
    }
}
