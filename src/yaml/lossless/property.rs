//! What stands before the content of a node: anchors, tags, the header of a block scalar.

use super::Node;
use crate::model::Text;
use crate::yaml::parser::Properties;

/// A node with nothing but properties.
pub(super) fn node_with(properties: &Properties<'_>) -> Node {
    Node {
        anchor: properties.anchor.map(Text::from),
        tag: properties.tag.as_deref().and_then(printed_tag),
        ..Node::default()
    }
}

/// A tag as it is printed; `!` alone says nothing.
fn printed_tag(tag: &str) -> Option<Text> {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => Some(ecow::eco_format!("!!{name}")),
        None if tag == "!" => None,
        None if tag.starts_with('!') => Some(tag.into()),
        None => Some(ecow::eco_format!("!<{tag}>")),
    }
}

/// The length of the anchor and the tag at the start of a text.
pub(super) fn length_of_properties(text: &str) -> usize {
    let mut rest = text;
    while rest.starts_with(['&', '!']) {
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let after = rest[word..].trim_start_matches(' ');
        if !after.starts_with(['&', '!']) {
            return text.len() - rest.len() + word;
        }
        rest = after;
    }
    text.len() - rest.len()
}

/// The comment behind the `|` or `>` of a block scalar.
pub(super) fn header_comment(text: &str) -> String {
    let header = text.lines().next().unwrap_or_default();
    header
        .find(" #")
        .map_or_else(String::new, |at| header[at + 1..].trim_end().to_owned())
}
