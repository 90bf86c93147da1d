//! The walk of serde through a value.

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeSeed, IntoDeserializer, Visitor};
use serde::{Deserializer, de, forward_to_deserialize_any};

use super::{Error, Rules, field_of, json_kind, last_of_each};
use crate::model::{Mapping, Scalar, Step, Text, Typed, Value};

/// How deep free-form values may be nested: they are handed to code that recurses.
const MAX_DEPTH: usize = 128;

/// Fields for which numbers do not do for text under any rules, by the arguments that have them: kustomize's types take
/// them over from another type, which its reader does not look into.
const NEVER_COERCED: [(&str, &[&str]); 4] = [
    ("FieldSpec", &["group", "version", "kind"]),
    ("NameReference", &["group", "version", "kind"]),
    (
        "SelectorArgs",
        &["group", "version", "kind", "name", "namespace"],
    ),
    (
        "ReplacementSource",
        &["group", "version", "kind", "name", "namespace"],
    ),
];

#[derive(Clone, Copy)]
pub(super) struct Decoder<'de> {
    value: &'de Value,
    /// Whether fields that the arguments do not have are errors.
    refuses_unknown: bool,
    /// Whether numbers and booleans do for text.
    coerces: bool,
    depth: usize,
}

impl<'de> Decoder<'de> {
    pub(super) fn new(value: &'de Value, rules: Rules) -> Self {
        Self {
            value,
            refuses_unknown: rules != Rules::Plugin,
            coerces: rules != Rules::Kustomization,
            depth: 0,
        }
    }

    fn with(self, value: &'de Value) -> Self {
        Self { value, ..self }
    }

    fn mismatch(self, expected: &str) -> Error {
        Error::new(format!(
            "json: cannot unmarshal {} into Go value of type {expected}",
            json_kind(self.value)
        ))
    }

    fn integer(self) -> Result<i128, Error> {
        let Value::Scalar(scalar) = self.value else {
            return Err(self.mismatch("int64"));
        };
        match typed(scalar)? {
            Typed::Null => Ok(0),
            Typed::Int(number) => Ok(number),
            Typed::Float(number) => whole(number).ok_or_else(|| self.mismatch("int64")),
            _ => Err(self.mismatch("int64")),
        }
    }

    fn deeper(self) -> Result<Self, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::new(format!(
                "values are nested more than {MAX_DEPTH} levels deep"
            )));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }

    /// For each field the value that counts: of keys that differ in case the greatest, nulls left out (spec 01 R7).
    fn fields(
        self,
        map: &'de Mapping,
        fields: &'static [&'static str],
    ) -> Result<Vec<(&'static str, &'de Text, &'de Value)>, Error> {
        let mut found: Vec<(&'static str, &'de Text, &'de Value)> = Vec::with_capacity(map.len());
        for (key, value) in last_of_each(map) {
            let Some(position) = field_of(key, fields) else {
                if self.refuses_unknown {
                    let message = format!("json: unknown field \"{key}\"");
                    return Err(Error::new(message).below(Step::Key(key.clone())));
                }
                continue;
            };
            if value.is_null() {
                continue;
            }
            let field = fields[position];
            match found.iter_mut().find(|(other, ..)| *other == field) {
                Some(entry) if entry.1 < key => *entry = (field, key, value),
                Some(_) => {}
                None => found.push((field, key, value)),
            }
        }
        Ok(found)
    }
}

fn typed(scalar: &Scalar) -> Result<Typed<'_>, Error> {
    scalar.as_data().map_err(Error::new)
}

/// The integer that JSON shows a float as, if it does (spec 10 R70: `1e3` fits an integer field).
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked before"
)]
fn whole(number: f64) -> Option<i128> {
    (number.fract() == 0.0 && number.abs() < 1e18).then_some(number as i128)
}

impl<'de> Deserializer<'de> for Decoder<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Sequence(_) => self.deeper()?.deserialize_seq(visitor),
            Value::Mapping(_) => self.deeper()?.deserialize_map(visitor),
            Value::Scalar(scalar) => match typed(scalar)? {
                Typed::Null => visitor.visit_unit(),
                Typed::Bool(value) => visitor.visit_bool(value),
                Typed::Int(number) => match i64::try_from(number) {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_i128(number),
                },
                Typed::Float(number) => visitor.visit_f64(number),
                Typed::Str(text) => visitor.visit_str(&text),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let typed = self.value.as_scalar().map(typed);
        match typed.transpose()? {
            Some(Typed::Bool(value)) => visitor.visit_bool(value),
            Some(Typed::Null) => visitor.visit_bool(false),
            _ => Err(self.mismatch("bool")),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = i64::try_from(self.integer()?).map_err(|_| self.mismatch("int64"))?;
        visitor.visit_i64(number)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let typed = self.value.as_scalar().map(typed);
        match typed.transpose()? {
            Some(Typed::Str(text)) => visitor.visit_str(&text),
            Some(Typed::Null) => visitor.visit_borrowed_str(""),
            Some(Typed::Bool(value)) if self.coerces => {
                visitor.visit_borrowed_str(if value { "true" } else { "false" })
            }
            Some(Typed::Int(number)) if self.coerces => visitor.visit_string(number.to_string()),
            Some(Typed::Float(number)) if self.coerces => visitor.visit_string(float_text(number)),
            _ => Err(self.mismatch("string")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Sequence(items) => visitor.visit_seq(Items {
                decoder: self,
                items: items.iter().enumerate(),
            }),
            value if value.is_null() => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<u8>()))
            }
            _ => Err(self.mismatch("[]interface {}")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Mapping(map) => visitor.visit_map(Entries {
                decoder: self,
                never_coerced: &[],
                rest: last_of_each(map).map(|(key, value)| (key.as_str(), key, value)),
                current: None,
            }),
            value if value.is_null() => visitor.visit_map(no_entries()),
            _ => Err(self.mismatch("map[string]interface {}")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Mapping(map) => visitor.visit_map(Entries {
                decoder: self,
                never_coerced: never_coerced(name),
                rest: self.fields(map, fields)?.into_iter(),
                current: None,
            }),
            value if value.is_null() => visitor.visit_map(no_entries()),
            _ => Err(self.mismatch(&format!("types.{name}"))),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(Self {
            coerces: self.coerces && name != "AsWritten",
            ..self
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}

fn never_coerced(name: &str) -> &'static [&'static str] {
    let found = NEVER_COERCED.iter().find(|(other, _)| *other == name);
    found.map_or(&[], |(_, fields)| fields)
}

/// A float as Go's `%g` shows it in 32 bits, which is what kustomize's reader makes of one where text is wanted.
#[expect(clippy::cast_possible_truncation, reason = "that is what happens")]
fn float_text(number: f64) -> String {
    let shown = format!("{:e}", number as f32);
    let Some((digits, exponent)) = shown.split_once('e') else {
        return shown;
    };
    match exponent.parse::<i32>() {
        Ok(-4..6) => format!("{}", number as f32),
        Ok(exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        Err(_) => shown,
    }
}

fn no_entries<'de>() -> MapDeserializer<'de, std::iter::Empty<(&'de str, u8)>, Error> {
    MapDeserializer::new(std::iter::empty())
}

struct Items<'de, I> {
    decoder: Decoder<'de>,
    items: I,
}

impl<'de, I: Iterator<Item = (usize, &'de Value)>> de::SeqAccess<'de> for Items<'de, I> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((index, value)) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(self.decoder.with(value))
            .map(Some)
            .map_err(|error| error.below(Step::Index(index)))
    }
}

struct Entries<'de, I> {
    decoder: Decoder<'de>,
    /// The fields among them for which numbers never do for text.
    never_coerced: &'static [&'static str],
    /// Names as the visitor knows them, keys as they are written, values.
    rest: I,
    current: Option<(&'de str, &'de Text, &'de Value)>,
}

impl<'de, I: Iterator<Item = (&'de str, &'de Text, &'de Value)>> de::MapAccess<'de>
    for Entries<'de, I>
{
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.current = Some((name, key, value));
        let name: BorrowedStrDeserializer<'_, Error> = BorrowedStrDeserializer::new(name);
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let (name, key, value) = self
            .current
            .take()
            .ok_or_else(|| Error::new("a map's value was asked for before its key"))?;
        let coerces = self.decoder.coerces && !self.never_coerced.contains(&name);
        let decoder = Decoder {
            coerces,
            ..self.decoder.with(value)
        };
        seed.deserialize(decoder)
            .map_err(|error| error.below(Step::Key(key.clone())))
    }
}
