//! What `resources`, `components` and the lists of plugins lead to: files of objects and folders with kustomizations.

use std::sync::Arc;

use anyhow::{Context, Error, Result};

use crate::kustomization::documents::{self, Failure};
use crate::kustomization::{Kustomization, configuration, go_quoted};
use crate::model::{Fault, FieldPath, Place, Resource, Text, Value};

use super::{
    ComponentLayer, Configuration, Loader, Operand, PluginSource, Refusal, Role, SchemaFile,
    remote, reworded,
};

impl Loader<'_> {
    /// Follows `resources` and `bases`.
    pub(super) fn operands(&mut self, kustomization: &Kustomization) -> Result<Vec<Operand>> {
        kustomization
            .operands()
            .map(|(field, position, entry)| {
                let place = self.entry_place(field, position);
                self.operand(entry, place).context("accumulating resources")
            })
            .collect()
    }

    /// Follows an entry of `resources`: a file if it is one, else a folder (spec 01 R18, R20, R21).
    fn operand(&mut self, entry: &Text, place: Place) -> Result<Operand> {
        let file_failure = match self.objects(entry) {
            Ok(resources) => {
                return Ok(Operand::File {
                    entry: entry.clone(),
                    resources,
                });
            }
            Err(failure) => failure,
        };
        let (is_syntax, fault) = match file_failure {
            Failure::Syntax(fault) => (true, fault),
            Failure::Object(fault) => (false, fault),
        };
        let cause = format!("accumulating resources from '{entry}': {fault}");
        if remote::is_http(entry) {
            return Err(fault.saying(cause, place).into());
        }
        let refusal = match self.layer(entry, Role::Base) {
            Ok(layer) => {
                return Ok(Operand::Layer {
                    entry: entry.clone(),
                    layer,
                });
            }
            Err(_) if is_syntax => {
                let message = format!("{cause} in File: {entry}");
                return Err(fault.saying(message, place).into());
            }
            Err(refusal) => refusal,
        };
        let cause = format!("accumulation err='{cause}'");
        match refusal {
            // The folder's failure is the better advised one, unless there is a file.
            Refusal::Root(error) if fault.place.is_some() => {
                Err(fault.saying(format!("{cause}: {error:#}"), place).into())
            }
            Refusal::Root(error) => {
                let mut joined = reworded(error, place, |base| format!("{cause}: {base}"));
                if joined.hints.is_empty() {
                    joined.hints = fault.hints;
                }
                joined.title = joined.title.or(fault.title);
                Err(joined.into())
            }
            Refusal::Layer(error) => Err(placed(error, place).context(cause)),
        }
    }

    /// Reads a file of objects.
    fn objects(&self, entry: &str) -> Result<Vec<Resource>, Failure> {
        let (path, text) = self.file(entry).map_err(Failure::Object)?;
        documents::read(&text, &Arc::new(path))
    }

    /// Follows `components`.
    pub(super) fn components(
        &mut self,
        kustomization: &Kustomization,
    ) -> Result<Vec<ComponentLayer>> {
        let entries = kustomization.components.iter().enumerate();
        entries
            .map(|(position, entry)| {
                let place = self.entry_place("components", position);
                let layer = self
                    .layer(entry, Role::Component)
                    .map_err(|refusal| match refusal {
                        Refusal::Root(error) => reworded(error, place, |base| {
                            format!("loader.New {}", go_quoted(base))
                        }),
                        Refusal::Layer(error) => reworded(error, place, |base| {
                            format!("accumulateDirectory: {}", go_quoted(base))
                        }),
                    })
                    .context("accumulating components")?;
                Ok(ComponentLayer {
                    entry: entry.clone(),
                    layer,
                })
            })
            .collect()
    }

    /// Follows `generators`, `transformers` or `validators`: inline texts come before all files and folders (spec 01 T13).
    pub(super) fn plugins(&mut self, field: &str, entries: &[Text]) -> Result<Vec<PluginSource>> {
        let mut inline = Vec::new();
        let mut operands = Vec::new();
        for (position, entry) in entries.iter().enumerate() {
            let place = self.entry_place(field, position);
            let failure = match documents::read(entry.as_bytes(), &self.here().file) {
                Ok(mut resources) => {
                    for resource in &mut resources {
                        resource.source = None;
                    }
                    inline.push(PluginSource::Inline(resources));
                    continue;
                }
                Err(failure) => failure.into_fault(),
            };
            let operand = self.operand(entry, place.clone()).map_err(|error| {
                // Nobody takes several lines for a file's name.
                if entry.contains('\n') {
                    let fault = reworded(error, place, str::to_owned);
                    fault.hint(format!("as an object: {failure}")).into()
                } else {
                    error
                }
            });
            operands.push(PluginSource::Operand(match field {
                "generators" => operand.context("loading generator plugins")?,
                _ => operand?,
            }));
        }
        inline.append(&mut operands);
        Ok(inline)
    }

    /// Reads the files that `configurations` or `crds` names.
    pub(super) fn configurations(
        &self,
        field: &str,
        entries: &[Text],
    ) -> Result<Vec<Configuration>> {
        entries
            .iter()
            .enumerate()
            .map(|(position, entry)| {
                let place = self.entry_place(field, position);
                let value = self.configuration(entry, place, |error| match field {
                    "crds" => {
                        format!("unable to parse open API definition from '{entry}': {error}")
                    }
                    _ => error.into(),
                });
                Ok(Configuration {
                    entry: entry.clone(),
                    value: match field {
                        "crds" => value
                            .with_context(|| format!("loading CRDs {}", super::go_list(entries)))?,
                        _ => value?,
                    },
                })
            })
            .collect()
    }

    /// Reads the schema that `openapi` names.
    pub(super) fn schema(&self, kustomization: &Kustomization) -> Result<Option<SchemaFile>> {
        let Some(entry) = kustomization.openapi.get("path") else {
            return Ok(None);
        };
        let place = self.place(FieldPath::of_keys(&["openapi", "path"]));
        let (path, text) = self.file(entry).map_err(|fault| fault.at(place))?;
        Ok(Some(SchemaFile {
            entry: entry.clone(),
            file: Arc::new(path),
            text: text.into(),
        }))
    }

    /// Reads a file of configuration.
    fn configuration(
        &self,
        entry: &str,
        place: Place,
        unparsed: impl FnOnce(&str) -> String,
    ) -> Result<Value> {
        let (path, text) = self.file(entry).map_err(|fault| fault.at(place.clone()))?;
        let value = configuration(&text, &Arc::new(path)).map_err(|error| {
            reworded(error, place, |error| {
                unparsed(&format!("error converting YAML to JSON: {error}"))
            })
        })?;
        Ok(value)
    }

    /// Reads a file that the kustomization names.
    pub(super) fn file(&self, entry: &str) -> Result<(std::path::PathBuf, Vec<u8>), Fault> {
        if remote::is_http(entry) {
            return Err(remote::unsupported(entry));
        }
        self.reader.read(&self.here().root, entry)
    }
}

/// A failure with a place: its own if it has one.
fn placed(error: Error, place: Place) -> Error {
    match error.downcast_ref::<Fault>() {
        Some(fault) if fault.place.is_some() => error,
        _ => reworded(error, place, str::to_owned).into(),
    }
}
