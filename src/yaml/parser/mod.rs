//! Tokens → events, by libyaml's state machine.

mod collection;
mod node;

use std::borrow::Cow;

use super::Dialect;
use super::error::Problem;
use super::scanner::{Mark, Scanner, TokenKind};
use crate::model::Style;

/// What stands before a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties<'a> {
    pub anchor: Option<&'a str>,
    pub tag: Option<Cow<'a, str>>,
}

/// What an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EventKind<'a> {
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Alias(&'a str),
    Scalar(Properties<'a>, Cow<'a, str>, Style),
    SequenceStart(Properties<'a>),
    SequenceEnd,
    MappingStart(Properties<'a>),
    MappingEnd,
}

/// An event and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Event<'a> {
    pub kind: EventKind<'a>,
    pub start: Mark,
    pub end: Mark,
    /// Whether the node is in a flow collection or is one.
    pub in_flow: bool,
}

/// What is expected next.
#[derive(Clone, Copy, Debug)]
enum State {
    StreamStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry { is_first: bool },
    IndentlessSequenceEntry,
    BlockMappingKey { is_first: bool },
    BlockMappingValue,
    FlowSequenceEntry { is_first: bool },
    FlowSequenceEntryMappingKey,
    FlowSequenceEntryMappingValue,
    FlowSequenceEntryMappingEnd,
    FlowMappingKey { is_first: bool },
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// The events of one piece of text.
pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    /// Where to go on when the node at hand is done.
    states: Vec<State>,
    /// Where the open collections begin.
    marks: Vec<Mark>,
    tag_directives: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        // go-yaml v3 looks for comments behind the token at hand: of two failures, it may meet the later one first.
        let lookahead = match dialect {
            Dialect::Resource => 2,
            Dialect::Configuration => 0,
        };
        Self {
            scanner: Scanner::new(text, lookahead),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tag_directives: Vec::new(),
        }
    }

    /// Whether the text that was read ends in a block scalar with a comment behind it.
    pub(super) fn has_foot(&self) -> bool {
        self.scanner.has_foot()
    }

    /// The next event; [`EventKind::StreamEnd`] over and over at the end.
    pub(super) fn next(&mut self) -> Result<Event<'a>, Problem> {
        match self.state {
            State::StreamStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceEntry { is_first } => self.block_sequence_entry(is_first),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey { is_first } => self.block_mapping_key(is_first),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceEntry { is_first } => self.flow_sequence_entry(is_first),
            State::FlowSequenceEntryMappingKey => self.flow_sequence_entry_mapping_key(),
            State::FlowSequenceEntryMappingValue => self.flow_sequence_entry_mapping_value(),
            State::FlowSequenceEntryMappingEnd => self.flow_sequence_entry_mapping_end(),
            State::FlowMappingKey { is_first } => self.flow_mapping_key(is_first),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => self.at_head(EventKind::StreamEnd),
        }
    }

    /// An event at the next token, which stays.
    fn at_head(&mut self, kind: EventKind<'a>) -> Result<Event<'a>, Problem> {
        let token = self.scanner.peek()?;
        Ok(Event {
            kind,
            start: token.start,
            end: token.end,
            in_flow: false,
        })
    }

    /// Goes back to what was expected after the node at hand.
    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn empty_scalar(mark: Mark, in_flow: bool) -> Event<'a> {
        Event {
            kind: EventKind::Scalar(Properties::default(), Cow::Borrowed(""), Style::Plain),
            start: mark,
            end: mark,
            in_flow,
        }
    }

    fn document_start(&mut self, may_be_implicit: bool) -> Result<Event<'a>, Problem> {
        if !may_be_implicit {
            while self.scanner.peek()?.kind == TokenKind::DocumentEnd {
                self.scanner.take()?;
            }
        }
        let is_explicit = matches!(
            self.scanner.peek()?.kind,
            TokenKind::VersionDirective(..)
                | TokenKind::TagDirective(..)
                | TokenKind::DocumentStart
        );
        if self.scanner.peek()?.kind == TokenKind::StreamEnd {
            self.state = State::End;
            return self.at_head(EventKind::StreamEnd);
        }
        self.states.push(State::DocumentEnd);
        if may_be_implicit && !is_explicit {
            self.add_default_tag_directives();
            self.state = State::BlockNode;
            return self.at_head(EventKind::DocumentStart);
        }
        self.process_directives()?;
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::DocumentStart {
            let message = "did not find expected <document start>";
            return Err(Problem::parser(message, Mark::default(), token.start));
        }
        self.state = State::DocumentContent;
        let event = self.at_head(EventKind::DocumentStart);
        self.scanner.take()?;
        event
    }

    fn process_directives(&mut self) -> Result<(), Problem> {
        let mut has_version = false;
        loop {
            let mark = self.scanner.peek()?.start;
            let fail = |message| Err(Problem::parser(message, Mark::default(), mark));
            match self.scanner.peek()?.kind.clone() {
                TokenKind::VersionDirective(..) if has_version => {
                    return fail("found duplicate %YAML directive");
                }
                TokenKind::VersionDirective(1, 1) => has_version = true,
                TokenKind::VersionDirective(..) => {
                    return fail("found incompatible YAML document");
                }
                TokenKind::TagDirective(handle, prefix) => {
                    if self.tag_directives.iter().any(|known| known.0 == handle) {
                        return fail("found duplicate %TAG directive");
                    }
                    self.tag_directives.push((handle, prefix));
                }
                _ => break,
            }
            self.scanner.take()?;
        }
        self.add_default_tag_directives();
        Ok(())
    }

    fn add_default_tag_directives(&mut self) {
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.tag_directives.iter().any(|known| known.0 == handle) {
                self.tag_directives.push((handle, Cow::Borrowed(prefix)));
            }
        }
    }

    fn document_content(&mut self) -> Result<Event<'a>, Problem> {
        let token = self.scanner.peek()?;
        if let TokenKind::VersionDirective(..)
        | TokenKind::TagDirective(..)
        | TokenKind::DocumentStart
        | TokenKind::DocumentEnd
        | TokenKind::StreamEnd = token.kind
        {
            let mark = token.start;
            self.pop_state();
            return Ok(Self::empty_scalar(mark, false));
        }
        self.node(true, false)
    }

    fn document_end(&mut self) -> Result<Event<'a>, Problem> {
        let event = self.at_head(EventKind::DocumentEnd);
        if self.scanner.peek()?.kind == TokenKind::DocumentEnd {
            self.scanner.take()?;
        }
        self.tag_directives.clear();
        self.state = State::DocumentStart;
        event
    }
}
