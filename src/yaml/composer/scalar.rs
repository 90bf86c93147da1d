//! Scalars and the tags written before them (spec 10 R46).

use super::Composer;
use crate::model::{Scalar, Style, Tag, Typed, plain};
use crate::yaml::Dialect;
use crate::yaml::error::Problem;
use crate::yaml::parser::Properties;

const CORE: &str = "tag:yaml.org,2002:";

/// Whether a key is `<<` in its own right. In configurations go-yaml v2 takes a quoted one for it, too.
pub(super) fn is_merge_key(
    properties: &Properties<'_>,
    text: &str,
    style: Style,
    dialect: Dialect,
) -> bool {
    match properties.tag.as_deref() {
        None | Some("!") => {
            text == "<<" && (style == Style::Plain || dialect == Dialect::Configuration)
        }
        Some(tag) => tag.strip_prefix(CORE) == Some("merge"),
    }
}

/// The type of plain text.
pub(in crate::yaml) fn resolve(text: &str, dialect: Dialect) -> Tag {
    match dialect {
        Dialect::Resource => plain::resolve(text),
        Dialect::Configuration => plain::resolve_1_1(text),
    }
}

/// A plain scalar without a tag.
pub(in crate::yaml) fn plain_scalar(text: &str, dialect: Dialect) -> Scalar {
    let tag = resolve(text, dialect);
    if dialect == Dialect::Configuration && tag == Tag::Bool {
        let is_true = text.starts_with(['y', 'Y', 't', 'T']) || text.eq_ignore_ascii_case("on");
        return Scalar::new(if is_true { "true" } else { "false" }, tag, Style::Plain);
    }
    Scalar::new(text, tag, Style::Plain)
}

/// A plain scalar without a tag inside brackets, or a key in braces: the values of keys in braces know where they are (see
/// [`Scalar::flow_text`]). kustomize puts quotes around a colon when it prints such a collection on the way, and a time of
/// day then is text as it stands.
pub(in crate::yaml) fn flow_scalar(text: &str, dialect: Dialect) -> Scalar {
    let mut scalar = plain_scalar(text, dialect);
    if scalar.tag == Tag::Timestamp && text.contains(':') {
        scalar.tag = Tag::Str;
    }
    scalar
}

impl Composer<'_> {
    pub(super) fn scalar(
        &mut self,
        tag: Option<&str>,
        text: &str,
        style: Style,
        offset: usize,
    ) -> Result<Scalar, Problem> {
        match tag {
            None | Some("!") if style.is_quoted() => Ok(quoted(text, style)),
            Some("!") if self.dialect == Dialect::Configuration => Ok(quoted(text, style)),
            None | Some("!") => {
                let mut scalar = if self.is_in_flow() && !self.expects_value() {
                    flow_scalar(text, self.dialect)
                } else {
                    plain_scalar(text, self.dialect)
                };
                if text.is_empty() && self.dialect == Dialect::Resource {
                    if self.is_in_flow() {
                        scalar.style = Style::FlowEmpty;
                    } else {
                        self.anchors.count_block_empty();
                    }
                }
                Ok(scalar)
            }
            Some(tag) => match tag.strip_prefix(CORE) {
                Some(name) => self.tagged(name, text, style, offset),
                None => Ok(self.foreign(text, style)),
            },
        }
    }

    fn tagged(
        &self,
        name: &str,
        text: &str,
        style: Style,
        offset: usize,
    ) -> Result<Scalar, Problem> {
        let wanted = match name {
            "null" => Tag::Null,
            "bool" => Tag::Bool,
            "int" => Tag::Int,
            "float" => Tag::Float,
            "timestamp" if self.dialect == Dialect::Resource => Tag::Timestamp,
            "binary" => return self.binary(text, style, offset),
            // Without quotes it would be a merge key later.
            "str" if text == "<<" => return Ok(quoted(text, Style::SingleQuoted)),
            "str" => return Ok(quoted(text, style)),
            _ => return Ok(self.foreign(text, style)),
        };
        let mut scalar = plain_scalar(text, self.dialect);
        if wanted == Tag::Float && scalar.tag == Tag::Int {
            // Text such as `0x10` is a number only as an integer.
            if let Ok(Typed::Int(number)) = scalar.typed() {
                scalar.text = number.to_string().into();
            }
            scalar.tag = Tag::Float;
        }
        if scalar.tag != wanted {
            let (found, wanted) = (scalar.tag.name(), wanted.name());
            let message = format!("cannot decode {found} `{text}` as a {wanted}");
            return Err(Problem::without_line(message, offset));
        }
        Ok(scalar)
    }

    /// Text with a tag that is none of YAML's own, of which a configuration keeps nothing.
    fn foreign(&self, text: &str, style: Style) -> Scalar {
        match self.dialect {
            Dialect::Resource => Scalar::new(text, Tag::Foreign, style),
            Dialect::Configuration => quoted(text, style),
        }
    }

    /// Base64: a configuration has what it stands for, a resource keeps it until it is printed.
    fn binary(&self, text: &str, style: Style, offset: usize) -> Result<Scalar, Problem> {
        let scalar = Scalar::new(text, Tag::Binary, style);
        match scalar.typed() {
            Ok(Typed::Str(decoded)) if self.dialect == Dialect::Configuration => {
                Ok(quoted(&decoded, Style::DoubleQuoted))
            }
            Ok(_) => Ok(scalar),
            Err(_) => {
                let message = "!!binary value contains invalid base64 data";
                Err(Problem::without_line(message, offset))
            }
        }
    }
}

fn quoted(text: &str, style: Style) -> Scalar {
    Scalar::new(text, Tag::Str, style)
}
