//! Objects → text, one after another or wrapped in a list.

use anyhow::Result;

use super::object::Object;
use crate::model::{Scalar, Style, Tag};
use crate::yaml::lossless::{Collection, Content, Document, Item, Node};

/// A list around the objects that are printed.
#[derive(Clone, Debug)]
pub struct Wrapping {
    /// Its kind.
    pub kind: String,
    /// Its group and version; nothing leaves the field empty.
    pub version: String,
    /// What goes below `functionConfig`.
    pub function_config: Option<Object>,
}

/// How the root of an object is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct RootStyle {
    /// Between braces.
    pub is_flow: bool,
    /// With its tag.
    pub is_tagged: bool,
}

/// What is left of where an object was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annotations {
    /// Everything.
    Kept,
    /// The path.
    PathOnly,
    /// Nothing.
    Removed,
}

/// The objects as a file of YAML.
pub fn print(
    mut objects: Vec<Object>,
    annotations: Annotations,
    list: Option<&Wrapping>,
) -> String {
    let wide: Vec<_> = objects.iter().map(Object::has_wide_lists).collect();
    match annotations {
        Annotations::Kept => {}
        Annotations::PathOnly => objects
            .iter_mut()
            .for_each(|object| object.forget_place(true)),
        Annotations::Removed => objects
            .iter_mut()
            .for_each(|object| object.forget_place(false)),
    }
    match list {
        Some(list) if !objects.is_empty() => wrapped(objects, list).print_whole(false),
        _ => {
            let texts = objects.iter().zip(wide);
            let texts = texts.map(|(object, wide)| object.document.print_whole(wide));
            texts.collect::<Vec<_>>().join("---\n")
        }
    }
}

/// The objects in a list.
pub(super) fn wrapped(objects: Vec<Object>, list: &Wrapping) -> Document {
    let scalar = |text: &str| {
        let tag = if text.is_empty() { Tag::Null } else { Tag::Str };
        Node::new(Content::Scalar(Scalar::new(text, tag, Style::Plain)))
    };
    let items = objects
        .into_iter()
        .map(|object| object.document.root)
        .collect();
    let mut fields = vec![
        Item::entry("apiVersion", scalar(&list.version)),
        Item::entry("kind", scalar(&list.kind)),
        Item::entry(
            "items",
            Node::new(Content::Sequence(Collection::block(items))),
        ),
    ];
    if let Some(config) = &list.function_config {
        fields.push(Item::entry("functionConfig", config.root().clone()));
    }
    Document::with_root(Item {
        value: Node::new(Content::Mapping(Collection::block(fields))),
        ..Item::default()
    })
}

impl Object {
    /// Takes all comments away but those before and behind everything.
    pub fn strip_comments(&mut self) {
        self.root_mut().strip_comments();
    }

    /// Gives its root another style.
    pub fn set_style(&mut self, style: RootStyle) {
        let root = self.root_mut();
        if style.is_flow {
            root.flatten();
        }
        if style.is_tagged {
            root.tag = Some("!!map".into());
        }
    }
}

/// Reads a configuration of a function, which is printed as it is.
pub fn function_config(text: &[u8]) -> Result<Option<Object>> {
    let mut objects = super::object::read(text, None)?.into_iter();
    Ok(objects.next().map(|mut object| {
        object.forget_place(false);
        object
    }))
}
