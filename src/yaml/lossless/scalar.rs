//! Scalars in the form that kustomize prints them in inside of strings: as they were written, if they can be.

use super::Node;
use crate::model::{Scalar, Style, Tag, plain};
use crate::yaml::writer;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    Flow,
    /// A key: one line, and no block scalar.
    Key,
}

/// What stands in the text that limits how it can be written.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each limit")]
struct Limits {
    has_breaks: bool,
    has_tabs: bool,
    /// Characters that are written as escapes only.
    has_specials: bool,
    /// Blanks before a line break.
    has_hanging_blanks: bool,
    ends_blank: bool,
}

impl Limits {
    fn of(text: &str) -> Self {
        let is_special = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{10000}'..);
        Self {
            has_breaks: text.contains('\n'),
            has_tabs: text.contains('\t'),
            has_specials: text.contains(is_special),
            has_hanging_blanks: text.contains(" \n"),
            ends_blank: text.ends_with(' '),
        }
    }
}

/// The tag that must stand before a scalar: the one that was written, or one that its text would not get on its own.
pub(super) fn tag(node: &Node, scalar: &Scalar) -> Option<String> {
    if let Some(tag) = &node.tag {
        return Some(tag.to_string());
    }
    let is_merge = scalar.text == "<<" && scalar.style == Style::Plain;
    if is_merge && node.anchor.is_none() && scalar.tag == Tag::Str {
        return None;
    }
    let contradicts = match scalar.tag {
        Tag::Str | Tag::Untyped => false,
        tag => plain::resolve(&scalar.text) != tag,
    };
    contradicts.then(|| scalar.tag.name().to_owned())
}

/// Appends a scalar; further lines are set in by `indent`. Block scalars are left without their last line break.
pub(super) fn write(
    out: &mut String,
    scalar: &Scalar,
    has_tag: bool,
    context: Context,
    indent: usize,
    comment: &str,
) {
    match style(scalar, has_tag, context) {
        Style::Plain | Style::Unquoted | Style::FlowEmpty => out.push_str(&scalar.text),
        Style::SingleQuoted => write_single_quoted(out, &scalar.text, indent),
        Style::DoubleQuoted => writer::write_double_quoted(out, &scalar.text),
        style @ (Style::Literal | Style::Folded) => {
            return write_block(out, &scalar.text, style, indent, comment);
        }
    }
    if !comment.is_empty() {
        out.push(' ');
        out.push_str(comment);
    }
}

/// The style that a scalar is printed in.
fn style(scalar: &Scalar, has_tag: bool, context: Context) -> Style {
    let limits = Limits::of(&scalar.text);
    let single_or_double = || {
        let is_lost = limits.has_specials
            || limits.has_tabs
            || limits.has_hanging_blanks
            || context == Context::Key && limits.has_breaks;
        if is_lost {
            Style::DoubleQuoted
        } else {
            Style::SingleQuoted
        }
    };
    let block = |style| {
        let is_lost = limits.has_specials || limits.has_hanging_blanks || limits.ends_blank;
        if is_lost || context != Context::Block || scalar.text.is_empty() {
            Style::DoubleQuoted
        } else {
            style
        }
    };
    match scalar.style {
        Style::DoubleQuoted => Style::DoubleQuoted,
        Style::SingleQuoted => single_or_double(),
        style @ (Style::Literal | Style::Folded) => block(style),
        Style::Plain | Style::Unquoted | Style::FlowEmpty => {
            let is_text = scalar.tag == Tag::Str && !has_tag && scalar.text != "<<";
            if is_text && plain::resolve(&scalar.text) != Tag::Str {
                Style::DoubleQuoted
            } else if limits.has_breaks {
                block(Style::Literal)
            } else if is_plain(&scalar.text, context) && !limits.has_specials && !limits.has_tabs {
                Style::Plain
            } else {
                single_or_double()
            }
        }
    }
}

/// Whether a parser takes the text, written without quotes, as it is.
fn is_plain(text: &str, context: Context) -> bool {
    if text.is_empty() {
        return context != Context::Flow;
    }
    let is_flow = context == Context::Flow;
    let bytes = text.as_bytes();
    let begins_well = match bytes {
        [b'-' | b'?' | b':'] | [b'-', b' ', ..] => false,
        [b'?' | b':', second, ..] => !is_flow && *second != b' ',
        [first, ..] if b"#,[]{}&*!|>'\"%@` ".contains(first) => false,
        _ => !text.starts_with("---") && !text.starts_with("..."),
    };
    let breaks_flow = |byte: &u8| b",?[]{}:".contains(byte);
    let breaks_block = text.ends_with([' ', ':']) || text.contains(": ") || text.contains(" #");
    begins_well && !breaks_block && !(is_flow && bytes.iter().any(breaks_flow))
}

fn write_single_quoted(out: &mut String, text: &str, indent: usize) {
    out.push('\'');
    let mut follows_break = false;
    for c in text.chars() {
        if c == '\n' {
            // Folding takes the first of several line breaks away.
            out.push_str(if follows_break { "\n" } else { "\n\n" });
            follows_break = true;
            continue;
        }
        if std::mem::take(&mut follows_break) {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push(c);
        if c == '\'' {
            out.push('\'');
        }
    }
    out.push('\'');
}

fn write_block(out: &mut String, text: &str, style: Style, indent: usize, comment: &str) {
    let is_folded = style == Style::Folded;
    out.push(if is_folded { '>' } else { '|' });
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    match text.strip_suffix('\n') {
        None => out.push('-'),
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    if !comment.is_empty() {
        out.push(' ');
        out.push_str(comment);
    }
    let mut after_text = false;
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if line.is_empty() {
            // Folding takes the first of several line breaks away, unless it ends a line that begins with a blank.
            if is_folded && after_text {
                out.push('\n');
            }
            after_text = false;
            continue;
        }
        if is_folded && after_text {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(line);
        after_text = !line.starts_with(' ');
    }
    if is_folded && after_text && text.ends_with('\n') {
        out.push('\n');
    }
}
