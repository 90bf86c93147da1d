//! [`Value`] → text, exactly as kustomize prints a resource: keys sorted, block style, long lines folded (spec 11).
//!
//! Everything goes into one buffer in one pass. Open collections sit on a stack of their own, so nesting costs no call stack.
#![expect(
    clippy::inline_always,
    reason = "what each line goes through is one function, as in the fast reader"
)]

mod key_order;
mod scalar;
mod style;

use std::error::Error;
use std::fmt;

use self::key_order::KeyOrder;
pub(in crate::yaml) use self::scalar::write_double_quoted;
pub use self::style::is_printed_plain;
use crate::model::{Entry, FieldPath, Key, MAX_OUTPUT, Mapping, Step, Tag, Value};

/// A value that cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// Why, in kustomize's words.
    pub message: String,
    /// The way to the value.
    pub path: FieldPath,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for WriteError {}

/// Appends a document as kustomize prints it: keys sorted, block style.
///
/// Fails with kustomize's words where the value cannot be printed: duplicate keys, non-string keys below the top level, a text
/// that contradicts its type, infinity, control characters. What was appended by then is to be thrown away.
pub fn write(value: &Value, out: &mut String) -> Result<(), WriteError> {
    let mut writer = Writer {
        out,
        open: Vec::with_capacity(16),
        order: KeyOrder::with_room_for(64),
    };
    writer.document(value).map_err(|message| WriteError {
        message,
        path: writer.path(),
    })
}

/// Go's words for a key below the top level that is not a string.
pub(super) const UNPRINTABLE_KEY: &str = "json: unsupported type: map[interface {}]interface {}";

/// kustomize's words for a duplicate key, without its line numbers: they count in a text that nobody has seen.
pub(super) fn already_defined(key: &str) -> String {
    format!("yaml: unmarshal errors: mapping key {key:?} already defined")
}

/// The spaces by which each level is set in.
const STEP: usize = 2;

struct Writer<'v, 'o> {
    out: &'o mut String,
    open: Vec<Level<'v>>,
    order: KeyOrder,
}

/// A collection that is being printed.
struct Level<'v> {
    items: Items<'v>,
    /// How many items have been begun.
    begun: usize,
    indent: usize,
    /// Whether the first item stands on the line of what the collection is in, as after `- `.
    continues_line: bool,
    /// Whether it is, or is inside of, a map that was written in braces.
    in_flow: bool,
}

#[derive(Clone, Copy)]
enum Items<'v> {
    Map(&'v [Entry]),
    Sequence(&'v [Value]),
}

impl Items<'_> {
    fn len(self) -> usize {
        match self {
            Self::Map(entries) => entries.len(),
            Self::Sequence(items) => items.len(),
        }
    }
}

/// What a value is printed behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    Key,
    /// The dash of a list item, or the colon of a key that was written behind a `?`.
    Indicator,
}

impl<'v> Writer<'v, '_> {
    fn document(&mut self, root: &'v Value) -> Result<(), String> {
        self.value(root, 0, After::Nothing)?;
        while let Some(level) = self.open.last_mut() {
            let (items, position, indent) = (level.items, level.begun, level.indent);
            if position == items.len() {
                self.open.pop();
                if matches!(items, Items::Map(_)) {
                    self.order.leave(items.len());
                }
                continue;
            }
            level.begun += 1;
            if position > 0 || !level.continues_line {
                push_spaces(self.out, indent);
            }
            match items {
                Items::Map(entries) => {
                    let entry = &entries[self.order.entry(entries.len(), position)];
                    let after = scalar::write_key(self.out, &entry.key.text, indent)?;
                    self.value(&entry.value, indent, after)?;
                }
                Items::Sequence(items) => {
                    self.out.push('-');
                    self.value(&items[position], indent, After::Indicator)?;
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn value(&mut self, value: &'v Value, indent: usize, after: After) -> Result<(), String> {
        let items = match value {
            Value::Sequence(items) if !items.is_empty() => Some(Items::Sequence(items)),
            Value::Mapping(map) if !map.is_empty() => Some(Items::Map(map.entries())),
            _ => None,
        };
        let in_flow = self.open.last().is_some_and(|level| level.in_flow);
        if let Some(items) = items {
            let in_flow = in_flow || value.as_mapping().is_some_and(Mapping::is_flow);
            return self.open(items, indent, after, in_flow);
        }
        if after != After::Nothing {
            self.out.push(' ');
        }
        match value {
            Value::Scalar(scalar) => {
                let indent = indent + STEP;
                match in_flow.then(|| scalar.flow_text()).flatten() {
                    Some(text) => scalar::write_string(self.out, text, indent)?,
                    None => scalar::write_scalar(self.out, scalar, indent)?,
                }
            }
            Value::Sequence(_) => self.out.push_str("[]\n"),
            Value::Mapping(_) => self.out.push_str("{}\n"),
        }
        Ok(())
    }

    #[inline(always)]
    fn open(
        &mut self,
        items: Items<'v>,
        indent: usize,
        after: After,
        in_flow: bool,
    ) -> Result<(), String> {
        let indent = match (after, items) {
            (After::Nothing, _) => 0,
            (After::Key, Items::Sequence(_)) => indent,
            _ => indent + STEP,
        };
        match after {
            After::Nothing => {}
            After::Key => self.out.push('\n'),
            After::Indicator => self.out.push(' '),
        }
        if self.out.len() > MAX_OUTPUT {
            return Err(format!("the output is larger than {MAX_OUTPUT} bytes"));
        }
        if let Items::Map(entries) = items {
            check_key_types(entries, self.open.is_empty())?;
            self.order.enter(entries)?;
        }
        self.open.push(Level {
            items,
            begun: 0,
            indent,
            continues_line: after == After::Indicator,
            in_flow,
        });
        Ok(())
    }

    /// The way to the item begun last.
    fn path(&self) -> FieldPath {
        let mut unread = self.order.clone();
        let mut steps: Vec<_> = self
            .open
            .iter()
            .rev()
            .filter_map(|level| {
                let step = match level.items {
                    Items::Sequence(_) => Step::Index(level.begun.checked_sub(1)?),
                    Items::Map(entries) => {
                        let position = level.begun.checked_sub(1)?;
                        let entry = unread.entry(entries.len(), position);
                        unread.leave(entries.len());
                        Step::Key(entries[entry].key.text.clone())
                    }
                };
                Some(step)
            })
            .collect();
        steps.reverse();
        FieldPath { steps }
    }
}

/// At the top level other keys than strings become text, further down they cannot be printed (spec 10 R42).
fn check_key_types(entries: &[Entry], is_root: bool) -> Result<(), String> {
    let odd = |key: &Key| !matches!(key.tag, Tag::Str | Tag::Untyped);
    match entries.iter().map(|entry| &entry.key).find(|key| odd(key)) {
        Some(key) if key.tag == Tag::Null => Err(already_defined("null")),
        Some(_) if !is_root => Err(UNPRINTABLE_KEY.to_owned()),
        _ => Ok(()),
    }
}

fn push_spaces(out: &mut String, mut count: usize) {
    const SPACES: &str = "                                                                ";
    while count > SPACES.len() {
        out.push_str(SPACES);
        count -= SPACES.len();
    }
    out.push_str(&SPACES[..count]);
}

#[cfg(test)]
mod tests;
