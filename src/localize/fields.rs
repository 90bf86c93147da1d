//! The fields of a kustomization that name something.

use anyhow::{Context, Result, anyhow, bail};

use super::Localizer;
use crate::kustomization::documents;
use crate::load::RepoUrl;
use crate::model::{Fault, Mapping, Value};

/// Where charts lie if nobody says.
const CHART_HOME: &str = "charts";

impl Localizer<'_> {
    /// Takes in what the fields of a kustomization name, and has them name what was taken in.
    pub(super) fn fields(&mut self, fields: &mut Mapping) -> Result<()> {
        if let Some(schema) = fields.get_mut("openapi") {
            self.path(schema, "path")
                .context("unable to localize openapi path")?;
        }
        for field in ["configMapGenerator", "secretGenerator"] {
            for generator in items(fields, field) {
                self.generator(generator)
                    .with_context(|| format!("unable to localize {field}"))?;
            }
        }
        self.helm(fields)?;
        for (field, entry) in [
            ("patches", ""),
            ("patchesJson6902", ""),
            ("replacements", " entry"),
        ] {
            for item in items(fields, field) {
                self.path(item, "path")
                    .with_context(|| format!("unable to localize {field}{entry}"))?;
            }
        }
        for patch in items(fields, "patchesStrategicMerge") {
            self.inline_or_file(patch)
                .context("unable to localize patchesStrategicMerge entry")?;
        }
        self.entries(fields, "bases", Self::base)?;
        self.entries(fields, "components", Self::base)?;
        self.entries(fields, "configurations", Self::file)?;
        self.entries(fields, "crds", Self::file)?;
        self.entries(fields, "resources", Self::resource)?;
        for field in ["generators", "transformers", "validators"] {
            for entry in items(fields, field) {
                self.plugin(entry, field)?;
            }
        }
        Ok(())
    }

    fn entries(
        &mut self,
        fields: &mut Mapping,
        field: &str,
        take_in: fn(&mut Self, &str) -> Result<String>,
    ) -> Result<()> {
        for entry in items(fields, field) {
            change(entry, |text| take_in(self, text))
                .with_context(|| format!("unable to localize {field} entry"))?;
        }
        Ok(())
    }

    /// An entry of `resources`: a file of objects if it is one, else a folder.
    fn resource(&mut self, entry: &str) -> Result<String> {
        let file_failure = match self.objects(entry) {
            Ok(way) => return Ok(way),
            Err(failure) => failure,
        };
        self.base(entry).map_err(|failure| {
            anyhow!(
                "could not localize path \"{entry}\" as file: {file_failure:#}; could not localize path \"{entry}\" as directory: {failure:#}"
            )
        })
    }

    fn objects(&mut self, entry: &str) -> Result<String> {
        // A page about a repository is no file of objects.
        let (_, content) = self.read(entry)?;
        documents::read(&content, &super::inline_file(&self.references))
            .map_err(documents::Failure::into_fault)
            .with_context(|| format!("invalid resource at file \"{entry}\""))?;
        self.file(entry)
    }

    /// A field that holds the path of a file.
    pub(super) fn path(&mut self, object: &mut Value, field: &str) -> Result<()> {
        match object.as_mapping_mut().and_then(|map| map.get_mut(field)) {
            Some(value) => change(value, |entry| self.file(entry)),
            None => Ok(()),
        }
    }

    /// A list of paths of files.
    pub(super) fn paths(&mut self, object: &mut Value, field: &str) -> Result<()> {
        for entry in object
            .as_mapping_mut()
            .into_iter()
            .flat_map(|map| items(map, field))
        {
            change(entry, |entry| self.file(entry))?;
        }
        Ok(())
    }

    /// A patch that is written where it is named, or a file.
    pub(super) fn inline_or_file(&mut self, entry: &mut Value) -> Result<()> {
        change(entry, |text| {
            let file = super::inline_file(&self.references);
            let failure = match documents::read(text.as_bytes(), &file) {
                Ok(found) if !found.is_empty() => return Ok(text.to_owned()),
                Ok(_) => Fault::new("missing Resource metadata"),
                Err(failure) => failure.into_fault(),
            };
            self.file(text)
                .map_err(|error| unloaded(text, &failure.message, &error))
        })
    }

    /// The files that a `ConfigMap` or a `Secret` is made of.
    pub(super) fn generator(&mut self, generator: &mut Value) -> Result<()> {
        self.path(generator, "env")
            .context("unable to localize generator env file")?;
        self.paths(generator, "envs")
            .context("unable to localize generator envs file")?;
        for source in generator
            .as_mapping_mut()
            .into_iter()
            .flat_map(|map| items(map, "files"))
        {
            change(source, |source| self.file_source(source))?;
        }
        Ok(())
    }

    /// `[key=]path`
    fn file_source(&mut self, source: &str) -> Result<String> {
        let mut parts = source.split('=');
        let (key, path) = match (parts.next(), parts.next(), parts.next()) {
            (Some(path), None, _) => (None, path),
            (Some(""), Some(path), None) => {
                bail!("missing key name for file path \"{path}\" in source \"{source}\"")
            }
            (Some(key), Some(""), None) => {
                bail!("missing file path for key name \"{key}\" in source \"{source}\"")
            }
            (Some(key), Some(path), None) => (Some(key), path),
            _ => bail!("source \"{source}\" key name or file path contains '='"),
        };
        let way = self
            .file(path)
            .with_context(|| format!("invalid file source \"{source}\""))?;
        Ok(match key.or_else(|| key_of(path, &way)) {
            None => way,
            Some(key) => format!("{key}={way}"),
        })
    }

    /// The values of charts, and the charts that are here.
    fn helm(&mut self, fields: &mut Mapping) -> Result<()> {
        for (position, chart) in items(fields, "helmChartInflationGenerator").enumerate() {
            self.path(chart, "values").with_context(|| {
                format!("unable to localize helmChartInflationGenerator entry {position} values")
            })?;
            self.chart_home(chart)?;
        }
        for (position, chart) in items(fields, "helmCharts").enumerate() {
            for field in ["valuesFile", "additionalValuesFiles"] {
                let done = match field {
                    "valuesFile" => self.path(chart, field),
                    _ => self.paths(chart, field),
                };
                done.with_context(|| {
                    format!("unable to localize helmCharts entry {position} {field}")
                })?;
            }
        }
        if fields.get("helmGlobals").is_some() {
            if let Some(globals) = fields.get_mut("helmGlobals") {
                self.chart_home(globals)?;
            }
        } else if fields.get("helmCharts").is_some() {
            drop(self.charts(CHART_HOME)?);
        }
        Ok(())
    }

    /// The folder of charts that a field names, or else the usual one.
    pub(super) fn chart_home(&mut self, object: &mut Value) -> Result<()> {
        let home = object
            .as_mapping_mut()
            .and_then(|map| map.get_mut("chartHome"));
        let done = match home {
            Some(home) => change(home, |home| self.charts(home)),
            None => self.charts(CHART_HOME).map(drop),
        };
        done.context("unable to copy helm chart home")
    }
}

/// The items of a field that is a list.
pub(super) fn items<'m>(
    fields: &'m mut Mapping,
    field: &str,
) -> impl Iterator<Item = &'m mut Value> + use<'m> {
    let list = fields.get_mut(field).and_then(Value::as_sequence_mut);
    list.into_iter().flat_map(ecow::EcoVec::make_mut)
}

/// Puts another text in the place of one. An empty text names nothing.
pub(super) fn change(value: &mut Value, other: impl FnOnce(&str) -> Result<String>) -> Result<()> {
    let Some(text) = value.text().filter(|text| !text.is_empty()).cloned() else {
        return Ok(());
    };
    let changed = other(&text)?;
    if changed != *text || RepoUrl::parse(&text).is_some() {
        *value = Value::string(changed);
    }
    Ok(())
}

/// The key that a file has by its name, where it lies under another name now: links are followed. kustomize forgets it.
fn key_of<'p>(path: &'p str, way: &str) -> Option<&'p str> {
    let name = |path: &'p str| path.trim_end_matches('/').rsplit('/').next();
    let was = name(path)?;
    (way.rsplit('/').next() != Some(was)).then_some(was)
}

/// The failure of an entry that is neither the objects themselves nor a file of some.
pub(super) fn unloaded(entry: &str, inline: &str, file: &anyhow::Error) -> anyhow::Error {
    anyhow!(
        "unable to load resource entry \"{entry}\": when parsing as inline received error: {inline}\nwhen parsing as filepath received error: {file:#}"
    )
}
