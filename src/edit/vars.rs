//! `edit fix --vars`: vars become replacements.
//!
//! Wherever a file says `$(NAME)` it says `NAME_PLACEHOLDER` then, and a replacement fills in what the var stood for. Files are
//! those that the kustomization names under `resources` and `patches`, and those that the folders under `resources` name, but no
//! deeper: the original looks no further.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use indexmap::IndexMap;

use super::fix::take;
use super::lists::{self, Folder};
use super::{items, names_in, set_text, text, texts};
use crate::kustomization::{documents, editable};
use crate::model::{Fault, Mapping, Sequence, Text, Value, clean_path};
use crate::yaml;

/// A file with other contents than it had.
#[derive(Debug)]
pub struct Rewritten {
    /// Where it is.
    pub path: PathBuf,
    /// What it says now.
    pub text: String,
}

/// Makes replacements of all vars. Returns the files that must change with the kustomization.
pub fn to_replacements(fields: &mut Mapping, folder: Folder<'_>) -> Result<Vec<Rewritten>> {
    let vars = take(fields, "vars");
    if vars.is_empty() {
        return Ok(Vec::new());
    }
    let mut sources = sources(fields, folder)?;
    for var in &vars {
        let replacement = replacement(var, &sources)?;
        lists::push(fields, "replacements", replacement);
        // The vars that follow find what this one left.
        let name = text(var, "name");
        for source in &mut sources {
            source.replace(&reference(name), &format!("{name}_PLACEHOLDER"))?;
        }
    }
    let rewritten = sources.into_iter().filter(|source| source.is_rewritten);
    let rewritten = rewritten.map(|source| Rewritten {
        path: source.path,
        text: source.text,
    });
    Ok(rewritten.collect())
}

fn reference(var: &str) -> String {
    format!("$({var})")
}

/// A file in which vars may be used.
struct Source {
    /// As it is named.
    name: String,
    path: PathBuf,
    text: String,
    is_rewritten: bool,
    documents: Vec<Value>,
    /// Whether it is named as a resource.
    is_resource: bool,
    /// The patch that it is, as the kustomization has it; of several the last.
    patch: Option<Value>,
}

impl Source {
    fn read(path: PathBuf, name: &str, is_resource: bool, folder: Folder<'_>) -> Result<Self> {
        let mut source = Self {
            name: name.to_owned(),
            text: read(&path, folder)?,
            path,
            is_rewritten: false,
            documents: Vec::new(),
            is_resource,
            patch: None,
        };
        source.documents = source.parsed()?;
        Ok(source)
    }

    fn parsed(&self) -> Result<Vec<Value>> {
        let text = self.text.as_bytes();
        let parsed = if self.is_resource {
            documents::read(text, &Arc::new(self.path.clone()))
                .map(|read| read.iter().map(|it| it.value().clone()).collect())
                .map_err(documents::Failure::into_fault)
        } else {
            yaml::read_documents(text)
                .map(|read| read.into_iter().map(|it| it.value).collect())
                .map_err(|error| Fault::new(error.to_string()))
        };
        parsed.with_context(|| format!("error with {}", self.name))
    }

    fn replace(&mut self, part: &str, by: &str) -> Result<()> {
        if self.text.contains(part) {
            self.text = self.text.replace(part, by);
            self.is_rewritten = true;
            self.documents = self.parsed()?;
        }
        Ok(())
    }
}

fn sources(fields: &Mapping, folder: Folder<'_>) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in texts(fields, "resources") {
        let at = folder.path.join(entry);
        if folder.files.is_dir(&at) {
            for name in below(&at, folder)? {
                sources.extend(resource_file(&at.join(&name), &name, folder)?);
            }
        } else {
            sources.extend(resource_file(&at, entry, folder)?);
        }
    }
    let mut patches = IndexMap::new();
    for patch in items(fields, "patches") {
        let name = text(patch, "path");
        let at = folder.path.join(name);
        // What is no file holds no var; a build tells of it.
        if !name.is_empty() && folder.files.is_file(&at) {
            patches.insert(cleaned(&at), patch);
            sources.push(Source::read(at, name, false, folder)?);
        }
    }
    for source in &mut sources {
        source.patch = patches.get(&cleaned(&source.path)).copied().cloned();
    }
    Ok(sources)
}

fn cleaned(path: &Path) -> Text {
    clean_path(&path.to_string_lossy())
}

/// What the kustomization of a folder names under `resources`.
fn below(at: &Path, folder: Folder<'_>) -> Result<Vec<String>> {
    let [name] = names_in(at, folder.files)[..] else {
        return Ok(Vec::new());
    };
    let file = Arc::new(at.join(name));
    let below = editable(&folder.files.read(&file)?, &file)?;
    let entries = items(&below.canonical, "resources").filter_map(Value::text);
    Ok(entries.map(ToString::to_string).collect())
}

/// A file of resources; what is no file has been dealt with, or is elsewhere.
fn resource_file(path: &Path, name: &str, folder: Folder<'_>) -> Result<Option<Source>> {
    if !folder.files.is_file(path) {
        return Ok(None);
    }
    Source::read(path.to_path_buf(), name, true, folder).map(Some)
}

fn read(path: &Path, folder: Folder<'_>) -> Result<String> {
    let bytes = folder
        .files
        .read(path)
        .with_context(|| format!("read {}", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("read {}", path.display()))
}

fn replacement(var: &Value, sources: &[Source]) -> Result<Value> {
    let name = reference(text(var, "name"));
    let mut targets = Sequence::new();
    for source in sources {
        for document in &source.documents {
            let mut uses = Vec::new();
            collect(document, "", &name, &mut uses);
            for (path, value) in uses {
                let options =
                    options(value, &name).with_context(|| format!("error with {}", source.name))?;
                targets.push(target(source, document, path, options));
            }
        }
    }
    let mut replacement = Mapping::new();
    replacement.insert("source", source_of(var).into());
    if !targets.is_empty() {
        replacement.insert("targets", targets.into());
    }
    Ok(replacement.into())
}

/// The object and the field of a var.
fn source_of(var: &Value) -> Mapping {
    let object = var.get("objref").cloned().unwrap_or_else(Value::null);
    let field = var
        .get("fieldref")
        .map_or("", |field| text(field, "fieldPath"));
    let mut source = Mapping::new();
    let (group, version) = group_and_version(text(&object, "apiVersion"));
    for (name, value) in [
        ("kind", text(&object, "kind")),
        ("name", text(&object, "name")),
        ("namespace", text(&object, "namespace")),
        ("group", group),
        ("version", version),
        ("fieldPath", field),
    ] {
        set_text(&mut source, name, value);
    }
    source
}

fn group_and_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// The fields of a value whose text has a part, with their paths.
fn collect<'v>(value: &'v Value, path: &str, part: &str, found: &mut Vec<(String, &'v str)>) {
    let below = |step: &str| match path {
        "" => step.to_owned(),
        _ => format!("{path}.{step}"),
    };
    match value {
        Value::Scalar(scalar) => {
            if scalar.text.contains(part) {
                found.push((path.to_owned(), &scalar.text));
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &below(&index.to_string()), part, found);
            }
        }
        Value::Mapping(map) => {
            for (key, item) in map.iter() {
                let step = if key.contains('.') {
                    format!("[{key}]")
                } else {
                    key.to_string()
                };
                collect(item, &below(&step), part, found);
            }
        }
    }
}

/// How the part is told from the rest of the text: by the character on either side of it.
fn options(value: &str, part: &str) -> Result<Option<Mapping>> {
    let Some((before, after)) = value.split_once(part) else {
        return Ok(None);
    };
    let delimiter = match (before.chars().next_back(), after.chars().next()) {
        (None, None) => return Ok(None),
        (Some(left), Some(right)) if left != right => {
            let problem =
                format!("cannot convert all vars to replacements; {part} is not delimited");
            let fault = Fault::new(problem);
            return Err(fault
                .hint(
                    "put the same character on both sides of it, or write the replacement by hand",
                )
                .into());
        }
        (Some(delimiter), _) | (None, Some(delimiter)) => delimiter,
    };
    let mut options = Mapping::new();
    options.insert("delimiter", Value::string(delimiter.to_string()));
    let index = before.matches(delimiter).count();
    if index > 0 {
        options.insert("index", Value::from(i64::try_from(index)?));
    }
    Ok(Some(options))
}

fn target(source: &Source, document: &Value, field: String, options: Option<Mapping>) -> Value {
    let select = match &source.patch {
        None => selector_of(document),
        Some(patch) => selector_of_patch(patch, document),
    };
    let mut target = Mapping::new();
    target.insert("select", select.into());
    let paths: Sequence = std::iter::once(Value::string(field)).collect();
    target.insert("fieldPaths", paths.into());
    if let Some(options) = options {
        target.insert("options", options.into());
    }
    target.into()
}

/// What selects just this object.
fn selector_of(document: &Value) -> Mapping {
    let metadata = document
        .get("metadata")
        .cloned()
        .unwrap_or_else(Value::null);
    let (group, version) = group_and_version(text(document, "apiVersion"));
    let mut select = Mapping::new();
    for (name, value) in [
        ("kind", text(document, "kind")),
        ("name", text(&metadata, "name")),
        ("namespace", text(&metadata, "namespace")),
        ("group", group),
        ("version", version),
    ] {
        set_text(&mut select, name, value);
    }
    select
}

/// What selects the objects of a patch, as it makes them.
fn selector_of_patch(patch: &Value, document: &Value) -> Mapping {
    let target = patch.get("target").and_then(Value::as_mapping);
    let mut select = target.cloned().unwrap_or_default();
    let own = selector_of(document);
    let allows = |option: &str| patch.at(&["options", option]).is_some();
    let taken: &[_] = match (allows("allowKindChange"), target.is_some()) {
        (true, true) => &["group", "version", "kind"],
        (true, false) => &["kind"],
        (false, _) => &[],
    };
    let name = allows("allowNameChange").then_some("name");
    for field in taken.iter().copied().chain(name).chain(["namespace"]) {
        if let Some(value) = own.get(field) {
            select.insert(field, value.clone());
        }
    }
    select
}
