//! Fields that are written twice, in different case: what Go's decoder makes of both.
//!
//! A key that is written twice counts once, the last time. `resources` and `Resources` are two keys though, and the decoder
//! sets the one field twice, in the order of the keys' bytes: the second time it writes into what is there already (spec 01
//! R7). Maps and structs get the entries of both, and so does every item of a list whose place is taken in both.

use indexmap::{IndexMap, IndexSet};

use super::canonical::{OPTIONAL_TEXTS, is_plain_struct, join};
use super::decode::{field_of, last_of_each};
use super::schema::Schema;
use crate::model::{Mapping, Sequence, Text, Value};

/// Maps of more keys are not compared key by key.
const FEW: usize = 32;

/// Whether a map in the document has keys that differ in case only.
pub(super) fn has_fields_twice(value: &Value) -> bool {
    match value {
        Value::Scalar(_) => false,
        Value::Sequence(items) => items.iter().any(has_fields_twice),
        Value::Mapping(map) => {
            has_keys_twice(map) || map.iter().any(|(_, value)| has_fields_twice(value))
        }
    }
}

fn has_keys_twice(map: &Mapping) -> bool {
    let keys = || map.iter().map(|(key, _)| key);
    if map.len() > FEW {
        let names: IndexSet<_> = keys().collect();
        let folded: IndexSet<_> = keys().map(Text::to_ascii_lowercase).collect();
        return folded.len() < names.len();
    }
    keys().enumerate().any(|(position, key)| {
        keys()
            .skip(position + 1)
            .any(|other| other != key && other.eq_ignore_ascii_case(key))
    })
}

/// The document with every field once, under its own name.
pub(super) fn joined(document: &Value) -> Value {
    let schema = Schema::load();
    let decoder = Decoder { schema: &schema };
    decoder
        .object(&[document], "")
        .map_or_else(Value::null, Value::from)
}

struct Decoder<'s> {
    schema: &'s Schema,
}

impl Decoder<'_> {
    /// What a field says that is set to these values one after the other; null where it is as good as never set.
    fn field(&self, values: &[&Value], place: &str, go_type: &str) -> Value {
        let is_plain = is_plain_struct(place)
            || go_type == "string" && !OPTIONAL_TEXTS.contains(&place)
            || ["bool", "int", "int64"].contains(&go_type);
        // A null empties what may be nil, and leaves the rest as it is.
        let first = match values.iter().rposition(|value| value.is_null()) {
            Some(null) if !is_plain => null + 1,
            _ => 0,
        };
        let values: Vec<_> = values[first..]
            .iter()
            .copied()
            .filter(|value| !value.is_null())
            .collect();
        let Some(last) = values.last() else {
            return Value::null();
        };
        if let Some(item_type) = go_type.strip_prefix("[]") {
            self.list(&values, place, item_type)
        } else if go_type.starts_with("map[") {
            entries(&values).into()
        } else if self.schema.names_of(place).is_empty() {
            (*last).clone()
        } else {
            self.object(&values, place)
                .map_or_else(Value::null, Value::from)
        }
    }

    /// Items are written into those that any list before had in their place, until a list was empty.
    fn list(&self, values: &[&Value], place: &str, item_type: &str) -> Value {
        let lists: Vec<_> = values
            .iter()
            .filter_map(|value| value.as_sequence())
            .collect();
        let first = lists.iter().rposition(|items| items.is_empty());
        let lists = &lists[first.unwrap_or(0)..];
        let count = lists.last().map_or(0, |items| items.len());
        let items = (0..count).map(|index| {
            let values: Vec<_> = lists.iter().filter_map(|items| items.get(index)).collect();
            self.field(&values, place, item_type)
        });
        items.collect::<Sequence>().into()
    }

    fn object(&self, values: &[&Value], place: &str) -> Option<Mapping> {
        let maps: Vec<_> = values
            .iter()
            .filter_map(|value| value.as_mapping())
            .collect();
        let names = self.schema.names_of(place);
        let mut found: IndexMap<&'static str, Vec<_>> = IndexMap::new();
        for (turn, map) in maps.iter().enumerate() {
            for (key, value) in last_of_each(map) {
                let Some(name) = field_of(key, names).map(|position| names[position]) else {
                    continue;
                };
                found.entry(name).or_default().push((turn, key, value));
            }
        }
        let fields = found.into_iter().map(|(name, mut values)| {
            values.sort_by_key(|(turn, key, _)| (*turn, *key));
            let values: Vec<_> = values.into_iter().map(|(.., value)| value).collect();
            let below = join(place, name);
            (
                name,
                self.field(&values, &below, self.schema.type_of(&below)),
            )
        });
        (!maps.is_empty()).then(|| fields.collect())
    }
}

/// The entries of maps, of one key the last.
fn entries(values: &[&Value]) -> Mapping {
    let mut entries = Mapping::new();
    for (key, value) in values
        .iter()
        .filter_map(|value| value.as_mapping())
        .flat_map(last_of_each)
    {
        entries.insert(key.clone(), value.clone());
    }
    entries
}
