//! Collections between brackets: written again with what they have in common with the old ones as it stood.

use std::ops::Range;

use crate::model::{Mapping, Sequence, Value};
use crate::yaml::outline::{Item, Node, NodeKind, Pair};

use super::editor::styled;
use super::pairing::pair;
use super::{render, same};

/// The text of a node between brackets that is to say a value; there is no comment in it.
pub(super) fn text(text: &str, node: &Node, target: &Value) -> String {
    if same(&node.value, target) {
        return text[node.span.clone()].to_owned();
    }
    match (&node.kind, target) {
        (NodeKind::Sequence(items), Value::Sequence(values))
            if !items.is_empty() && !values.is_empty() =>
        {
            sequence(text, node, items, values)
        }
        (NodeKind::Mapping(pairs), Value::Mapping(map)) if !pairs.is_empty() && !map.is_empty() => {
            mapping(text, node, pairs, map)
        }
        (NodeKind::Scalar(style), Value::Scalar(scalar)) => {
            render::scalar(&styled(scalar, *style), render::Context::Flow)
        }
        _ => render::flow(target),
    }
}

fn sequence(source: &str, node: &Node, items: &[Item], values: &Sequence) -> String {
    let old: Vec<_> = items.iter().map(|item| &item.node.value).collect();
    let parts: Vec<_> = values
        .iter()
        .zip(pair(&old, values))
        .map(|(value, index)| match index {
            Some(index) => text(source, &items[index].node, value),
            None => render::flow(value),
        })
        .collect();
    let spans: Vec<_> = items.iter().map(|item| item.node.span.clone()).collect();
    joined(source, node, &spans, &parts)
}

fn mapping(source: &str, node: &Node, pairs: &[Pair], map: &Mapping) -> String {
    let old = |name: &str| pairs.iter().rfind(|pair| pair.name == *name);
    let mut parts: Vec<String> = Vec::with_capacity(map.len());
    let mut entries: Vec<_> = map.iter().collect();
    let place = |name: &str| {
        let found = pairs.iter().position(|pair| pair.name == *name);
        found.unwrap_or(pairs.len())
    };
    entries.sort_by_key(|(name, _)| place(name));
    for (name, value) in entries {
        parts.push(match old(name) {
            Some(pair) if !pair.value.span.is_empty() => {
                let start = &source[pair.key.start..pair.value.span.start];
                format!("{start}{}", text(source, &pair.value, value))
            }
            _ => {
                let key = render::flow(&Value::string(name.clone()));
                format!("{key}: {}", render::flow(value))
            }
        });
    }
    let spans: Vec<_> = pairs
        .iter()
        .map(|pair| pair.key.start..pair.value.span.end.max(pair.key.end))
        .collect();
    joined(source, node, &spans, &parts)
}

/// The parts between the brackets and the separators of the old collection.
fn joined(source: &str, node: &Node, spans: &[Range<usize>], parts: &[String]) -> String {
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return String::new();
    };
    let separator = match spans {
        [first, second, ..] => &source[first.end..second.start],
        _ => ", ",
    };
    format!(
        "{}{}{}",
        &source[node.span.start..first.start],
        parts.join(separator),
        &source[last.end..node.span.end]
    )
}
