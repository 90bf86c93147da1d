//! Objects that hold others: `List`, `ConfigMapList` and their like, taken apart (spec 10 R30–R32).

use ecow::eco_format;
use indexmap::IndexSet;

use crate::model::{Entry, Fault, Mapping, Scalar, Style, Tag, Text, Typed, Value, plain};
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
    let mut value = value.clone();
    through_json(&mut value).map_err(|problem| match problem {
        Problem::Duplicate(key) => duplicate(kind, &key),
        Problem::Other(message) => Fault::new(message),
    })?;
    match value.as_mapping_mut().and_then(|map| map.remove("items")) {
        // JSON has braces, in which a field that is written as nothing is an empty text (spec 10 R51).
        Some(Value::Sequence(items)) => Ok(items
            .into_iter()
            .map(|item| match item {
                Value::Mapping(map) => map.in_flow().into(),
                item => item,
            })
            .collect()),
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

/// Gives a value the form in which it comes back from JSON: numbers and dates in their plain form, no styles.
fn through_json(value: &mut Value) -> Result<(), Problem> {
    // Non-string keys at the top become text in kustomize (spec 10 R42).
    let mut is_root = true;
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Scalar(scalar) => *scalar = scalar_through_json(scalar)?,
            Value::Sequence(items) => rest.extend(items.make_mut()),
            Value::Mapping(map) => {
                check_keys(map, is_root)?;
                rest.extend(map.values_mut());
            }
        }
        is_root = false;
    }
    Ok(())
}

fn check_keys(map: &Mapping, is_root: bool) -> Result<(), Problem> {
    let mut keys = IndexSet::with_capacity(map.len());
    for Entry { key, .. } in map.entries() {
        if key.tag != Tag::Str && !is_root {
            let message = "json: unsupported type: map[interface {}]interface {}";
            return Err(Problem::Other(message.into()));
        }
        if !keys.insert(&key.text) {
            return Err(Problem::Duplicate(key.text.clone()));
        }
    }
    Ok(())
}

fn scalar_through_json(scalar: &Scalar) -> Result<Scalar, Problem> {
    let plain = |text: Text| {
        let tag = plain::resolve(&text);
        Scalar::new(text, tag, Style::Plain)
    };
    // No text lies between the file and JSON here, which would make it a string (spec 10 R51).
    if scalar.style == Style::FlowEmpty {
        return Ok(Scalar::null());
    }
    Ok(match scalar.as_data().map_err(Problem::Other)? {
        Typed::Null => Scalar::null(),
        Typed::Bool(value) => plain(if value { "true" } else { "false" }.into()),
        Typed::Int(number) => plain(eco_format!("{number}")),
        Typed::Float(number) => plain(yaml::json_number(number).map_err(Problem::Other)?),
        // JSON text is double-quoted, and the style stays (spec 12 R25).
        Typed::Str(text) => Scalar::new(&*text, Tag::Str, Style::DoubleQuoted),
    })
}
