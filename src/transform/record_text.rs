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
        if !record.path.is_empty() {
            write_field(&mut text, "path", &record.path)?;
        }
        write_repo(&mut text, record.repo.as_deref(), "")?;
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

fn write_plugin(text: &mut String, plugin: &ConfiguredBy, indent: [&str; 2]) -> Result<()> {
    let [first, rest] = indent;
    text.push_str(first);
    write_repo(text, plugin.repo.as_deref(), rest)?;
    write_field(text, "configuredIn", &plugin.configured_in)?;
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
    if fields.peek().is_some() {
        writeln!(text, "{rest}configuredBy:")?;
    }
    for (field, value) in fields {
        text.push_str(rest);
        text.push_str("  ");
        write_field(text, field, value)?;
    }
    Ok(())
}

/// Writes where a path starts, and what the next line begins with.
fn write_repo(text: &mut String, repo: Option<&Repo>, rest: &str) -> Result<()> {
    let Some(repo) = repo else {
        return Ok(());
    };
    if !repo.url.is_empty() {
        write_field(text, "repo", &repo.url)?;
        text.push_str(rest);
    }
    if !repo.reference.is_empty() {
        write_field(text, "ref", &repo.reference)?;
        text.push_str(rest);
    }
    Ok(())
}

fn write_field(text: &mut String, field: &str, value: &Text) -> Result<()> {
    let field = [(field, Value::string(value.clone()))]
        .into_iter()
        .collect::<Mapping>();
    yaml::write(&field.into(), text).map_err(|error| anyhow!("{}", error.message))
}
