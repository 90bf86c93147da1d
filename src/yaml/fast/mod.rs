//! The short way for what nearly all manifests are: plain block YAML, read in one pass from bytes to values.
//!
//! It never guesses. Whatever it does not know for certain (anchors, tags, text over several lines, odd indentation, errors of
//! every kind) it leaves to the complete reader, and a test holds the two together.
#![expect(
    clippy::inline_always,
    reason = "what each line goes through is one function: calls, and values handed over in memory, were a fifth of the instructions"
)]

mod block;
mod character;
mod flow;
mod keys;
mod scalar;
#[cfg(test)]
mod tests;

use ecow::EcoVec;

pub(super) use self::keys::KeyCache;
use super::Content;
use super::Dialect;
use super::composer::take_from;
use super::scanner::MAX_DEPTH;
use crate::bytes;
use crate::model::{Entry, Key, Mapping, Scalar, Style, Tag, Value};

/// The longest key taken; the complete reader knows what becomes of longer ones.
const KEY_LENGTH: usize = 512;

/// Reads the first document of a text, if the short way leads there.
pub(super) fn read(text: &str, dialect: Dialect, keys: &mut KeyCache) -> Option<Content> {
    if !character::are_all_ordinary(text.as_bytes()) {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        offset: 0,
        dialect,
        keys,
        frames: Vec::with_capacity(16),
        items: Vec::with_capacity(16),
        entries: Vec::with_capacity(32),
        root: None,
        block_text: String::new(),
        has_foot: false,
    };
    reader.document()?;
    Some(Content {
        value: reader.root,
        has_foot: reader.has_foot,
    })
}

/// A block collection that is being read; its items wait on a stack that all share.
struct Frame {
    column: usize,
    first: usize,
    state: State,
}

/// What a collection waits for.
enum State {
    /// A list, and whether an item has been announced by its dash.
    Sequence { is_waiting: bool },
    /// A map, and the key that has no value yet.
    Mapping { key: Option<Key> },
}

impl Frame {
    fn is_sequence(&self) -> bool {
        matches!(self.state, State::Sequence { .. })
    }

    fn is_waiting(&self) -> bool {
        match &self.state {
            State::Sequence { is_waiting } => *is_waiting,
            State::Mapping { key } => key.is_some(),
        }
    }
}

/// How a run of plain text ends.
enum PlainEnd {
    /// With a `:` that makes it a key.
    Colon,
    /// With its line, or with a comment.
    Line,
}

struct Reader<'a, 'k> {
    text: &'a str,
    bytes: &'a [u8],
    offset: usize,
    dialect: Dialect,
    keys: &'k mut KeyCache,
    frames: Vec<Frame>,
    items: Vec<Value>,
    entries: Vec<Entry>,
    root: Option<Value>,
    /// Room for the text of block scalars.
    block_text: String,
    has_foot: bool,
}

impl Reader<'_, '_> {
    /// The byte at the place reading has come to, or further on; a line break at the end of the text.
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes
            .get(self.offset + ahead)
            .copied()
            .unwrap_or(b'\n')
    }

    fn is_blank_or_end(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\n')
    }

    fn skip_spaces(&mut self) {
        while self.byte(0) == b' ' {
            self.offset += 1;
        }
    }

    fn next_line(&mut self) {
        // Nearly always reading has come to the end of the line.
        if self.bytes.get(self.offset) == Some(&b'\n') {
            self.offset += 1;
            return;
        }
        let rest = &self.bytes[self.offset.min(self.bytes.len())..];
        self.offset = match bytes::find(b'\n', rest) {
            Some(length) => self.offset + length + 1,
            None => self.bytes.len(),
        };
    }

    fn document(&mut self) -> Option<()> {
        if self.bytes.starts_with(b"---") {
            self.offset = "---".len();
            self.end_of_line()?;
        }
        while self.offset < self.bytes.len() {
            let start = self.offset;
            self.skip_spaces();
            match self.byte(0) {
                b'\n' | b'#' => self.next_line(),
                _ => self.line(self.offset - start)?,
            }
        }
        while !self.frames.is_empty() {
            self.close()?;
        }
        Some(())
    }

    /// Goes over spaces and a comment to the next line; there must be nothing else.
    fn end_of_line(&mut self) -> Option<()> {
        let start = self.offset;
        self.skip_spaces();
        match self.byte(0) {
            b'\n' => {}
            b'#' if self.offset > start => {}
            _ => return None,
        }
        self.next_line();
        Some(())
    }

    /// Reads a line from its first character, which stands in a column.
    fn line(&mut self, column: usize) -> Option<()> {
        let is_item = self.byte(0) == b'-' && self.is_blank_or_end(1);
        if column == 0
            && matches!(
                &self.bytes[self.offset..],
                [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..]
            )
        {
            return None;
        }
        self.close_deeper(column, is_item)?;
        if is_item {
            self.item(column)
        } else {
            self.key(column, false)
        }
    }

    /// Closes the collections that a line in this column is not part of, and makes sure that it can be part of the next.
    #[inline(always)]
    fn close_deeper(&mut self, column: usize, is_item: bool) -> Option<()> {
        if self.frames.is_empty() {
            // The first line of the document; after that an empty stack is the end.
            return self.root.is_none().then_some(());
        }
        while self.frames.last().is_some_and(|frame| {
            frame.column > column || frame.column == column && frame.is_sequence() && !is_item
        }) {
            self.close()?;
        }
        let frame = self.frames.last()?;
        (frame.column == column || frame.is_waiting()).then_some(())
    }

    /// Reads a list item from its dash, and those that begin on its line inside of it.
    fn item(&mut self, mut column: usize) -> Option<()> {
        loop {
            self.open_item(column)?;
            let dash = self.offset;
            self.offset += 1;
            self.skip_spaces();
            column += self.offset - dash;
            match self.byte(0) {
                b'\n' | b'#' => {
                    self.next_line();
                    return Some(());
                }
                b'-' if self.is_blank_or_end(1) => {}
                b'[' | b'{' | b'|' | b'>' => return self.value(),
                _ => return self.key(column, true),
            }
        }
    }

    /// Notes an item in the list of its column, which it may be the first of.
    fn open_item(&mut self, column: usize) -> Option<()> {
        match self.frames.last_mut() {
            Some(frame) if frame.column == column && frame.is_sequence() => {
                if frame.is_waiting() {
                    self.items.push(empty());
                }
                frame.state = State::Sequence { is_waiting: true };
                Some(())
            }
            // A list may begin in the column of the key that it belongs to.
            Some(frame) if !frame.is_waiting() => None,
            _ => self.open(
                column,
                self.items.len(),
                State::Sequence { is_waiting: true },
            ),
        }
    }

    fn open(&mut self, column: usize, first: usize, state: State) -> Option<()> {
        if self.frames.len() >= MAX_DEPTH {
            return None;
        }
        self.frames.push(Frame {
            column,
            first,
            state,
        });
        Some(())
    }

    /// Reads `key: value`, or a scalar where one may stand in its place.
    #[inline(always)]
    fn key(&mut self, column: usize, may_be_scalar: bool) -> Option<()> {
        let start = self.offset;
        let key = match self.byte(0) {
            b'"' | b'\'' => {
                let text = self.quoted()?;
                let is_on_line = bytes::find(b'\n', &self.bytes[start..self.offset]).is_none();
                if self.byte(0) != b':' || !self.is_blank_or_end(1) {
                    self.offset = start;
                    return if may_be_scalar { self.value() } else { None };
                }
                if !is_on_line {
                    return None;
                }
                self.quoted_key(&text)?
            }
            _ => match self.plain()? {
                (text, PlainEnd::Colon) => self.plain_key(text)?,
                (text, PlainEnd::Line) if may_be_scalar => {
                    let value = self.finish_plain(text)?;
                    return self.put(value);
                }
                _ => return None,
            },
        };
        self.offset += 1;
        self.put_key(column, key)?;
        self.skip_spaces();
        match self.byte(0) {
            b'\n' | b'#' => {
                self.next_line();
                Some(())
            }
            _ => self.value(),
        }
    }

    fn quoted_key(&mut self, text: &str) -> Option<Key> {
        let is_known = text != "<<" && text.len() <= KEY_LENGTH;
        is_known.then(|| Key::from(self.keys.intern(text)))
    }

    #[inline(always)]
    fn plain_key(&mut self, text: &str) -> Option<Key> {
        if text.len() > KEY_LENGTH || text == "<<" {
            return None;
        }
        let tag = super::composer::resolve(text, self.dialect);
        if tag != Tag::Str && (tag == Tag::Null || self.dialect == Dialect::Configuration) {
            return None;
        }
        Some(Key {
            text: self.keys.intern(text),
            tag,
        })
    }

    /// Notes a key in the map of its column, which it may be the first of.
    #[inline(always)]
    fn put_key(&mut self, column: usize, key: Key) -> Option<()> {
        match self.frames.last_mut() {
            Some(Frame {
                column: same,
                state: State::Mapping { key: waiting },
                ..
            }) if *same == column => {
                if let Some(key) = waiting.replace(key) {
                    self.entries.push(Entry {
                        key,
                        value: empty(),
                    });
                }
                Some(())
            }
            _ => self.open(
                column,
                self.entries.len(),
                State::Mapping { key: Some(key) },
            ),
        }
    }

    /// Reads the value that stands on the line of its key or its dash.
    fn value(&mut self) -> Option<()> {
        let value = match self.byte(0) {
            b'"' | b'\'' => {
                let value = self.quoted_scalar()?;
                self.end_of_line()?;
                value
            }
            b'[' | b'{' => {
                let value = self.flow(0)?;
                self.end_of_line()?;
                value
            }
            b'|' | b'>' => self.block_scalar()?,
            _ => match self.plain()? {
                (text, PlainEnd::Line) => self.finish_plain(text)?,
                (_, PlainEnd::Colon) => return None,
            },
        };
        self.put(value)
    }

    /// Puts a value where one is waited for.
    #[inline(always)]
    fn put(&mut self, value: Value) -> Option<()> {
        match &mut self.frames.last_mut()?.state {
            State::Sequence { is_waiting } => {
                if !std::mem::take(is_waiting) {
                    return None;
                }
                self.items.push(value);
            }
            State::Mapping { key } => self.entries.push(Entry {
                key: key.take()?,
                value,
            }),
        }
        Some(())
    }

    /// Closes the innermost collection.
    #[inline(always)]
    fn close(&mut self) -> Option<()> {
        let frame = self.frames.pop()?;
        let value = match frame.state {
            State::Sequence { is_waiting } => {
                if is_waiting {
                    self.items.push(empty());
                }
                Value::Sequence(take_from(&mut self.items, frame.first))
            }
            State::Mapping { key } => {
                if let Some(key) = key {
                    self.entries.push(Entry {
                        key,
                        value: empty(),
                    });
                }
                let mut entries: EcoVec<Entry> = take_from(&mut self.entries, frame.first);
                if self.frames.is_empty() {
                    super::composer::make_text(entries.make_mut());
                }
                Value::Mapping(Mapping::from(entries))
            }
        };
        if self.frames.is_empty() {
            self.root = Some(value);
            return Some(());
        }
        self.put(value)
    }
}

fn empty() -> Value {
    Value::Scalar(Scalar::new("", Tag::Null, Style::Plain))
}
