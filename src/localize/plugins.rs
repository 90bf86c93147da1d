//! Configurations of plugins: what those of kustomize's own name.

use anyhow::{Context, Result};

use super::fields::{change, items, unloaded};
use super::{Localizer, inline_file, written};
use crate::kustomization::documents;
use crate::model::{Resource, Value};

/// What configurations of built-in plugins say in the place of a version.
const BUILT_IN: &str = "builtin";

impl Localizer<'_> {
    /// An entry of a list of plugins: configurations, or a file of some.
    pub(super) fn plugin(&mut self, entry: &mut Value, field: &str) -> Result<()> {
        let file = inline_file(&self.references);
        change(entry, |text| {
            let inline = match documents::read(text.as_bytes(), &file) {
                Ok(configurations) => return self.configurations(configurations),
                Err(failure) => failure.into_fault(),
            };
            let unread = |failure: anyhow::Error| {
                unloaded(text, &inline.message, &failure)
                    .context(format!("unable to load {field} entry"))
            };
            let (way, content) = self.read(text).map_err(unread)?;
            let configurations = documents::read(&content, &file)
                .map_err(|failure| unread(failure.into_fault().into()))?;
            let content = self.configurations(configurations)?;
            let place = self.site.place(self.references.here()).join(&way);
            self.put(place, content.into_bytes())?;
            super::text(&way)
        })
    }

    /// Configurations as text, with what they name taken in.
    fn configurations(&mut self, configurations: Vec<Resource>) -> Result<String> {
        let texts = configurations.into_iter().map(|mut configuration| {
            self.configuration(&mut configuration)?;
            written(configuration.value())
        });
        Ok(texts.collect::<Result<Vec<_>>>()?.join("---\n"))
    }

    fn configuration(&mut self, configuration: &mut Resource) -> Result<()> {
        let id = configuration.id().clone();
        let value = configuration.value_mut();
        let text = |field: &str| value.get(field).and_then(Value::text).cloned();
        let (version, kind) = (text("apiVersion"), text("kind").unwrap_or_default());
        if version.as_deref() != Some(BUILT_IN) {
            return Ok(());
        }
        let considering = |field: &str| format!("considering field '{field}' of object {id}");
        match kind.as_str() {
            "ConfigMapGenerator" | "SecretGenerator" => {
                self.generator(value).with_context(|| considering("files"))
            }
            "PatchTransformer" | "PatchJson6902Transformer" => self
                .path(value, "path")
                .with_context(|| considering("path")),
            "PatchStrategicMergeTransformer" => {
                let map = value.as_mapping_mut().into_iter();
                for patch in map.flat_map(|map| items(map, "paths")) {
                    self.inline_or_file(patch)
                        .with_context(|| considering("paths"))?;
                }
                Ok(())
            }
            "ReplacementTransformer" => {
                let map = value.as_mapping_mut().into_iter();
                for replacement in map.flat_map(|map| items(map, "replacements")) {
                    self.path(replacement, "path")
                        .with_context(|| considering("replacements/path"))?;
                }
                Ok(())
            }
            "HelmChartInflationGenerator" => {
                self.path(value, "valuesFile")
                    .with_context(|| considering("valuesFile"))?;
                self.paths(value, "additionalValuesFiles")
                    .with_context(|| considering("additionalValuesFiles"))?;
                self.chart_home(value)
            }
            _ => Ok(()),
        }
    }
}
