//! `replacements`, those of files in the place of the files' names (spec 06).

use std::sync::Arc;

use anyhow::{Context, Result};

use crate::kustomization::decode::{Rules, decode};
use crate::kustomization::{Kustomization, Replacement, configuration};
use crate::model::{Fault, FieldPath, Place, Source, Value};

use super::{Loader, reworded};

impl Loader<'_> {
    /// Reads the files that `replacements` names. The second list says where each replacement is written.
    pub(super) fn replacements(
        &self,
        kustomization: &Kustomization,
    ) -> Result<(Vec<Replacement>, Vec<Place>)> {
        let mut replacements = Vec::with_capacity(kustomization.replacements.len());
        let mut places = Vec::with_capacity(kustomization.replacements.len());
        for (position, entry) in kustomization.replacements.iter().enumerate() {
            let place = self.entry_place("replacements", position);
            if entry.path.is_empty() {
                replacements.push(entry.clone());
                places.push(place);
                continue;
            }
            let read = self
                .replacement_file(entry, place)
                .context("trouble configuring builtin ReplacementTransformer")?;
            for (replacement, place) in read {
                replacements.push(replacement);
                places.push(place);
            }
        }
        Ok((replacements, places))
    }

    fn replacement_file(
        &self,
        entry: &Replacement,
        place: Place,
    ) -> Result<Vec<(Replacement, Place)>> {
        if entry.source.is_some() || entry.targets.is_some() {
            let fault = Fault::new("cannot specify both path and inline replacement").at(place);
            return Err(fault.hint("make an entry for each").into());
        }
        let place = Place::of_field(place.source, place.path.key("path"));
        let (path, text) = self
            .file(&entry.path)
            .map_err(|fault| fault.at(place.clone()))?;
        let file = Arc::new(path);
        let document = configuration(&text, &file).map_err(|error| {
            reworded(error, place, |error| {
                format!("error converting YAML to JSON: {error}")
            })
        })?;
        let source = Source {
            file: Arc::clone(&file),
            line: 1,
        };
        let in_file = |path: FieldPath| Place::of_field(source.clone(), path);
        let one = |value: &Value, path: FieldPath| match decode::<Replacement>(value, Rules::Plugin)
        {
            Ok(replacement) => Ok((replacement, in_file(path))),
            Err(error) => {
                let mut path = path;
                path.steps.extend(error.path().steps);
                let message = format!("error unmarshaling JSON: while decoding JSON: {error}");
                Err(Fault::new(message).at(in_file(path)))
            }
        };
        match &document {
            Value::Mapping(_) => Ok(vec![one(&document, FieldPath::default())?]),
            Value::Sequence(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| Ok(one(item, FieldPath::default().index(index))?))
                .collect(),
            Value::Scalar(_) => {
                let kind = if document.is_null() {
                    "invalid"
                } else {
                    "string"
                };
                let message = format!(
                    "unsupported replacement type encountered within replacement path: {kind}"
                );
                let fault = Fault::new(message).at(in_file(FieldPath::default()));
                Err(fault.hint("write a replacement, or a list of them").into())
            }
        }
    }
}
