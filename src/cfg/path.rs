//! Paths to fields, `spec.containers[name=web].image`, and what they lead to (spec 06 R30).

use anyhow::{Result, anyhow, bail};

use crate::model::pattern;
use crate::yaml::lossless::{Content, Document, Item, Node};

/// The segments of a path: names, `*`, positions, and `[field=pattern]`.
pub(super) type Path = Vec<String>;

/// Takes a path apart at its dots; `\.` is a dot in a name.
pub(super) fn parse(text: &str) -> Result<Path> {
    // The original marks dots that are no separators with this text, and so takes it for one.
    let marked = text.replace("\\.", DOT);
    let mut path = Path::new();
    for part in marked.split('.') {
        let part = part.replace(DOT, ".");
        match part.split_once('[') {
            None => path.push(part),
            Some((_, rest)) if rest.contains('[') => bail!(
                "unrecognized path element: {part}.  Should be of the form 'list[field=value]'"
            ),
            Some((list, rest)) => path.extend([list.to_owned(), format!("[{rest}")]),
        }
    }
    Ok(path)
}

const DOT: &str = "$$$$";

/// A field that a path leads to.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The field, with the comments that are its own.
    pub(super) item: Item,
    /// What the fields of list elements on the way said that were matched.
    pub(super) matches: Vec<String>,
}

/// The fields that a path leads to, in the order of the document. Texts that are YAML themselves are entered.
pub(super) fn follow(path: &[String], root: &Node) -> Result<Vec<Found>> {
    let mut found = vec![Found {
        item: item_of(root),
        matches: Vec::new(),
    }];
    for (position, segment) in path.iter().enumerate() {
        let is_in_list = position > 0 && Segment::of(&path[position - 1]).is_of_list();
        let segment = Segment::of(segment);
        let mut next = Vec::new();
        for found in found {
            segment.take(&found, is_in_list, &mut next)?;
        }
        found = next;
        if matches!(segment, Segment::Element { field: "", .. }) {
            break;
        }
    }
    Ok(found)
}

enum Segment<'p> {
    Key(&'p str),
    Index(usize),
    Wildcard,
    Element { field: &'p str, pattern: &'p str },
    Malformed,
}

impl<'p> Segment<'p> {
    fn of(text: &'p str) -> Self {
        if let Ok(index) = text.parse() {
            return Self::Index(index);
        }
        let Some(inner) = text.strip_prefix('[') else {
            return if text == "*" {
                Self::Wildcard
            } else {
                Self::Key(text)
            };
        };
        let Some(inner) = inner.strip_suffix(']') else {
            return Self::Key(text);
        };
        match inner.split_once('=') {
            Some((field, pattern)) => Self::Element { field, pattern },
            None => Self::Malformed,
        }
    }

    fn is_of_list(&self) -> bool {
        !matches!(self, Self::Key(_))
    }

    /// Adds what the segment leads to from a field.
    fn take(&self, from: &Found, is_in_list: bool, next: &mut Vec<Found>) -> Result<()> {
        let node = &from.item.value;
        if node.is_null() {
            return self.take_null(node, is_in_list);
        }
        if let Some(inner) = document_in(node) {
            let inner = Found {
                item: item_of(&inner),
                matches: from.matches.clone(),
            };
            return self.take(&inner, is_in_list, next);
        }
        let items = match (self, &node.content) {
            (Self::Key(""), Content::Scalar(scalar)) if !scalar.text.is_empty() => return Ok(()),
            (Self::Key(""), _) => return Err(wrong_kind("ScalarNode", node)),
            (Self::Key(key), Content::Mapping(_)) => {
                let entry = node.entries().iter().find(|entry| entry.key_text() == *key);
                next.extend(entry.map(|entry| from.at(of_entry(entry))));
                return Ok(());
            }
            (Self::Key(_), _) => return Err(wrong_kind("MappingNode", node)),
            (Self::Malformed, _) => {
                bail!("list path element must contain fieldName=fieldValue for element to match")
            }
            (_, Content::Sequence(list)) => &list.items,
            _ => return Err(wrong_kind("SequenceNode", node)),
        };
        match self {
            Self::Index(index) => {
                let item = items
                    .get(*index)
                    .ok_or_else(|| no_element(*index, items.len()))?;
                next.push(from.at(item.clone()));
            }
            Self::Element { field, pattern } => take_elements(from, items, field, pattern, next)?,
            _ => next.extend(items.iter().map(|item| from.at(item.clone()))),
        }
        Ok(())
    }

    fn take_null(&self, null: &Node, is_in_list: bool) -> Result<()> {
        let is_written = null.text().is_some_and(|text| !text.is_empty());
        match self {
            Self::Key("") => Err(wrong_kind("ScalarNode", null)),
            Self::Malformed => Ok(()),
            Self::Key(_) if !is_written && !is_in_list => Err(wrong_kind("MappingNode", null)),
            _ if !is_written && !is_in_list => Err(wrong_kind("SequenceNode", null)),
            Self::Index(index) => Err(no_element(*index, 0)),
            _ => Ok(()),
        }
    }
}

/// Adds the items, or those whose field, matches a pattern.
fn take_elements(
    from: &Found,
    items: &[Item],
    field: &str,
    pattern: &str,
    next: &mut Vec<Found>,
) -> Result<()> {
    let pattern = pattern::compile(pattern)?;
    for item in items {
        let matched = match field {
            "" => Some(item.clone()),
            field => {
                let mut entries = item.value.entries().iter();
                entries
                    .find(|entry| entry.key_text() == field)
                    .map(of_entry)
            }
        };
        let text = matched.map(|matched| Document::text_of(matched).trim_end().to_owned());
        if let Some(text) = text.filter(|text| pattern.is_match(text)) {
            let mut found = from.at(item.clone());
            found.matches.push(text);
            next.push(found);
        }
    }
    Ok(())
}

impl Found {
    /// A field further on.
    fn at(&self, item: Item) -> Self {
        Self {
            item,
            matches: self.matches.clone(),
        }
    }
}

fn item_of(node: &Node) -> Item {
    Item {
        value: node.clone(),
        ..Item::default()
    }
}

/// The value of an entry, with the comment that belongs to it and not to its key.
fn of_entry(entry: &Item) -> Item {
    let is_block = match &entry.value.content {
        Content::Sequence(items) | Content::Mapping(items) => !items.is_flow,
        Content::Scalar(_) | Content::Alias(_) => false,
    };
    Item {
        line: if is_block {
            String::new()
        } else {
            entry.line.clone()
        },
        ..item_of(&entry.value)
    }
}

/// The map or list that a text is in YAML.
fn document_in(node: &Node) -> Option<Node> {
    let document = Document::parse_all(node.text()?.as_bytes()).ok()?;
    let root = document.into_iter().next()?.root.value;
    matches!(root.content, Content::Mapping(_) | Content::Sequence(_)).then_some(root)
}

fn no_element(index: usize, length: usize) -> anyhow::Error {
    anyhow!("index {index} specified but only {length} elements found")
}

/// Why a node cannot be taken for one of another kind.
pub(super) fn wrong_kind(expected: &str, found: &Node) -> anyhow::Error {
    let is_nothing = found.text() == Some("");
    let (kind, text) = if is_nothing {
        ("", "null\n".to_owned())
    } else {
        (found.kind_name(), Document::text_of(item_of(found)))
    };
    anyhow!("wrong node kind: expected {expected} but got {kind}: node contents:\n{text}")
}
