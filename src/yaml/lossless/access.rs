//! Finding what is in a document's tree, and taking comments out of it.

use super::{Collection, Content, Document, Item, Node};
use crate::model::{Scalar, Style, Tag};

impl Node {
    /// The entries of a map; nothing for all else.
    pub(crate) fn entries(&self) -> &[Item] {
        match &self.content {
            Content::Mapping(map) => &map.items,
            _ => &[],
        }
    }

    /// The value of a map's key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let mut entries = self.entries().iter();
        Some(&entries.find(|entry| entry.is_named(key))?.value)
    }

    /// The value of a map's key, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Content::Mapping(map) = &mut self.content else {
            return None;
        };
        let mut entries = map.items.iter_mut();
        Some(&mut entries.find(|entry| entry.is_named(key))?.value)
    }

    /// The text of a scalar; nothing for all else.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether it says nothing: `null`, `~` or no text at all.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.tag == Tag::Null)
    }

    /// The name of its kind, as messages have it.
    pub(crate) fn kind_name(&self) -> &'static str {
        match &self.content {
            Content::Scalar(_) => "ScalarNode",
            Content::Alias(_) => "AliasNode",
            Content::Sequence(_) => "SequenceNode",
            Content::Mapping(_) => "MappingNode",
        }
    }

    /// Makes a collection stand between brackets, or a scalar without quotes where it can.
    pub(crate) fn flatten(&mut self) {
        match &mut self.content {
            Content::Scalar(scalar) => scalar.style = Style::Plain,
            Content::Sequence(items) | Content::Mapping(items) => items.is_flow = true,
            Content::Alias(_) => {}
        }
    }

    /// Takes all comments away.
    pub(crate) fn strip_comments(&mut self) {
        if let Content::Sequence(collection) | Content::Mapping(collection) = &mut self.content {
            for item in &mut collection.items {
                item.head.clear();
                item.line.clear();
                item.foot.clear();
                item.value.strip_comments();
            }
        }
    }
}

impl Item {
    /// An entry of a map with a text as its key.
    pub(crate) fn entry(key: &str, value: Node) -> Self {
        let key = Scalar::new(key, Tag::Str, Style::Plain);
        Self {
            key: Some(Node::new(Content::Scalar(key))),
            value,
            ..Self::default()
        }
    }

    /// The text of its key: of an alias, the name.
    pub(crate) fn key_text(&self) -> &str {
        match self.key.as_ref().map(|key| &key.content) {
            Some(Content::Scalar(scalar)) => &scalar.text,
            Some(Content::Alias(name)) => name,
            _ => "",
        }
    }

    fn is_named(&self, key: &str) -> bool {
        let key_node = self.key.as_ref().map(|key| &key.content);
        matches!(key_node, Some(Content::Scalar(scalar)) if scalar.text == key)
    }
}

impl Collection {
    /// A collection in lines.
    pub(crate) fn block(items: Vec<Item>) -> Self {
        Self {
            items,
            is_flow: false,
        }
    }
}

impl Document {
    /// The text of a node alone, with the comments of its item if it has one.
    pub(crate) fn text_of(item: Item) -> String {
        Self::with_root(item).print_whole(false)
    }
}
