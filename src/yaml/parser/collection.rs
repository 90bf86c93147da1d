//! The entries of block and flow collections.

use super::{Event, EventKind, Parser, Properties, State};
use crate::yaml::error::Problem;
use crate::yaml::scanner::{Mark, TokenKind};

impl<'a> Parser<'a> {
    /// Takes the token that opens a collection.
    fn open(&mut self) -> Result<(), Problem> {
        let token = self.scanner.take()?;
        self.marks.push(token.start);
        Ok(())
    }

    /// Takes the token that closes a collection.
    fn close(&mut self, kind: EventKind<'a>) -> Result<Event<'a>, Problem> {
        let event = self.at_head(kind);
        self.pop_state();
        self.marks.pop();
        self.scanner.take()?;
        event
    }

    /// The failure of the collection at hand.
    fn unexpected<T>(&mut self, message: &'static str) -> Result<T, Problem> {
        let start = self.marks.last().copied().unwrap_or_default();
        Err(Problem::parser(message, start, self.scanner.peek()?.start))
    }

    fn next_is(&mut self, is_one: fn(&TokenKind<'_>) -> bool) -> Result<bool, Problem> {
        Ok(is_one(&self.scanner.peek()?.kind))
    }

    /// An empty scalar at a mark, or the node at hand, with `after` to follow.
    fn node_or_empty(
        &mut self,
        is_empty: bool,
        mark: Mark,
        after: State,
        may_be_indentless: bool,
    ) -> Result<Event<'a>, Problem> {
        if is_empty {
            self.state = after;
            return Ok(Self::empty_scalar(mark, false));
        }
        self.states.push(after);
        self.node(true, may_be_indentless)
    }

    pub(super) fn block_sequence_entry(&mut self, is_first: bool) -> Result<Event<'a>, Problem> {
        if is_first {
            self.open()?;
        }
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry => {
                let mark = self.scanner.take()?.end;
                let is_empty = self
                    .next_is(|kind| matches!(kind, TokenKind::BlockEntry | TokenKind::BlockEnd))?;
                let after = State::BlockSequenceEntry { is_first: false };
                self.node_or_empty(is_empty, mark, after, false)
            }
            TokenKind::BlockEnd => self.close(EventKind::SequenceEnd),
            _ => self.unexpected("did not find expected '-' indicator"),
        }
    }

    pub(super) fn indentless_sequence_entry(&mut self) -> Result<Event<'a>, Problem> {
        if self.scanner.peek()?.kind != TokenKind::BlockEntry {
            let event = self.at_head(EventKind::SequenceEnd);
            self.pop_state();
            return event;
        }
        let mark = self.scanner.take()?.end;
        let is_empty = self.next_is(|kind| {
            matches!(
                kind,
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
            )
        })?;
        self.node_or_empty(is_empty, mark, State::IndentlessSequenceEntry, false)
    }

    pub(super) fn block_mapping_key(&mut self, is_first: bool) -> Result<Event<'a>, Problem> {
        if is_first {
            self.open()?;
        }
        match self.scanner.peek()?.kind {
            TokenKind::Key => {
                let mark = self.scanner.take()?.end;
                let is_empty = self.is_block_value_missing()?;
                self.node_or_empty(is_empty, mark, State::BlockMappingValue, true)
            }
            TokenKind::BlockEnd => self.close(EventKind::MappingEnd),
            _ => self.unexpected("did not find expected key"),
        }
    }

    fn is_block_value_missing(&mut self) -> Result<bool, Problem> {
        self.next_is(|kind| {
            matches!(
                kind,
                TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
            )
        })
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event<'a>, Problem> {
        let after = State::BlockMappingKey { is_first: false };
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            let mark = token.start;
            return self.node_or_empty(true, mark, after, true);
        }
        let mark = self.scanner.take()?.end;
        let is_empty = self.is_block_value_missing()?;
        self.node_or_empty(is_empty, mark, after, true)
    }

    fn flow_node(&mut self, after: State) -> Result<Event<'a>, Problem> {
        self.states.push(after);
        self.node(false, false)
    }

    fn empty_flow_node(&mut self, after: State) -> Result<Event<'a>, Problem> {
        self.state = after;
        let mark = self.scanner.peek()?.start;
        Ok(Self::empty_scalar(mark, true))
    }

    pub(super) fn flow_sequence_entry(&mut self, is_first: bool) -> Result<Event<'a>, Problem> {
        if is_first {
            self.open()?;
        } else if self.scanner.peek()?.kind == TokenKind::FlowEntry {
            self.scanner.take()?;
        } else if self.scanner.peek()?.kind != TokenKind::FlowSequenceEnd {
            return self.unexpected("did not find expected ',' or ']'");
        }
        match self.scanner.peek()?.kind {
            TokenKind::FlowSequenceEnd => self.close(EventKind::SequenceEnd),
            TokenKind::Key => {
                // `[a: b]` holds a map of one entry.
                let mut event = self.at_head(EventKind::MappingStart(Properties::default()))?;
                event.in_flow = true;
                self.state = State::FlowSequenceEntryMappingKey;
                self.scanner.take()?;
                Ok(event)
            }
            _ => self.flow_node(State::FlowSequenceEntry { is_first: false }),
        }
    }

    pub(super) fn flow_sequence_entry_mapping_key(&mut self) -> Result<Event<'a>, Problem> {
        let after = State::FlowSequenceEntryMappingValue;
        let is_empty = self.next_is(|kind| {
            matches!(
                kind,
                TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
            )
        })?;
        if is_empty {
            let mark = self.scanner.take()?.end;
            self.state = after;
            return Ok(Self::empty_scalar(mark, true));
        }
        self.flow_node(after)
    }

    pub(super) fn flow_sequence_entry_mapping_value(&mut self) -> Result<Event<'a>, Problem> {
        let after = State::FlowSequenceEntryMappingEnd;
        if self.scanner.peek()?.kind == TokenKind::Value {
            self.scanner.take()?;
            let is_empty = self.next_is(|kind| {
                matches!(kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd)
            })?;
            if !is_empty {
                return self.flow_node(after);
            }
        }
        self.empty_flow_node(after)
    }

    pub(super) fn flow_sequence_entry_mapping_end(&mut self) -> Result<Event<'a>, Problem> {
        self.state = State::FlowSequenceEntry { is_first: false };
        self.at_head(EventKind::MappingEnd)
    }

    pub(super) fn flow_mapping_key(&mut self, is_first: bool) -> Result<Event<'a>, Problem> {
        if is_first {
            self.open()?;
        } else if self.scanner.peek()?.kind == TokenKind::FlowEntry {
            self.scanner.take()?;
        } else if self.scanner.peek()?.kind != TokenKind::FlowMappingEnd {
            return self.unexpected("did not find expected ',' or '}'");
        }
        match self.scanner.peek()?.kind {
            TokenKind::FlowMappingEnd => self.close(EventKind::MappingEnd),
            TokenKind::Key => {
                self.scanner.take()?;
                if self.is_flow_value_missing(true)? {
                    return self.empty_flow_node(State::FlowMappingValue);
                }
                self.flow_node(State::FlowMappingValue)
            }
            _ => self.flow_node(State::FlowMappingEmptyValue),
        }
    }

    fn is_flow_value_missing(&mut self, is_key: bool) -> Result<bool, Problem> {
        Ok(match self.scanner.peek()?.kind {
            TokenKind::FlowEntry | TokenKind::FlowMappingEnd => true,
            TokenKind::Value => is_key,
            _ => false,
        })
    }

    pub(super) fn flow_mapping_value(&mut self, is_empty: bool) -> Result<Event<'a>, Problem> {
        let after = State::FlowMappingKey { is_first: false };
        if !is_empty && self.scanner.peek()?.kind == TokenKind::Value {
            self.scanner.take()?;
            if !self.is_flow_value_missing(false)? {
                return self.flow_node(after);
            }
        }
        self.empty_flow_node(after)
    }
}
