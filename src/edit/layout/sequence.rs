//! Lists in block style: items stay where they are, with the comments above them, or move with them.

use std::ops::Range;

use crate::model::{Sequence, Value};
use crate::yaml::outline::{Item, Node};

use super::editor::{Editor, Slot};
use super::pairing::{is_in_order, pair};
use super::{lines, render};

impl Editor<'_> {
    /// Makes the items of a list say what they should.
    pub(super) fn sequence(&mut self, node: &Node, items: &[Item], values: &Sequence, slot: Slot) {
        let starts_line = items
            .iter()
            .all(|item| lines::is_first_on_line(self.text, item.dash));
        if !starts_line || node.has_aliases() {
            return self.replace(node, &values.clone().into(), slot);
        }
        let old: Vec<_> = items.iter().map(|item| &item.node.value).collect();
        let pairs = pair(&old, values);
        if is_in_order(&pairs) {
            self.items_in_place(items, values, &pairs, slot);
        } else {
            self.items_moved(items, values, &pairs, slot);
        }
    }

    fn items_in_place(
        &mut self,
        items: &[Item],
        values: &Sequence,
        pairs: &[Option<usize>],
        slot: Slot,
    ) {
        let column = items
            .first()
            .map_or(0, |item| lines::column(self.text, item.dash));
        // Behind the key, before the comment above the first item.
        let mut at = lines::next(self.text, slot.lead);
        for (value, index) in values.iter().zip(pairs) {
            if let Some(index) = index {
                self.item(&items[*index], value);
                at = self.lines_of_item(&items[*index]).end;
            } else {
                let new = self.item_lines(value);
                self.insert_lines(at, &lines::indented(&new, column));
            }
        }
        for (index, item) in items.iter().enumerate() {
            if !pairs.contains(&Some(index)) {
                let range = self.lines_of_item(item);
                self.change(range, "");
            }
        }
    }

    fn item(&mut self, item: &Item, value: &Value) {
        let slot = Slot {
            lead: item.dash + 1,
            owner: item.dash,
            is_entry: false,
        };
        self.node(&item.node, value, slot);
    }

    /// The lines of an item, without the comments above it.
    fn lines_of_item(&self, item: &Item) -> Range<usize> {
        let end = item.node.span.end.max(item.dash + 1);
        lines::start(self.text, item.dash)..lines::next(self.text, end)
    }

    /// Writes the items in another order, each with the comments above it.
    fn items_moved(
        &mut self,
        items: &[Item],
        values: &Sequence,
        pairs: &[Option<usize>],
        slot: Slot,
    ) {
        let column = items
            .first()
            .map_or(0, |item| lines::column(self.text, item.dash));
        let mut chunks = Vec::with_capacity(items.len());
        let mut begin = lines::next(self.text, slot.lead);
        let whole = begin;
        for item in items {
            let end = self.lines_of_item(item).end;
            chunks.push(begin..end);
            begin = end;
        }
        let mut text = String::new();
        for (index, item) in items.iter().enumerate() {
            if !pairs.contains(&Some(index)) {
                text.push_str(&self.text[chunks[index].start..lines::start(self.text, item.dash)]);
            }
        }
        for (value, index) in values.iter().zip(pairs) {
            let chunk = match index {
                Some(index) => self.changed(chunks[*index].clone(), |editor| {
                    editor.item(&items[*index], value);
                }),
                None => lines::joined(&lines::indented(&self.item_lines(value), column)),
            };
            text.push_str(&chunk);
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        self.change(whole..begin, text);
    }

    /// The lines of a new item that stands at the left edge, with its dash: those of a field that goes away and said the
    /// same, if there is one.
    pub(super) fn item_lines(&mut self, value: &Value) -> Vec<String> {
        match self.take_donor(value) {
            Some(lines) => lines,
            None => render::item(&render::block(value, self.list_indent)),
        }
    }

    /// The lines of a value that stands at the left edge.
    pub(super) fn lines_of(&mut self, value: &Value) -> Vec<String> {
        match value {
            Value::Sequence(values) if !values.is_empty() => values
                .iter()
                .flat_map(|value| self.item_lines(value))
                .collect(),
            _ => render::block(value, self.list_indent),
        }
    }
}
