//! Text → its nodes with the places they stand at, for those who change a few of them and leave the rest as it is written.

use std::ops::Range;

use super::parser::{Event, EventKind, Parser};
use super::{Dialect, Error, encoding, error};
use crate::bytes;
use crate::model::{Style, Text, Value};

/// How deep a text may be nested.
const MAX_DEPTH: usize = 1_000;

/// The first document of a text.
#[derive(Debug)]
pub struct Outline {
    /// What it says, if it says anything.
    pub root: Option<Node>,
    /// The comments, from `#` to the end of the line, in order.
    pub comments: Vec<Range<usize>>,
}

/// A node and where it stands.
#[derive(Debug)]
pub struct Node {
    /// From its first to its last character, without what only parts it from others. Empty where nothing is written.
    pub span: Range<usize>,
    /// What it says, aliases and merge keys followed.
    pub value: Value,
    /// What it is made of.
    pub kind: NodeKind,
    /// Whether it stands between brackets or is itself written with them.
    pub is_flow: bool,
}

/// What a node is made of.
#[derive(Debug)]
pub enum NodeKind {
    /// Text.
    Scalar(Style),
    /// The name of what stands elsewhere.
    Alias,
    /// A list.
    Sequence(Vec<Item>),
    /// A map, as it is written: keys may repeat.
    Mapping(Vec<Pair>),
}

/// An item of a list.
#[derive(Debug)]
pub struct Item {
    /// Where its dash stands; between brackets, where it starts.
    pub dash: usize,
    /// What it is.
    pub node: Node,
}

/// An entry of a map.
#[derive(Debug)]
pub struct Pair {
    /// Where its key stands.
    pub key: Range<usize>,
    /// What its key says.
    pub name: Text,
    /// What it holds.
    pub value: Node,
}

impl Node {
    /// Whether any node in it is an alias or a merge key.
    pub fn has_aliases(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar(_) => false,
            NodeKind::Alias => true,
            NodeKind::Sequence(items) => items.iter().any(|item| item.node.has_aliases()),
            NodeKind::Mapping(pairs) => pairs.iter().any(|pair| pair.value.has_aliases()),
        }
    }
}

/// Finds the places of the nodes of a configuration's first document.
pub fn outline(text: &str) -> Result<Outline, Error> {
    encoding::check_characters(text)
        .and_then(|()| Reader::new(text).read())
        .and_then(
            |outline| match super::read_complete(text, Dialect::Configuration)?.value {
                Some(value) => Ok(Outline {
                    root: outline.root.map(|node| with_values(node, &value)),
                    ..outline
                }),
                None => Ok(Outline {
                    root: None,
                    ..outline
                }),
            },
        )
        .map_err(|problem| problem.in_text(text, 1))
}

/// The node with what it says, which the composer knows: it follows aliases and merges.
fn with_values(mut node: Node, value: &Value) -> Node {
    node.value = value.clone();
    match (&mut node.kind, value) {
        (NodeKind::Sequence(items), Value::Sequence(values)) => {
            for (item, value) in items.iter_mut().zip(values) {
                fill(&mut item.node, value);
            }
        }
        (NodeKind::Mapping(pairs), Value::Mapping(map)) => {
            let is_as_written = pairs.len() == map.len();
            for (position, pair) in pairs.iter_mut().enumerate() {
                let entry = map.entries().get(position).filter(|_| is_as_written);
                if let Some(entry) = entry {
                    pair.name = entry.key.text.clone();
                }
                let value = entry.map(|entry| &entry.value);
                if let Some(value) = value.or_else(|| map.get(&pair.name)) {
                    fill(&mut pair.value, value);
                }
            }
        }
        _ => {}
    }
    node
}

fn fill(node: &mut Node, value: &Value) {
    let empty = Node {
        span: 0..0,
        value: Value::null(),
        kind: NodeKind::Alias,
        is_flow: false,
    };
    let filled = with_values(std::mem::replace(node, empty), value);
    *node = filled;
}

/// A collection that is being read.
struct Frame {
    start: usize,
    is_flow: bool,
    kind: NodeKind,
    key: Option<(Range<usize>, Text)>,
}

struct Reader<'a> {
    text: &'a str,
    /// Where the content read last ends.
    end: usize,
    frames: Vec<Frame>,
    outline: Outline,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            end: 0,
            frames: Vec::new(),
            outline: Outline {
                root: None,
                comments: Vec::new(),
            },
        }
    }

    fn read(mut self) -> Result<Outline, error::Problem> {
        let mut parser = Parser::new(self.text, Dialect::Configuration);
        if parser.next()?.kind == EventKind::StreamEnd {
            self.take_comments(self.text.len());
            return Ok(self.outline);
        }
        loop {
            let event = parser.next()?;
            if event.kind == EventKind::DocumentEnd {
                let rest = &self.text[self.end..];
                let next = rest.find("\n---").or_else(|| rest.find("\n..."));
                self.take_comments(next.map_or(self.text.len(), |at| self.end + at));
                return Ok(self.outline);
            }
            self.take(event)?;
        }
    }

    fn take(&mut self, event: Event<'a>) -> Result<(), error::Problem> {
        let (start, end, is_flow) = (event.start.offset, event.end.offset, event.in_flow);
        match event.kind {
            EventKind::Alias(_) => {
                self.take_comments(start);
                self.end = end;
                self.add(start..end, NodeKind::Alias, Text::new(), is_flow);
            }
            EventKind::Scalar(_, text, style) => {
                self.take_comments(start);
                let end = self.end_of(start..end, style);
                self.end = end.max(self.end);
                self.add(start..end, NodeKind::Scalar(style), text.into(), is_flow);
            }
            EventKind::SequenceStart(_) | EventKind::MappingStart(_) => {
                if self.frames.len() >= MAX_DEPTH {
                    let message = format!("exceeded max depth of {MAX_DEPTH}");
                    return Err(error::Problem::without_line(message, start));
                }
                let kind = match event.kind {
                    EventKind::SequenceStart(_) => NodeKind::Sequence(Vec::new()),
                    _ => NodeKind::Mapping(Vec::new()),
                };
                self.frames.push(Frame {
                    start,
                    is_flow,
                    kind,
                    key: None,
                });
            }
            EventKind::SequenceEnd | EventKind::MappingEnd => self.close(end),
            _ => {}
        }
        Ok(())
    }

    /// Where the text of a scalar ends, without the line breaks and the blank lines below it that it does not keep.
    fn end_of(&mut self, span: Range<usize>, style: Style) -> usize {
        let text = &self.text[span.clone()];
        if !matches!(style, Style::Literal | Style::Folded) {
            return span.end;
        }
        let header = text.lines().next().unwrap_or_default();
        if let Some(at) = header.find(" #") {
            let start = span.start + at + 1;
            self.outline
                .comments
                .push(start..span.start + header.trim_end().len());
        }
        let keeps = header.split(" #").next().is_some_and(|it| it.contains('+'));
        let kept = if keeps {
            text.strip_suffix('\n').unwrap_or(text)
        } else {
            text.trim_end()
        };
        span.start + kept.len()
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        if frame.is_flow {
            self.take_comments(end);
            self.end = end;
        }
        let end = if frame.is_flow { end } else { self.end };
        self.add(frame.start..end, frame.kind, Text::new(), frame.is_flow);
    }

    /// Adds a node that is complete.
    fn add(&mut self, span: Range<usize>, kind: NodeKind, text: Text, is_flow: bool) {
        let text_of_key = text;
        let make = |kind| Node {
            span: span.clone(),
            value: Value::null(),
            kind,
            is_flow,
        };
        let Some(frame) = self.frames.last_mut() else {
            self.outline.root = Some(make(kind));
            return;
        };
        match &mut frame.kind {
            NodeKind::Mapping(pairs) => match frame.key.take() {
                None => {
                    // The colon belongs to the entry, whether or not anything stands behind it.
                    let rest = &self.text[span.end..];
                    let colon = rest.find(':').filter(|at| rest[..*at].trim().is_empty());
                    self.end = self.end.max(span.end + colon.map_or(0, |at| at + 1));
                    frame.key = Some((span, text_of_key));
                }
                Some((key, name)) => pairs.push(Pair {
                    key,
                    name,
                    value: make(kind),
                }),
            },
            NodeKind::Sequence(items) => {
                let from = items.last().map_or(frame.start, |last| last.node.span.end);
                let dash = if frame.is_flow {
                    span.start
                } else {
                    dash_in(self.text, from, span.start, items.is_empty())
                };
                self.end = self.end.max(dash + 1);
                items.push(Item {
                    dash,
                    node: make(kind),
                });
            }
            NodeKind::Scalar(_) | NodeKind::Alias => {}
        }
    }

    /// Notes the comments between what was read last and a place: only blanks, indicators and comments stand there.
    fn take_comments(&mut self, until: usize) {
        let bytes = self.text.as_bytes();
        let mut at = self.end;
        while let Some(found) = bytes.get(at..until).and_then(|gap| bytes::find(b'#', gap)) {
            let start = at + found;
            let follows_blank = start == 0 || b" \t\r\n".contains(&bytes[start - 1]);
            let line = bytes::find(b'\n', &bytes[start..]).map_or(bytes.len(), |end| start + end);
            if follows_blank {
                let text = self.text[start..line].trim_end();
                self.outline.comments.push(start..start + text.len());
                at = line;
            } else {
                at = start + 1;
            }
        }
    }
}

/// Where the dash of a list item stands that begins at `start`.
fn dash_in(text: &str, from: usize, start: usize, is_first: bool) -> usize {
    // An anchor or a tag may stand before the first one.
    if is_first && text[from..].starts_with('-') {
        return from;
    }
    let mut offset = from;
    let mut dash = start;
    for (number, line) in text[from..start].split_inclusive('\n').enumerate() {
        let indentation = line.len() - line.trim_start().len();
        if number > 0 && line[indentation..].starts_with('-') {
            dash = offset + indentation;
            break;
        }
        offset += line.len();
    }
    dash
}
