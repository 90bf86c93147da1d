//! Floating-point numbers in decimal, with as few digits as tell them from their neighbours.

use crate::model::Text;

/// A finite number as its shortest digits. Where two are equally near it has the even ones, as Go's printing does and Rust's
/// does not.
pub(super) struct Decimal {
    is_negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: Text,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Decimal {
    /// The digits of a number; fails with Go's words for what JSON cannot say.
    pub(super) fn of(number: f64) -> Result<Self, String> {
        if !number.is_finite() {
            let name = match number {
                f64::INFINITY => "+Inf",
                f64::NEG_INFINITY => "-Inf",
                _ => "NaN",
            };
            return Err(format!("json: unsupported value: {name}"));
        }
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(number.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = ecow::eco_format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        let first = signed(whole.len()) - 1 - signed(digits.len() - significant.len());
        Ok(Self {
            is_negative: number.is_sign_negative(),
            digits: significant.trim_end_matches('0').into(),
            exponent: exponent.parse::<i32>().unwrap_or_default() + first,
        })
    }

    /// The power of ten of the first digit.
    pub(super) fn exponent(&self) -> i32 {
        self.exponent
    }

    /// Appends the number without an exponent.
    pub(super) fn push_plain(&self, out: &mut String) {
        self.push_sign(out);
        if self.digits.is_empty() {
            out.push('0');
            return;
        }
        if self.exponent < 0 {
            out.push_str("0.");
            out.extend((self.exponent + 1..0).map(|_| '0'));
            out.push_str(&self.digits);
            return;
        }
        let whole = usize::try_from(self.exponent).unwrap_or_default() + 1;
        match self.digits.split_at_checked(whole) {
            Some((whole, "")) => out.push_str(whole),
            Some((whole, fraction)) => out.extend([whole, ".", fraction]),
            None => {
                out.push_str(&self.digits);
                out.extend((self.digits.len()..whole).map(|_| '0'));
            }
        }
    }

    /// Appends the number as one digit, a fraction and an exponent that has at least so many digits.
    pub(super) fn push_scientific(&self, out: &mut String, exponent_digits: usize) {
        self.push_sign(out);
        let (first, fraction) = self.digits.split_at(self.digits.len().min(1));
        out.push_str(first);
        if !fraction.is_empty() {
            out.extend([".", fraction]);
        }
        out.push_str(if self.exponent < 0 { "e-" } else { "e+" });
        let mut buffer = itoa::Buffer::new();
        let exponent = buffer.format(self.exponent.unsigned_abs());
        out.extend((exponent.len()..exponent_digits).map(|_| '0'));
        out.push_str(exponent);
    }

    fn push_sign(&self, out: &mut String) {
        if self.is_negative {
            out.push('-');
        }
    }
}

/// A number as Go writes it into JSON; fails with Go's words for what JSON cannot say.
pub fn json_number(number: f64) -> Result<Text, String> {
    let decimal = Decimal::of(number)?;
    let mut out = String::new();
    if number == 0.0 || (1e-6..1e21).contains(&number.abs()) {
        decimal.push_plain(&mut out);
    } else {
        decimal.push_scientific(&mut out, 1);
    }
    Ok(out.into())
}

/// A number in Go's shortest form: with an exponent from one million on, `1e+06`.
pub fn shortest_number(number: f64) -> Result<Text, String> {
    let decimal = Decimal::of(number)?;
    let mut out = String::new();
    if number == 0.0 || (-4..6).contains(&decimal.exponent()) {
        decimal.push_plain(&mut out);
    } else {
        decimal.push_scientific(&mut out, 2);
    }
    Ok(out.into())
}

fn signed(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_both_forms() {
        for (number, plain, scientific) in [
            (0.0, "0", None),
            (-0.0, "-0", None),
            (1.0, "1", Some("1e+00")),
            (-1200.0, "-1200", Some("-1.2e+03")),
            (12.5, "12.5", Some("1.25e+01")),
            (0.000_123, "0.000123", Some("1.23e-04")),
            (1e21, "1000000000000000000000", Some("1e+21")),
            (5e-7, "0.0000005", Some("5e-07")),
            // Halfway between …4.2 and …4.3.
            (
                966_822_133_266_164.2,
                "966822133266164.2",
                Some("9.668221332661642e+14"),
            ),
        ] {
            let decimal = Decimal::of(number).unwrap();
            let mut out = String::new();
            decimal.push_plain(&mut out);
            assert_eq!(out, plain);
            if let Some(scientific) = scientific {
                out.clear();
                decimal.push_scientific(&mut out, 2);
                assert_eq!(out, scientific);
            }
        }
    }

    #[test]
    fn infinity_is_refused() {
        let refused = Decimal::of(f64::NEG_INFINITY).err();
        assert_eq!(refused.as_deref(), Some("json: unsupported value: -Inf"));
    }
}
