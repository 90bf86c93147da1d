//! Directives, anchors, aliases and tags.

use std::borrow::Cow;

use super::{Mark, Scanner, TokenKind};
use crate::yaml::error::Problem;

/// The longest number in a `%YAML` directive.
const VERSION_LENGTH: usize = 9;

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

impl<'a> Scanner<'a> {
    pub(super) fn fetch_directive(&mut self) -> Result<(), Problem> {
        self.close_blocks(None);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let kind = match self.scan_directive_name(start)? {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return self.error("found unknown directive name", start),
        };
        self.push(kind, start);
        self.cursor.skip_blanks();
        if self.cursor.byte(0) == b'#' {
            self.cursor.skip_line();
        }
        if !self.cursor.is_break_or_end(0) {
            return self.error("did not find expected comment or line break", start);
        }
        self.cursor.take_break();
        Ok(())
    }

    fn scan_word(&mut self) -> &'a str {
        let start = self.cursor.offset();
        while is_word(self.cursor.byte(0)) {
            self.cursor.skip(1);
        }
        self.cursor.since(start)
    }

    fn scan_directive_name(&mut self, start: Mark) -> Result<&'a str, Problem> {
        let name = self.scan_word();
        if name.is_empty() {
            return self.error("could not find expected directive name", start);
        }
        if !self.cursor.is_blank_or_end(0) {
            return self.error("found unexpected non-alphabetical character", start);
        }
        Ok(name)
    }

    fn scan_version(&mut self, start: Mark) -> Result<TokenKind<'a>, Problem> {
        self.cursor.skip_blanks();
        let major = self.scan_version_number(start)?;
        if self.cursor.byte(0) != b'.' {
            return self.error("did not find expected digit or '.' character", start);
        }
        self.cursor.skip(1);
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::VersionDirective(major, minor))
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u32, Problem> {
        let from = self.cursor.offset();
        while self.cursor.byte(0).is_ascii_digit() {
            if self.cursor.offset() - from == VERSION_LENGTH {
                return self.error("found extremely long version number", start);
            }
            self.cursor.skip(1);
        }
        match self.cursor.since(from).parse() {
            Ok(number) => Ok(number),
            Err(_) => self.error("did not find expected version number", start),
        }
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<TokenKind<'a>, Problem> {
        self.cursor.skip_blanks();
        let handle = self.scan_tag_handle(true, start)?;
        if !self.cursor.is_blank(0) {
            return self.error("did not find expected whitespace", start);
        }
        self.cursor.skip_blanks();
        let prefix = self.scan_tag_uri(false, start)?;
        if !self.cursor.is_blank_or_end(0) {
            return self.error("did not find expected whitespace or line break", start);
        }
        Ok(TokenKind::TagDirective(handle, prefix))
    }

    pub(super) fn fetch_anchor(&mut self, is_alias: bool) -> Result<(), Problem> {
        let level = self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.scan_word();
        let ends_well = self.cursor.is_blank_or_end(0)
            || matches!(
                self.cursor.byte(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ends_well {
            let message = "did not find expected alphabetic or numeric character";
            return self.error(message, start);
        }
        let kind = if is_alias {
            TokenKind::Alias(name)
        } else {
            TokenKind::Anchor(name)
        };
        self.push_key_start(kind, start, level);
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Result<(), Problem> {
        let level = self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let kind = if self.cursor.byte(1) == b'<' {
            self.cursor.skip(2);
            let uri = self.scan_tag_uri(false, start)?;
            if self.cursor.byte(0) != b'>' {
                return self.error("did not find the expected '>'", start);
            }
            self.cursor.skip(1);
            TokenKind::Tag("", uri)
        } else {
            self.scan_short_tag(start)?
        };
        if !self.cursor.is_blank_or_end(0) {
            return self.error("did not find expected whitespace or line break", start);
        }
        self.push_key_start(kind, start, level);
        Ok(())
    }

    /// `!!str`, `!e!thing`, `!thing` or `!`.
    fn scan_short_tag(&mut self, start: Mark) -> Result<TokenKind<'a>, Problem> {
        let handle = self.scan_tag_handle(false, start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            return Ok(TokenKind::Tag(handle, self.scan_tag_uri(false, start)?));
        }
        let rest = self.scan_tag_uri(true, start)?;
        let suffix = match &handle[1..] {
            "" => rest,
            head => Cow::Owned(format!("{head}{rest}")),
        };
        Ok(if suffix.is_empty() {
            TokenKind::Tag("", Cow::Borrowed("!"))
        } else {
            TokenKind::Tag("!", suffix)
        })
    }

    fn scan_tag_handle(&mut self, is_directive: bool, start: Mark) -> Result<&'a str, Problem> {
        let from = self.cursor.offset();
        if self.cursor.byte(0) != b'!' {
            return self.error("did not find expected '!'", start);
        }
        self.cursor.skip(1);
        let name = self.scan_word();
        if self.cursor.byte(0) == b'!' {
            self.cursor.skip(1);
        } else if is_directive && !name.is_empty() {
            return self.error("did not find expected '!'", start);
        }
        Ok(self.cursor.since(from))
    }

    fn scan_tag_uri(&mut self, may_be_empty: bool, start: Mark) -> Result<Cow<'a, str>, Problem> {
        let from = self.cursor.offset();
        let mut escaped = Vec::new();
        loop {
            match self.cursor.byte(0) {
                b'%' => {
                    if escaped.is_empty() {
                        escaped.extend_from_slice(self.cursor.since(from).as_bytes());
                    }
                    escaped.push(self.scan_uri_escape(start)?);
                }
                byte if is_word(byte) || b";/?:@&=+$.!~*'(),[]".contains(&byte) => {
                    if !escaped.is_empty() {
                        escaped.push(byte);
                    }
                    self.cursor.skip(1);
                }
                _ => break,
            }
        }
        if !escaped.is_empty() {
            return Ok(Cow::Owned(String::from_utf8_lossy(&escaped).into_owned()));
        }
        match self.cursor.since(from) {
            "" if !may_be_empty => self.error("did not find expected tag URI", start),
            uri => Ok(Cow::Borrowed(uri)),
        }
    }

    /// `%21`
    fn scan_uri_escape(&mut self, start: Mark) -> Result<u8, Problem> {
        let digit = |ahead| char::from(self.cursor.byte(ahead)).to_digit(16);
        let Some(octet) = digit(1)
            .zip(digit(2))
            .and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
        else {
            return self.error("did not find URI escaped octet", start);
        };
        self.cursor.skip(3);
        Ok(octet)
    }
}
