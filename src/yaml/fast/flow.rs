//! Flow collections that end on their line: `[a, "b"]`, `{name: x}`.

use super::{Reader, character};
use crate::bytes;
use crate::model::{Entry, Key, Mapping, Scalar, Value};
use crate::yaml::Dialect;
use crate::yaml::composer::{flow_scalar, plain_scalar, take_from};
use crate::yaml::scanner::MAX_DEPTH;

/// How deep flow collections may be nested here.
const DEPTH: usize = 8;

impl<'a> Reader<'a, '_> {
    /// Reads a collection from its bracket.
    pub(super) fn flow(&mut self, depth: usize) -> Option<Value> {
        if depth == DEPTH || self.frames.len() + depth >= MAX_DEPTH {
            return None;
        }
        match self.byte(0) {
            b'[' => self.flow_sequence(depth),
            _ => self.flow_mapping(depth),
        }
    }

    fn flow_sequence(&mut self, depth: usize) -> Option<Value> {
        let first = self.items.len();
        self.offset += 1;
        self.skip_spaces();
        while self.byte(0) != b']' {
            let item = self.flow_node(depth, flow_scalar)?;
            self.items.push(item);
            self.flow_separator(b']')?;
        }
        self.offset += 1;
        Some(Value::Sequence(take_from(&mut self.items, first)))
    }

    fn flow_mapping(&mut self, depth: usize) -> Option<Value> {
        let first = self.entries.len();
        self.offset += 1;
        self.skip_spaces();
        while self.byte(0) != b'}' {
            let key = self.flow_key()?;
            self.skip_spaces();
            let value = self.flow_node(depth, plain_scalar)?;
            self.entries.push(Entry { key, value });
            self.flow_separator(b'}')?;
        }
        self.offset += 1;
        let entries = take_from(&mut self.entries, first);
        Some(Value::Mapping(Mapping::from(entries).in_flow()))
    }

    /// Goes over a comma, or up to the bracket that ends the collection.
    fn flow_separator(&mut self, bracket: u8) -> Option<()> {
        self.skip_spaces();
        if self.byte(0) == b',' {
            self.offset += 1;
            self.skip_spaces();
            return Some(());
        }
        (self.byte(0) == bracket).then_some(())
    }

    fn flow_key(&mut self) -> Option<Key> {
        let key = match self.byte(0) {
            b'"' | b'\'' => {
                let start = self.offset;
                let text = self.quoted()?;
                if bytes::find(b'\n', &self.bytes[start..self.offset]).is_some() {
                    return None;
                }
                self.quoted_key(&text)?
            }
            _ => {
                let text = self.flow_plain()?;
                self.plain_key(text)?
            }
        };
        // Behind a quoted key, as in JSON, the colon needs no space; a plain key ends at no other colon.
        if self.byte(0) != b':' {
            return None;
        }
        self.offset += 1;
        Some(key)
    }

    fn flow_node(&mut self, depth: usize, scalar: fn(&str, Dialect) -> Scalar) -> Option<Value> {
        match self.byte(0) {
            b'"' | b'\'' => self.quoted_scalar(),
            b'[' | b'{' => self.flow(depth + 1),
            _ => {
                let text = self.flow_plain()?;
                Some(Value::Scalar(scalar(text, self.dialect)))
            }
        }
    }

    /// Reads plain text up to the comma, the bracket or the `:` behind it.
    fn flow_plain(&mut self) -> Option<&'a str> {
        let start = self.offset;
        if character::is_indicator(self.byte(0)) || self.byte(0) == b'-' && self.is_blank_or_end(1)
        {
            return None;
        }
        loop {
            match self.byte(0) {
                b',' | b']' | b'}' => break,
                b':' if self.is_blank_or_end(1) => break,
                b'[' | b'{' | b'?' | b'\n' | b'\t' => return None,
                b'#' if self.bytes[self.offset - 1] == b' ' => return None,
                _ => self.offset += 1,
            }
        }
        Some(self.text[start..self.offset].trim_end_matches(' '))
    }
}
