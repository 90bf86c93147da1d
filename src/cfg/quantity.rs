//! Kubernetes quantities, `500m` and `1Gi`, and which of two is more.

use std::cmp::Ordering;

use anyhow::{Result, bail};

/// An amount: a whole number times a power of ten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantity {
    number: i128,
    exponent: i32,
}

/// Numbers of so many digits are kept as they are; longer ones are rounded up to 10⁻⁹.
const KEPT_DIGITS: usize = 18;

/// So many digits of a number count.
const TOLD_DIGITS: usize = 36;

const NANO: i32 = -9;

/// Powers of two go no further.
const LIMIT: u128 = (i64::MAX as u128) * 1_000_000_000;

const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];

const BINARY: [(&str, u32); 6] = [
    ("Ki", 10),
    ("Mi", 20),
    ("Gi", 30),
    ("Ti", 40),
    ("Pi", 50),
    ("Ei", 60),
];

/// What a suffix multiplies by: powers of ten and of two.
struct Suffix {
    tens: i32,
    twos: u32,
}

impl Quantity {
    /// Reads a quantity; fails with the words of Kubernetes.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let (is_negative, rest) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, rest) = split_digits(rest);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest),
            None => ("", rest),
        };
        if text.is_empty() || !has_form_of_suffix(suffix) {
            bail!(
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            );
        }
        let Some(suffix) = Suffix::parse(suffix) else {
            bail!("unable to parse quantity's suffix");
        };
        let digits = format!("{}{fraction}", whole.trim_start_matches('0'));
        let exponent = suffix
            .tens
            .saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX));
        let amount = match digits.parse::<i128>() {
            Ok(number) if suffix.twos == 0 && digits.len() <= KEPT_DIGITS && exponent >= NANO => {
                Self { number, exponent }
            }
            _ => Self::rounded(&digits, exponent, suffix.twos),
        };
        Ok(Self {
            number: if is_negative {
                -amount.number
            } else {
                amount.number
            },
            ..amount
        })
    }

    /// A number as a multiple of 10⁻⁹, rounded up.
    fn rounded(digits: &str, exponent: i32, twos: u32) -> Self {
        let digits = digits.trim_start_matches('0');
        let told = &digits[..digits.len().min(TOLD_DIGITS)];
        let untold = i32::try_from(digits.len() - told.len()).unwrap_or(i32::MAX);
        let is_cut = digits[told.len()..].contains(|digit| digit != '0');
        let number = told.parse::<u128>().unwrap_or_default();
        let exponent = exponent.saturating_add(untold);
        let nanos = number
            .checked_mul(1 << twos)
            .and_then(|number| shifted(number, exponent.saturating_sub(NANO), is_cut));
        let (number, exponent) = match nanos {
            Some(nanos) if twos == 0 || nanos <= LIMIT => (nanos, NANO),
            None if twos == 0 => (number, exponent),
            _ => (LIMIT, NANO),
        };
        Self {
            number: i128::try_from(number).unwrap_or(i128::MAX),
            exponent,
        }
    }
}

/// A number times a power of ten, rounded up; nothing if it is too large.
fn shifted(number: u128, tens: i32, is_cut: bool) -> Option<u128> {
    if number == 0 {
        return Some(0);
    }
    match u32::try_from(tens) {
        Ok(tens) => number.checked_mul(10_u128.checked_pow(tens)?),
        Err(_) => match 10_u128.checked_pow(tens.unsigned_abs()) {
            Some(divisor) => {
                let is_cut = is_cut || !number.is_multiple_of(divisor);
                Some(number / divisor + u128::from(is_cut))
            }
            None => Some(1),
        },
    }
}

impl Suffix {
    fn parse(text: &str) -> Option<Self> {
        if let Some((_, twos)) = BINARY.iter().find(|(name, _)| *name == text) {
            return Some(Self {
                tens: 0,
                twos: *twos,
            });
        }
        if let Some((_, tens)) = DECIMAL.iter().find(|(name, _)| *name == text) {
            return Some(Self {
                tens: *tens,
                twos: 0,
            });
        }
        let exponent = text.strip_prefix(['e', 'E'])?;
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, exponent.strip_prefix('+').unwrap_or(exponent)),
        };
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let tens = digits.parse().unwrap_or(i32::MAX / 2);
        is_number.then_some(Self {
            tens: sign * tens.min(i32::MAX / 2),
            twos: 0,
        })
    }
}

fn has_form_of_suffix(text: &str) -> bool {
    let rest = text.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    rest.bytes().all(|byte| byte.is_ascii_digit())
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.number.signum().cmp(&other.number.signum());
        if signs.is_ne() || self.number == 0 {
            return signs;
        }
        let lowest = self.exponent.min(other.exponent);
        let aligned = |quantity: &Self| {
            let tens = quantity.exponent.abs_diff(lowest);
            10_i128
                .checked_pow(tens)
                .and_then(|power| quantity.number.checked_mul(power))
        };
        match (aligned(self), aligned(other)) {
            (Some(own), Some(others)) => own.cmp(&others),
            // What cannot be aligned is further from nothing.
            (own, others) if self.number > 0 => own.is_none().cmp(&others.is_none()),
            (own, others) => others.is_none().cmp(&own.is_none()),
        }
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Quantity {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_compared_as_kubernetes_does() {
        for (left, expected, right) in [
            ("1Ki", Ordering::Equal, "1024"),
            ("0.1n", Ordering::Equal, "1n"),
            ("1Ei", Ordering::Greater, "1E"),
            ("1e-1", Ordering::Equal, "100m"),
            ("1E+2", Ordering::Equal, "100"),
            ("1000000000000000000000", Ordering::Equal, "1e21"),
            ("1e100", Ordering::Greater, "1e99"),
            ("99999999999Ei", Ordering::Less, "99999999999E"),
            ("100Ei", Ordering::Equal, "9223372036854775807"),
            (
                "9999999999999999999E",
                Ordering::Greater,
                "9223372036854775807",
            ),
            ("1e21", Ordering::Less, "1000000000000000000001"),
            ("1.5Gi", Ordering::Equal, "1536Mi"),
            ("-5", Ordering::Less, "0"),
            ("-1e50", Ordering::Less, "-1"),
            (".", Ordering::Less, "1"),
            ("1e9999999999", Ordering::Greater, "1"),
        ] {
            let (left_value, right_value) = (Quantity::parse(left), Quantity::parse(right));
            assert_eq!(
                left_value.unwrap().cmp(&right_value.unwrap()),
                expected,
                "{left} {right}"
            );
        }
    }

    #[test]
    fn what_is_no_quantity_is_told_in_the_words_of_kubernetes() {
        for (text, expected) in [
            ("1i", "unable to parse quantity's suffix"),
            ("1e+", "unable to parse quantity's suffix"),
            ("1p", "quantities must match the regular expression"),
            ("1.2.3", "quantities must match the regular expression"),
            ("", "quantities must match the regular expression"),
        ] {
            let error = Quantity::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
