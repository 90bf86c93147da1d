//! An object that configures a plugin: its arguments, and the files that they name.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Error, Result};
use serde::de::DeserializeOwned;

use crate::build::Session;
use crate::emit;
use crate::kustomization::decode::{Rules, decode};
use crate::kustomization::{self, Kustomization};
use crate::load::Layer;
use crate::model::{Fault, FieldPath, Place, Resource, Text, Value};

/// A plugin's configuration.
pub(super) struct Configuration<'a> {
    pub(super) resource: &'a Resource,
    /// The object as kustomize reads it once more from its text.
    value: Value,
    pub(super) layer: &'a Layer,
    pub(super) session: &'a Session<'a>,
    /// What stands for the object in the places of what is read for it.
    file: Arc<PathBuf>,
}

impl<'a> Configuration<'a> {
    pub(super) fn new(
        resource: &'a Resource,
        layer: &'a Layer,
        session: &'a Session<'a>,
    ) -> Result<Self> {
        let text = emit::document(resource)
            .with_context(|| format!("marshalling yaml from res {}", resource.id()))?;
        let file = Arc::new(layer.file.to_path_buf());
        let value = kustomization::configuration(text.as_bytes(), &file)?;
        Ok(Self {
            resource,
            value,
            layer,
            session,
            file,
        })
    }

    /// The arguments.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        decode(&self.value, Rules::Plugin).map_err(|error| {
            let message = format!("error unmarshaling JSON: while decoding JSON: {error}");
            let fault = Fault::new(message);
            match &self.resource.source {
                Some(source) => fault.at(Place::of_field(source.clone(), error.path())),
                None => fault,
            }
            .into()
        })
    }

    /// More arguments, out of a file.
    pub(super) fn decode_file<T: DeserializeOwned>(&self, path: Text) -> Result<T> {
        let part = Kustomization {
            configurations: vec![path],
            ..Kustomization::default()
        };
        let layer = self.read(part)?;
        let value = layer.configurations.first().map(|file| &file.value);
        Ok(decode(value.unwrap_or(&Value::null()), Rules::Plugin)?)
    }

    /// The name of the folder of the kustomization that lists the plugin.
    pub(super) fn folder_name(&self) -> String {
        let name = self.layer.root.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Reads the files that the arguments name. Their paths start at the folder of the kustomization that lists the plugin,
    /// wherever the configuration itself stands.
    pub(super) fn read(&self, part: Kustomization) -> Result<Arc<Layer>> {
        let outside = self.session.outside;
        outside.layer(self.layer.root.clone(), Arc::clone(&self.file), part)
    }

    /// The failure to configure the plugin.
    pub(super) fn failure(&self, error: Error) -> Error {
        let id = self.resource.id();
        // What a field of a kustomization would be called is no help here.
        let words = error.chain().map(ToString::to_string);
        let words = words.filter(|words| !words.starts_with("trouble configuring builtin"));
        let message = words.collect::<Vec<_>>().join(": ");
        let fault = error.downcast().unwrap_or_else(|_| Fault::new(""));
        let is_stand_in = |place: &Place| Arc::ptr_eq(&place.source.file, &self.file);
        let place = fault.place.filter(|place| !is_stand_in(place));
        let fault = Fault {
            message: format!("plugin {id} fails configuration: {message}"),
            place,
            ..fault
        };
        if fault.place.is_some() {
            return fault.into();
        }
        at(fault, self.resource).into()
    }
}

/// The failure at the object; inline ones have no place of their own.
pub(super) fn at(fault: Fault, resource: &Resource) -> Fault {
    match &resource.source {
        Some(source) => fault.at(Place::of_field(source.clone(), FieldPath::default())),
        None => fault,
    }
}
