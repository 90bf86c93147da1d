//! Objects that hold others: `List`, `ConfigMapList` and their like, taken apart (spec 10 R30–R32).

use crate::model::{Fault, Mapping, Scalar, Sequence, Style, Tag, Text, Typed, Value, plain};
use crate::yaml;

/// The items of a `List` or `ResourceList` that is a file's only document, as they are written (spec 10 R30).
pub(super) fn unwrap_lone(value: &Value) -> Option<Vec<Value>> {
    let kind = value.get("kind")?.text()?;
    let holds_items = value.get("items").is_some() || value.get("functionConfig").is_some();
    if !holds_items || (kind != "List" && kind != "ResourceList") {
        return None;
    }
    Some(match value.get("items") {
        Some(Value::Sequence(items)) => items.to_vec(),
        // kustomize takes the children of whatever stands there.
        Some(Value::Mapping(map)) => map
            .iter()
            .flat_map(|(key, value)| [Value::string(key.clone()), value.clone()])
            .collect(),
        Some(Value::Scalar(_)) | None => Vec::new(),
    })
}

/// The items of an object whose kind ends in `List`, if it has any field `items` (spec 10 R31): they went through JSON.
pub(super) fn expand(value: &Value) -> Option<Result<Vec<Value>, Fault>> {
    let kind = value.get("kind")?.text()?;
    if !kind.ends_with("List") {
        return None;
    }
    value.get("items")?;
    Some(items_through_json(value, kind))
}

fn items_through_json(value: &Value, kind: &str) -> Result<Vec<Value>, Fault> {
    let map = value.as_mapping().into_iter().flat_map(Mapping::entries);
    let mut seen = Vec::new();
    let mut items = None;
    for entry in map {
        if seen.contains(&entry.key.text.as_str()) {
            return Err(duplicate(kind, &entry.key.text));
        }
        seen.push(&entry.key.text);
        let value = through_json(&entry.value).map_err(|problem| problem.fault(kind))?;
        if entry.key.text == "items" {
            items = Some(value);
        }
    }
    match items {
        Some(Value::Sequence(items)) => Ok(items.into_iter().collect()),
        Some(other) if !other.is_null() => Err(Fault::new(format!(
            "expected array in {kind}/items, but found {}",
            go_type(&other)
        ))
        .hint("write `items` as a list: `- ` before each object")),
        _ => Ok(Vec::new()),
    }
}

fn duplicate(kind: &str, key: &str) -> Fault {
    Fault::new(format!(
        "trouble expanding list of {kind}; received error yaml: unmarshal errors: mapping key \"{key}\" already defined"
    ))
    .hint(format!("keep one `{key}`"))
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Mapping(_) => "map[string]interface {}",
        Value::Sequence(_) => "[]interface {}",
        Value::Scalar(scalar) => match scalar.typed() {
            Ok(Typed::Bool(_)) => "bool",
            Ok(Typed::Int(_)) => "int",
            Ok(Typed::Float(_)) => "float64",
            _ => "string",
        },
    }
}

enum Problem {
    Duplicate(Text),
    Other(String),
}

impl Problem {
    fn fault(self, kind: &str) -> Fault {
        match self {
            Self::Duplicate(key) => duplicate(kind, &key),
            Self::Other(message) => Fault::new(message),
        }
    }
}

/// The value as it comes back from JSON: numbers and dates in their plain form, no styles.
fn through_json(value: &Value) -> Result<Value, Problem> {
    match value {
        Value::Scalar(scalar) => scalar_through_json(scalar),
        Value::Sequence(items) => {
            let items: Result<Sequence, _> = items.iter().map(through_json).collect();
            items.map(Value::Sequence)
        }
        Value::Mapping(map) => map_through_json(map),
    }
}

fn map_through_json(map: &Mapping) -> Result<Value, Problem> {
    let mut result = Mapping::new();
    let mut keys = indexmap::IndexSet::with_capacity(map.len());
    for entry in map.entries() {
        if entry.key.tag != Tag::Str {
            let message = "json: unsupported type: map[interface {}]interface {}";
            return Err(Problem::Other(message.into()));
        }
        if !keys.insert(&entry.key.text) {
            return Err(Problem::Duplicate(entry.key.text.clone()));
        }
        result.push(entry.key.text.clone(), through_json(&entry.value)?);
    }
    Ok(Value::Mapping(result))
}

fn scalar_through_json(scalar: &Scalar) -> Result<Value, Problem> {
    Ok(match scalar.typed().map_err(Problem::Other)? {
        Typed::Null => Value::null(),
        Typed::Bool(value) => Value::from(value),
        Typed::Int(number) => Value::Scalar(Scalar::new(
            ecow::eco_format!("{number}"),
            Tag::Int,
            Style::Plain,
        )),
        Typed::Float(number) => {
            let text = yaml::json_number(number).map_err(Problem::Other)?;
            let tag = plain::resolve(&text);
            Value::Scalar(Scalar::new(text, tag, Style::Plain))
        }
        // JSON text is double-quoted, and the style stays (spec 12 R25).
        Typed::Str(text) => Value::Scalar(Scalar::new(&*text, Tag::Str, Style::DoubleQuoted)),
    })
}
