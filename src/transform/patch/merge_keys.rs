//! What a schema says about merging: which lists have keys, by the type of the object and the path to the list.
//!
//! The built-in schema is the table `merge_keys.txt`, which `build/merge_keys.rs` makes code of; [`super::openapi`] reads others. Below what a schema describes, an
//! embedded object brings the schema of its own type (spec 12 R21).

use std::borrow::Cow;

use crate::model::Word;

/// A place in a schema that knows no more than its number.
pub(super) type NodeIndex = u32;

/// The merge keys of the lists of all known types.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    nodes: Cow<'static, [Node]>,
    /// Sorted.
    kinds: Cow<'static, [Kind]>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Sorted by name.
    pub(super) fields: Cow<'static, [(Word, NodeIndex)]>,
    /// What the fields are that have no node of their own.
    pub(super) other_fields: Option<NodeIndex>,
    pub(super) element: Option<NodeIndex>,
    pub(super) merge_keys: Option<Cow<'static, [Word]>>,
}

#[derive(Clone, Debug)]
struct Kind {
    api_version: Word,
    name: Word,
    root: NodeIndex,
}

/// What a schema says at one place of a document.
#[derive(Clone, Copy, Debug)]
pub struct SchemaNode<'a> {
    nodes: &'a [Node],
    index: NodeIndex,
}

impl<'a> SchemaNode<'a> {
    /// The place below a key of a map.
    pub fn field(self, key: &str) -> Option<Self> {
        let node = self.node();
        let index = match node.fields.binary_search_by(|(name, _)| (**name).cmp(key)) {
            Ok(position) => node.fields[position].1,
            Err(_) => node.other_fields?,
        };
        Some(Self { index, ..self })
    }

    /// The place of every element of a list.
    pub fn element(self) -> Option<Self> {
        let index = self.node().element?;
        Some(Self { index, ..self })
    }

    /// The keys by which a list is merged, none for a set of scalars; nothing for a list that is replaced.
    pub fn merge_keys(self) -> Option<&'a [Word]> {
        self.node().merge_keys.as_deref()
    }

    fn node(self) -> &'a Node {
        &self.nodes[self.index as usize]
    }
}

impl Schema {
    /// The schema compiled in: Kubernetes and kustomize's own kinds.
    pub fn built_in() -> &'static Self {
        static SCHEMA: Schema = {
            let (nodes, kinds): (&[Node], &[Kind]) =
                const { include!(concat!(env!("OUT_DIR"), "/merge_keys.rs")) };
            Schema {
                nodes: Cow::Borrowed(nodes),
                kinds: Cow::Borrowed(kinds),
            }
        };
        &SCHEMA
    }

    /// A schema that knows no types, for where nothing is merged.
    pub fn empty() -> &'static Self {
        static EMPTY: Schema = Schema {
            nodes: Cow::Borrowed(&[]),
            kinds: Cow::Borrowed(&[]),
        };
        &EMPTY
    }

    /// What is known whatever schema is configured: kustomize's own kinds (spec 16 R11).
    pub(super) fn of_kustomize() -> Self {
        let mut schema = Self::built_in().clone();
        let is_own = |kind: &Kind| kind.api_version.starts_with("kustomize.config.k8s.io/");
        schema.kinds.to_mut().retain(is_own);
        schema
    }

    /// The root of the documents of a type.
    pub fn of_kind(&self, api_version: &str, kind: &str) -> Option<SchemaNode<'_>> {
        let position = self.kind_position(api_version, kind).ok()?;
        Some(SchemaNode {
            nodes: &self.nodes,
            index: self.kinds[position].root,
        })
    }

    fn kind_position(&self, api_version: &str, kind: &str) -> Result<usize, usize> {
        self.kinds
            .binary_search_by(|known| (&*known.api_version, &*known.name).cmp(&(api_version, kind)))
    }

    /// Makes a place the root of a type's documents; the last one counts.
    pub(super) fn set_kind(&mut self, api_version: &str, kind: &str, root: NodeIndex) {
        match self.kind_position(api_version, kind) {
            Ok(position) => self.kinds.to_mut()[position].root = root,
            Err(position) => self.kinds.to_mut().insert(
                position,
                Kind {
                    api_version: api_version.to_owned().into(),
                    name: kind.to_owned().into(),
                    root,
                },
            ),
        }
    }

    pub(super) fn add_node(&mut self, node: Node) -> NodeIndex {
        let nodes = self.nodes.to_mut();
        nodes.push(node);
        NodeIndex::try_from(nodes.len() - 1)
            .expect("invariant: a schema file has fewer than four billion fields")
    }

    pub(super) fn set_node(&mut self, index: NodeIndex, node: Node) {
        self.nodes.to_mut()[index as usize] = node;
    }
}
