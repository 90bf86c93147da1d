//! A kustomization file's text to its typed form.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use indexmap::IndexMap;

use crate::bytes;
use crate::model::{Fault, FieldPath, Mapping, Place, Source, Text, Value, Warning};
use crate::yaml;

use super::canonical::{canonical, fields};
use super::decode::{self, Rules, decode, last_of_each};
use super::syntax::{plain_words, syntax_fault};
use super::{Kustomization, is_slip, legacy, schema, twice};

/// Reads a kustomization file (spec 01 R6–R13).
///
/// Of the fields that do not fit, the first is the failure and the others come with it.
pub fn read(text: &[u8], file: &Arc<PathBuf>) -> Result<(Kustomization, Vec<Warning>)> {
    let document = yaml::read_configuration(text)
        .map_err(|error| syntax_fault("invalid Kustomization: ", &error, text, file))?
        .unwrap_or_else(Value::null);
    let joined = joined(&document, file)?;
    let said = joined.as_ref().unwrap_or(&document);
    let mut kustomization = typed(said, file)?;
    let empty = Mapping::new();
    let fields = document.as_mapping().unwrap_or(&empty);
    let mut warnings = deprecations(fields, file);
    warnings.extend(duplicates(&document, file));
    warnings.extend(lost_namespace(fields, file));
    warnings.extend(second_document(text, file));
    legacy::upgrade(&mut kustomization);
    check_content(said.as_mapping().unwrap_or(&empty), file)?;
    check_version(&kustomization, file)?;
    Ok((kustomization, warnings))
}

/// The fields of a kustomization as kustomize writes them where it changes nothing, deprecated ones among them.
pub fn as_written(text: &[u8], file: &Arc<PathBuf>) -> Result<Mapping> {
    let document = yaml::read_configuration(text)
        .map_err(|error| syntax_fault("invalid Kustomization: ", &error, text, file))?
        .unwrap_or_else(Value::null);
    let joined = joined(&document, file)?;
    let said = joined.as_ref().unwrap_or(&document);
    drop(typed(said, file)?);
    Ok(fields(said))
}

/// A kustomization to be edited.
#[derive(Clone, Debug)]
pub struct Editable {
    /// What its file says.
    pub written: Value,
    /// What kustomize makes of that when it writes the file back.
    pub canonical: Mapping,
    /// The deprecated fields in it.
    pub deprecations: Vec<Warning>,
}

/// Reads a kustomization that is to be edited: it may be empty, and of any kind and version (spec 14 R41).
pub fn editable(text: &[u8], file: &Arc<PathBuf>) -> Result<Editable> {
    let written = yaml::read_configuration(text)
        .map_err(|error| syntax_fault("invalid Kustomization: ", &error, text, file))?
        .unwrap_or_else(Value::null);
    let joined = joined(&written, file)?;
    let said = joined.as_ref().unwrap_or(&written);
    drop(typed(said, file)?);
    let empty = Mapping::new();
    let fields = written.as_mapping().unwrap_or(&empty);
    Ok(Editable {
        deprecations: deprecations(fields, file),
        canonical: canonical(said),
        written,
    })
}

/// Reads a file of configuration that is not a kustomization: its first document, by the rules of YAML 1.1.
pub fn configuration(text: &[u8], file: &Arc<PathBuf>) -> Result<Value> {
    let document =
        yaml::read_configuration(text).map_err(|error| syntax_fault("", &error, text, file))?;
    Ok(document.unwrap_or_else(Value::null))
}

/// The typed form of a document, or all of its fields that do not fit.
fn typed(document: &Value, file: &Arc<PathBuf>) -> Result<Kustomization, Fault> {
    if document.is_null() {
        return Ok(Kustomization::default());
    }
    let error = match decode(document, Rules::Kustomization) {
        Ok(kustomization) if !gives_config_map_a_type(document) => return Ok(kustomization),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    Err(unfit(document, file, error))
}

/// The document with every field once, if it has one twice, in different case.
fn joined(document: &Value, file: &Arc<PathBuf>) -> Result<Option<Value>, Fault> {
    if !twice::has_fields_twice(document) {
        return Ok(None);
    }
    // What does not fit must do so each time.
    if schema::problems(document).is_empty() {
        Ok(Some(twice::joined(document)))
    } else {
        Err(unfit(document, file, None))
    }
}

/// The failure for a document of which fields do not fit.
fn unfit(document: &Value, file: &Arc<PathBuf>, error: Option<decode::Error>) -> Fault {
    let fault_at = |message: &str, path: FieldPath| {
        Fault::new(format!("invalid Kustomization: {message}"))
            .titled(plain_words(message))
            .at(place(file, path))
    };
    let mut faults = schema::problems(document).into_iter().map(|problem| {
        let fault = fault_at(&problem.message, problem.path);
        match problem.hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    });
    let first = faults.next();
    let mut first = first.unwrap_or_else(|| match error {
        Some(error) => fault_at(&error.message, error.path()),
        None => fault_at("json: unknown field \"type\"", FieldPath::default()),
    });
    first.others = faults.collect();
    first
}

/// `ConfigMap`s and `Secret`s share their typed form, but `type` is a field of Secrets alone.
fn gives_config_map_a_type(document: &Value) -> bool {
    document
        .as_mapping()
        .into_iter()
        .flat_map(Mapping::iter)
        .filter(|(key, _)| key.eq_ignore_ascii_case("configMapGenerator"))
        .filter_map(|(_, entries)| entries.as_sequence())
        .flatten()
        .filter_map(Value::as_mapping)
        .any(|entry| {
            entry
                .iter()
                .any(|(key, _)| key.eq_ignore_ascii_case("type"))
        })
}

/// The fields that are there, the last of duplicates, without nulls.
fn present(fields: &Mapping) -> impl Iterator<Item = (&Text, &Value)> {
    last_of_each(fields).filter(|(_, value)| !value.is_null())
}

fn deprecations(fields: &Mapping, file: &Arc<PathBuf>) -> Vec<Warning> {
    legacy::DEPRECATED
        .iter()
        .filter_map(|(field, instead)| {
            let (key, _) = present(fields).find(|(key, _)| key.eq_ignore_ascii_case(field))?;
            let place = place(file, FieldPath::default().key(key.clone()));
            Some(Warning::new(legacy::warning(field, instead)).at(place))
        })
        .collect()
}

/// Warns of a namespace that stands where it does nothing.
fn lost_namespace(fields: &Mapping, file: &Arc<PathBuf>) -> Option<Warning> {
    let (_, metadata) = present(fields).find(|(key, _)| *key == "metadata")?;
    let namespace = metadata.get("namespace").and_then(Value::text)?;
    if present(fields).any(|(key, _)| key.eq_ignore_ascii_case("namespace")) {
        return None;
    }
    let place = place(file, FieldPath::of_keys(&["metadata", "namespace"]));
    Some(
        Warning::new("`metadata.namespace` of a kustomization puts nothing into a namespace")
            .at(place)
            .hint(format!(
                "write `namespace: {namespace}` at the top level of the file"
            )),
    )
}

/// Warns of documents behind the first: they do not count.
fn second_document(text: &[u8], file: &Arc<PathBuf>) -> Option<Warning> {
    bytes::find_text(b"\n---", text).next()?;
    let documents = yaml::read_documents(text).ok()?;
    let mut filled = documents
        .iter()
        .filter(|document| !document.value.is_null_or_empty());
    let second = filled.nth(1)?;
    Some(
        Warning::new("only the first document of a kustomization file counts")
            .at(Place::of_spot(file, second.line, 1))
            .hint("join the two, without the line `---`"),
    )
}

/// Warns of keys that are written twice: all but the last are lost.
fn duplicates(document: &Value, file: &Arc<PathBuf>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut rest = vec![(document, FieldPath::default())];
    while let Some((value, path)) = rest.pop() {
        match value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => rest.extend(
                items
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| item.as_scalar().is_none())
                    .map(|(index, item)| (item, path.clone().index(index))),
            ),
            Value::Mapping(map) => {
                let mut kept = IndexMap::with_capacity(map.len());
                // Fields may be written in any case, other keys may not.
                let is_root = path.steps.is_empty();
                for (key, item) in map.iter() {
                    let name = if is_root {
                        key.to_ascii_lowercase()
                    } else {
                        key.clone()
                    };
                    match kept.entry(name) {
                        indexmap::map::Entry::Vacant(entry) => drop(entry.insert((key, 1))),
                        indexmap::map::Entry::Occupied(mut entry) => {
                            let (first, count) = entry.get_mut();
                            *count += 1;
                            if *count == 2 {
                                warnings.push(duplicate(first, key, &path, file));
                            }
                        }
                    }
                    if item.as_scalar().is_none() {
                        rest.push((item, path.clone().key(key.clone())));
                    }
                }
            }
        }
    }
    warnings
}

/// The warning about the second of two keys.
fn duplicate(first: &Text, second: &Text, path: &FieldPath, file: &Arc<PathBuf>) -> Warning {
    let at = if first == second {
        path.clone().repeated(second.clone())
    } else {
        path.clone().key(second.clone())
    };
    let message = if first == second {
        format!("`{second}` is written more than once; the last one counts")
    } else {
        format!("`{second}` is the field `{first}` again; what both say is mixed")
    };
    Warning::new(message)
        .at(place(file, at))
        .related(
            "first written here",
            place(file, path.clone().key(first.clone())),
        )
        .hint("keep one of them")
}

/// Refuses a file that says nothing: an explicit empty list says something, a null does not (spec 01 R12).
fn check_content(fields: &Mapping, file: &Arc<PathBuf>) -> Result<()> {
    let says_something = present(fields).any(|(key, value)| match value {
        _ if key.eq_ignore_ascii_case("apiVersion") || key.eq_ignore_ascii_case("kind") => false,
        Value::Scalar(scalar) => !scalar.text.is_empty(),
        Value::Sequence(items) if items.is_empty() => {
            !["bases", "imageTags", "helmChartInflationGenerator"]
                .iter()
                .any(|field| key.eq_ignore_ascii_case(field))
        }
        Value::Sequence(_) | Value::Mapping(_) => true,
    });
    if says_something {
        return Ok(());
    }
    // kustomize says so whatever the file's name is.
    let fault = Fault::new("kustomization.yaml is empty").at(place(file, FieldPath::default()));
    Err(fault.hint("name what it renders under `resources:`").into())
}

/// Refuses a kind or version that is not a kustomization's (spec 01 R13).
fn check_version(kustomization: &Kustomization, file: &Arc<PathBuf>) -> Result<()> {
    let mut problems = Vec::new();
    let (kind, expected) = (&kustomization.kind, kustomization.expected_api_version());
    if kind != "Kustomization" && kind != "Component" {
        problems.push((
            "kind",
            "kind should be Kustomization or Component".to_owned(),
        ));
    }
    if kustomization.api_version != expected {
        let problem = format!("apiVersion for {kind} should be {expected}");
        problems.push(("apiVersion", problem));
    }
    let Some((field, _)) = problems.first() else {
        return Ok(());
    };
    let lines: Vec<_> = problems
        .iter()
        .map(|(_, problem)| problem.as_str())
        .collect();
    let folder = file.parent().unwrap_or(Path::new("")).display();
    let fault = Fault::new(format!(
        "Failed to read kustomization file under {folder}:\n{}",
        lines.join("\n")
    ));
    let fault = fault
        .titled(lines[0])
        .at(place(file, FieldPath::of_keys(&[field])));
    Err(match *field {
        "kind" if is_slip(kind, "Kustomization") => fault.hint("write `kind: Kustomization`"),
        "kind" if is_slip(kind, "Component") => fault.hint("write `kind: Component`"),
        "kind" => fault.hint("list manifests under `resources:` of a kustomization.yaml and keep them in files of their own"),
        _ => fault.hint(format!("write `apiVersion: {expected}`, or leave the field out")),
    }
    .into())
}

/// A field of the file's first document.
fn place(file: &Arc<PathBuf>, path: FieldPath) -> Place {
    let source = Source {
        file: Arc::clone(file),
        line: 1,
    };
    Place::of_field(source, path)
}
