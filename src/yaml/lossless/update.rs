//! Makes a tree say a value, leaving alone what says so already.

use super::{Collection, Content, Item, Node};
use crate::model::{Entry, Style, Value};

impl Node {
    /// Returns whether the node is another one then.
    pub(super) fn update(&mut self, value: &Value, is_new: &impl Fn(&Value) -> bool) -> bool {
        if is_new(value) {
            *self = Self::of(value);
            return true;
        }
        match (&mut self.content, value) {
            (Content::Scalar(scalar), Value::Scalar(new)) => {
                if scalar.text != new.text || scalar.tag != new.tag {
                    scalar.text.clone_from(&new.text);
                    scalar.tag = new.tag;
                    if scalar.style == Style::FlowEmpty {
                        scalar.style = Style::Plain;
                    }
                }
            }
            (Content::Alias(name), Value::Scalar(new))
                if new.text.strip_prefix('*') == Some(name) => {}
            (Content::Sequence(list), Value::Sequence(items)) => list.update_items(items, is_new),
            (Content::Mapping(map), Value::Mapping(new)) => {
                map.update_entries(new.entries(), is_new);
            }
            _ => {
                *self = Self::of(value);
                return true;
            }
        }
        false
    }
}

impl Collection {
    /// Items keep their comments by their place, counted from the start and, where the number changes, from the end too.
    fn update_items(&mut self, values: &[Value], is_new: &impl Fn(&Value) -> bool) {
        let common = self.items.len().min(values.len());
        let is_same = |item: &Item, value: &Value| !is_new(value) && item.value.value() == *value;
        let mut tail = 0;
        if self.items.len() != values.len() {
            let ends = self.items.iter().rev().zip(values.iter().rev());
            let unchanged_start = self
                .items
                .iter()
                .zip(values)
                .take_while(|(item, value)| is_same(item, value))
                .count();
            tail = ends
                .take(common - unchanged_start)
                .take_while(|(item, value)| is_same(item, value))
                .count();
        }
        let behind = self.items.split_off(self.items.len() - tail);
        let (front, _) = values.split_at(values.len() - tail);
        self.items.truncate(front.len());
        for (item, value) in self.items.iter_mut().zip(front) {
            if item.value.update(value, is_new) {
                item.head.clear();
                item.line.clear();
            }
        }
        self.items
            .extend(front[self.items.len()..].iter().map(Item::of));
        self.items.extend(behind);
    }

    /// Entries keep their comments by their key; new ones stand where the map has them.
    fn update_entries(&mut self, entries: &[Entry], is_new: &impl Fn(&Value) -> bool) {
        let mut old: Vec<_> = std::mem::take(&mut self.items)
            .into_iter()
            .map(Some)
            .collect();
        // The place behind the entry found last: most entries are where they were.
        let mut expected = 0;
        for entry in entries {
            let has_key = |item: &Option<Item>| {
                item.as_ref()
                    .is_some_and(|item| item.key_of_value() == entry.key)
            };
            let found = match old.get(expected) {
                Some(item) if has_key(item) => Some(expected),
                _ => old.iter().position(has_key),
            };
            let mut item = match found.and_then(|place| old[place].take()) {
                Some(item) => item,
                None => Item::of_entry(&entry.key, &entry.value),
            };
            expected = found.map_or(expected, |place| place + 1);
            item.value.update(&entry.value, is_new);
            self.items.push(item);
        }
    }
}
