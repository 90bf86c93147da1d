//! What stays of an entry that is removed.
//!
//! Comments on lines of their own and blank lines stay, as a comment above the first of several entries is often about all
//! of them, unless they stand inside of an item that goes. A comment behind what goes, goes with it. Where nothing goes but
//! the form, as when a deprecated field moves, every comment stays, those behind entries on lines of their own.

use std::ops::Range;

use crate::yaml::outline::{Node, NodeKind, Pair};

use super::editor::Editor;
use super::lines;

impl Editor<'_> {
    /// The lines that stay of the entry that stands on these.
    pub(super) fn remaining(
        &self,
        pair: &Pair,
        range: Range<usize>,
        keeps_all: bool,
    ) -> Vec<String> {
        let column = lines::column(self.text, pair.key.start);
        let mut rest = Vec::new();
        for line in lines::of(self.text, range) {
            let is_taken = |taken: &Range<usize>| taken.contains(&line.start);
            let goes = !keeps_all && is_inside_of_item(&pair.value, line.start);
            if goes
                || self
                    .donors
                    .iter()
                    .any(|donor| donor.is_used && is_taken(&donor.range))
            {
                continue;
            }
            if self.text[line.clone()].trim().is_empty() && !is_in_text(&pair.value, line.start) {
                rest.push(String::new());
            }
            for comment in self.comments_in(line.clone()) {
                let is_own = lines::is_first_on_line(self.text, comment.start);
                let is_of_key = line.start <= pair.key.start;
                if is_own {
                    rest.push(self.text[line.clone()].to_owned());
                } else if keeps_all || is_of_key && pair.value.span.start > line.end {
                    let text = &self.text[comment.clone()];
                    rest.push(format!("{:column$}{text}", ""));
                }
            }
        }
        rest
    }
}

/// Whether a line begins inside of an item of a list, or of an entry of a map, below the line that it begins on.
fn is_inside_of_item(node: &Node, line: usize) -> bool {
    let is_inside = |span: Range<usize>| span.start < line && line < span.end;
    match &node.kind {
        NodeKind::Sequence(items) => items
            .iter()
            .any(|item| is_inside(item.dash..item.node.span.end)),
        NodeKind::Mapping(pairs) => pairs
            .iter()
            .any(|pair| is_inside(pair.key.start..pair.value.span.end)),
        NodeKind::Scalar(_) | NodeKind::Alias => false,
    }
}

/// Whether a place is in the text of a scalar.
fn is_in_text(node: &Node, at: usize) -> bool {
    if !node.span.contains(&at) {
        return false;
    }
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().any(|item| is_in_text(&item.node, at)),
        NodeKind::Mapping(pairs) => pairs.iter().any(|pair| is_in_text(&pair.value, at)),
        NodeKind::Scalar(_) => true,
        NodeKind::Alias => false,
    }
}
