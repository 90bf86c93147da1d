//! Changes to a kustomization file: what kustomize's `edit` commands make of what it says, and the text that says that.
//!
//! A command works on the fields as values, in one function of [`images`], [`lists`] and so on, and knows nothing of text.
//! [`File::text`] then finds the text that says what came out and has all of the old one's layout.

pub mod build_metadata;
pub mod detect;
pub mod fix;
pub mod generators;
mod glob;
pub mod images;
mod layout;
pub mod lists;
pub mod metadata;
pub mod patches;
mod replaced;
pub mod replicas;
pub mod vars;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::kustomization::{self, Editable};
use crate::load::{FILE_NAMES, FileSystem};
use crate::model::{Fault, Mapping, Sequence, Text, Value, Warning};

/// A kustomization file that is being edited.
#[derive(Debug)]
pub struct File {
    /// Its name in its folder.
    pub name: &'static str,
    /// What it says, as kustomize would write it.
    pub fields: Mapping,
    /// The deprecated fields in it.
    pub deprecations: Vec<Warning>,
    text: String,
}

impl File {
    /// Reads the kustomization file of a folder (spec 14 R40).
    pub fn open(folder: &Path, files: &dyn FileSystem) -> Result<Self> {
        let name = match names_in(folder, files)[..] {
            [name] => name,
            [] => return Err(missing().into()),
            ref several => return Err(several_files(several).into()),
        };
        let path = folder.join(name);
        let bytes = files
            .read(&path)
            .with_context(|| format!("read {}", path.display()))?;
        let file = Arc::new(path);
        let Editable {
            canonical,
            deprecations,
            ..
        } = kustomization::editable(&bytes, &file)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            let fault = Fault::new("the file is not UTF-8, and cannot be edited as it is");
            fault.hint("save it as UTF-8")
        })?;
        Ok(Self {
            name,
            fields: canonical,
            deprecations,
            text,
        })
    }

    /// The text that says what the fields say, with the layout of the one that was read.
    pub fn text(&self) -> String {
        layout::rewrite(&self.text, &self.fields)
    }

    /// The text that was read.
    pub fn old_text(&self) -> &str {
        &self.text
    }
}

/// The text of a file that says this and nothing else.
pub fn new_text(fields: &Mapping) -> String {
    layout::rewrite("", fields)
}

/// The fields of a kustomization that says nothing.
pub fn empty() -> Mapping {
    [
        (
            "apiVersion",
            Value::string("kustomize.config.k8s.io/v1beta1"),
        ),
        ("kind", Value::string("Kustomization")),
    ]
    .into_iter()
    .collect()
}

/// The names of the kustomization files in a folder.
pub fn names_in(folder: &Path, files: &dyn FileSystem) -> Vec<&'static str> {
    FILE_NAMES
        .into_iter()
        .filter(|name| files.is_file(&folder.join(name)))
        .collect()
}

fn missing() -> Fault {
    Fault::new("Missing kustomization file 'kustomization.yaml'.\n")
        .titled("there is no kustomization file in this folder")
        .hint("run it in a folder that has one, or make one with `create`")
}

/// The failure for a folder with more than one kustomization file.
pub fn several_files(names: &[&str]) -> Fault {
    Fault::new(format!(
        "Found multiple kustomization file: [{}]\n",
        names.join(" ")
    ))
    .titled("there is more than one kustomization file in this folder")
    .hint(format!("keep one of {}", names.join(", ")))
}

/// The texts of a list, none where there is no list.
fn texts<'a>(fields: &'a Mapping, list: &str) -> impl Iterator<Item = &'a Text> {
    items(fields, list).filter_map(Value::text)
}

/// The items of a list, none where there is no list.
fn items<'a>(fields: &'a Mapping, list: &str) -> impl Iterator<Item = &'a Value> {
    fields
        .get(list)
        .and_then(Value::as_sequence)
        .into_iter()
        .flatten()
}

/// Keeps the items of a list for which `keep` holds, and the list only if any are left.
fn retain(fields: &mut Mapping, list: &str, keep: impl Fn(&Value) -> bool) {
    let kept: Vec<_> = items(fields, list)
        .filter(|item| keep(item))
        .cloned()
        .collect();
    set_items(fields, list, kept);
}

/// Sets a list, which is only there if it has items.
fn set_items(fields: &mut Mapping, list: &str, items: Vec<Value>) {
    if items.is_empty() {
        fields.remove(list);
    } else {
        fields.insert(list, items.into_iter().collect::<Sequence>().into());
    }
}

/// Sets a text, which is only there if it says something.
pub fn set_text(fields: &mut Mapping, field: &str, text: &str) {
    if text.is_empty() {
        fields.remove(field);
    } else {
        fields.insert(field, Value::string(text));
    }
}

/// The text of a field, empty where there is none.
fn text<'a>(map: &'a Value, field: &str) -> &'a str {
    map.get(field)
        .and_then(Value::text)
        .map_or("", Text::as_str)
}
