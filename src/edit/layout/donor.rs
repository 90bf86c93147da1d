//! Lines of a field that goes away and whose contents another field takes over, with their comments.

use std::ops::Range;

use crate::model::{Mapping, Style, Value};
use crate::yaml::outline::{Item, NodeKind, Pair};

use super::editor::Editor;
use super::{lines, same};

/// Where the contents of a field go that goes away.
pub(super) const MOVES: [(&str, &str); 7] = [
    ("bases", "resources"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("commonLabels", "labels"),
    ("helmChartInflationGenerator", "helmCharts"),
    ("vars", "replacements"),
];

/// Whether the contents of a field go elsewhere when the field goes away.
pub(super) fn is_moved(name: &str) -> bool {
    MOVES
        .iter()
        .any(|(from, _)| from.eq_ignore_ascii_case(name))
}

/// Lines that say a value.
pub(super) struct Donor {
    value: Value,
    /// At the left edge, with the dash of a list item.
    lines: Vec<String>,
    /// Where they were.
    pub(super) range: Range<usize>,
    pub(super) is_used: bool,
}

impl Editor<'_> {
    /// The lines that say a value, if a field that goes away has them to give.
    pub(super) fn take_donor(&mut self, value: &Value) -> Option<Vec<String>> {
        let donor = self
            .donors
            .iter()
            .position(|donor| !donor.is_used && same(&donor.value, value))?;
        let range = self.donors[donor].range.clone();
        for donor in self.donors.iter_mut().filter(|donor| donor.range == range) {
            donor.is_used = true;
        }
        Some(self.donors[donor].lines.clone())
    }

    /// Looks for the fields that go away.
    pub(super) fn collect_donors(&mut self, pairs: &[Pair], target: &Mapping) {
        for pair in pairs.iter().filter(|pair| !pair.value.is_flow) {
            let goes = is_moved(&pair.name) && !target.contains_key(&pair.name);
            if !goes || self.anew.contains(&pair.name) || pair.value.has_aliases() {
                continue;
            }
            match &pair.value.kind {
                NodeKind::Sequence(items) => self.donate_items(pair, items),
                NodeKind::Mapping(_) if pair.name.eq_ignore_ascii_case("commonLabels") => {
                    self.donate_labels(pair);
                }
                _ => {}
            }
        }
    }

    fn donate_items(&mut self, pair: &Pair, items: &[Item]) {
        let mut begin = lines::next(self.text, pair.key.end);
        for item in items {
            let end = lines::next(self.text, item.node.span.end.max(item.dash));
            let range = begin..end;
            begin = end;
            let head = range.start..lines::start(self.text, item.dash);
            let body = lines::start(self.text, item.dash)..end;
            if !lines::is_first_on_line(self.text, item.dash) {
                continue;
            }
            let column = lines::column(self.text, item.dash);
            let (Some(head), Some(body)) =
                (self.at_left_edge(head, 0), self.at_left_edge(body, column))
            else {
                continue;
            };
            let head = head
                .into_iter()
                .map(|line| line.trim_start().to_owned())
                .collect::<Vec<_>>();
            let are_patches = pair.name.eq_ignore_ascii_case("patchesStrategicMerge");
            let forms = if are_patches {
                patch_forms(item, &body)
            } else {
                vec![(item.node.value.clone(), body)]
            };
            for (value, body) in forms {
                let lines = head.iter().cloned().chain(body).collect();
                self.donors.push(Donor {
                    value,
                    lines,
                    range: range.clone(),
                    is_used: false,
                });
            }
        }
    }

    /// `commonLabels` as an item of `labels`.
    fn donate_labels(&mut self, pair: &Pair) {
        let begin = lines::start(self.text, pair.key.start);
        let first = lines::next(self.text, pair.key.end);
        let end = lines::next(self.text, pair.value.span.end);
        let column = lines::column(self.text, pair.value.span.start);
        let is_below = lines::is_first_on_line(self.text, pair.value.span.start);
        let Some(below) = self.at_left_edge(first..end, column).filter(|_| is_below) else {
            return;
        };
        let comments = self.comments_in(begin..first).iter();
        let mut comment = String::new();
        for found in comments {
            comment.push(' ');
            comment.push_str(&self.text[found.clone()]);
        }
        let mut lines = vec![
            "- includeSelectors: true".to_owned(),
            format!("  pairs:{comment}"),
        ];
        lines.extend(lines::indented(&below, 4));
        let value: Mapping = [
            ("includeSelectors", Value::from(true)),
            ("pairs", pair.value.value.clone()),
        ]
        .into_iter()
        .collect();
        self.donors.push(Donor {
            value: value.into(),
            lines,
            range: begin..end,
            is_used: false,
        });
    }

    /// Whole lines moved to the left, if all of them reach so far to the right; comments need not.
    fn at_left_edge(&self, range: Range<usize>, by: usize) -> Option<Vec<String>> {
        let moved = |line: Range<usize>| {
            let text = self.text[line].trim_end();
            let indentation = text.len() - text.trim_start().len();
            match text.get(by..) {
                Some(rest) if indentation >= by => Some(rest.to_owned()),
                _ if text.is_empty() => Some(String::new()),
                _ if text.trim_start().starts_with('#') => Some(text.trim_start().to_owned()),
                _ => None,
            }
        };
        lines::of(self.text, range).map(moved).collect()
    }
}

/// A patch that was named, or written out, as an item of `patches`.
fn patch_forms(item: &Item, body: &[String]) -> Vec<(Value, Vec<String>)> {
    let text = match (
        &item.node.kind,
        body.first().and_then(|line| line.strip_prefix('-')),
    ) {
        (NodeKind::Scalar(Style::Literal | Style::Folded), Some(rest))
            if !rest.trim().is_empty() =>
        {
            // An explicit indentation counts from the item, which is set in further then.
            let header = rest.split('#').next().unwrap_or_default();
            if header.contains(|c: char| c.is_ascii_digit()) {
                return Vec::new();
            }
            rest
        }
        (NodeKind::Scalar(_), Some(rest)) if body.len() == 1 => rest,
        _ => return Vec::new(),
    };
    let form = |key: &str| {
        let mut lines = vec![format!("- {key}: {}", text.trim_start())];
        lines.extend(lines::indented(&body[1..], 2));
        let value: Mapping = [(key, item.node.value.clone())].into_iter().collect();
        (value.into(), lines)
    };
    vec![form("path"), form("patch")]
}
