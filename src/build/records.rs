//! `buildMetadata`: the records of where objects came from and what changed them, and their form for users (spec 01 R41, R42).

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Result, anyhow};

use crate::model::{ConfiguredBy, Mapping, Record, ResMap, Resource, Text, Value, clean_path};
use crate::yaml;

const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Where a layer stands, as seen from the root of the build.
pub(super) struct Place {
    folder: Text,
    /// The path of its kustomization file.
    file: Text,
}

impl Place {
    /// The root of the build, whose kustomization file has this name.
    pub(super) fn root(file_name: &str) -> Self {
        Self {
            folder: ".".into(),
            file: file_name.into(),
        }
    }

    /// The folder that an entry leads to.
    pub(super) fn below(&self, entry: &str, file_name: &str) -> Self {
        let folder = self.path(entry);
        let file = clean_path(&format!("{folder}/{file_name}"));
        Self { folder, file }
    }

    /// The path of a file that an entry names.
    fn path(&self, entry: &str) -> Text {
        clean_path(&format!("{}/{entry}", self.folder))
    }

    /// The record of what stands in a file that an entry names.
    pub(super) fn record_of_file(&self, entry: &str) -> Record {
        Record::of_file(self.path(entry))
    }

    /// The record of what stands in the kustomization file itself.
    pub(super) fn record(&self) -> Record {
        Record::of_file(self.file.clone())
    }

    /// A plugin that a field of the kustomization stands for.
    pub(super) fn plugin(&self, kind: &str) -> Arc<ConfiguredBy> {
        Arc::new(ConfiguredBy {
            configured_in: self.file.clone(),
            kind: kind.into(),
            name: Text::new(),
            namespace: Text::new(),
        })
    }
}

/// The plugin that an object configures, if records are kept.
pub(super) fn plugin(configuration: &Resource) -> Option<Arc<ConfiguredBy>> {
    let record = configuration.record.as_ref()?;
    let id = configuration.id();
    let configured_in = match &record.generator {
        Some(generator) => &generator.configured_in,
        None => &record.path,
    };
    Some(Arc::new(ConfiguredBy {
        configured_in: configured_in.clone(),
        kind: id.gvk.kind.clone(),
        name: id.name.clone(),
        namespace: id.namespace.clone(),
    }))
}

/// Notes that a plugin ran over all objects, as `count` plugins would have.
pub(super) fn note(resources: &mut ResMap, plugin: &Arc<ConfiguredBy>, count: usize) {
    for slot in resources.slots() {
        resources.edit(slot, |resource| {
            if let Some(record) = &mut resource.record {
                record.note(plugin, count);
            }
        });
    }
}

/// Shows where an object came from.
pub(super) fn show_origin(resource: &mut Resource) -> Result<()> {
    let Some(record) = &resource.record else {
        return Ok(());
    };
    let mut text = String::new();
    match &record.generator {
        Some(generator) => write_plugin(&mut text, generator, ["", ""])?,
        None => write_field(&mut text, "path", &record.path)?,
    }
    annotate(resource, ORIGIN, text);
    Ok(())
}

/// Shows what changed an object.
pub(super) fn show_transformations(resource: &mut Resource) -> Result<()> {
    let Some(record) = &resource.record else {
        return Ok(());
    };
    if record.transformers.is_empty() {
        return Ok(());
    }
    let mut text = String::new();
    for plugin in &record.transformers {
        write_plugin(&mut text, plugin, ["- ", "  "])?;
    }
    annotate(resource, TRANSFORMATIONS, text);
    Ok(())
}

fn write_plugin(text: &mut String, plugin: &ConfiguredBy, indent: [&str; 2]) -> Result<()> {
    let [first, rest] = indent;
    text.push_str(first);
    write_field(text, "configuredIn", &plugin.configured_in)?;
    writeln!(text, "{rest}configuredBy:\n{rest}  apiVersion: builtin")?;
    let fields = [
        ("kind", &plugin.kind),
        ("name", &plugin.name),
        ("namespace", &plugin.namespace),
    ];
    for (field, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(rest);
        text.push_str("  ");
        write_field(text, field, value)?;
    }
    Ok(())
}

fn write_field(text: &mut String, field: &str, value: &Text) -> Result<()> {
    let field = [(field, Value::string(value.clone()))]
        .into_iter()
        .collect::<Mapping>();
    yaml::write(&field.into(), text).map_err(|error| anyhow!("{}", error.message))
}

fn annotate(resource: &mut Resource, key: &str, text: String) {
    let root = resource.value_mut().as_mapping_mut();
    let metadata = root.map(|root| root.get_or_insert_with("metadata", || Mapping::new().into()));
    let Some(metadata) = metadata.and_then(Value::as_mapping_mut) else {
        return;
    };
    if metadata.get("annotations").is_some_and(Value::is_null) {
        metadata.remove("annotations");
    }
    let annotations = metadata.get_or_insert_with("annotations", || Mapping::new().into());
    if let Some(annotations) = annotations.as_mapping_mut() {
        annotations.insert(key, Value::string(text));
    }
}
