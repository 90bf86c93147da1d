//! The file of values that helm is given (spec 15 R44, R45).

use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::Chart;
use crate::load::{Layer, Outside};
use crate::model::{Fault, Mapping, Value};
use crate::transform::patch;
use crate::yaml;

impl Chart {
    /// The content of the file: that of the chart's or the kustomization's own file where there are no inline values.
    pub(super) fn values(
        &self,
        folder: &Path,
        layer: &Layer,
        outside: &Outside<'_>,
    ) -> Result<Vec<u8>> {
        let inline = self.args.inline_values();
        let Some(inline) = inline else {
            return Ok(self.file(folder, layer, outside)?);
        };
        let inline = Value::from(inline.clone());
        let merged = match self.args.values_merge.as_str() {
            "replace" => inline,
            "merge" => {
                let file = self.file_values(folder, layer, outside)?;
                merge(inline, &file)?
            }
            _ => merge(self.file_values(folder, layer, outside)?, &inline)?,
        };
        let mut text = String::new();
        yaml::write(&merged, &mut text)?;
        Ok(text.into())
    }

    fn file(&self, folder: &Path, layer: &Layer, outside: &Outside<'_>) -> Result<Vec<u8>, Fault> {
        match self.args.values_file.as_str() {
            "" => outside.file(layer, &folder.join("values.yaml").to_string_lossy()),
            file => outside.file(layer, file),
        }
    }

    fn file_values(&self, folder: &Path, layer: &Layer, outside: &Outside<'_>) -> Result<Value> {
        let text = self.file(folder, layer, outside)?;
        let document = yaml::read_document(&text).map_err(|error| anyhow!("{error}"));
        let values = document
            .and_then(|document| document.context("EOF"))
            .context("could not parse values file into rnode")?;
        Ok(if values.is_null() {
            Mapping::new().into()
        } else {
            values
        })
    }
}

fn merge(mut values: Value, patch: &Value) -> Result<Value> {
    patch::merge_values(&mut values, patch).context("could not merge values")?;
    Ok(values)
}
