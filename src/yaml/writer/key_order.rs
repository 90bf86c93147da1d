//! The order of keys in printed maps: natural for numbers, letters last (spec 11 R11).

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;

use super::already_defined;
use crate::model::{Entry, may_have_duplicates};

/// The order in which the entries of the maps being printed come, innermost map last.
#[derive(Clone, Debug)]
pub(super) struct KeyOrder {
    positions: Vec<u32>,
    scratch: Vec<u32>,
}

/// Up to this many entries are sorted by insertion.
const SHORT_RUN: usize = 12;

impl KeyOrder {
    /// No maps yet; their keys together may be so many before memory is asked for again.
    pub(super) fn with_room_for(keys: usize) -> Self {
        Self {
            positions: Vec::with_capacity(keys),
            scratch: Vec::new(),
        }
    }

    /// Sorts the keys of a map, which is the innermost one until [`Self::leave`].
    pub(super) fn enter(&mut self, entries: &[Entry]) -> Result<(), String> {
        let start = self.positions.len();
        let count = u32::try_from(entries.len()).map_err(|_| "map has too many keys".to_owned())?;
        self.positions.extend(0..count);
        let mut keys = Keys {
            entries,
            saw_digits: false,
            saw_equal: false,
        };
        let positions = &mut self.positions[start..];
        keys.sort(positions, &mut self.scratch);
        // Neighbours in a sorted list were compared with each other, unless the order contradicted itself.
        let is_sure = !keys.saw_digits || entries.len() <= 2 || !may_have_duplicates(entries);
        if keys.saw_equal || !is_sure {
            let duplicate = keys.find_duplicate(positions, &mut self.scratch);
            if let Some(key) = duplicate {
                self.positions.truncate(start);
                return Err(already_defined(key));
            }
        }
        Ok(())
    }

    /// The entry to print as number `position` of the innermost map, which has `count` of them.
    pub(super) fn entry(&self, count: usize, position: usize) -> usize {
        self.positions[self.positions.len() - count + position] as usize
    }

    /// Forgets the innermost map, which has `count` entries.
    pub(super) fn leave(&mut self, count: usize) {
        self.positions.truncate(self.positions.len() - count);
    }
}

struct Keys<'v> {
    entries: &'v [Entry],
    /// Whether digits decided a comparison: only then the order may contradict itself.
    saw_digits: bool,
    saw_equal: bool,
}

impl<'v> Keys<'v> {
    fn text(&self, position: u32) -> &'v str {
        &self.entries[position as usize].key.text
    }

    #[inline(always)]
    fn is_after(&mut self, left: u32, right: u32) -> bool {
        let order = compare(self.text(left), self.text(right), &mut self.saw_digits);
        self.saw_equal |= order == Ordering::Equal;
        order == Ordering::Greater
    }

    /// A merge sort of our own: the standard library's may panic because the order is not transitive (spec 11 R12).
    fn sort(&mut self, positions: &mut [u32], scratch: &mut Vec<u32>) {
        for run in positions.chunks_mut(SHORT_RUN) {
            self.insertion_sort(run);
        }
        let mut width = SHORT_RUN;
        while width < positions.len() {
            for pair in positions.chunks_mut(2 * width) {
                if pair.len() > width && self.is_after(pair[width - 1], pair[width]) {
                    self.merge(pair, width, scratch);
                }
            }
            width *= 2;
        }
    }

    fn insertion_sort(&mut self, run: &mut [u32]) {
        for end in 1..run.len() {
            let mut hole = end;
            while hole > 0 && self.is_after(run[hole - 1], run[hole]) {
                run.swap(hole - 1, hole);
                hole -= 1;
            }
        }
    }

    fn merge(&mut self, pair: &mut [u32], middle: usize, scratch: &mut Vec<u32>) {
        scratch.clear();
        scratch.extend_from_slice(&pair[..middle]);
        let (mut left, mut right) = (0, middle);
        for slot in 0..pair.len() {
            if left == scratch.len() {
                break;
            }
            let takes_right = right < pair.len() && self.is_after(scratch[left], pair[right]);
            let source = if takes_right { &mut right } else { &mut left };
            pair[slot] = if takes_right {
                pair[*source]
            } else {
                scratch[*source]
            };
            *source += 1;
        }
    }

    /// The first key, in byte order, that two entries have.
    fn find_duplicate(&self, positions: &[u32], scratch: &mut Vec<u32>) -> Option<&'v str> {
        scratch.clear();
        scratch.extend_from_slice(positions);
        scratch.sort_unstable_by_key(|position| self.text(*position));
        scratch
            .windows(2)
            .map(|pair| (self.text(pair[0]), self.text(pair[1])))
            .find(|(left, right)| left == right)
            .map(|(key, _)| key)
    }
}

/// Compares two keys, and notes where digits decided.
#[inline(always)]
fn compare(left: &str, right: &str, saw_digits: &mut bool) -> Ordering {
    let same = left
        .bytes()
        .zip(right.bytes())
        .take_while(|(left, right)| left == right)
        .count();
    let (Some(&a), Some(&b)) = (left.as_bytes().get(same), right.as_bytes().get(same)) else {
        return left.len().cmp(&right.len());
    };
    if a.is_ascii() && b.is_ascii() {
        let has_letter = a.is_ascii_alphabetic() || b.is_ascii_alphabetic();
        if has_letter || !a.is_ascii_digit() && !b.is_ascii_digit() {
            return (a.is_ascii_alphabetic(), a).cmp(&(b.is_ascii_alphabetic(), b));
        }
        if is_lone_digit(&left.as_bytes()[same..]) && is_lone_digit(&right.as_bytes()[same..]) {
            *saw_digits = true;
            return a.cmp(&b);
        }
    }
    let start = left.floor_char_boundary(same);
    compare_at(left, right, start, saw_digits)
}

/// Whether a text begins with a number of one digit, which is not zero.
fn is_lone_digit(text: &[u8]) -> bool {
    let is_digit = matches!(text, [b'1'..=b'9', ..]);
    is_digit
        && text
            .get(1)
            .is_none_or(|next| next.is_ascii() && !next.is_ascii_digit())
}

/// Compares two keys whose characters differ first at `start`.
fn compare_at(left: &str, right: &str, start: usize, saw_digits: &mut bool) -> Ordering {
    let (Some(a), Some(b)) = (left[start..].chars().next(), right[start..].chars().next()) else {
        return left.len().cmp(&right.len());
    };
    match (is_letter(a), is_letter(b)) {
        (true, true) => return a.cmp(&b),
        (false, true) => return Ordering::Less,
        (true, false) => return Ordering::Greater,
        (false, false) => {}
    }
    let mut seed = 0;
    if a == '0' || b == '0' {
        let before = left[..start].chars().rev();
        let in_number = before
            .take_while(|c| is_digit(*c))
            .any(|digit| digit != '0');
        seed = i64::from(in_number);
    }
    let (left_number, left_digits) = number(&left[start..], seed);
    let (right_number, right_digits) = number(&right[start..], seed);
    *saw_digits |= left_digits + right_digits > 0;
    left_number
        .cmp(&right_number)
        .then(left_digits.cmp(&right_digits))
        .then(a.cmp(&b))
}

/// The number that the text begins with, wrapping as Go's does, and how many digits it has.
fn number(text: &str, seed: i64) -> (i64, usize) {
    let (mut number, mut digits) = (seed, 0);
    // Nearly all digits, and what ends them, are of one byte.
    let end = text.bytes().find(|byte| !byte.is_ascii_digit());
    let mut add = |digit: u32| {
        let digit = i64::from(digit) - i64::from(b'0');
        number = number.wrapping_mul(10).wrapping_add(digit);
        digits += 1;
    };
    if end.is_none_or(|byte| byte.is_ascii()) {
        let ascii = text.bytes().take_while(u8::is_ascii_digit);
        ascii.for_each(|digit| add(digit.into()));
    } else {
        let all = text.chars().take_while(|c| is_digit(*c));
        all.for_each(|digit| add(digit.into()));
    }
    (number, digits)
}

fn is_letter(c: char) -> bool {
    static LETTER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\p{L}").expect("invariant: the pattern is valid"));
    c.is_ascii_alphabetic() || (!c.is_ascii() && LETTER.is_match(c.encode_utf8(&mut [0; 4])))
}

fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\p{Nd}").expect("invariant: the pattern is valid"));
    c.is_ascii_digit() || (!c.is_ascii() && DIGIT.is_match(c.encode_utf8(&mut [0; 4])))
}
