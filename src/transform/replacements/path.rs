//! The paths of replacements and vars (spec 06 R30), and the look-up of the one value that such a path leads to.

use anyhow::{Result, bail, ensure};

use crate::model::{MAX_DEPTH, Text, Value};
use crate::yaml::lossless;

/// A field path as replacements and vars write it: `spec.containers.[name=app].image`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// As written.
    pub text: Text,
    /// Outermost first.
    pub segments: Vec<Segment>,
}

/// One segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A key of a map; `-` too, which a source reads as the last element of a list.
    Key(Text),
    /// An element of a list.
    Index(i64),
    /// `*`
    Wildcard,
    /// `[key=value]`; without the key, elements that are the value.
    Elements {
        /// The field of the elements, or nothing.
        key: Text,
        /// A text for sources, a regular expression for targets.
        value: Text,
    },
    /// Brackets around something else.
    Malformed,
}

impl Path {
    /// Cuts a path at its dots.
    pub fn parse(text: &Text) -> Result<Self> {
        let mut parts = split(text);
        if parts.len() > 1 && parts[0].is_empty() {
            parts.remove(0);
        }
        ensure!(
            parts.len() <= MAX_DEPTH,
            "field path has more than {MAX_DEPTH} segments"
        );
        Ok(Self {
            text: text.clone(),
            segments: parts.into_iter().map(Segment::parse).collect(),
        })
    }

    /// The value that the path leads to, if there is one.
    pub fn find<'v>(&self, value: &'v Value) -> Result<Option<&'v Value>> {
        Ok(self.locate(value)?.map(|(_, value)| value))
    }

    /// The value that the path leads to, and the positions in the collections on the way.
    pub(super) fn locate<'v>(&self, value: &'v Value) -> Result<Option<(Vec<usize>, &'v Value)>> {
        let mut found = value;
        let mut places = Vec::with_capacity(self.segments.len());
        let is_empty = |segment: &&Segment| matches!(segment, Segment::Key(key) if key.is_empty());
        for segment in self.segments.iter().filter(|segment| !is_empty(segment)) {
            let Some((place, next)) = segment.find(found)? else {
                return Ok(None);
            };
            places.push(place);
            found = next;
        }
        Ok(Some((places, found)))
    }
}

/// The parts between dots. A backslash escapes a dot, and so do brackets: they vanish unless they hold a `=`.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut open: Option<String> = None;
    let escaped = text.replace("\\.", "\0");
    for part in escaped.split('.').map(|part| part.replace('\0', ".")) {
        let joined = match open.take() {
            Some(mut start) => {
                start.push('.');
                start.push_str(&part);
                start
            }
            None if part.starts_with('[') && !part.ends_with(']') => {
                open = Some(part);
                continue;
            }
            None => {
                parts.push(part);
                continue;
            }
        };
        if !joined.ends_with(']') {
            open = Some(joined);
        } else if joined.contains('=') {
            parts.push(joined);
        } else {
            parts.push(joined[1..joined.len() - 1].to_owned());
        }
    }
    parts.extend(open);
    parts
}

impl Segment {
    fn parse(part: String) -> Self {
        if let Ok(index) = part.parse() {
            return Self::Index(index);
        }
        if part == "*" {
            return Self::Wildcard;
        }
        match part
            .strip_prefix('[')
            .and_then(|part| part.strip_suffix(']'))
        {
            Some(inner) => inner
                .split_once('=')
                .map_or(Self::Malformed, |(key, value)| Self::Elements {
                    key: key.into(),
                    value: value.into(),
                }),
            None => Self::Key(part.into()),
        }
    }

    /// The position and the value that the segment leads to from a value, as a source reads it.
    pub(super) fn find<'v>(&self, value: &'v Value) -> Result<Option<(usize, &'v Value)>> {
        if value.is_null() {
            return Ok(None);
        }
        match self {
            Self::Key(key) if key == "-" => match items(value)?.split_last() {
                Some((last, rest)) => Ok(Some((rest.len(), last))),
                None => bail!("`-` stands for the last element, but the list is empty"),
            },
            Self::Key(key) => {
                let Value::Mapping(map) = value else {
                    return Err(wrong_kind("MappingNode", value));
                };
                let position = map.position(key);
                Ok(position.map(|position| (position, &map.entries()[position].value)))
            }
            Self::Index(index) => {
                let Ok(index) = usize::try_from(*index) else {
                    bail!("array index {index} cannot be negative");
                };
                Ok(items(value)?.get(index).map(|item| (index, item)))
            }
            Self::Wildcard => bail!("wildcard is not supported in PathGetter"),
            Self::Elements { key, value: wanted } => {
                let is_wanted = |item: &Value| match item {
                    _ if key.is_empty() => own_text(item) == wanted,
                    Value::Mapping(map) => {
                        map.get(key).is_some_and(|field| own_text(field) == wanted)
                    }
                    _ => false,
                };
                let mut items = items(value)?.iter().enumerate();
                Ok(items.find(|(_, item)| is_wanted(item)))
            }
            Self::Malformed => Err(malformed()),
        }
    }
}

pub(super) fn malformed() -> anyhow::Error {
    anyhow::anyhow!("list path element must contain fieldName=fieldValue for element to match")
}

fn items(value: &Value) -> Result<&[Value]> {
    match value.as_sequence() {
        Some(items) => Ok(items),
        None => Err(wrong_kind("SequenceNode", value)),
    }
}

/// The text of a scalar as it was read, nothing for collections.
fn own_text(value: &Value) -> &str {
    value.as_scalar().map_or("", |scalar| scalar.text.as_str())
}

/// Why a value that is of one kind cannot be taken for another.
pub(in crate::transform) fn wrong_kind(expected: &str, found: &Value) -> anyhow::Error {
    // What has no text has no kind in kustomize.
    let is_empty = matches!(found, Value::Scalar(scalar) if scalar.text.is_empty());
    let (kind, text) = if is_empty {
        ("", "null".to_owned())
    } else {
        (found.node_kind(), source_text(found))
    };
    anyhow::anyhow!("wrong node kind: expected {expected} but got {kind}: node contents:\n{text}")
}

/// The text of a value about as it was written: what list selectors of targets look at (spec 06 R30).
pub(super) fn source_text(value: &Value) -> String {
    match value {
        Value::Scalar(scalar) if scalar.text.is_empty() && !scalar.style.is_quoted() => {
            String::new()
        }
        _ => lossless::print(value).trim_end_matches('\n').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Segment {
        Segment::Key(text.into())
    }

    fn elements(key: &str, value: &str) -> Segment {
        Segment::Elements {
            key: key.into(),
            value: value.into(),
        }
    }

    #[test]
    fn paths_are_cut_at_dots_that_nothing_protects() {
        for (text, segments) in [
            ("data.x", vec![key("data"), key("x")]),
            (".data", vec![key("data")]),
            ("a.d\\.e/f", vec![key("a"), key("d.e/f")]),
            ("a.[b.c/d]", vec![key("a"), key("b.c/d")]),
            ("a.[b]", vec![key("a"), Segment::Malformed]),
            (
                "a.[x=b.c].d",
                vec![key("a"), elements("x", "b.c"), key("d")],
            ),
            ("a.[x=y", vec![key("a"), key("[x=y")]),
            ("l.[=x]", vec![key("l"), elements("", "x")]),
            ("l.[a=b=c]", vec![key("l"), elements("a", "b=c")]),
            (
                "l.-1.+1.01",
                [key("l")]
                    .into_iter()
                    .chain([-1, 1, 1].map(Segment::Index))
                    .collect(),
            ),
            (
                "l.0x1.*.-",
                vec![key("l"), key("0x1"), Segment::Wildcard, key("-")],
            ),
            ("", vec![key("")]),
        ] {
            assert_eq!(
                Path::parse(&text.into()).unwrap().segments,
                segments,
                "{text}"
            );
        }
    }
}
