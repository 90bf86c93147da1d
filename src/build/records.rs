//! `buildMetadata`: the records of where objects came from and what changed them, and their form for users (spec 01 R41, R42).

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::kustomization::decode::{Rules, decode};
use crate::load::Layer;
use crate::model::{ConfiguredBy, Mapping, Record, ResMap, Resource, Text, Value, clean_path};
use crate::yaml;

const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Where a layer stands, as seen from the root of the build.
pub(super) struct Place {
    folder: Text,
    /// The path of its kustomization file.
    file: Text,
    /// The namespace that it sets, or else the nearest one around it does.
    pub(super) namespace: Text,
}

impl Place {
    /// The root of the build.
    pub(super) fn root(layer: &Layer) -> Self {
        Self {
            folder: ".".into(),
            file: layer.file_name().into(),
            namespace: layer.kustomization.namespace.clone(),
        }
    }

    /// The layer that an entry leads to.
    pub(super) fn below(&self, entry: &str, layer: &Layer) -> Self {
        let folder = self.path(entry);
        let file = clean_path(&format!("{folder}/{}", layer.file_name()));
        let namespace = match &layer.kustomization.namespace {
            own if own.is_empty() => &self.namespace,
            own => own,
        };
        Self {
            folder,
            file,
            namespace: namespace.clone(),
        }
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
            api_version: "builtin".into(),
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
        api_version: id.gvk.api_version(),
        kind: id.gvk.kind.clone(),
        name: id.name.clone(),
        namespace: id.namespace.clone(),
    }))
}

/// Notes that a plugin ran over all objects, as `count` plugins would have. Objects without a record are those that it added.
pub(super) fn note(resources: &mut ResMap, plugin: &Arc<ConfiguredBy>, count: usize) {
    for slot in resources.slots() {
        resources.edit(slot, |resource| match &mut resource.record {
            Some(record) => record
                .transformers
                .extend(std::iter::repeat_n(Arc::clone(plugin), count)),
            None => {
                resource.record = Some(Box::new(Record::of_generator(Arc::clone(plugin))));
            }
        });
    }
}

/// Shows where an object came from.
pub(super) fn show_origin(resource: &mut Resource) -> Result<()> {
    if let Some(text) = resource.record.as_deref().map(origin).transpose()? {
        annotate(resource, ORIGIN, text);
    }
    Ok(())
}

/// Shows what changed an object.
pub(super) fn show_transformations(resource: &mut Resource) -> Result<()> {
    let text = resource
        .record
        .as_deref()
        .map(transformations)
        .transpose()?;
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        annotate(resource, TRANSFORMATIONS, text);
    }
    Ok(())
}

/// The annotations in which plugins see the record of an object.
pub(super) fn show(resource: &Resource) -> Result<Vec<(Text, Text)>> {
    let Some(record) = resource.record.as_deref() else {
        return Ok(Vec::new());
    };
    let texts = [
        (ORIGIN, origin(record)?),
        (TRANSFORMATIONS, transformations(record)?),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    Ok(texts.map(|(key, text)| (key.into(), text.into())).collect())
}

/// Takes the record of an object back from what plugins see of it.
pub(super) fn take(resource: &mut Resource) -> Result<()> {
    let mut take = |key: &str| {
        let annotations = resource.value_mut().get_mut("metadata")?;
        let annotations = annotations.get_mut("annotations")?.as_mapping_mut()?;
        annotations.remove(key)?.text().cloned()
    };
    let (Some(origin), transformations) = (take(ORIGIN), take(TRANSFORMATIONS)) else {
        return Ok(());
    };
    let Shown {
        path,
        configured_in,
        configured_by,
    } = parse(&origin)?;
    let generator = configured_by.map(|by| by.of(configured_in));
    let transformers: Vec<Shown> = parse(&transformations.unwrap_or_default())?;
    resource.record = Some(Box::new(Record {
        path,
        generator,
        transformers: transformers
            .into_iter()
            .map(|shown| {
                shown
                    .configured_by
                    .unwrap_or_default()
                    .of(shown.configured_in)
            })
            .collect(),
    }));
    Ok(())
}

/// A record as its text says it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Shown {
    path: Text,
    configured_in: Text,
    configured_by: Option<ShownPlugin>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ShownPlugin {
    api_version: Text,
    kind: Text,
    name: Text,
    namespace: Text,
}

impl ShownPlugin {
    fn of(self, configured_in: Text) -> Arc<ConfiguredBy> {
        Arc::new(ConfiguredBy {
            configured_in,
            api_version: self.api_version,
            kind: self.kind,
            name: self.name,
            namespace: self.namespace,
        })
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    let value = yaml::read_configuration(text.as_bytes()).map_err(|error| anyhow!("{error}"))?;
    Ok(decode(&value.unwrap_or_else(Value::null), Rules::Plugin)?)
}

fn origin(record: &Record) -> Result<String> {
    let mut text = String::new();
    match &record.generator {
        Some(generator) => write_plugin(&mut text, generator, ["", ""])?,
        None => write_field(&mut text, "path", &record.path)?,
    }
    Ok(text)
}

fn transformations(record: &Record) -> Result<String> {
    let mut text = String::new();
    for plugin in &record.transformers {
        write_plugin(&mut text, plugin, ["- ", "  "])?;
    }
    Ok(text)
}

fn write_plugin(text: &mut String, plugin: &ConfiguredBy, indent: [&str; 2]) -> Result<()> {
    let [first, rest] = indent;
    text.push_str(first);
    write_field(text, "configuredIn", &plugin.configured_in)?;
    writeln!(text, "{rest}configuredBy:")?;
    let fields = [
        ("apiVersion", &plugin.api_version),
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
