//! A YAML document with all that a [`Value`] leaves out: comments, styles of collections, anchors and tags.
//!
//! A document is parsed, asked for its value, brought to say another value, and printed again; what the new value does not
//! touch keeps its comments and its form. Printing follows what kustomize makes of YAML inside of strings (spec 06 R34): two
//! spaces for each level, lists not set in under their key, no line ever folded.

mod access;
mod comments;
mod property;
mod read;
mod scalar;
#[cfg(test)]
mod tests;
mod update;
mod write;

use crate::model::{
    Extent, Key, Mapping, SHALLOW, Scalar, Sequence, Style, Tag, Text, Value, on_deep_stack, plain,
};

use super::error::Error;

/// How deep a document may be nested.
const MAX_DEPTH: usize = 1_000;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The comment before everything, parted from the first item by an empty line.
    pub(crate) head: String,
    pub(crate) root: Item,
    /// The comment behind everything.
    pub(crate) foot: String,
}

/// An entry of a map, an item of a list, or the root of a document, with its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    /// The lines above.
    pub(crate) head: String,
    /// The rest of the line.
    pub(crate) line: String,
    /// The lines below that belong to it.
    pub(crate) foot: String,
    /// Only in maps.
    pub(crate) key: Option<Node>,
    pub(crate) value: Node,
}

/// A value with its properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) anchor: Option<Text>,
    /// As it is printed: `!!str`.
    pub(crate) tag: Option<Text>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Scalar(Scalar),
    /// An anchor's name.
    Alias(Text),
    Sequence(Collection),
    Mapping(Collection),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Collection {
    pub(crate) items: Vec<Item>,
    /// Whether it stands between brackets.
    pub(crate) is_flow: bool,
}

/// The text of a value as it would stand in a document: scalars in their style, keys in their order.
pub fn print(value: &Value) -> String {
    let print = || write::print(&Document::of(value));
    let is_shallow = Extent::of(value, usize::MAX).is_some_and(|extent| extent.height <= SHALLOW);
    if is_shallow {
        print()
    } else {
        on_deep_stack(print).unwrap_or_default()
    }
}

impl Document {
    /// A document that says a value and nothing else.
    fn of(value: &Value) -> Self {
        Self::with_root(Item::of(value))
    }

    /// A document without comments of its own.
    pub(crate) fn with_root(root: Item) -> Self {
        Self {
            head: String::new(),
            root,
            foot: String::new(),
        }
    }

    /// Reads the first document of a text, if there is one.
    pub fn parse(text: &str) -> Result<Option<Self>, Error> {
        super::encoding::check_characters(text)
            .and_then(|()| read::read(text))
            .map_err(|problem| problem.in_text(text, 1))
    }

    /// Reads a resource file: the first document of every piece between `---` lines, as it would be read to be rendered.
    pub(crate) fn parse_all(text: &[u8]) -> Result<Vec<Self>, Error> {
        let decoded = super::encoding::decode(text)?;
        let normalized = super::pieces::normalize_breaks(decoded);
        let mut documents = Vec::new();
        for piece in super::pieces::of(&normalized, text)? {
            super::encoding::check_characters(piece.text)
                .and_then(|()| read::read(piece.text))
                .map_err(|problem| problem.in_text(piece.text, piece.line))
                .map(|document| documents.extend(document))?;
        }
        Ok(documents)
    }

    /// What the document says. Aliases are the text `*name`, merge keys are keys like others.
    pub fn value(&self) -> Value {
        self.root.value.value()
    }

    /// Makes the document say a value, leaving alone what says so already.
    ///
    /// Values that `is_new` holds for take the place of what was there with its form and its comments.
    pub fn update(&mut self, value: &Value, is_new: &impl Fn(&Value) -> bool) {
        self.root.value.update(value, is_new);
    }

    /// The text of the document, with a line break at the end.
    pub fn print(&self) -> String {
        write::print(self)
    }

    /// The text of the document as a whole file: with all line breaks that a block scalar at its end has, lists set in under
    /// their key if they are `wide`.
    pub(crate) fn print_whole(&self, wide: bool) -> String {
        write::print_whole(self, wide)
    }
}

impl Node {
    pub(crate) fn new(content: Content) -> Self {
        Self {
            anchor: None,
            tag: None,
            content,
        }
    }

    pub(crate) fn value(&self) -> Value {
        match &self.content {
            Content::Scalar(scalar) => Value::Scalar(scalar.clone()),
            Content::Alias(name) => Value::string(ecow::eco_format!("*{name}")),
            Content::Sequence(list) => list
                .items
                .iter()
                .map(|item| item.value.value())
                .collect::<Sequence>()
                .into(),
            Content::Mapping(map) => map
                .items
                .iter()
                .map(|item| (item.key_of_value(), item.value.value()))
                .collect::<Mapping>()
                .into(),
        }
    }

    /// A node that says a value, in block style.
    fn of(value: &Value) -> Self {
        Self::new(match value {
            Value::Scalar(scalar) => Content::Scalar(scalar.clone()),
            Value::Sequence(items) => Content::Sequence(Collection {
                items: items.iter().map(Item::of).collect(),
                is_flow: false,
            }),
            Value::Mapping(map) => Content::Mapping(Collection {
                items: map
                    .entries()
                    .iter()
                    .map(|entry| Item::of_entry(&entry.key, &entry.value))
                    .collect(),
                is_flow: false,
            }),
        })
    }
}

impl Default for Node {
    /// Nothing at all.
    fn default() -> Self {
        Self::new(Content::Scalar(Scalar::new("", Tag::Null, Style::Plain)))
    }
}

impl Item {
    pub(crate) fn of(value: &Value) -> Self {
        Self {
            value: Node::of(value),
            ..Self::default()
        }
    }

    fn of_entry(key: &Key, value: &Value) -> Self {
        let key = Scalar::new(key.text.clone(), key.tag, Style::Plain);
        Self {
            key: Some(Node::new(Content::Scalar(key))),
            ..Self::of(value)
        }
    }

    /// Whether its value is written as nothing.
    fn says_nothing(&self) -> bool {
        matches!(&self.value.content, Content::Scalar(scalar) if scalar.text.is_empty() && !scalar.style.is_quoted())
    }

    /// The key as a map of values has it; keys that are not text of some kind have none.
    fn key_of_value(&self) -> Key {
        match self.key.as_ref().map(|key| &key.content) {
            Some(Content::Scalar(scalar)) => Key {
                text: scalar.text.clone(),
                tag: scalar.tag,
            },
            _ => Key {
                text: Text::new(),
                tag: Tag::Null,
            },
        }
    }
}

/// The type of a scalar that has a tag or none.
fn scalar_of(text: &str, tag: Option<&str>, style: Style) -> Scalar {
    let resolved = match tag {
        None if style.is_quoted() => Tag::Str,
        None => plain::resolve(text),
        Some("!!null") => Tag::Null,
        Some("!!bool") => Tag::Bool,
        Some("!!int") => Tag::Int,
        Some("!!float") => Tag::Float,
        Some("!!timestamp") => Tag::Timestamp,
        Some(_) => Tag::Str,
    };
    Scalar::new(text, resolved, style)
}
