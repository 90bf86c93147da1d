//! The words of YAML.

use std::borrow::Cow;

use super::cursor::Mark;
use crate::model::Style;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum TokenKind<'a> {
    StreamEnd,
    /// `%YAML 1.1`
    VersionDirective(u32, u32),
    /// `%TAG !e! tag:example.org:`
    TagDirective(&'a str, Cow<'a, str>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a str),
    Anchor(&'a str),
    /// The handle, empty for a tag written in full, and the rest.
    Tag(&'a str, Cow<'a, str>),
    Scalar(Cow<'a, str>, Style),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(in crate::yaml) struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub start: Mark,
    pub end: Mark,
    /// The flow level at which the token might be the start of a simple key.
    pub(super) key_level: Option<usize>,
}

impl<'a> Token<'a> {
    pub(super) fn new(kind: TokenKind<'a>, start: Mark, end: Mark) -> Self {
        Self {
            kind,
            start,
            end,
            key_level: None,
        }
    }
}
