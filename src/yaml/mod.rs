//! YAML as kustomize reads and prints it; knows nothing of Kubernetes.

#[cfg(any(fuzzing, test))]
pub mod comparison;
mod composer;
mod encoding;
mod error;
mod fast;
mod foot;
pub mod json;
mod locate;
pub mod lossless;
mod number;
pub mod outline;
mod parser;
mod pieces;
mod scanner;
#[cfg(test)]
mod tests;
mod writer;

pub use self::error::Error;
pub use self::foot::add_break;
pub use self::locate::{Locator, Position};
pub use self::number::{json_number, shortest_number};
pub use self::writer::{WriteError, is_printed_plain, write};
use crate::model::{Scalar, Style, Tag, Text, Value, plain};

/// Which YAML a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Resource files and strategic merge patches: the booleans of YAML 1.2, dates.
    Resource,
    /// Kustomizations, plugin configurations and JSON patches: the booleans of YAML 1.1, no dates, text keys.
    Configuration,
}

/// One document of a resource file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it says.
    pub value: Value,
    /// The line of the text on which its piece begins, counted from 1.
    pub line: usize,
    /// Whether it ends in a block scalar with a comment behind it.
    pub has_foot: bool,
}

/// What the first document of a text says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Content {
    /// Nothing if it is null or there is no document.
    value: Option<Value>,
    /// Whether it ends in a block scalar with a comment behind it.
    has_foot: bool,
}

/// Reads a resource file: the first YAML document of every piece between `---` lines, without those that say nothing.
///
/// Aliases are copies, merge keys are merged, and quoted keys `"<<"` are gone, as in kustomize (spec 10 R40–R46).
pub fn read_documents(text: &[u8]) -> Result<Vec<Document>, Error> {
    let decoded = encoding::decode(text)?;
    let normalized = pieces::normalize_breaks(decoded);
    let pieces = pieces::of(&normalized, text)?;
    let mut keys = fast::KeyCache::new();
    let mut documents = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let content = read(piece.text, Dialect::Resource, &mut keys)
            .map_err(|problem| problem.in_text(piece.text, piece.line))?;
        if let Some(value) = content.value {
            documents.push(Document {
                value,
                line: piece.line,
                has_foot: content.has_foot,
            });
        }
    }
    Ok(documents)
}

/// Reads the first document of a text that is no stream of objects but written like one, if there is any.
pub fn read_document(text: &[u8]) -> Result<Option<Value>, Error> {
    let decoded = encoding::decode(text)?;
    let normalized = pieces::normalize_breaks(decoded);
    let mut keys = fast::KeyCache::new();
    read(&normalized, Dialect::Resource, &mut keys)
        .map(|content| content.value)
        .map_err(|problem| problem.in_text(&normalized, 1))
}

/// Reads a kustomization, a plugin configuration or a JSON patch: the first document, or nothing if that says nothing.
///
/// Booleans of YAML 1.1 come out as `true` and `false`, keys as text. Of duplicate keys, which stay, the last one counts.
pub fn read_configuration(text: &[u8]) -> Result<Option<Value>, Error> {
    let decoded = encoding::decode(text)?;
    let mut keys = fast::KeyCache::new();
    read(&decoded, Dialect::Configuration, &mut keys)
        .map(|content| content.value)
        .map_err(|problem| problem.in_text(&decoded, 1))
}

fn read(
    text: &str,
    dialect: Dialect,
    keys: &mut fast::KeyCache,
) -> Result<Content, error::Problem> {
    match fast::read(text, dialect, keys) {
        Some(content) => Ok(content),
        None => read_complete(text, dialect),
    }
}

/// Reads the first document of a text, whatever it is made of.
fn read_complete(text: &str, dialect: Dialect) -> Result<Content, error::Problem> {
    encoding::check_characters(text)?;
    composer::compose(text, dialect)
}

/// Whether plain text is a text to YAML 1.1, as kustomize finds out by reading it; so is what cannot be read, and what has
/// several lines.
pub fn is_text(text: &str) -> bool {
    if is_word(text) {
        return composer::resolve(text, Dialect::Configuration) == Tag::Str;
    }
    is_surely_text(text)
        || text.contains('\n')
        || match read_configuration(text.as_bytes()) {
            Ok(Some(Value::Scalar(scalar))) => scalar.tag == Tag::Str,
            Ok(_) => false,
            // Only JSON has no null keys: what has one is a map to YAML.
            Err(error) => !error.message.starts_with("unsupported map key"),
        }
}

/// Whether the text is one plain scalar as it stands, whatever it stands for.
fn is_word(text: &str) -> bool {
    // Without spaces nothing is a mark behind the first character, but for a colon at the end.
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.ends_with(':')
}

/// A string with the style that kustomize gives to strings it makes. Strings do not show it when they are printed, but a patch
/// that writes a number over a quoted one makes a string (spec 12 R25).
pub fn string(text: Text) -> Scalar {
    let style = string_style(&text);
    Scalar::new(text, Tag::Str, style)
}

/// The style of [`string`].
pub fn string_style(text: &str) -> Style {
    if text.contains('\n') {
        Style::Literal
    } else if text.is_empty() || is_text(text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    }
}

/// Whether one can see without parsing that the text is text in YAML; so are nearly all.
fn is_surely_text(text: &str) -> bool {
    let is_word_of_yaml = |text: &str| text.len() <= 5 && plain::resolve_1_1(text) != Tag::Str;
    text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_' | '$'))
        && text
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b':' | b'#'))
        && !is_word_of_yaml(text)
}

/// The text in double quotes, with escapes for what cannot stand there.
pub fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    writer::write_double_quoted(&mut quoted, text);
    quoted
}
