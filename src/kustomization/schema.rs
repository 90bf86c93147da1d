//! Every way in which a document is not a kustomization, in kustomize's words.
//!
//! Decoding stops at the first field that does not fit; this check runs after that and finds the others too.

use indexmap::IndexMap;

use crate::model::{FieldPath, Mapping, Scalar, Tag, Text, Typed, Value, plain};
use crate::yaml;

use super::decode::{field_of, json_kind, last_of_each};
use super::suggestion::nearest;

/// For each field of a kustomization Go's name of it and its Go type: what kustomize's messages call them.
const GO_FIELDS: &str = include_str!("go_fields.txt");

/// Advice costs a look at all fields there are, so only the first problems get any.
const MOST_ADVICE: usize = 50;

/// A field that does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where it stands.
    pub(super) path: FieldPath,
    /// What is wrong, in the words of Go's decoder.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: Option<String>,
}

/// The fields that do not fit, in the order in which kustomize would find them.
pub(super) fn problems(document: &Value) -> Vec<Problem> {
    let mut check = Check {
        schema: Schema::load(),
        problems: Vec::new(),
    };
    if document.as_mapping().is_some() {
        check.object(document, "", &FieldPath::default());
    } else {
        check.problems.push(Problem {
            path: FieldPath::default(),
            message: format!(
                "json: cannot unmarshal {} into Go value of type types.Kustomization",
                json_kind(document)
            ),
            hint: Some("write fields such as `resources:` at the top of the file".into()),
        });
    }
    check.problems
}

struct Field {
    /// `Selector.patches.target.ResId.name`
    go_name: &'static str,
    /// `string`
    go_type: &'static str,
}

/// The fields by their paths without list indexes.
pub(super) struct Schema {
    fields: IndexMap<String, Field>,
    /// By the path of an object, the names of its fields.
    names: IndexMap<String, Vec<&'static str>>,
}

impl Schema {
    pub(super) fn load() -> Self {
        let mut schema = Self {
            fields: IndexMap::new(),
            names: IndexMap::new(),
        };
        for (go_name, go_type) in GO_FIELDS.lines().filter_map(|line| line.split_once(' ')) {
            // The first part is the struct; other parts in upper case are structs that lend it their fields.
            let mut parts: Vec<_> = go_name
                .split('.')
                .skip(1)
                .filter(|part| !part.starts_with(|first: char| first.is_ascii_uppercase()))
                .collect();
            let path = parts.join(".");
            if let Some(name) = parts.pop() {
                schema.names.entry(parts.join(".")).or_default().push(name);
            }
            schema.fields.insert(path, Field { go_name, go_type });
        }
        schema
    }

    /// The names of the fields of the object at a path; none where no object stands.
    pub(super) fn names_of(&self, place: &str) -> &[&'static str] {
        self.names.get(place).map_or(&[], Vec::as_slice)
    }

    /// The Go type of the field at a path.
    pub(super) fn type_of(&self, place: &str) -> &'static str {
        self.fields.get(place).map_or("", |field| field.go_type)
    }

    /// The path of another object that has a field of this name, if there is just one.
    fn home_of(&self, name: &str) -> Option<&str> {
        let mut homes = self
            .names
            .iter()
            .filter(|(_, names)| names.contains(&name))
            .map(|(path, _)| path.as_str());
        homes.next().filter(|_| homes.next().is_none())
    }
}

struct Check {
    schema: Schema,
    problems: Vec<Problem>,
}

impl Check {
    /// Checks the fields of an object that stands at `place` of the schema; keys in the order of kustomize's JSON.
    fn object(&mut self, value: &Value, place: &str, path: &FieldPath) {
        let Some(map) = value.as_mapping() else {
            return;
        };
        let mut entries: Vec<_> = last_of_each(map).collect();
        entries.sort_by_key(|(key, _)| *key);
        for (key, value) in entries {
            let path = path.clone().key(key.clone());
            let names = self.schema.names.get(place).map_or(&[][..], Vec::as_slice);
            let Some(name) = field_of(key, names).map(|position| names[position]) else {
                if place == "patches" && is_fallen_out(map, key) {
                    // All that follows is of the same text.
                    self.fallen_out(key, path);
                    return;
                }
                self.unknown(key, map, place, path);
                continue;
            };
            let place = join(place, name);
            if let Some(field) = self.schema.fields.get(&place) {
                let (go_name, go_type) = (field.go_name, field.go_type);
                self.value(value, &place, go_name, go_type, &path);
            }
        }
    }

    fn value(
        &mut self,
        value: &Value,
        place: &str,
        go_name: &str,
        go_type: &str,
        path: &FieldPath,
    ) {
        if value.is_null() {
            return;
        }
        let go_type = go_type.trim_start_matches('*');
        if let Some(item_type) = go_type.strip_prefix("[]") {
            match value.as_sequence() {
                None => self.mismatch(value, go_name, go_type, path),
                Some(items) => items.iter().enumerate().for_each(|(index, item)| {
                    let path = path.clone().index(index);
                    self.value(item, place, go_name, item_type, &path);
                }),
            }
        } else if let Some(value_type) = go_type.strip_prefix("map[string]") {
            match value.as_mapping() {
                None => self.mismatch(value, go_name, go_type, path),
                Some(_) if value_type == "interface {}" => {}
                Some(map) => last_of_each(map).for_each(|(key, item)| {
                    let path = path.clone().key(key.clone());
                    self.value(item, place, go_name, value_type, &path);
                }),
            }
        } else if self.schema.names.contains_key(place) {
            match value {
                Value::Mapping(_) => self.object(value, place, path),
                _ => self.mismatch(value, go_name, go_type, path),
            }
        } else {
            let fits = match go_type {
                "bool" => json_kind(value) == "bool",
                "int" | "int64" => super::decode::is_int64(value),
                _ => json_kind(value) == "string",
            };
            if !fits {
                self.mismatch(value, go_name, go_type, path);
            }
        }
    }

    fn mismatch(&mut self, value: &Value, go_name: &str, go_type: &str, path: &FieldPath) {
        let kind = json_kind(value);
        let number = match value {
            Value::Scalar(scalar) if kind == "number" && go_type.starts_with("int") => {
                format!(" {}", json_number(scalar))
            }
            _ => String::new(),
        };
        self.problems.push(Problem {
            path: path.clone(),
            message: format!(
                "json: cannot unmarshal {kind}{number} into Go struct field {go_name} of type {go_type}"
            ),
            hint: remedy(value, kind, go_type),
        });
    }

    /// The lines of an inline patch that are not indented below its key.
    fn fallen_out(&mut self, key: &Text, path: FieldPath) {
        self.problems.push(Problem {
            path,
            message: format!("json: unknown field \"{key}\""),
            hint: Some("indent the lines of the patch further than the key `patch`".into()),
        });
    }

    fn unknown(&mut self, key: &Text, map: &Mapping, place: &str, path: FieldPath) {
        let names = self.schema.names.get(place).map_or(&[][..], Vec::as_slice);
        let hint = if self.problems.len() >= MOST_ADVICE {
            None
        } else if place.ends_with("target") && key == "apiVersion" {
            Some("write `group` and `version` in place of `apiVersion`".into())
        } else if place.is_empty() && is_of_flux(map) {
            Some(
                "this is a Kustomization of Flux: render the folder that its `spec.path` names"
                    .into(),
            )
        } else if let Some(home) = self.schema.home_of(key) {
            Some(match home {
                "" => format!("move `{key}` to the top level of the file"),
                home => format!("`{key}` belongs below `{home}`"),
            })
        } else if let Some(name) = nearest(key, names.iter().copied()) {
            Some(format!("did you mean `{name}`?"))
        } else if let Some(name) = names.iter().find(|name| is_end_of(key, name)) {
            Some(format!("did you mean `{name}`?"))
        } else if names.len() <= 12 {
            Some(format!("the fields here are `{}`", names.join("`, `")))
        } else {
            None
        };
        self.problems.push(Problem {
            path,
            message: format!("json: unknown field \"{key}\""),
            hint,
        });
    }
}

/// Whether a name is the last word of another: `tag` of `newTag`.
fn is_end_of(word: &str, name: &str) -> bool {
    let start = name.len().checked_sub(word.len());
    start.is_some_and(|start| {
        name.is_char_boundary(start)
            && word.len() > 2
            && name[start..].starts_with(|first: char| first.is_ascii_uppercase())
            && name[start..].eq_ignore_ascii_case(word)
    })
}

/// Whether a key beside an empty `patch` is one of the patch itself.
fn is_fallen_out(entry: &Mapping, key: &str) -> bool {
    let is_empty = |patch: &Value| patch.text().is_some_and(|text| text.trim().is_empty());
    entry.get("patch").is_some_and(is_empty)
        && matches!(key, "apiVersion" | "kind" | "metadata" | "spec" | "data")
}

fn is_of_flux(map: &Mapping) -> bool {
    let version = map.get("apiVersion").and_then(Value::text);
    version.is_some_and(|version| version.contains("fluxcd.io/"))
}

fn join(place: &str, name: &str) -> String {
    match place {
        "" => name.into(),
        place => format!("{place}.{name}"),
    }
}

fn remedy(value: &Value, kind: &str, go_type: &str) -> Option<String> {
    let text = |value: &Value| value.text().map_or_else(String::new, Text::to_string);
    match (kind, go_type) {
        ("bool", "string") => Some(
            "put the value in quotes: `true`, `yes`, `on`, `y` and their opposites are booleans here"
                .into(),
        ),
        ("number", "string") => Some(format!("put the value in quotes: \"{}\"", text(value))),
        ("string", "bool" | "int" | "int64") if is_quoted(value) => {
            Some("write the value without quotes".into())
        }
        ("string", list) if list.starts_with("[]") => Some("write a list: `- ` before the value".into()),
        ("object", list) if list.starts_with("[]") => Some("write a list: `- ` before each entry".into()),
        ("number" | "bool", list) if list.starts_with("[]") => {
            Some("write a list: `- ` before each entry".into())
        }
        ("array", "string") => Some("write one value in place of a list".into()),
        ("array", map) if map.starts_with("map[") => {
            Some("write `key: value` on each line, without `- `".into())
        }
        ("object", "string") => Some(match value.get("path").or_else(|| value.get("name")).and_then(Value::text) {
            Some(text) => format!("write the value alone: `{text}`"),
            None => "write one value in place of a map".into(),
        }),
        ("string", "types.Patch") => {
            Some(format!("write `path: {}`, or the patch itself below `patch: |-`", text(value)))
        }
        ("string", "types.Image" | "types.Replica" | "types.ConfigMapArgs" | "types.SecretArgs") => {
            Some(format!("write `name: {}`, and the other fields below it", text(value)))
        }
        _ => None,
    }
}

fn is_quoted(value: &Value) -> bool {
    let Value::Scalar(scalar) = value else {
        return false;
    };
    scalar.style.is_quoted()
        && plain::resolve(&scalar.text) != Tag::Str
        && matches!(scalar.typed(), Ok(Typed::Str(_)))
}

/// A number as it stands in kustomize's JSON.
fn json_number(scalar: &Scalar) -> Text {
    match scalar.typed() {
        Ok(Typed::Int(number)) => ecow::eco_format!("{number}"),
        Ok(Typed::Float(number)) => {
            yaml::json_number(number).unwrap_or_else(|_| scalar.text.clone())
        }
        _ => scalar.text.clone(),
    }
}

/// A document that has every field, each with a value that fits.
#[cfg(test)]
pub(super) fn sample() -> Value {
    let schema = Schema::load();
    sample_object(&schema, "")
}

#[cfg(test)]
fn sample_object(schema: &Schema, place: &str) -> Value {
    let fields = schema.names[place].iter().map(|name| {
        let place = join(place, name);
        (
            *name,
            sample_value(schema, &place, schema.fields[&place].go_type),
        )
    });
    fields.collect::<Mapping>().into()
}

#[cfg(test)]
fn sample_value(schema: &Schema, place: &str, go_type: &str) -> Value {
    if let Some(item) = go_type.strip_prefix("[]") {
        let items = [sample_value(schema, place, item)];
        return crate::model::Sequence::from(items).into();
    }
    match go_type {
        "bool" => Value::from(true),
        "int" | "int64" => Value::from(1),
        map if map.starts_with("map[string]") => [("a", Value::string("b"))]
            .into_iter()
            .collect::<Mapping>()
            .into(),
        _ if schema.names.contains_key(place) => sample_object(schema, place),
        _ => Value::string("x"),
    }
}
