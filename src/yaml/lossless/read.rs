//! Text → a [`Document`]: the parser's events, and between them the comments, each given to the item it is about.

use super::comments::{self, Comment};
use super::property::{header_comment, length_of_properties, node_with};
use super::{Collection, Content, Document, Item, MAX_DEPTH, Node, scalar_of};
use crate::model::Style;
use crate::yaml::Dialect;
use crate::yaml::error::Problem;
use crate::yaml::parser::{Event, EventKind, Parser, Properties};

/// Reads the first document of a text, if there is one.
pub(super) fn read(text: &str) -> Result<Option<Document>, Problem> {
    let mut parser = Parser::new(text, Dialect::Resource);
    if parser.next()?.kind == EventKind::StreamEnd {
        return Ok(None);
    }
    let mut reader = Reader::new(text);
    loop {
        let event = parser.next()?;
        reader.take_gap(&event);
        if event.kind == EventKind::DocumentEnd {
            return Ok(Some(reader.finish()));
        }
        reader.take(event)?;
    }
}

/// A collection that is being read.
struct Frame {
    properties: Node,
    is_mapping: bool,
    items: Collection,
    /// The item whose key, or comments, are known.
    next: Item,
    /// Where its items begin.
    column: usize,
}

impl Frame {
    /// Whether kustomize takes a comment right below the last entry for one about what comes next: below an entry without a
    /// value, and below a first entry whose value stands between brackets.
    fn passes_foot_on(&self) -> bool {
        let is_flow = |item: &Item| match &item.value.content {
            Content::Sequence(collection) | Content::Mapping(collection) => collection.is_flow,
            Content::Scalar(_) | Content::Alias(_) => false,
        };
        self.is_mapping
            && match &self.items.items[..] {
                [] => true,
                [only] => only.says_nothing() || is_flow(only),
                [.., last] => last.says_nothing(),
            }
    }
}

/// What was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing yet.
    Nothing,
    /// The start of a collection.
    Start,
    /// A key.
    Key,
    /// A scalar or an alias that is an item.
    Leaf,
    /// The end of a collection.
    End,
}

struct Reader<'a> {
    text: &'a str,
    /// Where the content read last ends.
    end: usize,
    last: Last,
    frames: Vec<Frame>,
    /// Comments that wait for the item they are about.
    pending: Vec<Comment>,
    document: Document,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            end: 0,
            last: Last::Nothing,
            frames: Vec::new(),
            pending: Vec::new(),
            document: Document {
                head: String::new(),
                root: Item::default(),
                foot: String::new(),
            },
        }
    }

    /// Takes in the comments before an event.
    fn take_gap(&mut self, event: &Event<'_>) {
        let start = event.start.offset.max(self.end);
        let gap = comments::between(self.text, self.end, start);
        self.end = start;
        if let Some(comment) = gap.trailing {
            self.take_trailing(comment);
        }
        self.pending.extend(gap.comments);
    }

    fn take_trailing(&mut self, comment: String) {
        let Some(frame) = self.frames.last_mut() else {
            self.document.root.line = comment;
            return;
        };
        match self.last {
            Last::Key => frame.next.line = comment,
            // Behind the anchor or the tag of a collection.
            Last::Start if !frame.items.is_flow => frame.next.line = comment,
            Last::Leaf | Last::End => match frame.items.items.last_mut() {
                Some(item) if !frame.is_mapping && item.says_nothing() => {
                    self.pending.push(Comment {
                        text: comment,
                        column: frame.column,
                        follows_blank: false,
                        precedes_blank: false,
                        is_behind_dash: false,
                    });
                }
                Some(item) => item.line = comment,
                None => {}
            },
            // Kustomize loses it too.
            Last::Start | Last::Nothing => {}
        }
    }

    fn take(&mut self, event: Event<'a>) -> Result<(), Problem> {
        let (offset, column, in_flow) = (event.start.offset, event.start.column, event.in_flow);
        let is_end = matches!(event.kind, EventKind::SequenceEnd | EventKind::MappingEnd);
        if is_end {
            self.close(column);
            self.end = self.end.max(event.end.offset);
            return Ok(());
        }
        let is_block_collection = !in_flow
            && matches!(
                event.kind,
                EventKind::SequenceStart(_) | EventKind::MappingStart(_)
            );
        if self.is_empty_list_item(&event.kind) {
            for comment in &mut self.pending {
                (comment.column, comment.precedes_blank) = (0, false);
            }
        } else {
            self.begin_item(column, is_block_collection);
        }
        if is_block_collection {
            // The event reaches to the first item, and so would hide the comments before it.
            self.end = offset + length_of_properties(&self.text[offset..event.end.offset]);
        } else {
            self.end = self.end.max(event.end.offset);
        }
        match event.kind {
            EventKind::Alias(name) => self.add(Node::new(Content::Alias(name.into())), Last::Leaf),
            EventKind::Scalar(properties, text, style) => {
                if let (Style::Literal | Style::Folded, Some(frame)) =
                    (style, self.frames.last_mut())
                {
                    frame.next.line = header_comment(&self.text[offset..event.end.offset]);
                }
                self.add(self.scalar(&properties, &text, style), Last::Leaf);
            }
            EventKind::SequenceStart(properties) => {
                return self.open(&properties, false, in_flow, column, offset);
            }
            EventKind::MappingStart(properties) => {
                return self.open(&properties, true, in_flow, column, offset);
            }
            _ => {}
        }
        Ok(())
    }

    fn scalar(&self, properties: &Properties<'_>, text: &str, style: Style) -> Node {
        let mut node = node_with(properties);
        let is_in_flow = self.frames.last().is_some_and(|frame| frame.items.is_flow);
        let mut scalar = scalar_of(text, node.tag.as_deref(), style);
        if is_in_flow && text.is_empty() && style == Style::Plain {
            scalar.style = Style::FlowEmpty;
        }
        node.content = Content::Scalar(scalar);
        node
    }

    fn open(
        &mut self,
        properties: &Properties<'_>,
        is_mapping: bool,
        is_flow: bool,
        column: usize,
        offset: usize,
    ) -> Result<(), Problem> {
        if self.frames.len() >= MAX_DEPTH {
            let message = format!("exceeded max depth of {MAX_DEPTH}");
            return Err(Problem::without_line(message, offset));
        }
        self.frames.push(Frame {
            properties: node_with(properties),
            is_mapping,
            items: Collection {
                items: Vec::new(),
                is_flow,
            },
            next: Item::default(),
            column,
        });
        self.last = Last::Start;
        Ok(())
    }

    /// Whether this is a list item without anything behind its dash: kustomize gives the comments above to the next one.
    fn is_empty_list_item(&self, kind: &EventKind<'_>) -> bool {
        let is_in_list = self
            .frames
            .last()
            .is_some_and(|frame| !frame.is_mapping && !frame.items.is_flow);
        is_in_list
            && matches!(kind, EventKind::Scalar(Properties { anchor: None, tag: None }, text, Style::Plain) if text.is_empty())
    }

    /// Gives the comments above to the item that begins here, or to the one before it.
    fn begin_item(&mut self, column: usize, is_block_collection: bool) {
        let after_end = self.last == Last::End;
        let Some(frame) = self.frames.last_mut() else {
            self.begin_document();
            return;
        };
        if frame.next.key.is_some() {
            // Comments between a key and its value are about what is inside, or below.
            if !is_block_collection {
                frame.next.foot = comments::joined(self.pending.drain(..));
            }
            return;
        }
        if frame.is_mapping {
            frame.column = column;
        }
        let is_foot = |comment: &Comment| {
            !comment.is_behind_dash
                && (!comment.follows_blank && comment.precedes_blank
                    || after_end && comment.column > frame.column)
        };
        let is_after_nothing = frame.items.items.last().is_none_or(Item::says_nothing);
        if self.pending.first().is_some_and(is_foot) && !frame.passes_foot_on() {
            let foot = self.pending.remove(0).text;
            match frame.items.items.last_mut() {
                // Kustomize puts the comment below the next item of a list then.
                Some(_) if !frame.is_mapping && (after_end || is_after_nothing) => {
                    frame.next.foot = foot;
                }
                Some(last) => last.foot = foot,
                None => frame.next.head = foot,
            }
        }
        let own = match self
            .pending
            .iter()
            .position(|comment| comment.is_behind_dash)
        {
            Some(behind) if is_block_collection => behind,
            _ => self.pending.len(),
        };
        comments::append(&mut frame.next.head, self.pending.drain(..own));
    }

    /// What stands above the last empty line is about the document, the rest about its first item.
    fn begin_document(&mut self) {
        let last = self.pending.iter().rposition(|it| it.precedes_blank);
        let own = last.map_or(0, |last| last + 1);
        self.document.head = comments::joined(self.pending.drain(..own));
        if let Some(first) = self.pending.first_mut() {
            first.follows_blank = false;
        }
    }

    /// Adds a node that is complete.
    fn add(&mut self, node: Node, last: Last) {
        self.last = last;
        match self.frames.last_mut() {
            None => self.document.root.value = node,
            Some(frame) if frame.is_mapping && frame.next.key.is_none() => {
                frame.next.key = Some(node);
                self.last = Last::Key;
            }
            Some(frame) => {
                let item = std::mem::take(&mut frame.next);
                frame.items.items.push(Item {
                    value: node,
                    ..item
                });
            }
        }
    }

    /// Closes the innermost collection; what comes next stands in `column`.
    fn close(&mut self, column: usize) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        let is_last = self.frames.is_empty();
        let is_cut_off = self.end == self.text.len() && !self.text.ends_with('\n');
        let is_foot = |comment: &Comment| {
            let belongs_here = comment.column >= frame.column;
            let is_deeper = !is_last && comment.column > column;
            frame.items.is_flow
                || is_deeper && (belongs_here || !comment.precedes_blank)
                || !comment.follows_blank && comment.precedes_blank && (belongs_here || is_cut_off)
        };
        let passes_foot_on = frame.passes_foot_on();
        if self.pending.first().is_some_and(is_foot)
            && let Some(last) = frame.items.items.last_mut()
            && !(is_last && passes_foot_on)
        {
            last.foot = self.pending.remove(0).text;
        }
        let mut node = frame.properties;
        node.content = if frame.is_mapping {
            Content::Mapping(frame.items)
        } else {
            Content::Sequence(frame.items)
        };
        self.add(node, Last::End);
    }

    fn finish(mut self) -> Document {
        self.document.foot = comments::joined(self.pending.drain(..));
        self.document
    }
}
