//! The file of values that helm is given (spec 15 R44, R45).

use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::Chart;
use crate::load::{Layer, Outside};
use crate::model::{Fault, Mapping, Style, Value};
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
        let mut merged = match self.args.values_merge.as_str() {
            "replace" => inline,
            "merge" => {
                let file = self.file_values(folder, layer, outside)?;
                merge(inline, &file)?
            }
            _ => merge(self.file_values(folder, layer, outside)?, &inline)?,
        };
        // They are data by now, and no longer in the style that they were written in.
        merged.for_each_scalar(&mut |scalar| {
            if scalar.style == Style::Folded {
                scalar.style = Style::Literal;
            }
        });
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
        let values = match document {
            Ok(None) if says_nothing(&text) => Err(anyhow!("EOF")),
            Ok(None) => Ok(Mapping::new().into()),
            Ok(Some(values)) => Ok(values),
            Err(error) => Err(error),
        };
        values.context("could not parse values file into rnode")
    }
}

/// Whether there is nothing in a text but comments: a written null is something.
fn says_nothing(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.all(|line| line.is_empty() || line.starts_with(b"#") || line == b"---")
}

fn merge(mut values: Value, patch: &Value) -> Result<Value> {
    patch::merge_values(&mut values, patch).context("could not merge values")?;
    Ok(values)
}
