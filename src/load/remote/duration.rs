//! Spans of time as Go reads and prints them.

use std::time::Duration;

/// The units that Go reads, in nanoseconds.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
];

/// Reads `1h2m3.5s` and the like; nothing for a negative span.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut nanoseconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.');
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        nanoseconds += number.parse::<f64>().ok()? * size;
        rest = after;
    }
    // Go counts nanoseconds in 63 bits.
    let is_countable = nanoseconds < 9.2e18;
    is_countable.then(|| Duration::from_secs_f64(nanoseconds / 1e9))
}

/// Prints a span as Go does: `27s`, `1m1s`, `1.5ms`.
pub(super) fn print(span: Duration) -> String {
    let nanoseconds = span.as_nanos();
    if nanoseconds < 1_000_000_000 {
        let (unit, size) = match nanoseconds {
            0 => return "0s".into(),
            1..1_000 => ("ns", 1),
            1_000..1_000_000 => ("µs", 1_000),
            _ => ("ms", 1_000_000),
        };
        return format!("{}{unit}", decimal(nanoseconds, size));
    }
    let seconds = span.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let rest = decimal(nanoseconds % 60_000_000_000, 1_000_000_000);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, minutes) => format!("{minutes}m{rest}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{rest}s"),
    }
}

/// A fraction without zeros at its end.
fn decimal(number: u128, size: u128) -> String {
    let (whole, part) = (number / size, number % size);
    if part == 0 {
        return whole.to_string();
    }
    let digits = size.ilog10() as usize;
    let part = format!("{part:0digits$}");
    format!("{whole}.{}", part.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_printed_as_go_does() {
        for (text, printed) in [
            ("27s", "27s"),
            ("61s", "1m1s"),
            ("1h", "1h0m0s"),
            ("90m", "1h30m0s"),
            ("1.5s", "1.5s"),
            ("1ns", "1ns"),
            ("1500us", "1.5ms"),
            ("+2µs", "2µs"),
            ("1h2m3s4ms", "1h2m3.004s"),
        ] {
            assert_eq!(parse(text).map(print).as_deref(), Some(printed), "{text}");
        }
        for text in ["", "1", "-1s", "s", "1x", "1s2", "3000000h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
