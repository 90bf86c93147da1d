//! The changes to a text, gathered node by node.

use std::ops::Range;

use crate::model::{Scalar, Style, Tag, Text, Value};
use crate::yaml::outline::{Node, NodeKind, Outline};

use super::donor::Donor;
use super::{flow, lines, render, same};

/// Collections between brackets that get longer are written as blocks.
const LONGEST_LINE: usize = 100;

/// What takes the place of a part of the text.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// Where a value stands in block style.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// Behind its key's colon or its dash.
    pub(super) lead: usize,
    /// Where the key or the dash begins.
    pub(super) owner: usize,
    /// Whether it has a key.
    pub(super) is_entry: bool,
}

/// The changes to one text.
pub(super) struct Editor<'a> {
    pub(super) text: &'a str,
    pub(super) comments: &'a [Range<usize>],
    /// How far lists are set in below their keys.
    pub(super) list_indent: usize,
    /// The fields that are to be written anew.
    pub(super) anew: &'a [Text],
    /// Lines of fields that go away, for those who say the same elsewhere.
    pub(super) donors: Vec<Donor>,
    changes: Vec<Change>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(text: &'a str, outline: &'a Outline, anew: &'a [Text]) -> Self {
        Self {
            text,
            comments: &outline.comments,
            list_indent: outline
                .root
                .as_ref()
                .and_then(|root| list_indent(text, root))
                .unwrap_or(0),
            anew,
            donors: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// The text with all changes made.
    pub(super) fn finish(self) -> String {
        apply(self.text, 0..self.text.len(), self.changes)
    }

    pub(super) fn change(&mut self, range: Range<usize>, text: impl Into<String>) {
        let text = text.into();
        if self.text.get(range.clone()) != Some(text.as_str()) {
            self.changes.push(Change { range, text });
        }
    }

    /// A part of the text with the changes that `make` makes to it, which are made nowhere else.
    pub(super) fn changed(&mut self, range: Range<usize>, make: impl FnOnce(&mut Self)) -> String {
        let others = std::mem::take(&mut self.changes);
        make(self);
        let changes = std::mem::replace(&mut self.changes, others);
        apply(self.text, range, changes)
    }

    /// Puts lines where a line begins, or at the end of the text.
    pub(super) fn insert_lines(&mut self, at: usize, new: &[String]) {
        if new.is_empty() {
            return;
        }
        self.changes.push(Change {
            range: at..at,
            text: lines::joined(new),
        });
    }

    /// Where the text of the first document ends that says nothing.
    pub(super) fn end_of_document(&self) -> usize {
        let ends = |line: &Range<usize>| {
            let line = &self.text[line.clone()];
            line.starts_with("...") || line.starts_with("---")
        };
        let lines: Vec<_> = lines::of(self.text, 0..self.text.len()).collect();
        let has_text = |line: &Range<usize>| !self.text[line.clone()].trim().is_empty();
        let first = lines.iter().position(ends);
        match first {
            Some(first) if self.text[lines[first].clone()].starts_with("---") => {
                let rest = &lines[first + 1..];
                rest.iter()
                    .find(|line| ends(line))
                    .map_or(self.text.len(), |line| line.start)
            }
            Some(first) if lines[..first].iter().any(has_text) => lines[first].start,
            _ => self.text.len(),
        }
    }

    /// The comments that begin in a range.
    pub(super) fn comments_in(&self, range: Range<usize>) -> &'a [Range<usize>] {
        let first = self
            .comments
            .partition_point(|comment| comment.start < range.start);
        let end = self
            .comments
            .partition_point(|comment| comment.start < range.end);
        &self.comments[first..end.max(first)]
    }

    /// Makes a node in block style say a value.
    pub(super) fn node(&mut self, node: &Node, target: &Value, slot: Slot) {
        if same(&node.value, target) {
            return;
        }
        let is_plain_flow = node.is_flow && self.comments_in(node.span.clone()).is_empty();
        match (&node.kind, target) {
            (NodeKind::Sequence(_) | NodeKind::Mapping(_), _)
                if is_plain_flow && is_alike(node, target) =>
            {
                let text = flow::text(self.text, node, target);
                if self.has_room_for(node, &text) {
                    self.change(node.span.clone(), text);
                } else {
                    self.replace(node, target, slot);
                }
            }
            (NodeKind::Sequence(items), Value::Sequence(values))
                if !node.is_flow && !values.is_empty() =>
            {
                self.sequence(node, items, values, slot);
            }
            (NodeKind::Mapping(pairs), Value::Mapping(map)) if !node.is_flow && !map.is_empty() => {
                self.mapping(node, pairs, map, slot);
            }
            (NodeKind::Scalar(style), Value::Scalar(scalar))
                if self.fits_in_place(node, scalar) =>
            {
                let text = render::scalar(&styled(scalar, *style), render::Context::Block);
                if node.span.is_empty() {
                    self.change(slot.lead..slot.lead, format!(" {text}"));
                } else {
                    self.change(node.span.clone(), text);
                }
            }
            _ => self.replace(node, target, slot),
        }
    }

    /// Whether a collection between brackets stays readable with a new text.
    fn has_room_for(&self, node: &Node, text: &str) -> bool {
        let longest = |text: &str| text.lines().map(str::len).max().unwrap_or_default();
        let before = lines::column(self.text, node.span.start);
        before + longest(text) <= LONGEST_LINE.max(before + longest(&self.text[node.span.clone()]))
    }

    fn fits_in_place(&self, node: &Node, scalar: &Scalar) -> bool {
        !self.text[node.span.clone()].contains('\n') && !scalar.text.contains('\n')
    }

    /// Writes a value anew. What comments stood in the old one stand above then, or behind the key.
    pub(super) fn replace(&mut self, node: &Node, target: &Value, slot: Slot) {
        let end = lines::end(self.text, node.span.end.max(slot.lead));
        let mut comments = self.comments_in(slot.lead..end).to_vec();
        let rest = self.text[node.span.end.max(slot.lead)..end].trim_start();
        if !rest.is_empty() && !rest.starts_with('#') {
            // More of a flow collection, or the like, stands behind: only the value itself is in our hands.
            self.change(node.span.clone(), render::flow(target));
            return;
        }
        let column = lines::column(self.text, slot.owner);
        let mut block = self.lines_of(target);
        let is_behind_key = matches!(target, Value::Scalar(_)) || is_empty_collection(target);
        let mut text = String::new();
        let behind_key = match comments.first() {
            Some(first) if slot.is_entry && lines::end(self.text, slot.lead) >= first.start => {
                Some(self.text[comments.remove(0)].to_owned())
            }
            _ => None,
        };
        let indent = match target {
            Value::Sequence(_) if slot.is_entry => self.list_indent,
            _ => 2,
        };
        if is_behind_key || !slot.is_entry {
            text = format!(" {}", block.remove(0));
        }
        if let Some(comment) = behind_key {
            text = format!("{text} {comment}");
        }
        for line in lines::indented(&block, column + indent) {
            text.push('\n');
            text.push_str(&line);
        }
        self.change(slot.lead..end, text);
        self.comments_above(slot.owner, &comments);
    }

    /// Puts comments on lines of their own above the line of a place.
    pub(super) fn comments_above(&mut self, at: usize, comments: &[Range<usize>]) {
        let line = lines::start(self.text, at);
        let rest = &self.text[line..];
        let column = rest.len() - rest.trim_start_matches(' ').len();
        let above: Vec<_> = comments
            .iter()
            .map(|comment| self.text[comment.clone()].to_owned())
            .collect();
        self.insert_lines(line, &lines::indented(&above, column));
    }
}

/// The scalar in the style of the one whose place it takes.
pub(super) fn styled(scalar: &Scalar, style: Style) -> Scalar {
    let style = match scalar.tag {
        Tag::Str if matches!(style, Style::SingleQuoted | Style::DoubleQuoted) => style,
        _ => Style::Plain,
    };
    Scalar::new(scalar.text.clone(), scalar.tag, style)
}

/// Whether both are lists, or maps, and hold something.
fn is_alike(node: &Node, target: &Value) -> bool {
    match (&node.kind, target) {
        (NodeKind::Sequence(items), Value::Sequence(values)) => {
            !items.is_empty() && !values.is_empty()
        }
        (NodeKind::Mapping(pairs), Value::Mapping(map)) => !pairs.is_empty() && !map.is_empty(),
        _ => false,
    }
}

fn is_empty_collection(value: &Value) -> bool {
    match value {
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(map) => map.is_empty(),
        Value::Scalar(_) => false,
    }
}

/// How far the first list of a document that has a key is set in below it.
fn list_indent(text: &str, node: &Node) -> Option<usize> {
    match &node.kind {
        NodeKind::Mapping(pairs) => pairs.iter().find_map(|pair| match &pair.value.kind {
            NodeKind::Sequence(items) if !pair.value.is_flow => {
                let dash = items.first()?.dash;
                let key = lines::column(text, pair.key.start);
                lines::column(text, dash).checked_sub(key)
            }
            _ => list_indent(text, &pair.value),
        }),
        NodeKind::Sequence(items) => items.iter().find_map(|item| list_indent(text, &item.node)),
        NodeKind::Scalar(_) | NodeKind::Alias => None,
    }
}

/// A part of a text with changes to it, none of which overlap.
fn apply(text: &str, range: Range<usize>, mut changes: Vec<Change>) -> String {
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    let mut new = String::with_capacity(range.len());
    let mut at = range.start;
    for change in changes {
        let start = change.range.start.max(at);
        new.push_str(&text[at..start]);
        new.push_str(&change.text);
        at = change.range.end.max(start);
    }
    new.push_str(&text[at..range.end]);
    new
}
