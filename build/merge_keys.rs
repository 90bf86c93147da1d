//! Which lists a strategic merge patch merges by key, as code: the nodes and kinds of a `Schema`.
//!
//! The table says in its first lines how it is written.

use std::collections::BTreeMap;
use std::io::Result;

/// `(&[Node], &[Kind])`
pub(crate) fn code() -> Result<String> {
    let text = crate::table("src/transform/patch/merge_keys.txt")?;
    let mut table = Table::default();
    let mut kinds = BTreeMap::new();
    for (names, items) in lines(&text) {
        match names.split_once(' ') {
            None => table.define(names, items),
            Some((api_version, names)) => {
                let root = table.root(&items);
                kinds.extend(names.split(' ').map(|name| ((api_version, name), root)));
            }
        }
    }
    let mut code = "(&[".to_owned();
    for node in &table.nodes {
        code += &node.code();
    }
    code += "], &[";
    for ((api_version, name), root) in kinds {
        code += &format!(
            "Kind {{ api_version: Cow::Borrowed({api_version:?}), name: Cow::Borrowed({name:?}), root: {root} }},"
        );
    }
    code += "])";
    Ok(code)
}

/// The lines of the table: what stands before the colon, and the items after it.
fn lines(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut lines: Vec<(_, Vec<_>)> = Vec::new();
    for line in text.lines() {
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
struct Table<'t> {
    nodes: Vec<Node<'t>>,
    definitions: BTreeMap<&'t str, (usize, Vec<&'t str>)>,
}

#[derive(Default)]
struct Node<'t> {
    fields: BTreeMap<&'t str, usize>,
    element: Option<usize>,
    merge_keys: Option<Vec<&'t str>>,
}

impl<'t> Table<'t> {
    fn add(&mut self, node: Node<'t>) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn define(&mut self, name: &'t str, items: Vec<&'t str>) {
        let index = self.add(Node::default());
        self.fill(index, &items);
        self.definitions.insert(name, (index, items));
    }

    /// The place of a kind: that of a definition if the kind has nothing besides.
    fn root(&mut self, items: &[&'t str]) -> usize {
        let only = match items {
            [item] => item.strip_prefix('+'),
            _ => None,
        };
        if let Some((index, _)) = only.and_then(|name| self.definitions.get(name)) {
            return *index;
        }
        let root = self.add(Node::default());
        self.fill(root, items);
        root
    }

    fn fill(&mut self, parent: usize, items: &[&'t str]) {
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
                    let list = self.add(Node {
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
    fn put(&mut self, mut parent: usize, path: &'t str, node: usize) {
        let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
        for name in parents.split('.').filter(|name| !name.is_empty()) {
            let known = self.nodes[parent].fields.get(name).copied();
            let next = known.unwrap_or_else(|| self.add(Node::default()));
            self.nodes[parent].fields.insert(name, next);
            parent = next;
        }
        self.nodes[parent].fields.insert(last, node);
    }
}

fn merge_keys(text: &str) -> Option<Vec<&str>> {
    match text {
        "*" => None,
        "" => Some(Vec::new()),
        keys => Some(keys.split(',').collect()),
    }
}

impl Node<'_> {
    fn code(&self) -> String {
        let fields: String = self
            .fields
            .iter()
            .map(|(name, index)| format!("(Cow::Borrowed({name:?}), {index}),"))
            .collect();
        let merge_keys = self.merge_keys.as_ref().map_or("None".to_owned(), |keys| {
            let keys: String = keys
                .iter()
                .map(|key| format!("Cow::Borrowed({key:?}),"))
                .collect();
            format!("Some(Cow::Borrowed(const {{ &[{keys}] }}))")
        });
        format!(
            "Node {{ fields: Cow::Borrowed(const {{ &[{fields}] }}), other_fields: None, element: {:?}, \
             merge_keys: {merge_keys} }},\n",
            self.element
        )
    }
}
