//! Text → tokens, by libyaml's method as go-yaml speaks it: simple keys are found in hindsight, indentation becomes brackets.

mod block;
mod cursor;
mod property;
mod scalar;
mod token;

use std::collections::VecDeque;

use self::cursor::Cursor;
pub(super) use self::cursor::Mark;
pub(super) use self::token::{Token, TokenKind};
use super::error::Problem;
pub(super) use crate::model::MAX_DEPTH;

const TOO_DEEP: &str = "exceeded max depth of 5000";

/// How many characters a key may have that is not marked with `?`.
const SIMPLE_KEY_LENGTH: usize = 1024;

/// A place where a key may have begun, were a `:` to follow.
#[derive(Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    token_number: usize,
    mark: Mark,
}

/// The tokens of one piece of text.
pub(super) struct Scanner<'a> {
    cursor: Cursor<'a>,
    tokens: VecDeque<Token<'a>>,
    /// The number of tokens handed out.
    taken: usize,
    lookahead: usize,
    head_is_settled: bool,
    indents: Vec<Option<usize>>,
    /// The column of the block collection at hand.
    indent: Option<usize>,
    simple_key_allowed: bool,
    /// One for the block context and one for each flow collection that is open.
    simple_keys: Vec<SimpleKey>,
    has_foot: bool,
}

impl<'a> Scanner<'a> {
    /// Reads the text, always `lookahead` tokens ahead of what is asked for.
    pub(super) fn new(text: &'a str, lookahead: usize) -> Self {
        Self {
            cursor: Cursor::new(text),
            lookahead,
            tokens: VecDeque::with_capacity(16),
            taken: 0,
            head_is_settled: false,
            indents: Vec::new(),
            indent: None,
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            has_foot: false,
        }
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>, Problem> {
        if !self.head_is_settled {
            self.fetch_more_tokens()?;
        }
        Ok(self
            .tokens
            .front()
            .expect("invariant: fetching leaves a token"))
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Result<Token<'a>, Problem> {
        self.peek()?;
        self.head_is_settled = false;
        self.taken += 1;
        Ok(self
            .tokens
            .pop_front()
            .expect("invariant: fetching leaves a token"))
    }

    /// Whether the text that was read ends in a block scalar with a comment behind it.
    pub(super) fn has_foot(&self) -> bool {
        self.has_foot
    }

    fn in_flow(&self) -> bool {
        self.simple_keys.len() > 1
    }

    fn error<T>(&self, message: &'static str, context: Mark) -> Result<T, Problem> {
        Err(Problem::scanner(message, context, self.cursor.mark()))
    }

    /// Reads on until it is known that no key token belongs before the first token.
    fn fetch_more_tokens(&mut self) -> Result<(), Problem> {
        loop {
            let settled = match self.tokens.front().map(|token| token.key_level) {
                _ if self.tokens.len() <= self.lookahead => false,
                None => false,
                Some(None) => true,
                Some(Some(level)) => {
                    let pending = self
                        .simple_keys
                        .get(level)
                        .is_some_and(|key| key.possible && key.token_number == self.taken);
                    !(pending && self.is_key_still_possible(level)?)
                }
            };
            if settled {
                self.head_is_settled = true;
                return Ok(());
            }
            self.fetch_next_token()?;
        }
    }

    fn fetch_next_token(&mut self) -> Result<(), Problem> {
        self.skip_to_next_token();
        self.close_blocks(Some(self.cursor.column()));
        if self.cursor.is_at_end() {
            return self.fetch_stream_end();
        }
        let first = self.cursor.byte(0);
        if self.cursor.column() == 0 && first == b'%' {
            return self.fetch_directive();
        }
        if self.cursor.is_document_indicator() {
            return self.fetch_document_indicator(first);
        }
        let in_flow = self.in_flow();
        match first {
            b'[' => self.open_flow(TokenKind::FlowSequenceStart),
            b'{' => self.open_flow(TokenKind::FlowMappingStart),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.cursor.is_blank_or_end(1) => self.fetch_block_entry(),
            b'?' if in_flow || self.cursor.is_blank_or_end(1) => self.fetch_key(),
            b':' if in_flow || self.cursor.is_blank_or_end(1) => self.fetch_value(),
            b'*' | b'&' => self.fetch_anchor(first == b'*'),
            b'!' => self.fetch_tag(),
            b'|' | b'>' if !in_flow => self.fetch_block_scalar(first == b'|'),
            b'\'' | b'"' => self.fetch_quoted_scalar(first == b'\''),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => self.fail_on(first),
            _ => self.fetch_plain_scalar(),
        }
    }

    fn fail_on(&self, first: u8) -> Result<(), Problem> {
        let mark = self.cursor.mark();
        let problem = Problem::scanner("found character that cannot start any token", mark, mark);
        Err(match first {
            b'\t' => problem.hint("indent with spaces"),
            _ => problem.hint("put the value in quotes"),
        })
    }

    fn skip_to_next_token(&mut self) {
        loop {
            // Where a key may begin, a tab would be indentation.
            while self.cursor.byte(0) == b' '
                || self.cursor.byte(0) == b'\t' && (self.in_flow() || !self.simple_key_allowed)
            {
                self.cursor.skip(1);
            }
            if self.cursor.byte(0) == b'#' {
                self.cursor.skip_line();
            }
            if self.cursor.take_break().is_none() {
                return;
            }
            if !self.in_flow() {
                self.simple_key_allowed = true;
            }
        }
    }

    fn push(&mut self, kind: TokenKind<'a>, start: Mark) {
        let token = Token::new(kind, start, self.cursor.mark());
        self.tokens.push_back(token);
    }

    fn push_indicator(&mut self, kind: TokenKind<'a>, length: usize) {
        let start = self.cursor.mark();
        self.cursor.skip(length);
        self.push(kind, start);
    }

    /// Pushes a token that may turn out to begin a key.
    fn push_key_start(&mut self, kind: TokenKind<'a>, start: Mark, level: usize) {
        self.push(kind, start);
        if let Some(token) = self.tokens.back_mut() {
            token.key_level = Some(level);
        }
    }

    /// Notes that a key may begin here, and returns the flow level.
    fn save_simple_key(&mut self) -> Result<usize, Problem> {
        let level = self.simple_keys.len() - 1;
        if self.simple_key_allowed {
            self.remove_simple_key()?;
            self.simple_keys[level] = SimpleKey {
                possible: true,
                required: level == 0 && self.indent == Some(self.cursor.column()),
                token_number: self.taken + self.tokens.len(),
                mark: self.cursor.mark(),
            };
        }
        Ok(level)
    }

    fn remove_simple_key(&mut self) -> Result<(), Problem> {
        let level = self.simple_keys.len() - 1;
        let key = self.simple_keys[level];
        self.simple_keys[level].possible = false;
        if key.possible && key.required {
            return self.missing_colon(key.mark);
        }
        Ok(())
    }

    fn missing_colon<T>(&self, key: Mark) -> Result<T, Problem> {
        let message = "could not find expected ':'";
        Err(Problem::scanner(message, key, self.cursor.mark()).shown_at(key.offset))
    }

    /// Whether the key begun at a level is still on its line and short enough.
    fn is_key_still_possible(&mut self, level: usize) -> Result<bool, Problem> {
        let key = self.simple_keys[level];
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line == self.cursor.line() && !self.is_too_long(key.mark) {
            return Ok(true);
        }
        if key.required {
            return self.missing_colon(key.mark);
        }
        self.simple_keys[level].possible = false;
        Ok(false)
    }

    fn is_too_long(&self, start: Mark) -> bool {
        self.cursor.offset() - start.offset > SIMPLE_KEY_LENGTH
            && self.cursor.since(start.offset).chars().count() > SIMPLE_KEY_LENGTH
    }

    /// Opens a block collection if its column is further right, before the token of the given number or at the end.
    fn open_block(
        &mut self,
        column: usize,
        kind: TokenKind<'a>,
        number: Option<usize>,
        mark: Mark,
    ) -> Result<(), Problem> {
        if self.in_flow() || self.indent.is_some_and(|indent| indent >= column) {
            return Ok(());
        }
        if self.indents.len() >= MAX_DEPTH {
            return self.error(TOO_DEEP, mark);
        }
        self.indents.push(self.indent);
        self.indent = Some(column);
        let token = Token::new(kind, mark, mark);
        match number {
            Some(number) => self.tokens.insert(number - self.taken, token),
            None => self.tokens.push_back(token),
        }
        Ok(())
    }

    /// Closes the block collections that lie further right than a column.
    fn close_blocks(&mut self, column: Option<usize>) {
        if self.in_flow() {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, self.cursor.mark());
            self.indent = self.indents.pop().flatten();
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), Problem> {
        self.cursor.finish_line();
        self.close_blocks(None);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(TokenKind::StreamEnd, self.cursor.mark());
        Ok(())
    }

    fn fetch_document_indicator(&mut self, first: u8) -> Result<(), Problem> {
        self.close_blocks(None);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let kind = if first == b'-' {
            TokenKind::DocumentStart
        } else {
            TokenKind::DocumentEnd
        };
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn open_flow(&mut self, kind: TokenKind<'a>) -> Result<(), Problem> {
        let level = self.save_simple_key()?;
        if level >= MAX_DEPTH {
            return self.error(TOO_DEEP, self.cursor.mark());
        }
        self.simple_keys.push(SimpleKey::default());
        self.simple_key_allowed = true;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        self.push_key_start(kind, start, level);
        Ok(())
    }

    fn close_flow(&mut self, kind: TokenKind<'a>) -> Result<(), Problem> {
        self.remove_simple_key()?;
        if self.in_flow() {
            self.simple_keys.pop();
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Problem> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Problem> {
        let mark = self.cursor.mark();
        if !self.in_flow() && !self.simple_key_allowed {
            return self.error(
                "block sequence entries are not allowed in this context",
                mark,
            );
        }
        self.open_block(mark.column, TokenKind::BlockSequenceStart, None, mark)?;
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Problem> {
        let mark = self.cursor.mark();
        if !self.in_flow() && !self.simple_key_allowed {
            return self.error("mapping keys are not allowed in this context", mark);
        }
        self.open_block(mark.column, TokenKind::BlockMappingStart, None, mark)?;
        self.remove_simple_key()?;
        self.simple_key_allowed = !self.in_flow();
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Problem> {
        let level = self.simple_keys.len() - 1;
        if self.is_key_still_possible(level)? {
            let key = self.simple_keys[level];
            self.simple_keys[level].possible = false;
            let token = Token::new(TokenKind::Key, key.mark, key.mark);
            self.tokens.insert(key.token_number - self.taken, token);
            let number = Some(key.token_number);
            self.open_block(
                key.mark.column,
                TokenKind::BlockMappingStart,
                number,
                key.mark,
            )?;
            self.simple_key_allowed = false;
        } else {
            let mark = self.cursor.mark();
            if !self.in_flow() && !self.simple_key_allowed {
                return self.error("mapping values are not allowed in this context", mark);
            }
            self.open_block(mark.column, TokenKind::BlockMappingStart, None, mark)?;
            self.simple_key_allowed = !self.in_flow();
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }
}
