//! A [`Document`] → text.

use super::scalar::{self, Context};
use super::{Collection, Content, Document, Item, Node};
use crate::model::{Scalar, Style, Tag};

/// The spaces by which each level is set in.
const STEP: usize = 2;

/// Longer keys, and keys that are collections or block scalars, are written behind a question mark.
const LONGEST_SIMPLE_KEY: usize = 128;

/// The text of a document, with one line break at the end.
pub(super) fn print(document: &Document) -> String {
    let mut text = print_whole(document, false);
    text.truncate(text.trim_end_matches('\n').len());
    text.push('\n');
    text
}

/// The text of a document, with all line breaks that a block scalar at its end has.
pub(super) fn print_whole(document: &Document, wide: bool) -> String {
    let mut printer = Printer {
        list_step: if wide { STEP } else { 0 },
        ..Printer::default()
    };
    printer.lines(&document.head, 0);
    if !document.head.is_empty() {
        printer.out.push('\n');
    }
    printer.root(&document.root);
    if !document.foot.is_empty() {
        printer.foot_indent = Some(0);
        printer.lines(&document.foot, 0);
    }
    printer.out.push('\n');
    printer.out
}

#[derive(Default)]
struct Printer {
    out: String,
    /// The spaces by which a list is set in under its key.
    list_step: usize,
    /// How far the comment below the item printed last is set in: an item set in as far is parted from it.
    foot_indent: Option<usize>,
}

impl Printer {
    fn start_line(&mut self, indent: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        if self.foot_indent.take() == Some(indent) {
            self.out.push('\n');
        }
        self.spaces(indent);
    }

    fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    /// Lines of comment, each on a line of its own.
    fn lines(&mut self, comment: &str, indent: usize) {
        for line in comment.lines() {
            if line.is_empty() {
                self.out.push('\n');
            } else {
                self.start_line(indent);
                self.out.push_str(line);
            }
        }
    }

    fn root(&mut self, root: &Item) {
        let node = &root.value;
        if let Some(items) = block_collection(node) {
            if node.anchor.is_some() || node.tag.is_some() {
                if !self.out.is_empty() {
                    self.start_line(0);
                }
                self.properties(node);
                self.out.pop();
            }
            let continues_line = self.out.is_empty();
            self.block_items(items, 0, continues_line);
            return;
        }
        if !self.out.is_empty() {
            self.start_line(0);
        }
        self.leaf(node, Context::Block, 0, &root.line);
    }

    /// The items of a collection, the first one on the line begun if `continues_line`.
    fn block_items(&mut self, items: &[Item], indent: usize, continues_line: bool) {
        for (position, item) in items.iter().enumerate() {
            if position > 0 || !continues_line {
                self.start_line(indent);
            }
            for line in item.head.lines() {
                if line.is_empty() {
                    self.out.truncate(self.out.trim_end_matches(' ').len());
                } else {
                    self.out.push_str(line);
                }
                self.out.push('\n');
                self.spaces(indent);
            }
            match &item.key {
                Some(key) => self.entry(key, item, indent),
                None => self.list_item(item, indent),
            }
            if !item.foot.is_empty() {
                self.lines(&item.foot, indent);
                self.foot_indent = Some(indent);
            }
        }
    }

    fn entry(&mut self, key: &Node, item: &Item, indent: usize) {
        let is_simple = is_simple_key(key);
        if is_simple {
            self.leaf(key, Context::Key, indent, "");
        } else {
            self.out.push_str("? ");
            self.leaf(key, Context::Block, indent, "");
            self.start_line(indent);
        }
        self.out.push(':');
        let node = &item.value;
        if !is_simple && item.line.is_empty() {
            return self.behind_mark(node, indent, "");
        }
        let Some(items) = block_collection(node) else {
            return self.leaf_behind(node, indent, &item.line);
        };
        self.properties_behind(node);
        if !item.line.is_empty() {
            self.out.push(' ');
            self.out.push_str(&item.line);
        }
        let is_list = matches!(node.content, Content::Sequence(_));
        let step = if is_list { self.list_step } else { STEP };
        self.block_items(items, indent + step, false);
    }

    fn list_item(&mut self, item: &Item, indent: usize) {
        self.out.push('-');
        self.behind_mark(&item.value, indent, &item.line);
    }

    /// What stands behind a dash, or behind the colon below a key that has a line of its own: collections begin on that line.
    fn behind_mark(&mut self, node: &Node, indent: usize, comment: &str) {
        let Some(items) = block_collection(node) else {
            return self.leaf_behind(node, indent, comment);
        };
        self.properties_behind(node);
        let continues_line = node.anchor.is_none() && node.tag.is_none();
        if continues_line {
            self.out.push(' ');
        }
        self.block_items(items, indent + STEP, continues_line);
    }

    /// A scalar or flow collection behind a colon or a dash.
    fn leaf_behind(&mut self, node: &Node, indent: usize, comment: &str) {
        if is_nothing(node) {
            return self.comment(comment);
        }
        self.out.push(' ');
        self.leaf(node, Context::Block, indent, comment);
    }

    fn leaf(&mut self, node: &Node, context: Context, indent: usize, comment: &str) {
        match &node.content {
            Content::Scalar(scalar) => {
                let start = self.out.len();
                self.anchor(node);
                if let Some(tag) = scalar::tag(node, scalar) {
                    self.out.push_str(&tag);
                    self.out.push(' ');
                } else if is_merge(scalar) {
                    self.out.push_str("!!merge ");
                }
                let after_properties = self.out.len();
                let has_tag = node.tag.is_some();
                scalar::write(
                    &mut self.out,
                    scalar,
                    has_tag,
                    context,
                    indent + STEP,
                    comment,
                );
                if self.out.len() == after_properties && after_properties > start {
                    self.out.pop();
                }
            }
            Content::Alias(name) => {
                self.out.push('*');
                self.out.push_str(name);
                self.comment(comment);
            }
            Content::Sequence(list) => {
                self.properties(node);
                self.flow(list, ['[', ']'], indent);
                self.comment(comment);
            }
            Content::Mapping(map) => {
                self.properties(node);
                self.flow(map, ['{', '}'], indent);
                self.comment(comment);
            }
        }
    }

    fn comment(&mut self, comment: &str) {
        if !comment.is_empty() {
            self.out.push(' ');
            self.out.push_str(comment);
        }
    }

    /// A collection between brackets: on one line, as far as its comments allow.
    fn flow(&mut self, collection: &Collection, brackets: [char; 2], indent: usize) {
        self.out.push(brackets[0]);
        let inner = indent + STEP;
        let mut needs_line = false;
        let last = collection.items.len().saturating_sub(1);
        for (position, item) in collection.items.iter().enumerate() {
            let has_comment = !item.line.is_empty();
            if !item.head.is_empty() {
                self.lines(&item.head, inner);
                needs_line = true;
            }
            if std::mem::take(&mut needs_line) {
                self.start_line(inner);
            } else if position > 0 {
                self.out.push(' ');
            }
            if let Some(key) = &item.key {
                let is_simple = is_simple_key(key);
                self.out.push_str(if is_simple { "" } else { "? " });
                self.leaf(key, Context::Flow, inner, "");
                self.out.push_str(if is_simple { ": " } else { " : " });
            }
            self.leaf(&item.value, Context::Flow, inner, "");
            if position < last || has_comment || !item.foot.is_empty() {
                self.out.push(',');
            }
            if has_comment {
                self.comment(&item.line);
                needs_line = true;
            }
            if !item.foot.is_empty() {
                self.lines(&item.foot, inner);
                needs_line = true;
            }
        }
        if needs_line {
            self.start_line(indent);
        }
        self.out.push(brackets[1]);
    }

    fn anchor(&mut self, node: &Node) {
        if let Some(anchor) = &node.anchor {
            self.out.push('&');
            self.out.push_str(anchor);
            self.out.push(' ');
        }
    }

    fn properties(&mut self, node: &Node) {
        self.anchor(node);
        if let Some(tag) = &node.tag {
            self.out.push_str(tag);
            self.out.push(' ');
        }
    }

    /// The properties of a block collection, behind a colon or a dash.
    fn properties_behind(&mut self, node: &Node) {
        self.out.push(' ');
        self.properties(node);
        self.out.pop();
    }
}

/// The items of a collection that is printed in lines.
fn block_collection(node: &Node) -> Option<&[Item]> {
    match &node.content {
        Content::Sequence(collection) | Content::Mapping(collection)
            if !collection.is_flow && !collection.items.is_empty() =>
        {
            Some(&collection.items)
        }
        _ => None,
    }
}

fn is_simple_key(key: &Node) -> bool {
    match &key.content {
        Content::Scalar(scalar) => {
            scalar.text.len() <= LONGEST_SIMPLE_KEY && !scalar.text.contains('\n')
        }
        Content::Alias(_) => true,
        Content::Sequence(collection) | Content::Mapping(collection) => collection.items.is_empty(),
    }
}

/// Whether nothing at all is printed for a node.
fn is_nothing(node: &Node) -> bool {
    let has_properties = node.anchor.is_some() || node.tag.is_some();
    match &node.content {
        Content::Scalar(Scalar {
            text,
            tag: Tag::Null | Tag::Untyped,
            style: Style::Plain,
            ..
        }) => text.is_empty() && !has_properties,
        _ => false,
    }
}

fn is_merge(scalar: &Scalar) -> bool {
    scalar.text == "<<" && !scalar.style.is_quoted()
}
