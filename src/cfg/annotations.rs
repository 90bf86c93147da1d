//! The annotations that say where an object was read: a new name and an old one for each, which must not contradict.

use anyhow::{Result, anyhow, bail};

use super::object::{File, Object, map_at};
use crate::model::{Scalar, Style, Tag};
use crate::yaml::lossless::{Content, Item, Node};

/// The names of an annotation.
struct Pair {
    what: &'static str,
    old: &'static str,
    new: &'static str,
}

const PATH: Pair = Pair {
    what: "path",
    old: "config.kubernetes.io/path",
    new: "internal.config.kubernetes.io/path",
};

const INDEX: Pair = Pair {
    what: "index",
    old: "config.kubernetes.io/index",
    new: "internal.config.kubernetes.io/index",
};

const ID: Pair = Pair {
    what: "id",
    old: "config.k8s.io/id",
    new: "internal.config.kubernetes.io/id",
};

/// The number of an object among all that there are, whatever function gets it.
const NUMBER: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";

/// Says that lists are set in under their key.
const LIST_INDENT: &str = "internal.config.kubernetes.io/seqindent";

impl Object {
    /// The path of its file.
    pub fn path(&self) -> &str {
        self.annotation(PATH.old).unwrap_or_default()
    }

    /// Whether its lists are to be set in under their key.
    pub(super) fn has_wide_lists(&self) -> bool {
        self.annotation(LIST_INDENT) == Some("wide")
    }

    /// Fails where the two names of an annotation contradict.
    pub fn check_place(&self) -> Result<()> {
        for pair in [PATH, INDEX, ID] {
            let value = |name| self.annotation(name).unwrap_or_default();
            if value(pair.old) != value(pair.new) {
                let what = pair.what;
                bail!(
                    "resource input to function has mismatched legacy and internal {what} annotations"
                );
            }
        }
        Ok(())
    }

    /// Gives it its numbers: among all objects, and among those that a function gets.
    pub(super) fn number(&mut self, index: usize, id: usize) -> Result<()> {
        set(self, NUMBER, &index.to_string())?;
        set(self, ID.new, &id.to_string())?;
        set(self, ID.old, &id.to_string())
    }

    /// Takes its numbers away.
    pub(super) fn forget_number(&mut self) {
        remove(self, |name| [NUMBER, ID.new, ID.old].contains(&name));
    }

    /// Whether a function made it of an object that it was given.
    pub(super) fn is_made_of(&self, given: &Self) -> bool {
        let id = |object: &Self| {
            let id = object.annotation(ID.old).or(object.annotation(ID.new));
            id.map(str::to_owned)
        };
        id(self).is_some_and(|own| id(given).is_some_and(|other| own == other))
    }

    /// Makes the two names of its path, and of its index, say the same: what the function changed counts.
    pub(super) fn settle_place(&mut self, original: Option<&Self>) -> Result<()> {
        for pair in [PATH, INDEX] {
            let value =
                |object: &Self, name| object.annotation(name).unwrap_or_default().to_owned();
            let (old, new) = (value(self, pair.old), value(self, pair.new));
            let before = original.map(|object| value(object, pair.old));
            if old == new {
                continue;
            }
            if old.is_empty() || before.as_ref() == Some(&old) {
                set(self, pair.old, &new)?;
            } else if new.is_empty() || before.as_ref() == Some(&new) {
                set(self, pair.new, &old)?;
            }
        }
        self.check_place()
    }

    /// Says in which file it is.
    pub(super) fn set_path(&mut self, path: &str) -> Result<()> {
        set(self, PATH.new, path)?;
        set(self, PATH.old, path)
    }

    /// Its place in its file, if it has one.
    pub(super) fn index(&self) -> Result<Option<i64>> {
        let text = self.annotation(INDEX.old).filter(|text| !text.is_empty());
        let parse = |text: &str| {
            text.parse().map_err(|_| {
                let name = INDEX.old;
                anyhow!(
                    "unable to parse {name} {text} :strconv.Atoi: parsing {text:?}: invalid syntax"
                )
            })
        };
        text.map(parse).transpose()
    }

    /// Takes away where it was read, or only its place in the file.
    pub(super) fn forget_place(&mut self, keeps_path: bool) {
        let mut names = vec![INDEX.old, INDEX.new, LIST_INDENT];
        if !keeps_path {
            names.extend([PATH.old, PATH.new]);
        }
        remove(self, |name| names.contains(&name));
    }
}

/// Annotates an object with its place.
pub(super) fn mark(object: &mut Object, position: usize, file: Option<&File>) -> Result<()> {
    clean(object)?;
    for pair in [PATH, INDEX, ID] {
        copy(object, &pair)?;
    }
    let index = position.to_string();
    set(object, INDEX.old, &index)?;
    if let Some(file) = file {
        set(object, PATH.old, &file.relative)?;
    }
    set(object, INDEX.new, &index)?;
    if let Some(file) = file {
        set(object, PATH.new, &file.relative)?;
    }
    Ok(())
}

/// Takes away what is empty.
pub(super) fn clean(object: &mut Object) -> Result<()> {
    if object
        .root()
        .get("metadata")
        .is_some_and(|it| !it.is_null())
    {
        let metadata = map_at(object.root_mut(), "metadata")?;
        metadata
            .items
            .retain(|entry| entry.key_text() != "annotations" || entry.value.text().is_none());
    }
    remove(object, |_| false);
    Ok(())
}

/// Gives an annotation its other name too.
fn copy(object: &mut Object, pair: &Pair) -> Result<()> {
    let value = |name| object.annotation(name).filter(|value| !value.is_empty());
    let (name, value) = match (value(pair.old), value(pair.new)) {
        (Some(value), None) => (pair.new, value.to_owned()),
        (None, Some(value)) => (pair.old, value.to_owned()),
        _ => return Ok(()),
    };
    set(object, name, &value)
}

/// Sets an annotation; one that is there keeps its style.
fn set(object: &mut Object, name: &str, value: &str) -> Result<()> {
    map_at(object.root_mut(), "metadata")?;
    let Some(metadata) = object.root_mut().get_mut("metadata") else {
        return Ok(());
    };
    let annotations = map_at(metadata, "annotations")?;
    let scalar = |style| Content::Scalar(Scalar::new(value, Tag::Str, style));
    let mut entries = annotations.items.iter_mut();
    if let Some(entry) = entries.find(|entry| entry.key_text() == name) {
        let style = match &entry.value.content {
            Content::Scalar(scalar) => scalar.style,
            _ => Style::Plain,
        };
        entry.value.content = scalar(style);
    } else {
        let node = Node::new(scalar(Style::SingleQuoted));
        annotations.items.push(Item::entry(name, node));
    }
    Ok(())
}

/// Removes annotations, then `annotations` and `metadata` where nothing is left in them.
fn remove(object: &mut Object, is_meant: impl Fn(&str) -> bool) {
    let Some(metadata) = object.root_mut().get_mut("metadata") else {
        return;
    };
    if let Some(Node {
        content: Content::Mapping(annotations),
        ..
    }) = metadata.get_mut("annotations")
    {
        annotations
            .items
            .retain(|entry| !is_meant(entry.key_text()));
    }
    remove_if_empty(metadata, "annotations");
    remove_if_empty(object.root_mut(), "metadata");
}

fn remove_if_empty(node: &mut Node, field: &str) {
    if let Content::Mapping(map) = &mut node.content {
        map.items.retain(|entry| {
            let is_empty = match &entry.value.content {
                Content::Mapping(inner) => inner.items.is_empty(),
                Content::Scalar(_) => entry.value.is_null(),
                _ => false,
            };
            entry.key_text() != field || !is_empty
        });
    }
}
