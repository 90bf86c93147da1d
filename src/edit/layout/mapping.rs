//! Maps in block style: entries change where they are, new ones find their place.

use std::ops::Range;

use crate::model::{Mapping, Scalar, Text, Typed, Value};
use crate::yaml::outline::{Node, NodeKind, Pair};

use super::donor::{MOVES, is_moved};
use super::editor::{Editor, Slot};
use super::{lines, render, same};

/// The order in which kustomize writes fields (spec 14 R50), which is where new ones go.
const ORDER: [&str; 34] = [
    "apiVersion",
    "kind",
    "metadata",
    "sortOptions",
    "resources",
    "bases",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "crds",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "configMapGenerator",
    "secretGenerator",
    "helmCharts",
    "helmChartInflationGenerator",
    "helmGlobals",
    "generatorOptions",
    "vars",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "components",
    "openapi",
    "buildMetadata",
];

/// The fields in kustomize's order.
pub(super) fn in_order(fields: &Mapping) -> Mapping {
    let mut entries: Vec<_> = fields.clone().into_iter().collect();
    entries.sort_by_key(|(key, _)| rank(&key.text));
    entries.into_iter().collect()
}

fn rank(name: &str) -> usize {
    let position = ORDER
        .iter()
        .position(|field| field.eq_ignore_ascii_case(name));
    position.unwrap_or(ORDER.len())
}

/// For each entry of the new map the old entry that it is.
struct Match<'t> {
    name: &'t Text,
    value: &'t Value,
    old: Option<usize>,
}

impl Editor<'_> {
    /// Makes the fields of a kustomization say what they should.
    pub(super) fn fields(&mut self, pairs: &[Pair], target: &Mapping) {
        self.collect_donors(pairs, target);
        let matches = matches(pairs, target);
        let in_place_of = |name: &str| {
            let froms = MOVES
                .iter()
                .filter(|(_, to)| *to == name)
                .map(|(from, _)| *from);
            let mut old = froms.filter_map(|from| {
                pairs
                    .iter()
                    .position(|pair| pair.name.eq_ignore_ascii_case(from))
            });
            old.find(|index| matches.iter().all(|it| it.old != Some(*index)))
        };
        let mut added: Vec<_> = matches.iter().filter(|it| it.old.is_none()).collect();
        added.sort_by_key(|it| rank(it.name));
        self.kept(pairs, &matches);
        for it in added {
            let new = self.entry_lines(it.name, it.value);
            match in_place_of(it.name) {
                Some(old) => self.insert_lines(lines::start(self.text, pairs[old].key.start), &new),
                None => self.insert_field(pairs, it.name, new),
            }
        }
        self.removed(pairs, &matches);
    }

    /// Makes the entries of a map below say what they should.
    pub(super) fn mapping(&mut self, node: &Node, pairs: &[Pair], target: &Mapping, slot: Slot) {
        let matches = matches(pairs, target);
        let first_is_kept = matches.iter().any(|it| it.old == Some(0));
        let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else {
            return self.replace(node, &target.clone().into(), slot);
        };
        let starts_line = lines::is_first_on_line(self.text, first.key.start);
        if matches.iter().all(|it| it.old.is_none()) || node.has_aliases() {
            return self.replace(node, &target.clone().into(), slot);
        }
        self.kept(pairs, &matches);
        let column = lines::column(self.text, first.key.start);
        for it in matches.iter().filter(|it| it.old.is_none()) {
            let new = self.entry_lines(it.name, it.value);
            let at = lines::next(self.text, last.value.span.end.max(last.key.end));
            self.insert_lines(at, &lines::indented(&new, column));
        }
        if starts_line || first_is_kept {
            self.removed(pairs, &matches);
        } else {
            self.removed_from_first_line(pairs, &matches);
        }
    }

    /// Makes the entries that stay say what they should.
    fn kept(&mut self, pairs: &[Pair], matches: &[Match<'_>]) {
        for it in matches {
            let Some(pair) = it.old.map(|old| &pairs[old]) else {
                continue;
            };
            if pair.name != *it.name {
                let key = render::scalar(&Scalar::string(it.name.clone()), render::Context::Block);
                self.change(pair.key.clone(), key);
            }
            let slot = Slot {
                lead: self.colon_of(pair),
                owner: pair.key.start,
                is_entry: true,
            };
            if pair.name == "env" && *it.name == "envs" {
                self.env_to_envs(pair, it.value, slot);
            } else if self.anew.contains(&pair.name) {
                self.replace(&pair.value, it.value, slot);
            } else {
                self.node(&pair.value, it.value, slot);
            }
        }
    }

    /// A path becomes the one item of a list (spec 14 R41).
    fn env_to_envs(&mut self, pair: &Pair, target: &Value, slot: Slot) {
        let is_on_one_line = lines::end(self.text, slot.lead) >= pair.value.span.end;
        let is_alone = target.as_sequence().is_some_and(|items| items.len() == 1);
        if !is_on_one_line || !is_alone || pair.value.span.is_empty() {
            return self.replace(&pair.value, target, slot);
        }
        let column = lines::column(self.text, slot.owner) + self.list_indent;
        self.change(
            slot.lead..pair.value.span.start,
            format!("\n{:column$}- ", ""),
        );
    }

    /// Behind the colon of an entry.
    fn colon_of(&self, pair: &Pair) -> usize {
        let rest = &self.text[pair.key.end..];
        pair.key.end + rest.find(':').map_or(0, |at| at + 1)
    }

    /// The lines of an entry that stands at the left edge.
    fn entry_lines(&mut self, name: &str, value: &Value) -> Vec<String> {
        let mut new = render::entry(name, value, self.list_indent);
        if matches!(value, Value::Sequence(items) if !items.is_empty()) {
            new.truncate(1);
            new.extend(lines::indented(&self.lines_of(value), self.list_indent));
        }
        new
    }

    fn removed(&mut self, pairs: &[Pair], matches: &[Match<'_>]) {
        for (index, pair) in pairs.iter().enumerate() {
            if matches.iter().any(|it| it.old == Some(index)) {
                continue;
            }
            let keeps_all = is_moved(&pair.name)
                || says_nothing(&pair.value.value)
                || pairs
                    .iter()
                    .filter(|other| other.name.eq_ignore_ascii_case(&pair.name))
                    .count()
                    > 1;
            let begin = lines::start(self.text, pair.key.start);
            let end = lines::next(self.text, pair.value.span.end.max(self.colon_of(pair)));
            let rest = self.remaining(pair, begin..end, keeps_all);
            self.change(begin..end, lines::joined(&rest));
        }
    }

    /// Removes entries of which the first shares its line with a dash: the next one that stays takes its place.
    fn removed_from_first_line(&mut self, pairs: &[Pair], matches: &[Match<'_>]) {
        let is_kept = |index: usize| matches.iter().any(|it| it.old == Some(index));
        let Some(next) = (0..pairs.len()).find(|index| is_kept(*index)) else {
            return;
        };
        let gap = pairs[0].key.start..pairs[next].key.start;
        let is_of_nothing = |comment: &Range<usize>| {
            let behind = pairs[..next]
                .iter()
                .rfind(|pair| pair.key.start < comment.start);
            behind.is_some_and(|pair| says_nothing(&pair.value.value))
        };
        let above: Vec<_> = self
            .comments_in(gap.clone())
            .iter()
            .filter(|comment| {
                lines::is_first_on_line(self.text, comment.start) || is_of_nothing(comment)
            })
            .cloned()
            .collect();
        self.change(gap, "");
        self.comments_above(pairs[0].key.start, &above);
        let rest: Vec<_> = matches
            .iter()
            .map(|it| Match {
                old: it.old.map(|old| old - next),
                ..*it
            })
            .collect();
        self.removed(&pairs[next..], &rest);
    }

    /// Puts a new field behind the one that comes before it in kustomize's order, else before all others.
    fn insert_field(&mut self, pairs: &[Pair], name: &str, mut new: Vec<String>) {
        let before = (0..pairs.len())
            .filter(|index| rank(&pairs[*index].name) < rank(name))
            .max_by_key(|index| (rank(&pairs[*index].name), *index));
        let Some(before) = before else {
            let first = lines::start(self.text, pairs[0].key.start);
            let at = self.above_attached_comments(first);
            if name == "kind" && self.has_blank_lines_between(pairs) {
                new.push(String::new());
            }
            self.insert_lines(at, &new);
            return;
        };
        let last = &pairs[before];
        let end = lines::next(self.text, last.value.span.end.max(self.colon_of(last)));
        let at = self.below_attached_comments(end);
        let is_parted = match pairs.get(before + 1) {
            Some(next) => self.is_below_blank_line(next),
            None => before > 0 && self.is_below_blank_line(last),
        };
        if is_parted {
            new.insert(0, String::new());
        }
        self.insert_lines(at, &new);
    }

    /// Whether the comment above an entry, or the entry, follows a blank line.
    fn is_below_blank_line(&self, pair: &Pair) -> bool {
        let above = &self.text[..lines::start(self.text, pair.key.start)];
        above
            .lines()
            .rev()
            .find(|line| !line.trim_start().starts_with('#'))
            .is_some_and(|line| line.trim().is_empty())
    }

    fn has_blank_lines_between(&self, pairs: &[Pair]) -> bool {
        pairs
            .iter()
            .skip(1)
            .any(|pair| self.is_below_blank_line(pair))
    }

    /// Where the comment begins that stands right above a line, unless it begins the text: then it is about the whole file.
    fn above_attached_comments(&self, line: usize) -> usize {
        let mut at = line;
        while at > 0 {
            let above = lines::start(self.text, at - 1);
            if !self.text[above..at].trim_start().starts_with('#') {
                return at;
            }
            at = above;
        }
        line
    }

    /// Where the lines end that a comment below a field makes its own: items that are commented out, and notes that a blank
    /// line parts from what follows.
    fn below_attached_comments(&self, end: usize) -> usize {
        let mut at = end;
        let mut inside = end;
        for line in lines::of(self.text, end..self.text.len()) {
            let text = &self.text[line.clone()];
            if text.trim().is_empty() {
                return at;
            }
            if !text.trim_start().starts_with('#') {
                return inside;
            }
            at = lines::next(self.text, line.end);
            let belongs =
                text.starts_with(' ') || text.starts_with("# -") || text.starts_with("#-");
            if belongs {
                inside = at;
            }
        }
        inside
    }
}

/// For each new entry the old one that it is: of the same name, else of one in other case, else one that it replaces.
fn matches<'t>(pairs: &[Pair], target: &'t Mapping) -> Vec<Match<'t>> {
    let mut is_free = vec![true; pairs.len()];
    let mut matches: Vec<_> = target
        .iter()
        .map(|(name, value)| {
            let old = pairs.iter().rposition(|pair| pair.name == *name);
            if let Some(old) = old {
                is_free[old] = false;
            }
            Match { name, value, old }
        })
        .collect();
    for it in matches.iter_mut().filter(|it| it.old.is_none()) {
        let is_old = |pair: &Pair| pair.name.eq_ignore_ascii_case(it.name);
        let found = (0..pairs.len())
            .filter(|index| {
                is_free[*index] && (is_old(&pairs[*index]) || is_renamed(&pairs[*index], it))
            })
            .max_by_key(|index| (is_old(&pairs[*index]), &pairs[*index].name));
        if let Some(found) = found {
            is_free[found] = false;
            it.old = Some(found);
        }
    }
    matches
}

/// Whether an old field that goes away becomes a new one as it is, under another name.
fn is_renamed(old: &Pair, new: &Match<'_>) -> bool {
    if old.name == "env" && new.name == "envs" {
        return true;
    }
    let is_move = MOVES
        .iter()
        .any(|(from, to)| old.name.eq_ignore_ascii_case(from) && *to == *new.name);
    let items = match (&old.value.kind, new.value) {
        (NodeKind::Sequence(items), Value::Sequence(values)) if is_move => {
            items.first().zip(values.first())
        }
        _ => None,
    };
    items.is_some_and(|(item, value)| same(&item.node.value, value))
}

/// Whether a field is left out for what it holds.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(map) => map.is_empty(),
        Value::Scalar(scalar) => match scalar.typed() {
            Ok(Typed::Null | Typed::Bool(false) | Typed::Int(0)) => true,
            Ok(Typed::Str(text)) => text.is_empty(),
            _ => false,
        },
    }
}
