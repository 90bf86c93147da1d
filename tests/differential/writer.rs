//! Writes nodes as YAML or JSON, in the style that each of them has.

use std::fmt::Write as _;

use crate::node::{List, Map, Node, Scalar, Style};

/// Writes documents, each on its own lines, with `---` between them.
pub(crate) fn documents(nodes: &[Node]) -> String {
    nodes.iter().map(document).collect::<Vec<_>>().join("---\n")
}

fn document(node: &Node) -> String {
    let mut out = String::new();
    match node {
        Node::Map(map) if !map.flow && !map.entries.is_empty() => block_map(map, 0, &mut out),
        Node::List(list) if !list.flow && !list.items.is_empty() => block_list(list, 0, &mut out),
        _ => value(node, 0, &mut out),
    }
    let text = out.trim_start_matches('\n');
    let text = text.strip_prefix(' ').unwrap_or(text);
    format!("{text}{}", if text.ends_with('\n') { "" } else { "\n" })
}

fn block_map(map: &Map, indent: usize, out: &mut String) {
    for (index, (name, node)) in map.entries.iter().enumerate() {
        if index > 0 {
            pad(indent, out);
        }
        comment_line(name, indent, out);
        key(name, indent, out);
        value(node, indent, out);
    }
}

fn block_list(list: &List, indent: usize, out: &mut String) {
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 {
            pad(indent, out);
        }
        out.push('-');
        match item {
            Node::Map(map) if !map.flow && map.anchor.is_none() && !map.entries.is_empty() => {
                out.push(' ');
                block_map(map, indent + 2, out);
            }
            Node::List(inner)
                if !inner.flow && inner.anchor.is_none() && !inner.items.is_empty() =>
            {
                out.push(' ');
                block_list(inner, indent + 2, out);
            }
            _ => value(item, indent, out),
        }
    }
}

/// Writes what follows `key:` or `-`, up to and with the end of the line.
fn value(node: &Node, indent: usize, out: &mut String) {
    match node {
        Node::Scalar(scalar) => block_scalar(scalar, indent, out),
        Node::Map(map) if !map.flow && !map.entries.is_empty() => {
            anchor(map.anchor.as_ref(), out);
            out.push('\n');
            pad(indent + 2, out);
            block_map(map, indent + 2, out);
        }
        Node::List(list) if !list.flow && !list.items.is_empty() => {
            anchor(list.anchor.as_ref(), out);
            out.push('\n');
            // Both habits of indenting lists occur.
            let deeper = indent + 2 * (list.items.len() % 2);
            pad(deeper, out);
            block_list(list, deeper, out);
        }
        Node::Embedded(nodes) => {
            literal(&Scalar::new(documents(nodes), Style::Literal), indent, out);
        }
        _ => {
            out.push(' ');
            flow(node, out);
            out.push('\n');
        }
    }
}

fn block_scalar(scalar: &Scalar, indent: usize, out: &mut String) {
    match scalar.style {
        Style::Literal | Style::Folded if can_be_block(&scalar.text) => {
            literal(scalar, indent, out);
        }
        _ => {
            let text = inline(scalar, false);
            if !text.is_empty() {
                out.push(' ');
                out.push_str(&text);
            }
            if let Some(comment) = &scalar.comment {
                out.push_str(" # ");
                out.push_str(comment);
            }
            out.push('\n');
        }
    }
}

/// Writes a block scalar, with chomping and indentation as its text needs.
fn literal(scalar: &Scalar, indent: usize, out: &mut String) {
    properties(scalar, out);
    out.push(' ');
    out.push(if scalar.style == Style::Folded {
        '>'
    } else {
        '|'
    });
    if scalar.text.starts_with([' ', '\n', '\t']) {
        out.push('2');
    }
    let breaks = scalar.text.len() - scalar.text.trim_end_matches('\n').len();
    match breaks {
        0 => out.push('-'),
        1 if scalar.text.len() > 1 => {}
        _ => out.push('+'),
    }
    out.push('\n');
    for line in scalar
        .text
        .strip_suffix('\n')
        .unwrap_or(&scalar.text)
        .split('\n')
    {
        if !line.is_empty() {
            pad(indent + 2, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn can_be_block(text: &str) -> bool {
    let printable = |c: char| {
        c == '\n' || c == '\t' || (c >= ' ' && c != '\u{7f}' && !('\u{80}'..'\u{a0}').contains(&c))
    };
    let tabbed = text.starts_with('\t') || text.contains("\n\t");
    !tabbed
        && !text.trim_matches([' ', '\n']).is_empty()
        && text.chars().all(printable)
        && !text.contains(['\u{feff}', '\u{2028}'])
}

fn key(name: &Scalar, indent: usize, out: &mut String) {
    let text = inline(name, true);
    if text.starts_with('*') || text.chars().count() < 200 {
        out.push_str(&text);
        out.push_str(if text.starts_with('*') { " :" } else { ":" });
    } else {
        out.push_str("? ");
        out.push_str(&text);
        out.push('\n');
        pad(indent, out);
        out.push(':');
    }
}

/// Writes a comment on a line of its own above a key.
fn comment_line(name: &Scalar, indent: usize, out: &mut String) {
    if let Some(comment) = &name.comment {
        out.push_str("# ");
        out.push_str(comment);
        out.push('\n');
        pad(indent, out);
    }
}

fn flow(node: &Node, out: &mut String) {
    match node {
        Node::Scalar(scalar) => out.push_str(&inline(scalar, true)),
        Node::Alias(name) => {
            out.push('*');
            out.push_str(name);
        }
        Node::Map(map) => flow_map(map, out),
        Node::List(list) => flow_list(list, out),
        Node::Embedded(nodes) => out.push_str(&double_quoted(&documents(nodes))),
        Node::Json(node) => {
            let text = json(node);
            let quoted = if text.contains(['\'', '\n']) {
                double_quoted(&text)
            } else {
                format!("'{text}'")
            };
            out.push_str(&quoted);
        }
    }
}

fn flow_map(map: &Map, out: &mut String) {
    if let Some(name) = &map.anchor {
        write!(out, "&{name} ").expect("invariant: a string takes everything");
    }
    out.push('{');
    for (index, (name, node)) in map.entries.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        let text = inline(name, true);
        out.push_str(&text);
        out.push_str(if text.starts_with('*') { " : " } else { ": " });
        flow(node, out);
    }
    out.push('}');
}

fn flow_list(list: &List, out: &mut String) {
    if let Some(name) = &list.anchor {
        write!(out, "&{name} ").expect("invariant: a string takes everything");
    }
    out.push('[');
    for (index, item) in list.items.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        // An empty plain scalar is no item.
        match item {
            Node::Scalar(scalar) if inline(scalar, true).is_empty() => out.push('~'),
            _ => flow(item, out),
        }
    }
    out.push(']');
}

fn anchor(name: Option<&String>, out: &mut String) {
    if let Some(name) = name {
        write!(out, " &{name}").expect("invariant: a string takes everything");
    }
}

fn properties(scalar: &Scalar, out: &mut String) {
    anchor(scalar.anchor.as_ref(), out);
    if let Some(tag) = &scalar.tag {
        out.push(' ');
        out.push_str(tag);
    }
}

/// Writes a scalar on one line; `narrow` is where flow collections and keys have their own marks.
fn inline(scalar: &Scalar, narrow: bool) -> String {
    let mut out = String::new();
    properties(scalar, &mut out);
    let body = match scalar.style {
        Style::Plain if can_be_plain(&scalar.text, narrow) => scalar.text.clone(),
        Style::Single if can_be_single(&scalar.text) => {
            format!("'{}'", scalar.text.replace('\'', "''"))
        }
        _ => double_quoted(&scalar.text),
    };
    if !out.is_empty() && !body.is_empty() {
        out.push(' ');
    }
    out.push_str(&body);
    out.trim_start().to_string()
}

fn can_be_single(text: &str) -> bool {
    text.chars().all(|c| {
        c >= ' ' && !('\u{7f}'..'\u{a0}').contains(&c) && !"\u{feff}\u{2028}\u{2029}".contains(c)
    })
}

fn can_be_plain(text: &str, narrow: bool) -> bool {
    let inside = |c: char| {
        c >= ' ' && !('\u{7f}'..'\u{a0}').contains(&c) && !"\u{feff}\u{2028}\u{2029}".contains(c)
    };
    let starts_badly = text.starts_with(|c: char| ",[]{}#&!|>'\"%@`* ".contains(c))
        || ["- ", "? ", ": ", "---", "..."]
            .iter()
            .any(|mark| text.starts_with(mark))
        || (narrow
            && text.starts_with(['-', '?', ':'])
            && !text[1..].starts_with(|c: char| c.is_ascii_alphanumeric()))
        || ["-", "?", ":"].contains(&text);
    let narrowly_bad = narrow
        && (text.contains([',', '[', ']', '{', '}'])
            || text.contains(':') && !text.contains("://"));
    !starts_badly
        && !narrowly_bad
        && text.chars().all(inside)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c < ' '
                || ('\u{7f}'..'\u{a0}').contains(&c)
                || "\u{feff}\u{2028}\u{2029}".contains(c) =>
            {
                write!(out, "\\u{:04x}", u32::from(c))
                    .expect("invariant: a string takes everything");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Writes a value as JSON; plain scalars that JSON has no word for become strings.
pub(crate) fn json(node: &Node) -> String {
    match node {
        Node::Scalar(scalar) if scalar.style == Style::Plain && is_json_word(&scalar.text) => {
            scalar.text.clone()
        }
        Node::Scalar(scalar) => double_quoted(&scalar.text),
        Node::Alias(name) => double_quoted(name),
        Node::Embedded(nodes) => double_quoted(&documents(nodes)),
        Node::Json(node) => double_quoted(&json(node)),
        Node::List(list) => {
            let items: Vec<_> = list.items.iter().map(json).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Map(map) => {
            let member = |(key, value): &(Scalar, Node)| {
                format!("{}: {}", double_quoted(&key.text), json(value))
            };
            let members: Vec<_> = map.entries.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn is_json_word(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| !value.is_string() && !value.is_array() && !value.is_object())
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
