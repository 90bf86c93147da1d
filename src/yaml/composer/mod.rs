//! Events → a [`Value`]: anchors are resolved, merge keys merged, tags applied.

mod alias;
mod key;
mod merge;
mod scalar;

use ecow::EcoVec;

use self::alias::Anchors;
pub(super) use self::key::make_text;
pub(super) use self::scalar::{flow_scalar, plain_scalar, resolve};
use super::error::Problem;
use super::parser::{Event, EventKind, Parser, Properties};
use super::scanner::MAX_DEPTH;
use super::{Content, Dialect};
use crate::model::{Entry, Key, Mapping, Scalar, Value};

/// Reads the first document of a text.
pub(super) fn compose(text: &str, dialect: Dialect) -> Result<Content, Problem> {
    let mut parser = Parser::new(text, dialect);
    if parser.next()?.kind == EventKind::StreamEnd {
        return Ok(Content::default());
    }
    let mut composer = Composer::new(dialect);
    loop {
        let event = parser.next()?;
        if event.kind == EventKind::DocumentEnd {
            break;
        }
        composer.take(event)?;
    }
    match composer.late_problem {
        Some(problem) => Err(problem),
        None => Ok(Content {
            value: composer.root.filter(|value| !value.is_null()),
            has_foot: parser.has_foot(),
        }),
    }
}

/// A node that is complete.
struct Node {
    value: Value,
    is_alias: bool,
    /// How deep it is nested.
    height: usize,
    offset: usize,
    /// For a list: why it cannot be merged, if an item forbids it.
    unmergeable: Option<&'static str>,
}

/// A collection that is being read; its items wait on a stack that all share.
struct Frame {
    kind: FrameKind,
    in_flow: bool,
    anchor: Option<usize>,
    height: usize,
    offset: usize,
}

enum FrameKind {
    Sequence {
        first: usize,
        unmergeable: Option<&'static str>,
    },
    Mapping(MappingFrame),
}

#[derive(Default)]
struct MappingFrame {
    first: usize,
    /// The key whose value comes next.
    key: Option<Key>,
    /// Whether that key is a merge key.
    is_merge: bool,
    /// What the merge key holds, by its place among the entries.
    merge: Option<(usize, Vec<Value>)>,
    has_quoted_merge_key: bool,
}

struct Composer<'a> {
    dialect: Dialect,
    frames: Vec<Frame>,
    items: Vec<Value>,
    entries: Vec<Entry>,
    anchors: Anchors<'a>,
    root: Option<Value>,
    /// What is wrong with the document's meaning; kustomize only finds it once the whole text is parsed.
    late_problem: Option<Problem>,
}

impl<'a> Composer<'a> {
    fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: Anchors::default(),
            root: None,
            late_problem: None,
        }
    }

    fn take(&mut self, event: Event<'a>) -> Result<(), Problem> {
        let offset = event.start.offset;
        match event.kind {
            EventKind::Alias(name) => self.take_alias(name, offset),
            EventKind::Scalar(properties, text, style) => {
                self.anchors.nodes += 1;
                let is_merge = self.expects_key()
                    && scalar::is_merge_key(&properties, &text, style, self.dialect);
                let anchor = properties.anchor.map(|name| self.anchors.open(name));
                let scalar = self
                    .scalar(properties.tag.as_deref(), &text, style, offset)
                    .unwrap_or_else(|problem| {
                        self.late_problem.get_or_insert(problem);
                        Scalar::null()
                    });
                let node = Node {
                    value: Value::Scalar(scalar),
                    is_alias: false,
                    height: 0,
                    offset,
                    unmergeable: None,
                };
                self.finish(node, anchor, is_merge);
                Ok(())
            }
            EventKind::SequenceStart(properties) => {
                let kind = FrameKind::Sequence {
                    first: self.items.len(),
                    unmergeable: None,
                };
                self.open(kind, &properties, event.in_flow, offset)
            }
            EventKind::MappingStart(properties) => {
                let kind = FrameKind::Mapping(MappingFrame {
                    first: self.entries.len(),
                    ..MappingFrame::default()
                });
                self.open(kind, &properties, event.in_flow, offset)
            }
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                self.close();
                Ok(())
            }
            EventKind::DocumentStart | EventKind::DocumentEnd | EventKind::StreamEnd => Ok(()),
        }
    }

    fn is_in_flow(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.in_flow)
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame {
                kind: FrameKind::Mapping(MappingFrame { key: None, .. }),
                ..
            })
        )
    }

    /// Whether the value of a key comes next.
    fn expects_value(&self) -> bool {
        let frame = self.frames.last();
        let in_mapping = frame.is_some_and(|frame| matches!(frame.kind, FrameKind::Mapping(_)));
        in_mapping && !self.expects_key()
    }

    fn open(
        &mut self,
        kind: FrameKind,
        properties: &Properties<'a>,
        in_flow: bool,
        offset: usize,
    ) -> Result<(), Problem> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(too_deep(offset));
        }
        self.anchors.nodes += 1;
        let anchor = properties.anchor.map(|name| self.anchors.open(name));
        self.frames.push(Frame {
            kind,
            in_flow: in_flow || self.is_in_flow(),
            anchor,
            height: 0,
            offset,
        });
        Ok(())
    }

    fn close(&mut self) {
        let frame = self
            .frames
            .pop()
            .expect("invariant: the parser balances starts and ends");
        let mut unmergeable = None;
        let value = match frame.kind {
            FrameKind::Sequence {
                first,
                unmergeable: reason,
            } => {
                unmergeable = reason;
                Value::Sequence(take_from(&mut self.items, first))
            }
            FrameKind::Mapping(mapping) => {
                Value::Mapping(self.finish_mapping(mapping, frame.in_flow))
            }
        };
        let node = Node {
            value,
            is_alias: false,
            height: frame.height + 1,
            offset: frame.offset,
            unmergeable,
        };
        self.finish(node, frame.anchor, false);
    }

    fn finish_mapping(&mut self, mapping: MappingFrame, in_flow: bool) -> Mapping {
        let mut entries = take_from(&mut self.entries, mapping.first);
        let is_resource = self.dialect == Dialect::Resource;
        if is_resource && (mapping.merge.is_some() || mapping.has_quoted_merge_key) {
            self.merge(&mut entries, mapping, in_flow);
        }
        if self.frames.is_empty() {
            make_text(entries.make_mut());
        }
        let mapping = Mapping::from(entries);
        if in_flow { mapping.in_flow() } else { mapping }
    }

    /// Puts a complete node where it belongs.
    fn finish(&mut self, node: Node, anchor: Option<usize>, is_merge: bool) {
        if let Some(anchor) = anchor {
            self.anchors.close(anchor, &node);
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node.value);
            return;
        };
        frame.height = frame.height.max(node.height);
        match &mut frame.kind {
            FrameKind::Sequence { unmergeable, .. } => {
                *unmergeable = unmergeable.or_else(|| merge::reason_against_item(&node));
                self.items.push(node.value);
            }
            FrameKind::Mapping(mapping) => match mapping.key.take() {
                None => self.take_key(node, is_merge),
                Some(_) if mapping.is_merge => self.take_merge(node),
                Some(key) => self.entries.push(Entry {
                    key,
                    value: node.value,
                }),
            },
        }
    }

    fn take_key(&mut self, node: Node, is_merge: bool) {
        let is_top = self.frames.len() == 1;
        let key = key::from_node(node, self.dialect, is_top).unwrap_or_else(|problem| {
            self.late_problem.get_or_insert(problem);
            Key::from("")
        });
        if let Some(mapping) = self.mapping() {
            mapping.is_merge = is_merge;
            mapping.has_quoted_merge_key |= !is_merge && key.text == "<<";
            mapping.key = Some(key);
        }
    }

    /// The map that is being read.
    fn mapping(&mut self) -> Option<&mut MappingFrame> {
        match &mut self.frames.last_mut()?.kind {
            FrameKind::Mapping(mapping) => Some(mapping),
            FrameKind::Sequence { .. } => None,
        }
    }
}

fn too_deep(offset: usize) -> Problem {
    Problem::without_line(format!("exceeded max depth of {MAX_DEPTH}"), offset)
}

/// What lies on a stack from `first` on, without room to grow.
pub(super) fn take_from<T: Clone>(stack: &mut Vec<T>, first: usize) -> EcoVec<T> {
    // What one vector gives to another goes over as a whole, and not one by one.
    EcoVec::from(stack.split_off(first))
}

/// Whether this is a null written as nothing.
fn is_empty(value: &Value) -> Option<&Scalar> {
    value.as_scalar().filter(|scalar| scalar.is_empty_null())
}
