//! What `resources`, `components` and the lists of plugins lead to: files of objects and folders with kustomizations.

use std::sync::Arc;

use anyhow::{Context, Error, Result};
use indexmap::IndexSet;

use crate::kustomization::documents::{self, Failure};
use crate::kustomization::{Kustomization, configuration, go_quoted};
use crate::model::{Fault, FieldPath, Place, Resource, Step, Text, Value, Warning};

use super::ahead::{Found, Use};
use super::{
    ComponentLayer, Configuration, Loader, MUCH, Operand, PluginSource, Refusal, RepoUrl, Role,
    SchemaFile, is_http, layer, reworded,
};

impl Loader<'_> {
    /// Follows `resources` and `bases`.
    pub(super) fn operands(&mut self, kustomization: &Kustomization) -> Result<Vec<Operand>> {
        let entries = kustomization.operands();
        let files = entries.map(|(_, _, entry)| entry.clone());
        self.reading_ahead(files, Use::Objects, |loader| {
            kustomization
                .operands()
                .map(|(field, position, entry)| {
                    let place = loader.entry_place(field, position);
                    loader
                        .operand(entry, place)
                        .context("accumulating resources")
                })
                .collect()
        })
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
        if self.is_refused(entry) {
            return Err(fault.saying(cause, place).into());
        }
        self.note_forced(entry, &place);
        let refusal = match self.layer(entry, Role::Base) {
            Ok(layer) => {
                return Ok(Operand::Layer {
                    entry: entry.clone(),
                    layer,
                });
            }
            Err(Refusal::Root(_) | Refusal::Layer(_)) if is_syntax => {
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
            Refusal::Root(error) | Refusal::Timeout(error) => {
                let mut joined = reworded(error, place, |base| format!("{cause}: {base}"));
                if joined.hints.is_empty() {
                    joined.hints.clone_from(&fault.hints);
                }
                // Where nothing but a file can be meant, the folder's failure says nothing.
                if is_http(entry) && RepoUrl::parse(entry).is_none() {
                    (joined.title, joined.hints) = (None, fault.hints);
                }
                joined.title = joined.title.or(fault.title);
                Err(joined.into())
            }
            Refusal::Layer(error) => Err(placed(error, place).context(cause)),
        }
    }

    /// Whether a server refuses to serve an entry: then nothing else is tried (spec 15 R22).
    fn is_refused(&self, entry: &str) -> bool {
        is_http(entry)
            && self
                .reader
                .download(entry)
                .is_err_and(|failure| failure.is_refusal())
    }

    /// Warns of a prefix that kustomize strips.
    fn note_forced(&mut self, entry: &str, place: &Place) {
        if RepoUrl::is_forced(entry) && RepoUrl::parse(entry).is_some() {
            let warning = Warning::new(
                "the prefix `git::` is ignored, and later versions of kustomize will not take it",
            );
            self.warnings
                .push(warning.at(place.clone()).hint("take the prefix out"));
        }
    }

    /// Reads a file of objects.
    fn objects(&self, entry: &str) -> Result<Vec<Resource>, Failure> {
        if let Some(Found::Objects(objects)) = self.read_before(entry, Use::Objects) {
            return Ok(objects);
        }
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
                self.note_forced(entry, &place);
                let layer = self
                    .layer(entry, Role::Component)
                    .map_err(|refusal| match refusal {
                        Refusal::Root(error) | Refusal::Timeout(error) => {
                            reworded(error, place, |base| {
                                format!("loader.New {}", go_quoted(base))
                            })
                        }
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

    /// Reads the files that `configurations` names. kustomize refuses duplicate keys in these.
    pub(super) fn configurations(&self, entries: &[Text]) -> Result<Vec<Configuration>> {
        let read = |(position, entry): (usize, &Text)| {
            let place = self.entry_place("configurations", position);
            let configuration = self.configuration(entry, place, str::to_owned)?;
            match duplicate(&configuration.value) {
                None => Ok(configuration),
                Some(path) => Err(already_set(&configuration, path).into()),
            }
        };
        entries.iter().enumerate().map(read).collect()
    }

    /// Reads the files that `crds` names.
    pub(super) fn crds(&self, entries: &[Text]) -> Result<Vec<Configuration>> {
        let read = |(position, entry): (usize, &Text)| {
            let place = self.entry_place("crds", position);
            self.configuration(entry, place, |error| {
                format!("unable to parse open API definition from '{entry}': {error}")
            })
        };
        let files: Result<_> = entries.iter().enumerate().map(read).collect();
        files.with_context(|| format!("loading CRDs {}", super::go_list(entries)))
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
        entry: &Text,
        place: Place,
        unparsed: impl FnOnce(&str) -> String,
    ) -> Result<Configuration> {
        let (path, text) = self.file(entry).map_err(|fault| fault.at(place.clone()))?;
        let file = Arc::new(path);
        let value = configuration(&text, &file).map_err(|error| {
            reworded(error, place, |error| {
                unparsed(&format!("error converting YAML to JSON: {error}"))
            })
        })?;
        Ok(Configuration {
            entry: entry.clone(),
            file,
            value,
        })
    }

    /// Reads a file that the kustomization names.
    pub(super) fn file(&self, entry: &str) -> Result<(std::path::PathBuf, Vec<u8>), Fault> {
        let file = match self.read_before(entry, Use::Text) {
            Some(Found::Text(path, content)) => (path, content),
            _ => self.reader.read(&self.here().root, entry)?,
        };
        let read = self.bytes_read.get().saturating_add(file.1.len());
        self.bytes_read.set(read);
        if read >= MUCH {
            self.make_room();
        }
        Ok(file)
    }

    /// Says, once, that there is much to do.
    pub(super) fn make_room(&self) {
        if let Some(on_much) = self.on_much.take() {
            on_much();
        }
    }
}

/// A failure with a place: its own if it has one.
fn placed(error: Error, place: Place) -> Error {
    match error.downcast_ref::<Fault>() {
        Some(fault) if fault.place.is_some() => error,
        _ => reworded(error, place, str::to_owned).into(),
    }
}

/// The way to a key that stands twice in a map.
fn duplicate(document: &Value) -> Option<FieldPath> {
    let mut rest = vec![(document, FieldPath::default())];
    while let Some((value, path)) = rest.pop() {
        match value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => rest.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (item, path.clone().index(index))),
            ),
            Value::Mapping(map) => {
                let mut keys = IndexSet::with_capacity(map.len());
                for (key, value) in map.iter() {
                    let path = path.clone().key(key.clone());
                    if !keys.insert(key) {
                        return Some(path);
                    }
                    rest.push((value, path));
                }
            }
        }
    }
    None
}

fn already_set(configuration: &Configuration, path: FieldPath) -> Fault {
    let key = match path.steps.last() {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    let message = format!(
        "error converting YAML to JSON: yaml: unmarshal errors: key \"{key}\" already set in map"
    );
    Fault::new(message)
        .at(layer::place(&configuration.file, path))
        .hint("keep one of them")
}
