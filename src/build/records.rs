//! `buildMetadata`: the records of where objects came from and what changed them, and their form for users (spec 01 R41, R42).

use std::sync::Arc;

use anyhow::{Result, anyhow};
use ecow::EcoVec;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::kustomization::decode::{AsWritten, Rules, decode};
use crate::load::{Layer, RepoUrl};
use crate::model::{
    ConfiguredBy, Mapping, Printed, Record, Repo, ResMap, Resource, Text, Value, clean_path,
};
use crate::transform::record_text::{
    ORIGIN, TRANSFORMATIONS, make_annotations_text, origin, transformations,
};
use crate::yaml;

/// What kustomize calls the root of a repository where an address names no folder in it (spec 01 R41).
const ROOT_OF_REPOSITORY: &str = "notCloned";

/// Where a layer stands, as seen from the root of the build or of the repository that it is in.
pub(super) struct Place {
    folder: Text,
    /// The path of its kustomization file.
    file: Text,
    /// The repository whose root paths start at then.
    repo: Option<Arc<Repo>>,
    /// The namespace that it sets, or else the nearest one around it does.
    pub(super) namespace: Text,
}

impl Place {
    /// The root of the build.
    pub(super) fn root(layer: &Layer) -> Self {
        Self {
            folder: ".".into(),
            file: layer.file_name().into(),
            repo: None,
            namespace: layer.kustomization.namespace.clone(),
        }
    }

    /// The layer that an entry leads to.
    pub(super) fn below(&self, entry: &str, layer: &Layer) -> Self {
        let (folder, repo) = self.target(entry);
        let file = clean_path(&format!("{folder}/{}", layer.file_name()));
        let namespace = match &layer.kustomization.namespace {
            own if own.is_empty() => &self.namespace,
            own => own,
        };
        Self {
            folder,
            file,
            repo,
            namespace: namespace.clone(),
        }
    }

    /// The path that an entry leads to, and the repository that it is in. The address of a file may look like one in a
    /// repository, and passes for that.
    fn target(&self, entry: &str) -> (Text, Option<Arc<Repo>>) {
        match RepoUrl::parse(entry) {
            Some(url) => {
                let path = match clean_path(&url.path) {
                    path if path == "." => ROOT_OF_REPOSITORY.into(),
                    path => path,
                };
                let repo = Repo {
                    url: url.repo.into(),
                    reference: url.reference.into(),
                };
                (path, Some(Arc::new(repo)))
            }
            None => (
                clean_path(&format!("{}/{entry}", self.folder)),
                self.repo.clone(),
            ),
        }
    }

    /// The record of what stands in a file that an entry names.
    pub(super) fn record_of_file(&self, entry: &str) -> Record {
        let (path, repo) = self.target(entry);
        Record::of_file(path, repo)
    }

    /// The record of what stands in the kustomization file itself.
    pub(super) fn record(&self) -> Record {
        Record::of_file(self.file.clone(), self.repo.clone())
    }

    /// A plugin that a field of the kustomization stands for.
    pub(super) fn plugin(&self, kind: &str) -> Arc<ConfiguredBy> {
        Arc::new(ConfiguredBy {
            path: Text::new(),
            configured_in: self.file.clone(),
            api_version: "builtin".into(),
            repo: self.repo.clone(),
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
    let (configured_in, repo) = match &record.generator {
        Some(generator) => (&generator.configured_in, &generator.repo),
        None => (&record.path, &record.repo),
    };
    Some(Arc::new(ConfiguredBy {
        path: Text::new(),
        configured_in: configured_in.clone(),
        api_version: id.gvk.api_version(),
        repo: repo.clone(),
        kind: id.gvk.kind.clone(),
        name: id.name.clone(),
        namespace: id.namespace.clone(),
    }))
}

/// Notes that a plugin ran over all objects, as `count` plugins would have. Objects without a record are those that it added.
pub(super) fn note(resources: &mut ResMap, plugin: &Arc<ConfiguredBy>, count: usize) -> Result<()> {
    resources.edit_all(|resource| {
        make_annotations_text(resource);
        match &mut resource.record {
            Some(record) => {
                read_printed(record, count)?;
                record.note(plugin, count);
            }
            None => resource.record = Some(Box::new(Record::of_generator(Arc::clone(plugin)))),
        }
        Ok(())
    })
}

/// Notes what generated an object, unless it says so itself.
pub(super) fn note_generator(
    resource: &mut Resource,
    plugin: Option<&Arc<ConfiguredBy>>,
) -> Result<()> {
    let Some(plugin) = plugin else {
        resource.record = None;
        return Ok(());
    };
    match &mut resource.record {
        Some(record) => {
            read_printed(record, 1)?;
            if record.says_no_origin() {
                record.generator = Some(Arc::clone(plugin));
            }
        }
        None => resource.record = Some(Box::new(Record::of_generator(Arc::clone(plugin)))),
    }
    Ok(())
}

/// Reads what a program printed in the place of a record, as kustomize does before it adds `count` plugins to it.
fn read_printed(record: &mut Record, count: usize) -> Result<()> {
    if record.lost_with.is_some() {
        return Ok(());
    }
    if let Some(origin) = &record.printed.origin {
        parse::<Shown>(origin)?;
    } else if record.says_no_origin() && count <= 1 {
        return Ok(());
    }
    if let Some(text) = record.printed.transformations.take() {
        record.transformers = parse_transformers(&text)?;
    }
    Ok(())
}

/// Shows where an object came from.
pub(super) fn show_origin(resource: &mut Resource) -> Result<()> {
    if let Some(record) = resource.record.as_deref()
        && let Some(text) = origin(record)?
    {
        annotate(resource, ORIGIN, text);
    }
    Ok(())
}

/// Shows what changed an object.
pub(super) fn show_transformations(resource: &mut Resource) -> Result<()> {
    if let Some(record) = resource.record.as_deref()
        && let Some(text) = transformations(record)?
    {
        annotate(resource, TRANSFORMATIONS, text);
    }
    Ok(())
}

/// Takes the record of an object back from what plugins see of it. A text that says it otherwise than kustomize, or is none,
/// stays what it is.
pub(super) fn take(resource: &mut Resource) -> Result<()> {
    let mut take = |key: &str| {
        let annotations = resource.value_mut().get_mut("metadata")?;
        let annotations = annotations.get_mut("annotations")?.as_mapping_mut()?;
        let text = annotations.remove(key)?.as_scalar()?.text.clone();
        Some(text)
    };
    let printed = Printed {
        origin: take(ORIGIN),
        transformations: take(TRANSFORMATIONS),
    };
    if printed == Printed::default() {
        return Ok(());
    }
    let shown: Shown = printed
        .origin
        .as_deref()
        .map_or_else(Default::default, |text| parse(text).unwrap_or_default());
    let transformers = printed.transformations.as_deref().map(parse_transformers);
    let mut record = Record {
        path: shown.path.clone(),
        repo: shown.repo(),
        generator: shown.configured_by.is_some().then(|| shown.plugin()),
        transformers: transformers.and_then(Result::ok).unwrap_or_default(),
        lost_with: None,
        printed: Printed::default(),
    };
    if origin(&record)? != printed.origin {
        record.printed.origin = printed.origin;
    }
    if transformations(&record)? != printed.transformations {
        record.printed.transformations = printed.transformations;
    }
    resource.record = Some(Box::new(record));
    Ok(())
}

fn parse_transformers(text: &str) -> Result<EcoVec<Arc<ConfiguredBy>>> {
    let transformers: Vec<Shown> = parse(text)?;
    Ok(transformers.iter().map(Shown::plugin).collect())
}

/// A record as its text says it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Shown {
    path: Text,
    repo: Text,
    #[serde(rename = "ref")]
    reference: Text,
    configured_in: Text,
    configured_by: Option<AsWritten<ShownPlugin>>,
}

impl Shown {
    fn repo(&self) -> Option<Arc<Repo>> {
        let repo = Repo {
            url: self.repo.clone(),
            reference: self.reference.clone(),
        };
        (!repo.url.is_empty() || !repo.reference.is_empty()).then(|| Arc::new(repo))
    }

    fn plugin(&self) -> Arc<ConfiguredBy> {
        let AsWritten(plugin) = self.configured_by.clone().unwrap_or_default();
        Arc::new(ConfiguredBy {
            path: self.path.clone(),
            configured_in: self.configured_in.clone(),
            repo: self.repo(),
            api_version: plugin.api_version,
            kind: plugin.kind,
            name: plugin.name,
            namespace: plugin.namespace,
        })
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ShownPlugin {
    api_version: Text,
    kind: Text,
    name: Text,
    namespace: Text,
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    let value = yaml::read_configuration(text.as_bytes())
        .map_err(|error| anyhow!("error converting YAML to JSON: {error}"))?;
    let value = value.unwrap_or_else(Value::null);
    decode(&value, Rules::Plugin)
        .map_err(|error| anyhow!("error unmarshaling JSON: while decoding JSON: {error}"))
}

fn annotate(resource: &mut Resource, key: &str, text: Text) {
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
