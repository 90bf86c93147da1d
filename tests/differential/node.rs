//! YAML as it stands in a file: values together with the style in which they are written.

/// A value with its style.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Scalar(Scalar),
    Map(Map),
    List(List),
    /// `*name`
    Alias(String),
    /// Documents inside a string: an inline patch, an inline configuration.
    Embedded(Vec<Node>),
    /// The same as one line of JSON.
    Json(Box<Node>),
}

/// A scalar; `text` is what is to be read back, save in folded blocks, whose lines are written as they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) style: Style,
    pub(crate) anchor: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Map {
    pub(crate) entries: Vec<(Scalar, Node)>,
    pub(crate) flow: bool,
    pub(crate) anchor: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct List {
    pub(crate) items: Vec<Node>,
    pub(crate) flow: bool,
    pub(crate) anchor: Option<String>,
}

impl Scalar {
    pub(crate) fn new(text: impl Into<String>, style: Style) -> Self {
        Self {
            text: text.into(),
            style,
            anchor: None,
            tag: None,
            comment: None,
        }
    }

    /// A string: quoted where YAML 1.1 would read something else.
    pub(crate) fn string(text: impl Into<String>) -> Self {
        let text = text.into();
        let style = if is_plain_word(&text) {
            Style::Plain
        } else {
            Style::Double
        };
        Self::new(text, style)
    }
}

impl Node {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar::new(text, Style::Plain))
    }

    pub(crate) fn string(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar::string(text))
    }

    pub(crate) fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (Scalar::string(key), value))
            .collect();
        Self::Map(Map {
            entries,
            ..Map::default()
        })
    }

    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(List {
            items,
            ..List::default()
        })
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(map) = self else { return None };
        map.entries
            .iter()
            .find(|(name, _)| name.text == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Map(map) = self else { return None };
        map.entries
            .iter_mut()
            .find(|(name, _)| name.text == key)
            .map(|(_, value)| value)
    }

    /// Sets a key of a map; what is not a map stays as it is.
    pub(crate) fn set(&mut self, key: &str, value: Self) {
        if let Some(old) = self.get_mut(key) {
            *old = value;
        } else if let Self::Map(map) = self {
            map.entries.push((Scalar::string(key), value));
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }
}

/// Whether a text can stand unquoted anywhere and is a string to every reader of YAML.
pub(crate) fn is_plain_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./:@".contains(c))
        && !text.ends_with(':')
        && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&lower.as_str())
}
