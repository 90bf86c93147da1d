//! `crds`: what files of `OpenAPI` definitions add to the tables of fields (spec 16 R20–R25).

use anyhow::{Result, bail};

use super::config::{FieldTables, NameReference};
use crate::model::{FieldSpec, Mapping, SpecPath, Text, Typed, Value, Word};

/// Definitions that refer to each other further than this are not followed.
const MAX_DEPTH: usize = 100;
/// A file may describe so many fields: definitions that share others can describe more than anybody has.
const MAX_FIELDS: usize = 100_000;

/// The fields that the definitions of a file describe.
pub fn field_tables(document: &Value) -> Result<FieldTables> {
    let Value::Mapping(definitions) = document else {
        bail!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value of type accumulator.nameToApiMap",
            json_type(document)
        );
    };
    let unfit = definitions.iter().map(|(_, definition)| definition);
    let unfit = unfit.filter(|definition| definition.as_mapping().is_none());
    if let Some(unfit) = unfit.into_iter().find(|definition| !definition.is_null()) {
        bail!(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go value of type accumulator.OpenAPIDefinition",
            json_type(unfit)
        );
    }
    let mut reader = Reader {
        definitions,
        tables: FieldTables::default(),
        seen: 0,
    };
    for (name, definition) in definitions.iter() {
        let Some(properties) = properties(definition) else {
            continue;
        };
        let is_entry = ["apiVersion", "kind", "metadata"]
            .into_iter()
            .all(|field| properties.contains_key(field));
        if is_entry {
            let kind = name.rsplit('.').next().unwrap_or_default();
            reader.read(properties, kind, "", &mut vec![name])?;
        }
    }
    Ok(reader.tables)
}

struct Reader<'a> {
    definitions: &'a Mapping,
    tables: FieldTables,
    /// The number of fields so far.
    seen: usize,
}

impl<'a> Reader<'a> {
    /// Reads the properties of a type that stands at `path` of objects of a kind; `types` are those on the way to it.
    fn read(
        &mut self,
        properties: &'a Mapping,
        kind: &str,
        path: &str,
        types: &mut Vec<&'a Text>,
    ) -> Result<()> {
        self.seen += properties.len();
        if self.seen > MAX_FIELDS {
            bail!("the definitions describe more than {MAX_FIELDS} fields");
        }
        for (name, property) in properties.iter() {
            let path = match path {
                "" => name.to_string(),
                path => format!("{path}/{name}"),
            };
            self.note(property, kind, &path);
            let Some(target) = extension(property, "$ref") else {
                continue;
            };
            let is_new = !types.contains(&target) && types.len() < MAX_DEPTH;
            if let Some(definition) = self.definitions.get(target).filter(|_| is_new)
                && let Some(properties) = self::properties(definition)
            {
                types.push(target);
                self.read(properties, kind, &path, types)?;
                types.pop();
            }
        }
        Ok(())
    }

    /// Adds what the extensions of a property say about it.
    fn note(&mut self, property: &Value, kind: &str, path: &str) {
        let spec = |path: &str| FieldSpec {
            kind: kind.to_owned().into(),
            path: SpecPath::new(path.to_owned()),
            ..FieldSpec::default()
        };
        let has = |name: &str| extension(property, name).is_some();
        if has("x-kubernetes-annotation") {
            self.tables.common_annotations.to_mut().push(spec(path));
        }
        if has("x-kubernetes-label-selector") {
            self.tables.common_labels.to_mut().push(spec(path));
        }
        if has("x-kubernetes-identity") {
            self.tables.name_prefix.to_mut().push(spec(path));
        }
        let version = extension(property, "x-kubernetes-object-ref-api-version");
        let target = extension(property, "x-kubernetes-object-ref-kind");
        if let (Some(version), Some(target)) = (version, target) {
            let key = extension(property, "x-kubernetes-object-ref-name-key");
            let key = key.map_or("name", Text::as_str);
            self.tables.name_reference.to_mut().push(NameReference {
                group: Word::default(),
                version: version.to_string().into(),
                kind: target.to_string().into(),
                field_specs: vec![spec(&format!("{path}/{key}"))].into(),
            });
        }
    }
}

/// `Schema.properties`
fn properties(definition: &Value) -> Option<&Mapping> {
    let schema = definition.as_mapping()?;
    let schema = schema
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case("Schema"));
    schema?.1.get("properties")?.as_mapping()
}

/// An extension of a property; only text counts.
fn extension<'a>(property: &'a Value, name: &str) -> Option<&'a Text> {
    let scalar = property.get(name)?.as_scalar()?;
    let is_text = matches!(scalar.typed(), Ok(Typed::Str(_)));
    is_text.then_some(&scalar.text)
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Mapping(_) => "object",
        Value::Sequence(_) => "array",
        Value::Scalar(scalar) if scalar.is_null() => "null",
        Value::Scalar(_) => "string",
    }
}
