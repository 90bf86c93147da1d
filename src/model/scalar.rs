//! Scalars as kustomize sees them: the text as written, the type it stands for, and the style it was written in.

use std::borrow::Cow;
use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Text, folded, plain};

/// The type a scalar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Nobody said: the text decides when it is printed (spec 06 R32, 12 R34).
    Untyped,
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction or an exponent, infinity or not-a-number.
    Float,
    /// Text.
    Str,
    /// Text with a tag that YAML does not know (`!foo x`), which is text but for vars.
    Foreign,
    /// A date or a date with a time; printed as text in RFC 3339 form.
    Timestamp,
    /// Text or bytes in base64, which are decoded when they are printed.
    Binary,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes. Empty text in this style is the empty null of block YAML (`key:`).
    Plain,
    /// Without quotes, over which a merge wrote a text that would need them: the next merge that leaves the field alone puts
    /// them there (spec 12 R25).
    Unquoted,
    /// Nothing at all inside a flow collection (`{a: , b}`): null while merging, the empty string when printed (spec 10 R51).
    FlowEmpty,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl Style {
    /// Whether the style forces the text to be read as a string.
    pub fn is_quoted(self) -> bool {
        !matches!(self, Self::Plain | Self::Unquoted | Self::FlowEmpty)
    }
}

/// One scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after unescaping and folding, before any typing: `0x10` stays `0x10`.
    pub text: Text,
    /// The type that reading or an operation gave it.
    pub tag: Tag,
    /// How it was written.
    pub style: Style,
    /// The group of places of one resource that kustomize backs with one node (spec 03 R7): setting one sets all.
    pub shared: Option<NonZeroU32>,
}

/// What a scalar comes out as.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number of 64 bits, signed or not.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Cow<'a, str>),
}

impl Scalar {
    /// A scalar with nothing shared.
    pub fn new(text: impl Into<Text>, tag: Tag, style: Style) -> Self {
        Self {
            text: text.into(),
            tag,
            style,
            shared: None,
        }
    }

    /// A string, printed with quotes only where it needs them.
    pub fn string(text: impl Into<Text>) -> Self {
        Self::new(text, Tag::Str, Style::Plain)
    }

    /// A plain scalar whose type follows from its text when it is printed.
    pub fn untyped(text: impl Into<Text>) -> Self {
        Self::new(text, Tag::Untyped, Style::Plain)
    }

    /// The written null `null`.
    pub fn null() -> Self {
        Self::new("null", Tag::Null, Style::Plain)
    }

    /// Whether this is a null of any spelling.
    pub fn is_null(&self) -> bool {
        self.tag == Tag::Null
    }

    /// Whether this is a null written as nothing, which a strategic merge drops (spec 12 R24).
    pub fn is_empty_null(&self) -> bool {
        self.tag == Tag::Null && self.text.is_empty()
    }

    /// Puts `new` in the place of this scalar: its text and type. The style stays, so that what once was quoted comes out
    /// quoted, and what once was plain forgets the quotes of a patch when the next one writes a number (spec 12 R25).
    pub fn assign(&mut self, new: &Self) {
        self.text.clone_from(&new.text);
        self.tag = new.tag;
        if let Style::Unquoted | Style::FlowEmpty = self.style {
            self.style = Style::Plain;
        }
    }

    /// What the scalar is within brackets or braces, where it is a text there that it is not elsewhere: nothing is written
    /// as `""` (spec 10 R51), a time of day stands in quotes for its colon, and what was folded is not folded again.
    #[inline]
    pub fn flow_text(&self) -> Option<&str> {
        let is_folded = self.style == Style::Folded && self.tag.is_text();
        let is_unwritten = self.text.is_empty()
            && self.style == Style::Plain
            && matches!(self.tag, Tag::Untyped | Tag::Null);
        (is_folded || is_unwritten || self.has_time_of_day() || self.is_unreadable_block())
            .then_some(self.text.as_str())
    }

    fn has_time_of_day(&self) -> bool {
        matches!(self.tag, Tag::Timestamp | Tag::Untyped)
            && !self.style.is_quoted()
            && self.text.contains(':')
            && plain::resolve(&self.text) == Tag::Timestamp
    }

    /// What the scalar of an object outside of brackets and braces comes out as when kustomize has printed and read it on the way.
    pub fn reread(&self) -> Result<Typed<'_>, String> {
        if self.is_unreadable_block() {
            let message = "yaml: found a tab character where an indentation space is expected";
            return Err(message.to_owned());
        }
        self.typed()
    }

    /// Whether kustomize cannot read it back when it has printed it in lines of its own, of which the first begins with a tab.
    fn is_unreadable_block(&self) -> bool {
        self.text.starts_with('\t')
            && match self.style {
                Style::Literal | Style::Folded => true,
                Style::Plain | Style::Unquoted => self.text.contains('\n'),
                Style::FlowEmpty | Style::SingleQuoted | Style::DoubleQuoted => false,
            }
            && folded::can_be_block(&self.text)
    }

    /// What the scalar comes out as when it is printed or turned into JSON.
    ///
    /// Fails with kustomize's words where text and type contradict each other, as after a replacement wrote `abc` over an integer.
    pub fn typed(&self) -> Result<Typed<'_>, String> {
        if self.style == Style::Folded && matches!(self.tag, Tag::Str | Tag::Foreign | Tag::Untyped)
        {
            return Ok(Typed::Str(folded::refold(&self.text)));
        }
        self.as_data()
    }

    /// What the scalar is where nothing is printed on the way, as in kustomization files: folded texts are those that are written.
    pub fn as_data(&self) -> Result<Typed<'_>, String> {
        if self.style == Style::FlowEmpty {
            return Ok(Typed::Str(Cow::Borrowed("")));
        }
        let resolved = match self.tag {
            Tag::Str | Tag::Foreign => return Ok(Typed::Str(Cow::Borrowed(&self.text))),
            Tag::Binary => {
                return match decoded(&self.text) {
                    Some(text) => Ok(Typed::Str(Cow::Owned(text))),
                    None => Err("yaml: !!binary value contains invalid base64 data".to_owned()),
                };
            }
            // A whole number that is to be a float needs its tag to be one, and keeps it between quotes.
            Tag::Float if plain::resolve(&self.text) == Tag::Int => Tag::Int,
            _ if self.style.is_quoted() => Tag::Str,
            _ => plain::resolve(&self.text),
        };
        match (self.tag, resolved) {
            (Tag::Untyped, Tag::Str) => Ok(Typed::Str(Cow::Borrowed(&self.text))),
            (Tag::Untyped, tag) => plain::typed(&self.text, tag),
            (tag, _) if self.style.is_quoted() && plain::resolve(&self.text) == tag => {
                Ok(Typed::Str(Cow::Borrowed(&self.text)))
            }
            (tag, resolved) if tag == resolved => plain::typed(&self.text, tag),
            // A whole number is read as one first, in whatever base it is written.
            (tag, resolved) => match small_int(&self.text) {
                Some(number) if (tag, resolved) == (Tag::Float, Tag::Int) => {
                    Ok(Typed::Float(number))
                }
                _ => Err(format!(
                    "yaml: cannot decode {} `{}` as a {}",
                    resolved.name(),
                    self.text,
                    tag.name()
                )),
            },
        }
    }
}

/// A whole number that fits into 64 bits with its sign, as the float that Go makes of it.
#[expect(clippy::cast_precision_loss, reason = "Go converts it like this")]
fn small_int(text: &str) -> Option<f64> {
    match plain::typed(text, Tag::Int) {
        Ok(Typed::Int(number)) => i64::try_from(number).ok().map(|number| number as f64),
        _ => None,
    }
}

/// What base64 stands for; line breaks in it do not count.
fn decoded(text: &str) -> Option<String> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\n' | b'\r'))
        .collect();
    let bytes = STANDARD.decode(digits).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

impl Tag {
    /// Whether it stands for text whatever the text is.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Str | Self::Foreign)
    }

    /// Whether it stands for what quotes would make a text.
    pub fn is_typed(self) -> bool {
        match self {
            Self::Null | Self::Bool | Self::Int | Self::Float | Self::Timestamp => true,
            Self::Untyped | Self::Str | Self::Foreign | Self::Binary => false,
        }
    }

    /// The tag as YAML spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool => "!!bool",
            Self::Int => "!!int",
            Self::Float => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Binary => "!!binary",
            Self::Str | Self::Foreign | Self::Untyped => "!!str",
        }
    }
}
