//! What plain text stands for: the resolution tables of YAML as go-yaml reads it (spec 10, table T).

use std::borrow::Cow;

use super::{Tag, Typed};
use crate::bytes;

/// The type of a plain scalar in a resource file: YAML 1.2's booleans, Go's numbers, dates.
#[inline]
pub fn resolve(text: &str) -> Tag {
    match text.as_bytes() {
        [] => Tag::Null,
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => resolve_number(text),
        [b't' | b'T' | b'f' | b'F' | b'n' | b'N' | b'~', ..] => resolve_word(text),
        _ => Tag::Str,
    }
}

/// The type of a plain scalar in a kustomization, a plugin configuration or a JSON patch: as [`resolve`], with the boolean
/// words of YAML 1.1 and dates left as text (spec 10 R70, R71). The reader writes such a boolean as `true` or `false`.
pub fn resolve_1_1(text: &str) -> Tag {
    match text.as_bytes() {
        [b'y' | b'Y' | b'o' | b'O' | b'n' | b'N', ..] if is_boolean_1_1(text) => Tag::Bool,
        _ => match resolve(text) {
            Tag::Timestamp => Tag::Str,
            Tag::Int if has_signed_octal_digits(text) => Tag::Str,
            tag => tag,
        },
    }
}

/// Whether this is a boolean of YAML 1.1 that is none of YAML 1.2.
fn is_boolean_1_1(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    )
}

fn resolve_word(text: &str) -> Tag {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Tag::Bool,
        "null" | "Null" | "NULL" | "~" => Tag::Null,
        _ => Tag::Str,
    }
}

fn resolve_number(text: &str) -> Tag {
    // Nearly all numbers are these.
    if let [b'1'..=b'9', rest @ ..] = text.as_bytes()
        && rest.len() < 18
        && rest.iter().all(u8::is_ascii_digit)
    {
        return Tag::Int;
    }
    if let "." | "+" | "-" = text {
        return Tag::Str;
    }
    if special_float(text).is_some() {
        return Tag::Float;
    }
    if text.starts_with('.') {
        return if go_float(text).is_some() && has_underscores_in_numbers(text) {
            Tag::Float
        } else {
            Tag::Str
        };
    }
    if timestamp(text).is_some() {
        return Tag::Timestamp;
    }
    let digits = without_underscores(text);
    if integer(&digits).is_some() {
        Tag::Int
    } else if is_float_shape(&digits) && digits.parse::<f64>().is_ok_and(f64::is_finite) {
        Tag::Float
    } else {
        Tag::Str
    }
}

/// What plain text of a known type comes out as.
pub(super) fn typed(text: &str, tag: Tag) -> Result<Typed<'_>, String> {
    let wrong = || format!("yaml: cannot decode !!str `{text}` as a {}", tag.name());
    match tag {
        Tag::Null => Ok(Typed::Null),
        Tag::Bool => Ok(Typed::Bool(text.starts_with(['t', 'T']))),
        Tag::Int => integer(&without_underscores(text))
            .map(Typed::Int)
            .ok_or_else(wrong),
        Tag::Float => special_float(text)
            .or_else(|| go_float(&without_underscores(text)))
            .map(Typed::Float)
            .ok_or_else(wrong),
        Tag::Timestamp => timestamp(text)
            .map(|text| Typed::Str(Cow::Owned(text)))
            .ok_or_else(wrong),
        Tag::Str | Tag::Foreign | Tag::Untyped | Tag::Binary => Ok(Typed::Str(Cow::Borrowed(text))),
    }
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// An integer in Go's base-0 syntax within int64 or uint64: `12`, `0x1f`, `0b1`, `0o17` and, as in C, `017`.
pub fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        // go-yaml hands what follows these prefixes on as a number with a sign of its own.
        [b'0', b'b', sign @ (b'+' | b'-'), ..] => return signed(&text[3..], 2, *sign == b'-'),
        [b'0', b'o', sign @ (b'+' | b'-'), ..] => return signed(&text[3..], 8, *sign == b'-'),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    signed(digits, radix, negative)
}

fn signed(digits: &str, radix: u32, negative: bool) -> Option<i128> {
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(digits, radix).ok()?);
    match negative {
        true if magnitude <= -i128::from(i64::MIN) => Some(-magnitude),
        true => None,
        false => Some(magnitude),
    }
}

/// Whether this is a number only for YAML 1.2: `0o-7`.
pub fn has_signed_octal_digits(text: &str) -> bool {
    text.starts_with("0o-") || text.starts_with("0o+")
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        _ => None,
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float_shape(text: &str) -> bool {
    let mut rest = text.as_bytes();
    if let [b'+' | b'-', tail @ ..] = rest {
        rest = tail;
    }
    let whole = take_digits(&mut rest);
    let mut fraction = 0;
    if let [b'.', tail @ ..] = rest {
        rest = tail;
        fraction = take_digits(&mut rest);
        if whole == 0 && fraction == 0 {
            return false;
        }
    }
    if whole + fraction == 0 {
        return false;
    }
    if let [b'e' | b'E', tail @ ..] = rest {
        rest = match tail {
            [b'+' | b'-', tail @ ..] => tail,
            _ => tail,
        };
        if take_digits(&mut rest) == 0 {
            return false;
        }
    }
    rest.is_empty()
}

fn take_digits(rest: &mut &[u8]) -> usize {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *rest = &rest[count..];
    count
}

/// Whether every underscore stands between two digits, as Go's `ParseFloat` wants it.
fn has_underscores_in_numbers(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    bytes::find_all(b'_', bytes).all(|at| at > 0 && is_digit(at - 1) && is_digit(at + 1))
}

/// A number as Go's `ParseFloat` takes it, where that is decimal and finite.
fn go_float(text: &str) -> Option<f64> {
    let digits = without_underscores(text);
    (is_float_shape(&digits))
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|number: &f64| number.is_finite())
}

/// A date, or a date with a time, in RFC 3339 form with as many digits of the second as it needs.
pub fn timestamp(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = bytes;
    let year = number(&mut rest, 4, 4)?;
    let month = after(&mut rest, b"-")
        .then(|| number(&mut rest, 1, 2))
        .flatten()?;
    let day = after(&mut rest, b"-")
        .then(|| number(&mut rest, 1, 2))
        .flatten()?;
    if !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}T");
    if rest.is_empty() {
        return Some(date + "00:00:00Z");
    }
    let zoned = match rest[0] {
        b'T' | b't' => true,
        b' ' => false,
        _ => return None,
    };
    rest = &rest[1..];
    time_of_day(rest, zoned).map(|time| date + &time)
}

/// `h:m:s[.f]`, followed by `Z` or an offset where the date was joined with a `T`.
fn time_of_day(mut rest: &[u8], zoned: bool) -> Option<String> {
    let hour = number(&mut rest, 1, 2).filter(|hour| *hour < 24)?;
    let minute = after(&mut rest, b":")
        .then(|| number(&mut rest, 1, 2))
        .flatten()
        .filter(|minute| *minute < 60)?;
    let second = after(&mut rest, b":")
        .then(|| number(&mut rest, 1, 2))
        .flatten()
        .filter(|second| *second < 60)?;
    let mut time = format!("{hour:02}:{minute:02}:{second:02}");
    if after(&mut rest, b".") {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let fraction = std::str::from_utf8(&rest[..digits])
            .ok()
            .filter(|digits| !digits.is_empty())?;
        rest = &rest[digits..];
        let kept = fraction[..fraction.len().min(9)].trim_end_matches('0');
        if !kept.is_empty() {
            time = time + "." + kept;
        }
    }
    match (zoned, rest) {
        (false, []) | (true, [b'Z']) => Some(time + "Z"),
        (true, [b'+' | b'-', _, _, b':', _, _]) => {
            let mut digits = &rest[1..];
            let hours = number(&mut digits, 2, 2).filter(|hours| *hours < 24)?;
            let minutes = after(&mut digits, b":")
                .then(|| number(&mut digits, 2, 2))
                .flatten()
                .filter(|minutes| *minutes < 60)?;
            let zone = if hours == 0 && minutes == 0 {
                "Z"
            } else {
                std::str::from_utf8(rest).ok()?
            };
            Some(time + zone)
        }
        _ => None,
    }
}

fn after(rest: &mut &[u8], prefix: &[u8]) -> bool {
    let found = rest.starts_with(prefix);
    if found {
        *rest = &rest[prefix.len()..];
    }
    found
}

fn number(rest: &mut &[u8], least: usize, most: usize) -> Option<u32> {
    let digits = rest
        .iter()
        .take(most)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let value = std::str::from_utf8(&rest[..digits])
        .ok()
        .filter(|_| digits >= least)?
        .parse()
        .ok();
    *rest = &rest[digits..];
    value
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_the_table_says() {
        for (text, tag) in [
            ("", Tag::Null),
            ("~", Tag::Null),
            ("Null", Tag::Null),
            ("nULL", Tag::Str),
            ("true", Tag::Bool),
            ("tRue", Tag::Str),
            ("yes", Tag::Str),
            ("y", Tag::Str),
            ("0777", Tag::Int),
            ("0o8", Tag::Str),
            ("0x1F", Tag::Int),
            ("0x", Tag::Str),
            ("1_000", Tag::Int),
            ("+5", Tag::Int),
            ("-0o7", Tag::Int),
            ("18446744073709551615", Tag::Int),
            ("18446744073709551616", Tag::Float),
            ("08", Tag::Float),
            ("1e3", Tag::Float),
            ("5.", Tag::Float),
            (".5", Tag::Float),
            (".e5", Tag::Str),
            (".5_0", Tag::Float),
            ("._5", Tag::Str),
            (".5_", Tag::Str),
            ("1E400", Tag::Str),
            ("12:30:45", Tag::Str),
            ("2020-01-01", Tag::Timestamp),
            ("2020-13-01", Tag::Str),
            ("2020-1-1", Tag::Timestamp),
            ("-", Tag::Str),
            (".", Tag::Str),
            ("0.1.2", Tag::Str),
            (".inf", Tag::Float),
            ("-x", Tag::Str),
        ] {
            assert_eq!(resolve(text), tag, "{text}");
        }
    }

    #[test]
    fn dates_become_rfc_3339() {
        for (text, expected) in [
            ("2020-1-1", "2020-01-01T00:00:00Z"),
            (
                "2001-12-14t21:59:43.10-05:00",
                "2001-12-14T21:59:43.1-05:00",
            ),
            ("2001-12-14 21:59:43.10", "2001-12-14T21:59:43.1Z"),
        ] {
            assert_eq!(timestamp(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn integers_follow_go() {
        for (text, expected) in [
            ("0777", 511),
            ("0x1f", 31),
            ("-0o7", -7),
            ("0o-7", -7),
            ("0b+11", 3),
            ("+5", 5),
            ("0b11", 3),
            ("-9223372036854775808", i128::from(i64::MIN)),
        ] {
            assert_eq!(integer(text), Some(expected), "{text}");
        }
        assert_eq!(integer("-9223372036854775809"), None);
        for text in ["--1", "-0b-1", "0x-1", "0B-1"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }
}
