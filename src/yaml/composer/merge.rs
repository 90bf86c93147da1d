//! Merge keys: `<<: *defaults` (spec 10 R44, R45).

use ecow::EcoVec;
use hashbrown::HashSet;

use super::alias::make_flow;
use super::{Composer, MappingFrame, Node};
use crate::model::{Entry, Key, Style, Text, Value};
use crate::yaml::Dialect;
use crate::yaml::error::Problem;

const NOT_A_MAP: &str = "map merge requires map or sequence of maps as the value";

/// Why a list that holds this item cannot be merged.
pub(super) fn reason_against_item(node: &Node) -> Option<&'static str> {
    match &node.value {
        Value::Mapping(_) => None,
        _ if node.is_alias => Some("invalid map merge: received alias for a non-map value"),
        Value::Sequence(_) => Some("invalid map merge: received a nested sequence"),
        Value::Scalar(_) => Some(NOT_A_MAP),
    }
}

impl Composer<'_> {
    /// Takes the value of a merge key.
    pub(super) fn take_merge(&mut self, node: Node) {
        let offset = node.offset;
        let reason = match &node.value {
            Value::Mapping(_) => None,
            Value::Sequence(_) if !node.is_alias => node.unmergeable,
            _ => reason_against_item(&node),
        };
        let problem = match (reason, self.dialect) {
            (Some(_), Dialect::Configuration) => Some(Problem::without_line(NOT_A_MAP, offset)),
            (Some(reason), Dialect::Resource) => Some(Problem::in_these_words(reason, offset)),
            (None, Dialect::Configuration) => {
                self.merge_in_place(node.value);
                None
            }
            (None, Dialect::Resource) => self.keep_merge(node),
        };
        if let Some(problem) = problem {
            self.late_problem.get_or_insert(problem);
        }
    }

    /// Keeps what is to be merged until the map is complete.
    fn keep_merge(&mut self, node: Node) -> Option<Problem> {
        let place = self.entries.len();
        let mapping = self.mapping()?;
        if mapping.merge.is_some() {
            return Some(Problem::in_these_words("duplicate merge key", node.offset));
        }
        let sources = match node.value {
            Value::Sequence(items) => items.into_iter().collect(),
            value => vec![value],
        };
        mapping.merge = Some((place, sources));
        self.entries.push(Entry {
            key: Key::from("<<"),
            value: Value::null(),
        });
        None
    }

    /// Puts the merged entries where the merge key stands: go-yaml v2 lets them override what was written before it.
    fn merge_in_place(&mut self, source: Value) {
        match source {
            Value::Mapping(map) => self.entries.extend_from_slice(map.entries()),
            // Of a list, earlier maps win over later ones.
            Value::Sequence(items) => items
                .into_iter()
                .rev()
                .for_each(|item| self.merge_in_place(item)),
            Value::Scalar(_) => {}
        }
    }

    /// Adds what is merged and not there yet.
    pub(super) fn merge(
        &mut self,
        entries: &mut EcoVec<Entry>,
        mapping: MappingFrame,
        in_flow: bool,
    ) {
        let mut merge_key = mapping
            .merge
            .as_ref()
            .map(|(place, _)| place - mapping.first);
        // kustomize deletes the first key of this text, be it a merge key or a quoted one.
        if let Some(first) = entries.iter().position(|entry| entry.key.text == "<<") {
            entries.remove(first);
            merge_key = merge_key
                .filter(|place| *place != first)
                .map(|place| place - 1);
        }
        if let Some(place) = merge_key {
            entries.remove(place);
        }
        let Some((_, sources)) = mapping.merge else {
            return;
        };
        let mut known: HashSet<Text, foldhash::fast::RandomState> =
            entries.iter().map(|entry| entry.key.text.clone()).collect();
        for source in sources {
            let Value::Mapping(map) = source else {
                continue;
            };
            for entry in map.entries() {
                if known.insert(entry.key.text.clone()) {
                    let mut entry = entry.clone();
                    self.place_merged(&mut entry.value, in_flow);
                    entries.push(entry);
                }
            }
        }
    }

    fn place_merged(&mut self, value: &mut Value, in_flow: bool) {
        if in_flow {
            make_flow(value);
        } else if let Value::Scalar(scalar) = value
            && scalar.is_empty_null()
        {
            scalar.style = Style::Plain;
            self.anchors.count_block_empty();
        }
    }
}
