//! Text → the objects in it, each with annotations that say where it was read.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use super::annotations;
use super::path::wrong_kind;
use crate::model::{Fault, Place};
use crate::yaml;
use crate::yaml::lossless::{Collection, Content, Document, Item, Node};

/// The annotation of objects that are not for the cluster, whatever it says.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// A manifest in the words of its author.
#[derive(Clone, Debug)]
pub struct Object {
    pub(super) document: Document,
}

/// A file that objects are read from.
#[derive(Clone, Debug)]
pub struct File {
    /// As a path that can be opened.
    pub path: Arc<PathBuf>,
    /// From the folder that is looked through.
    pub relative: String,
}

/// Which objects are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Locality {
    /// Also those that are not for the cluster.
    pub include_local: bool,
    /// None of those that are for the cluster.
    pub exclude_non_local: bool,
}

impl Locality {
    /// Whether an object is looked at.
    pub fn keeps(self, object: &Object) -> bool {
        match object.annotation(LOCAL_CONFIG) {
            Some(_) => self.include_local,
            None => !self.exclude_non_local,
        }
    }
}

/// Reads the objects of a text, which may be wrapped in a list. They are annotated with their place in the text, and with
/// the file if it is one.
pub fn read(text: &[u8], file: Option<&File>) -> Result<Vec<Object>> {
    told(file, read_text(text, file, true))
}

/// Reads the objects of a file as [`read`] does, lists of objects as objects of their own.
pub(super) fn read_lists(text: &[u8], file: &File) -> Result<Vec<Object>> {
    told(Some(file), read_text(text, Some(file), false))
}

/// Names the file in a failure.
fn told(file: Option<&File>, objects: Result<Vec<Object>>) -> Result<Vec<Object>> {
    match file {
        None => objects,
        // The failure goes on in the words of its cause: it may be the text that somebody looks for.
        Some(file) => objects.map_err(|error| {
            let message = format!("{}: {error}", file.path.display());
            match error.downcast::<Fault>() {
                Ok(fault) => Fault { message, ..fault }.into(),
                Err(_) => Fault::new(message).into(),
            }
        }),
    }
}

fn read_text(text: &[u8], file: Option<&File>, unwraps: bool) -> Result<Vec<Object>> {
    let documents = Document::parse_all(text).map_err(|error| malformed(&error, file))?;
    let unwraps = unwraps && documents.len() == 1;
    let mut objects = Vec::with_capacity(documents.len());
    let mut position = 0;
    for document in documents {
        if document.root.value.is_null() {
            continue;
        }
        check(&document.root.value)?;
        if let Some(items) = items_of_list(&document.root.value).filter(|_| unwraps) {
            for item in items {
                objects.push(listed(item)?);
            }
        } else {
            let mut object = Object { document };
            annotations::mark(&mut object, position, file)?;
            position += 1;
            objects.push(object);
        }
    }
    Ok(objects)
}

/// An item of a list as an object of its own.
fn listed(item: &Item) -> Result<Object> {
    check(&item.value)?;
    let mut object = Object {
        document: Document::with_root(item.clone()),
    };
    annotations::clean(&mut object)?;
    Ok(object)
}

fn check(node: &Node) -> Result<()> {
    match &node.content {
        Content::Mapping(_) => Ok(()),
        _ => Err(wrong_kind("MappingNode", node)),
    }
}

/// The items of a list of objects.
fn items_of_list(node: &Node) -> Option<&[Item]> {
    let is_list = matches!(node.get("kind")?.text()?, "List" | "ResourceList");
    let items = node.get("items");
    if !is_list || items.is_none() && node.get("functionConfig").is_none() {
        return None;
    }
    match items.map(|items| &items.content) {
        Some(Content::Sequence(list) | Content::Mapping(list)) => Some(&list.items),
        _ => Some(&[]),
    }
}

fn malformed(error: &yaml::Error, file: Option<&File>) -> anyhow::Error {
    let is_of_yaml = error.message.starts_with("yaml: ");
    let prefix = if is_of_yaml {
        "MalformedYAMLError: "
    } else {
        ""
    };
    let mut fault = Fault::new(format!("{prefix}{}", error.message));
    fault.place = file.map(|file| Place::of_spot(&file.path, error.line, error.column));
    fault.hints.extend(error.hint.clone());
    fault.into()
}

impl Object {
    pub(super) fn root(&self) -> &Node {
        &self.document.root.value
    }

    pub(super) fn root_mut(&mut self) -> &mut Node {
        &mut self.document.root.value
    }

    /// The kind, or nothing.
    pub fn kind(&self) -> &str {
        text_at(self.root(), "kind")
    }

    /// The group and version, or nothing.
    pub fn api_version(&self) -> &str {
        text_at(self.root(), "apiVersion")
    }

    /// The name, or nothing.
    pub fn name(&self) -> &str {
        self.metadata("name")
    }

    /// The namespace, or nothing.
    pub fn namespace(&self) -> &str {
        self.metadata("namespace")
    }

    fn metadata(&self, field: &str) -> &str {
        let metadata = self.root().get("metadata");
        metadata.map_or("", |metadata| text_at(metadata, field))
    }

    /// The value of an annotation.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        let annotations = self.root().get("metadata")?.get("annotations")?;
        annotations.get(name)?.text()
    }
}

/// The text of a field, nothing if it is none.
pub(super) fn text_at<'n>(node: &'n Node, field: &str) -> &'n str {
    node.get(field)
        .filter(|node| !node.is_null())
        .and_then(Node::text)
        .unwrap_or_default()
}

/// The map below a field, made where there is nothing.
pub(super) fn map_at<'n>(node: &'n mut Node, field: &str) -> Result<&'n mut Collection> {
    let wrong = wrong_kind("MappingNode", node);
    let Content::Mapping(map) = &mut node.content else {
        return Err(wrong);
    };
    let empty = || Content::Mapping(Collection::block(Vec::new()));
    let place = map.items.iter().position(|entry| entry.key_text() == field);
    let place = place.unwrap_or_else(|| {
        map.items.push(Item::entry(field, Node::new(empty())));
        map.items.len() - 1
    });
    let found = &mut map.items[place].value;
    if found.is_null() {
        found.content = empty();
    }
    let wrong = wrong_kind("MappingNode", found);
    match &mut found.content {
        Content::Mapping(map) => Ok(map),
        _ => Err(wrong),
    }
}
