//! One node with its properties.

use std::borrow::Cow;

use super::{Event, EventKind, Parser, Properties, State};
use crate::model::Style;
use crate::yaml::error::Problem;
use crate::yaml::scanner::{Mark, TokenKind};

impl<'a> Parser<'a> {
    pub(super) fn node(
        &mut self,
        is_block: bool,
        may_be_indentless: bool,
    ) -> Result<Event<'a>, Problem> {
        let token = self.scanner.peek()?;
        let mut start = token.start;
        if let TokenKind::Alias(name) = token.kind {
            return self.alias(name, start, !is_block);
        }
        let (properties, mut end) = self.properties(&mut start)?;
        let has_properties = properties.anchor.is_some() || properties.tag.is_some();
        let token = self.scanner.peek()?;
        let (kind, state) = match &token.kind {
            TokenKind::BlockEntry if may_be_indentless => (
                EventKind::SequenceStart(properties),
                State::IndentlessSequenceEntry,
            ),
            TokenKind::Scalar(..) => return self.scalar(properties, start, !is_block),
            TokenKind::FlowSequenceStart => (
                EventKind::SequenceStart(properties),
                State::FlowSequenceEntry { is_first: true },
            ),
            TokenKind::FlowMappingStart => (
                EventKind::MappingStart(properties),
                State::FlowMappingKey { is_first: true },
            ),
            TokenKind::BlockSequenceStart if is_block => (
                EventKind::SequenceStart(properties),
                State::BlockSequenceEntry { is_first: true },
            ),
            TokenKind::BlockMappingStart if is_block => (
                EventKind::MappingStart(properties),
                State::BlockMappingKey { is_first: true },
            ),
            _ if has_properties => {
                self.pop_state();
                return Ok(Event {
                    kind: EventKind::Scalar(properties, Cow::Borrowed(""), Style::Plain),
                    start,
                    end,
                    in_flow: !is_block,
                });
            }
            _ => {
                let message = "did not find expected node content";
                return Err(Problem::parser(message, start, token.start));
            }
        };
        end = token.end;
        self.state = state;
        let in_flow = matches!(
            state,
            State::FlowSequenceEntry { .. } | State::FlowMappingKey { .. }
        );
        Ok(Event {
            kind,
            start,
            end,
            in_flow,
        })
    }

    fn alias(&mut self, name: &'a str, start: Mark, in_flow: bool) -> Result<Event<'a>, Problem> {
        let end = self.scanner.take()?.end;
        self.pop_state();
        Ok(Event {
            kind: EventKind::Alias(name),
            start,
            end,
            in_flow,
        })
    }

    fn scalar(
        &mut self,
        properties: Properties<'a>,
        start: Mark,
        in_flow: bool,
    ) -> Result<Event<'a>, Problem> {
        let token = self.scanner.take()?;
        self.pop_state();
        let TokenKind::Scalar(text, style) = token.kind else {
            unreachable!("invariant: called for scalars only");
        };
        Ok(Event {
            kind: EventKind::Scalar(properties, text, style),
            start,
            end: token.end,
            in_flow,
        })
    }

    /// The anchor and the tag, in either order, and where they end.
    fn properties(&mut self, start: &mut Mark) -> Result<(Properties<'a>, Mark), Problem> {
        let mut properties = Properties::default();
        let mut end = *start;
        loop {
            let token = self.scanner.peek()?;
            let (from, to) = (token.start, token.end);
            match &token.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                }
                TokenKind::Tag(handle, suffix) if properties.tag.is_none() => {
                    let (handle, suffix) = (*handle, suffix.clone());
                    properties.tag = Some(self.full_tag(handle, suffix, *start, from)?);
                }
                _ => return Ok((properties, end)),
            }
            end = to;
            self.scanner.take()?;
        }
    }

    fn full_tag(
        &self,
        handle: &str,
        suffix: Cow<'a, str>,
        start: Mark,
        tag: Mark,
    ) -> Result<Cow<'a, str>, Problem> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        match self.tag_directives.iter().find(|known| known.0 == handle) {
            Some((_, prefix)) => Ok(Cow::Owned(format!("{prefix}{suffix}"))),
            None => Err(Problem::parser("found undefined tag handle", start, tag)),
        }
    }
}
