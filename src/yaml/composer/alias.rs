//! Anchors and the copies that aliases stand for.

use hashbrown::HashMap;

use super::{Composer, Node, is_empty, too_deep};
use crate::model::{Style, Value};
use crate::yaml::Dialect;
use crate::yaml::error::Problem;
use crate::yaml::scanner::MAX_DEPTH;

/// How many nodes aliases may add to a resource file. kustomize has no limit and runs out of memory.
const MAX_COPIED_NODES: u64 = 10_000_000;

/// An anchored node; nothing while it is being read.
struct Anchor {
    nodes_before: u64,
    empties_before: u64,
    target: Option<Target>,
}

#[derive(Clone)]
struct Target {
    value: Value,
    height: usize,
    nodes: u64,
    /// Whether there are nulls in it that would change if they came to stand in a flow collection.
    has_block_empties: bool,
}

/// The anchors of a document and the counts that keep their copies within bounds.
#[derive(Default)]
pub(super) struct Anchors<'a> {
    by_name: HashMap<&'a str, usize, foldhash::fast::RandomState>,
    all: Vec<Anchor>,
    /// The nodes read so far, those that aliases copied included.
    pub(super) nodes: u64,
    copied_nodes: u64,
    block_empties: u64,
}

impl<'a> Anchors<'a> {
    /// Notes that a node with this name begins; the name means this node from now on.
    pub(super) fn open(&mut self, name: &'a str) -> usize {
        self.by_name.insert(name, self.all.len());
        self.all.push(Anchor {
            nodes_before: self.nodes - 1,
            empties_before: self.block_empties,
            target: None,
        });
        self.all.len() - 1
    }

    /// Notes that the node is complete.
    pub(super) fn close(&mut self, anchor: usize, node: &Node) {
        let anchor = &mut self.all[anchor];
        anchor.target = Some(Target {
            value: node.value.clone(),
            height: node.height,
            nodes: self.nodes - anchor.nodes_before,
            has_block_empties: self.block_empties > anchor.empties_before,
        });
    }

    /// Notes a null written as nothing in a block collection.
    pub(super) fn count_block_empty(&mut self) {
        self.block_empties += 1;
    }

    fn resolve(&self, name: &str, offset: usize) -> Result<Target, Problem> {
        let Some(anchor) = self.by_name.get(name) else {
            let message = format!("unknown anchor '{name}' referenced");
            return Err(Problem::without_line(message, offset));
        };
        self.all[*anchor].target.clone().ok_or_else(|| {
            let message = format!("anchor '{name}' value contains itself");
            Problem::without_line(message, offset)
        })
    }

    fn count_copy(&mut self, nodes: u64, dialect: Dialect) -> bool {
        self.nodes += nodes;
        self.copied_nodes += nodes;
        match dialect {
            Dialect::Resource => self.copied_nodes <= MAX_COPIED_NODES,
            Dialect::Configuration => !self.is_excessive(),
        }
    }

    /// go-yaml's measure: the share of copied nodes may be 99 % in small documents and 10 % in large ones (spec 10 R75).
    #[expect(clippy::cast_precision_loss, reason = "go-yaml computes in floats")]
    fn is_excessive(&self) -> bool {
        const SMALL: f64 = 400_000.0;
        const LARGE: f64 = 4_000_000.0;
        let nodes = self.nodes as f64;
        let allowed = if nodes <= SMALL {
            0.99
        } else if nodes >= LARGE {
            0.10
        } else {
            0.99 - 0.89 * (nodes - SMALL) / (LARGE - SMALL)
        };
        self.copied_nodes > 100 && self.nodes > 1000 && self.copied_nodes as f64 / nodes > allowed
    }
}

impl<'a> Composer<'a> {
    pub(super) fn take_alias(&mut self, name: &'a str, offset: usize) -> Result<(), Problem> {
        let target = self.anchors.resolve(name, offset)?;
        if !self.anchors.count_copy(target.nodes, self.dialect) {
            let message = "document contains excessive aliasing";
            return Err(Problem::without_line(message, offset));
        }
        if self.frames.len() + target.height > MAX_DEPTH {
            return Err(too_deep(offset));
        }
        let in_flow = self.is_in_flow();
        let mut value = target.value;
        if self.dialect == Dialect::Resource {
            self.place(&mut value, in_flow, target.has_block_empties);
        }
        let node = Node {
            value,
            is_alias: true,
            height: target.height,
            offset,
            unmergeable: None,
        };
        self.finish(node, None, false);
        Ok(())
    }

    /// Adapts a copy to the place it is put in: what makes nothing a null or an empty string is not the anchor's place but
    /// the copy's (spec 10 R51).
    pub(super) fn place(&mut self, value: &mut Value, in_flow: bool, has_block_empties: bool) {
        if in_flow {
            if has_block_empties {
                make_flow(value);
            }
            return;
        }
        if let Value::Scalar(scalar) = value
            && scalar.is_empty_null()
        {
            scalar.style = Style::Plain;
        }
        if has_block_empties || is_empty(value).is_some() {
            self.anchors.count_block_empty();
        }
    }
}

/// Makes the nulls written as nothing what they are in a flow collection.
pub(super) fn make_flow(value: &mut Value) {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Scalar(scalar) if scalar.is_empty_null() => scalar.style = Style::FlowEmpty,
            Value::Scalar(_) => {}
            Value::Sequence(items) => pending.extend(items.make_mut()),
            Value::Mapping(map) => pending.extend(map.values_mut()),
        }
    }
}
