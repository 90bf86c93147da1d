//! [`Value`] → JSON as Go's `encoding/json` prints it: compact, keys in byte order, `<`, `>` and `&` escaped (spec 05 R32).

use super::number::Decimal;
use super::writer::{UNPRINTABLE_KEY, already_defined};
use crate::model::{Entry, Scalar, Tag, Typed, Value};

/// Appends the JSON of a value.
///
/// Fails with kustomize's words where JSON cannot say it: duplicate keys, keys below the top level that are not strings, a text
/// that contradicts its type, infinity.
pub fn write(value: &Value, out: &mut String) -> Result<(), String> {
    Writer::new(out, Mode::Exact).document(value)
}

/// Appends the JSON of a value that went through Go's floating-point numbers, integers too; fails as [`write`] does.
pub fn write_rounded(value: &Value, out: &mut String) -> Result<(), String> {
    Writer::new(out, Mode::Rounded).document(value)
}

/// The JSON of a value for a message: what JSON cannot say comes out as text.
pub fn to_json(value: &Value) -> String {
    let mut out = String::new();
    let written = Writer::new(&mut out, Mode::Lenient).document(value);
    debug_assert!(written.is_ok(), "a lenient writer takes everything");
    out
}

/// Appends a string with its quotes.
pub fn write_string(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(needs_escape) {
        out.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        match after.next() {
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(c @ ('"' | '\\')) => out.extend(['\\', c]),
            c => {
                let code = c.map_or(0, u32::from);
                let digit = |shift: u32| char::from(HEX[(code >> shift & 0xf) as usize]);
                out.push_str("\\u");
                out.extend([12, 8, 4, 0].map(digit));
            }
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn needs_escape(c: char) -> bool {
    matches!(
        c,
        '\0'..' ' | '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}'
    )
}

/// Appends a number as Go prints floats in JSON: without an exponent between 10⁻⁶ and 10²¹.
fn write_float(number: f64, out: &mut String) -> Result<(), String> {
    let decimal = Decimal::of(number)?;
    if number == 0.0 || (-6..21).contains(&decimal.exponent()) {
        decimal.push_plain(out);
    } else {
        decimal.push_scientific(out, 1);
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exact,
    /// Integers are rounded to what a floating-point number holds.
    Rounded,
    /// What cannot be said is written as text.
    Lenient,
}

struct Writer<'v, 'o> {
    out: &'o mut String,
    mode: Mode,
    open: Vec<Level<'v>>,
}

/// A collection that is being printed.
enum Level<'v> {
    Map(std::vec::IntoIter<&'v Entry>),
    Sequence(std::slice::Iter<'v, Value>),
}

impl<'v, 'o> Writer<'v, 'o> {
    fn new(out: &'o mut String, mode: Mode) -> Self {
        Self {
            out,
            mode,
            open: Vec::new(),
        }
    }

    fn document(&mut self, root: &'v Value) -> Result<(), String> {
        self.value(root)?;
        while let Some(level) = self.open.last_mut() {
            let opens = self.out.ends_with(['{', '[']);
            let value = match level {
                Level::Map(entries) => entries.next().map(|entry| {
                    if !opens {
                        self.out.push(',');
                    }
                    write_string(&entry.key.text, self.out);
                    self.out.push(':');
                    &entry.value
                }),
                Level::Sequence(items) => items.next().inspect(|_| {
                    if !opens {
                        self.out.push(',');
                    }
                }),
            };
            match value {
                Some(value) => self.value(value)?,
                None => match self.open.pop() {
                    Some(Level::Sequence(_)) => self.out.push(']'),
                    _ => self.out.push('}'),
                },
            }
        }
        Ok(())
    }

    fn value(&mut self, value: &'v Value) -> Result<(), String> {
        match value {
            Value::Scalar(scalar) => self.scalar(scalar),
            Value::Sequence(items) => {
                self.out.push('[');
                self.open.push(Level::Sequence(items.iter()));
                Ok(())
            }
            Value::Mapping(map) => {
                let mut entries: Vec<_> = map.entries().iter().collect();
                entries.sort_by(|left, right| left.key.text.cmp(&right.key.text));
                if self.mode != Mode::Lenient {
                    self.check_keys(&entries)?;
                }
                self.out.push('{');
                self.open.push(Level::Map(entries.into_iter()));
                Ok(())
            }
        }
    }

    fn check_keys(&self, sorted: &[&Entry]) -> Result<(), String> {
        let is_text = |entry: &&Entry| matches!(entry.key.tag, Tag::Str | Tag::Untyped);
        if !self.open.is_empty() && !sorted.iter().all(is_text) {
            return Err(UNPRINTABLE_KEY.to_owned());
        }
        let mut pairs = sorted.windows(2);
        match pairs.find(|pair| pair[0].key.text == pair[1].key.text) {
            Some(pair) => Err(already_defined(&pair[0].key.text)),
            None => Ok(()),
        }
    }

    fn scalar(&mut self, scalar: &Scalar) -> Result<(), String> {
        let start = self.out.len();
        let written = scalar.typed().and_then(|typed| {
            match typed {
                Typed::Null => self.out.push_str("null"),
                Typed::Bool(true) => self.out.push_str("true"),
                Typed::Bool(false) => self.out.push_str("false"),
                #[expect(clippy::cast_precision_loss, reason = "that is the point of this mode")]
                Typed::Int(integer) if self.mode == Mode::Rounded => {
                    write_float(integer as f64, self.out)?;
                }
                Typed::Int(integer) => self.out.push_str(itoa::Buffer::new().format(integer)),
                Typed::Float(number) => write_float(number, self.out)?,
                Typed::Str(text) => write_string(&text, self.out),
            }
            Ok(())
        });
        if self.mode == Mode::Lenient && written.is_err() {
            self.out.truncate(start);
            write_string(&scalar.text, self.out);
            return Ok(());
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Mapping, Sequence, Style};

    fn json(value: &Value) -> Result<String, String> {
        let mut out = String::new();
        write(value, &mut out).map(|()| out)
    }

    #[test]
    fn keys_are_sorted_by_bytes_at_every_level() {
        let inner: Mapping = [("b", Value::null()), ("B", Value::from(true))]
            .into_iter()
            .collect();
        let items: Sequence = [Value::from(1), Mapping::new().into(), inner.into()]
            .into_iter()
            .collect();
        let value: Mapping = [
            ("é", Value::string("x")),
            ("a10", items.into()),
            ("a9", Sequence::new().into()),
        ]
        .into_iter()
        .collect();
        assert_eq!(
            json(&value.into()).unwrap(),
            r#"{"a10":[1,{},{"B":true,"b":null}],"a9":[],"é":"x"}"#
        );
    }

    #[test]
    fn strings_are_escaped_as_go_escapes_them() {
        let text = "<&>\u{2028}é😀\"\\\u{8}\t\n\u{c}\r\u{1}\u{7f}";
        assert_eq!(
            json(&Value::string(text)).unwrap(),
            "\"\\u003c\\u0026\\u003e\\u2028é😀\\\"\\\\\\b\\t\\n\\f\\r\\u0001\u{7f}\""
        );
    }

    #[test]
    fn numbers_are_printed_as_go_prints_them() {
        for (text, expected) in [
            ("1.5", "1.5"),
            ("0x10", "16"),
            ("1e20", "100000000000000000000"),
            ("1e21", "1e+21"),
            ("0.000001", "0.000001"),
            ("1e-7", "1e-7"),
            ("-0.0", "-0"),
        ] {
            let value = Value::Scalar(Scalar::untyped(text));
            assert_eq!(json(&value).unwrap(), expected);
        }
    }

    #[test]
    fn integers_can_be_rounded() {
        let value = Value::Scalar(Scalar::untyped("9007199254740993"));
        assert_eq!(json(&value).unwrap(), "9007199254740993");
        let mut out = String::new();
        write_rounded(&value, &mut out).unwrap();
        assert_eq!(out, "9007199254740992");
    }

    #[test]
    fn what_json_cannot_say_is_refused_or_printed_as_text() {
        let contradiction = Value::Scalar(Scalar::new("abc", Tag::Int, Style::Plain));
        let mut duplicates = Mapping::new();
        duplicates.push("a", Value::null());
        duplicates.push("a", Value::null());
        let mut odd_key = Mapping::new();
        let key = Key {
            text: "1".into(),
            tag: Tag::Int,
        };
        odd_key.push(key, Value::null());
        let below: Sequence = [Value::from(odd_key)].into_iter().collect();
        for (value, message, text) in [
            (
                contradiction,
                "yaml: cannot decode !!str `abc` as a !!int",
                r#""abc""#,
            ),
            (
                duplicates.into(),
                "yaml: unmarshal errors: mapping key \"a\" already defined",
                r#"{"a":null,"a":null}"#,
            ),
            (below.into(), UNPRINTABLE_KEY, r#"[{"1":null}]"#),
        ] {
            assert_eq!(json(&value).unwrap_err(), message);
            assert_eq!(to_json(&value), text);
        }
    }
}
