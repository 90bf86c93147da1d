//! What a schema says about merging: which lists have keys, by the type of the object and the path to the list.
//!
//! The built-in schema is the table `merge_keys.txt`; [`super::openapi`] reads others. Below what a schema describes, an
//! embedded object brings the schema of its own type (spec 12 R21).

use std::sync::LazyLock;

use indexmap::IndexMap;

use crate::model::Text;

/// A place in a schema that knows no more than its number.
pub(super) type NodeIndex = u32;

/// The merge keys of the lists of all known types.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub(super) nodes: Vec<Node>,
    /// Sorted.
    kinds: Vec<Kind>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Sorted by name.
    pub(super) fields: Vec<(Text, NodeIndex)>,
    /// What the fields are that have no node of their own.
    pub(super) other_fields: Option<NodeIndex>,
    pub(super) element: Option<NodeIndex>,
    pub(super) merge_keys: Option<Vec<Text>>,
}

#[derive(Clone, Debug)]
struct Kind {
    api_version: Text,
    name: Text,
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
        let index = match node
            .fields
            .binary_search_by(|(name, _)| name.as_str().cmp(key))
        {
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
    pub fn merge_keys(self) -> Option<&'a [Text]> {
        self.node().merge_keys.as_deref()
    }

    fn node(self) -> &'a Node {
        &self.nodes[self.index as usize]
    }
}

impl Schema {
    /// The schema compiled in: Kubernetes and kustomize's own kinds.
    pub fn built_in() -> &'static Self {
        static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::from_table(|_| true));
        &SCHEMA
    }

    /// A schema that knows no types, for where nothing is merged.
    pub fn empty() -> &'static Self {
        static EMPTY: Schema = Schema {
            nodes: Vec::new(),
            kinds: Vec::new(),
        };
        &EMPTY
    }

    /// What is known whatever schema is configured: kustomize's own kinds (spec 16 R11).
    pub(super) fn of_kustomize() -> Self {
        Self::from_table(|api_version| api_version.starts_with("kustomize.config.k8s.io/"))
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
        self.kinds.binary_search_by(|known| {
            (known.api_version.as_str(), known.name.as_str()).cmp(&(api_version, kind))
        })
    }

    /// Makes a place the root of a type's documents; the last one counts.
    pub(super) fn set_kind(&mut self, api_version: &str, kind: &str, root: NodeIndex) {
        match self.kind_position(api_version, kind) {
            Ok(position) => self.kinds[position].root = root,
            Err(position) => self.kinds.insert(
                position,
                Kind {
                    api_version: api_version.into(),
                    name: kind.into(),
                    root,
                },
            ),
        }
    }

    pub(super) fn add_node(&mut self, node: Node) -> NodeIndex {
        self.nodes.push(node);
        NodeIndex::try_from(self.nodes.len() - 1)
            .expect("invariant: a schema file has fewer than four billion fields")
    }

    fn from_table(wanted: impl Fn(&str) -> bool) -> Self {
        let mut table = Table::default();
        for (names, items) in lines(include_str!("merge_keys.txt")) {
            match names.split_once(' ') {
                None => table.define(names, items),
                Some((api_version, kinds)) if wanted(api_version) => {
                    let root = table.root(&items);
                    for kind in kinds.split(' ') {
                        table.schema.set_kind(api_version, kind, root);
                    }
                }
                Some(_) => {}
            }
        }
        table.schema
    }
}

/// The lines of the table: what stands before the colon, and the items after it.
fn lines(text: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut lines: Vec<(_, Vec<_>)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match (line.split_once(':'), lines.last_mut()) {
            (Some((names, items)), _) => {
                lines.push((names, items.split_ascii_whitespace().collect()));
            }
            (None, Some((_, items))) => items.extend(line.split_ascii_whitespace()),
            (None, None) => {}
        }
    }
    lines
}

/// The table while it is read. A definition must stand above its uses.
#[derive(Default)]
struct Table {
    schema: Schema,
    definitions: IndexMap<&'static str, (NodeIndex, Vec<&'static str>)>,
}

impl Table {
    fn define(&mut self, name: &'static str, items: Vec<&'static str>) {
        let index = self.schema.add_node(Node::default());
        self.fill(index, &items);
        self.definitions.insert(name, (index, items));
    }

    /// The place of a kind: that of a definition if the kind has nothing besides.
    fn root(&mut self, items: &[&'static str]) -> NodeIndex {
        let only = match items {
            [item] => item.strip_prefix('+'),
            _ => None,
        };
        if let Some((index, _)) = only.and_then(|name| self.definitions.get(name)) {
            return *index;
        }
        let root = self.schema.add_node(Node::default());
        self.fill(root, items);
        root
    }

    fn fill(&mut self, parent: NodeIndex, items: &[&'static str]) {
        for item in items {
            if let Some(name) = item.strip_prefix('+') {
                let items = self.definitions[name].1.clone();
                self.fill(parent, &items);
                continue;
            }
            let (path, definition) = item.split_once('=').unwrap_or((item, ""));
            let definition = self.definitions.get(definition).map(|(index, _)| *index);
            match path.split_once('[') {
                None => {
                    if let Some(definition) = definition {
                        self.put(parent, path, definition);
                    }
                }
                Some((path, keys)) => {
                    let list = self.schema.add_node(Node {
                        element: definition,
                        merge_keys: merge_keys(keys.trim_end_matches(']')),
                        ..Node::default()
                    });
                    self.put(parent, path, list);
                }
            }
        }
    }

    /// Puts a node at the end of a path of fields.
    fn put(&mut self, mut parent: NodeIndex, path: &str, node: NodeIndex) {
        let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
        for name in parents.split('.').filter(|name| !name.is_empty()) {
            let known = SchemaNode {
                nodes: &self.schema.nodes,
                index: parent,
            }
            .field(name);
            parent = if let Some(node) = known {
                node.index
            } else {
                let made = self.schema.add_node(Node::default());
                self.schema.nodes[parent as usize].set_field(name, made);
                made
            };
        }
        self.schema.nodes[parent as usize].set_field(last, node);
    }
}

impl Node {
    pub(super) fn set_field(&mut self, name: &str, node: NodeIndex) {
        match self
            .fields
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
        {
            Ok(position) => self.fields[position].1 = node,
            Err(position) => self.fields.insert(position, (name.into(), node)),
        }
    }
}

fn merge_keys(text: &str) -> Option<Vec<Text>> {
    match text {
        "*" => None,
        "" => Some(Vec::new()),
        keys => Some(keys.split(',').map(Text::from).collect()),
    }
}
