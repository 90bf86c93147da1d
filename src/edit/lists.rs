//! `edit add|remove` of what is named by paths: resources, components, bases, transformers and generators.

use std::path::Path;

use anyhow::{Context, Result};

use super::{glob, retain, texts};
use crate::load::{FileSystem, LoadOptions, follow};
use crate::model::{Fault, Mapping, Sequence, Value};

/// Where paths are looked up.
#[derive(Clone, Copy)]
pub struct Folder<'a> {
    /// The folder of the kustomization file.
    pub path: &'a Path,
    /// The name of that file, which is never added to itself.
    pub kustomization: &'a str,
    /// What the paths lead to.
    pub files: &'a dyn FileSystem,
    /// How folders and URLs are tried that no file is named by.
    pub options: &'a LoadOptions,
}

/// Adds files, folders and URLs to `resources` or `components`.
pub fn add_operands(
    fields: &mut Mapping,
    field: &str,
    patterns: &[String],
    verifies: bool,
    folder: Folder<'_>,
    notes: &mut Vec<String>,
) -> Result<()> {
    let word = field.trim_end_matches('s');
    if patterns.is_empty() {
        let problem = format!("must specify a {word} file");
        return Err(Fault::new(problem)
            .hint("name files, folders or URLs; patterns such as `*.yaml` are allowed")
            .into());
    }
    let found = if verifies {
        operands(patterns, folder)?
    } else {
        patterns.to_vec()
    };
    let found = found
        .into_iter()
        .filter(|path| path != folder.kustomization);
    add_each(fields, field, word, found, notes);
    Ok(())
}

/// The files that patterns match which are to be added to `transformers` or `generators`; those that match none are noted.
pub fn plugins(
    field: &str,
    patterns: &[String],
    folder: Folder<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    if patterns.is_empty() {
        let word = field.trim_end_matches('s');
        let problem = format!("must specify a yaml file which contains a {word} plugin resource");
        return Err(Fault::new(problem).into());
    }
    files(patterns, folder, notes)
}

/// Adds files to `transformers` or `generators`.
pub fn add_plugins(fields: &mut Mapping, field: &str, found: Vec<String>, notes: &mut Vec<String>) {
    let word = field.trim_end_matches('s');
    add_each(fields, field, word, found.into_iter(), notes);
}

/// Adds folders to `resources`: all of them, or none.
pub fn add_bases(fields: &mut Mapping, args: &[String], folder: Folder<'_>) -> Result<()> {
    let [paths] = args else {
        let fault = Fault::new("must specify a base directory");
        return Err(fault.hint("separate several folders with commas").into());
    };
    for path in paths.split(',') {
        let at = folder.path.join(path);
        let is_there = folder.files.is_dir(&at) || folder.files.is_file(&at);
        if path.is_empty() || !is_there {
            return Err(Fault::new(format!("{path} does not exist")).into());
        }
        if texts(fields, "resources").any(|text| text == path) {
            return Err(Fault::new(format!("base {path} already in kustomization file")).into());
        }
        push(fields, "resources", Value::string(path));
    }
    Ok(())
}

/// Removes the entries that patterns match. Returns whether there were any.
pub fn remove(fields: &mut Mapping, field: &str, patterns: &[String]) -> Result<bool> {
    if patterns.is_empty() {
        let word = field.trim_end_matches('s');
        return Err(Fault::new(format!("must specify a {word} file")).into());
    }
    let mut doomed = Vec::new();
    for pattern in patterns {
        for entry in texts(fields, field) {
            if glob::matches(pattern, entry).map_err(bad_pattern)? {
                doomed.push(entry.clone());
            }
        }
    }
    retain(fields, field, |item| {
        item.text().is_none_or(|text| !doomed.contains(text))
    });
    Ok(!doomed.is_empty())
}

/// The paths that patterns match; what matches none must be a repository that can be fetched.
pub fn operands(patterns: &[String], folder: Folder<'_>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for pattern in patterns {
        let matched = glob::glob(pattern, folder.path, folder.files)
            .map_err(bad_pattern)
            .context("error checking the filesystem")?;
        if pattern.is_empty() {
            let fault = Fault::new("new root cannot be empty");
            return Err(anyhow::Error::new(fault).context(" has no match"));
        }
        if matched.is_empty() {
            follow(pattern, folder.path, folder.files, folder.options)
                .with_context(|| format!("{pattern} has no match"))?;
            found.push(pattern.clone());
        }
        found.extend(matched);
    }
    Ok(found)
}

/// The paths that patterns match; those that match none are noted.
pub(super) fn files(
    patterns: &[String],
    folder: Folder<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for pattern in patterns {
        let matched = glob::glob(pattern, folder.path, folder.files).map_err(bad_pattern)?;
        if matched.is_empty() {
            notes.push(format!("{pattern} has no match"));
        }
        found.extend(matched);
    }
    Ok(found)
}

fn bad_pattern(glob::BadPattern: glob::BadPattern) -> Fault {
    Fault::new("syntax error in pattern")
        .hint("close the `[` of the pattern, or put a `\\` before it")
}

fn add_each(
    fields: &mut Mapping,
    field: &str,
    word: &str,
    paths: impl Iterator<Item = String>,
    notes: &mut Vec<String>,
) {
    for path in paths {
        if texts(fields, field).any(|text| *text == path) {
            notes.push(format!("{word} {path} already in kustomization file"));
        } else {
            push(fields, field, Value::string(path));
        }
    }
}

/// Puts an item behind those of a list, which is made if need be.
pub(super) fn push(fields: &mut Mapping, list: &str, item: Value) {
    let list = fields.get_or_insert_with(list, || Sequence::new().into());
    if let Some(items) = list.as_sequence_mut() {
        items.push(item);
    }
}
