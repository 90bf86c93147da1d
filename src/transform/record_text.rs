//! The annotations that hold the record of an object, in the form that users see (spec 01 R41, R42).

use std::fmt::Write;

use anyhow::{Result, anyhow};

use crate::model::{ConfiguredBy, Mapping, Record, Repo, Resource, Scalar, Tag, Text, Value};
use crate::yaml;

/// The annotation that says where an object came from.
pub const ORIGIN: &str = "config.kubernetes.io/origin";

/// The annotation that says what changed it.
pub const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// The annotations in which plugins and replacements see the record of an object.
pub fn show(resource: &Resource) -> Result<Vec<(Text, Text)>> {
    let Some(record) = resource.record.as_deref() else {
        return Ok(Vec::new());
    };
    let texts = [
        (ORIGIN, origin(record)?),
        (TRANSFORMATIONS, transformations(record)?),
    ];
    let texts = texts.into_iter();
    Ok(texts
        .filter_map(|(key, text)| Some((key.into(), text?)))
        .collect())
}

/// Makes texts of all annotations, each on its own, as kustomize does when it writes among them. The text of an empty key
/// goes over the map itself, which then takes no others.
pub fn make_annotations_text(resource: &mut Resource) {
    let metadata = resource.value_mut().get_mut("metadata");
    let annotations = metadata.and_then(|metadata| metadata.get_mut("annotations"));
    let Some(annotations) = annotations.and_then(Value::as_mapping_mut) else {
        return;
    };
    if annotations.contains_key("") {
        *annotations = Mapping::new();
    }
    if annotations.iter().all(|(_, value)| is_made_text(value)) {
        return;
    }
    for value in annotations.values_mut() {
        let text = value.as_scalar().map(|scalar| scalar.text.clone());
        *value = Value::Scalar(yaml::string(text.unwrap_or_default()));
    }
}

/// Whether it is a string already, in the style of those that kustomize makes.
fn is_made_text(value: &Value) -> bool {
    let is_made = |scalar: &Scalar| {
        let style = yaml::string_style(&scalar.text);
        scalar.tag == Tag::Str && scalar.shared.is_none() && scalar.style == style
    };
    value.as_scalar().is_some_and(is_made)
}

/// What a record says of where an object came from, if it says anything.
pub fn origin(record: &Record) -> Result<Option<Text>> {
    if let Some(printed) = &record.printed.origin {
        return Ok(Some(printed.clone()));
    }
    let mut text = String::new();
    if let Some(generator) = &record.generator {
        write_plugin(&mut text, generator, ["", ""])?;
    } else {
        write_place(
            &mut text,
            &record.path,
            record.repo.as_deref(),
            &Text::new(),
            ["", ""],
        )?;
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

/// What a record says of what changed an object; nothing if nothing did.
pub fn transformations(record: &Record) -> Result<Option<Text>> {
    if let Some(printed) = &record.printed.transformations {
        return Ok(Some(printed.clone()));
    }
    let mut text = String::new();
    for plugin in &record.transformers {
        write_plugin(&mut text, plugin, ["- ", "  "])?;
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

/// Writes a plugin, its first line and the others set in.
fn write_plugin(text: &mut String, plugin: &ConfiguredBy, indent: [&str; 2]) -> Result<()> {
    let [first, rest] = indent;
    let start = text.len();
    let (path, repo) = (&plugin.path, plugin.repo.as_deref());
    write_place(text, path, repo, &plugin.configured_in, indent)?;
    let fields = [
        ("apiVersion", &plugin.api_version),
        ("kind", &plugin.kind),
        ("name", &plugin.name),
        ("namespace", &plugin.namespace),
    ];
    let mut fields = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .peekable();
    let indent = if text.len() == start { first } else { rest };
    if fields.peek().is_some() {
        writeln!(text, "{indent}configuredBy:")?;
    } else if text.len() == start {
        writeln!(text, "{indent}{{}}")?;
    }
    for (field, value) in fields {
        text.push_str(rest);
        text.push_str("  ");
        write_field(text, field, value)?;
    }
    Ok(())
}

/// Writes what is known of where something stands.
fn write_place(
    text: &mut String,
    path: &Text,
    repo: Option<&Repo>,
    configured_in: &Text,
    indent: [&str; 2],
) -> Result<()> {
    let [mut indent, rest] = indent;
    let repo = repo.map(|repo| [("repo", &repo.url), ("ref", &repo.reference)]);
    let fields = std::iter::once(("path", path)).chain(repo.into_iter().flatten());
    let fields = fields.chain([("configuredIn", configured_in)]);
    for (field, value) in fields.filter(|(_, value)| !value.is_empty()) {
        text.push_str(indent);
        write_field(text, field, value)?;
        indent = rest;
    }
    Ok(())
}

fn write_field(text: &mut String, field: &str, value: &Text) -> Result<()> {
    let field = [(field, Value::string(value.clone()))]
        .into_iter()
        .collect::<Mapping>();
    yaml::write(&field.into(), text).map_err(|error| anyhow!("{}", error.message))
}
