//! A custom schema: the merge keys in an `OpenAPI` document (spec 16 R10–R17).

use std::borrow::Cow;

use indexmap::IndexMap;

use super::merge_keys::{Node, NodeIndex, Schema};
use crate::model::{Text, Value, Word};

/// Inline schemas below this depth are ignored: no schema has them, and nobody may overflow the stack with them.
const MAX_DEPTH: usize = 200;

impl Schema {
    /// The schema of an `OpenAPI` document, in place of the built-in one.
    pub fn from_openapi(document: &Value) -> Self {
        let mut schema = Self::of_kustomize();
        schema.add_openapi(document);
        schema
    }

    /// Adds the types of an `OpenAPI` document to those known already.
    pub fn add_openapi(&mut self, document: &Value) {
        let Some(definitions) = document.get("definitions").and_then(Value::as_mapping) else {
            return;
        };
        let indexes = definitions
            .iter()
            .map(|(name, definition)| (name, (self.add_node(Node::default()), definition)))
            .collect();
        let mut reader = Reader {
            schema: self,
            definitions: indexes,
        };
        for position in 0..reader.definitions.len() {
            let (index, definition) = reader.definitions[position];
            let node = reader.node(definition, 0);
            reader.schema.set_node(index, node);
            for (api_version, kind) in kinds(definition) {
                reader.schema.set_kind(&api_version, &kind, index);
            }
        }
    }
}

struct Reader<'a> {
    schema: &'a mut Schema,
    definitions: IndexMap<&'a Text, (NodeIndex, &'a Value)>,
}

impl Reader<'_> {
    fn node(&mut self, schema: &Value, depth: usize) -> Node {
        let mut node = Node {
            merge_keys: merge_keys(schema),
            ..Node::default()
        };
        if depth > MAX_DEPTH {
            return node;
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_mapping) {
            let mut fields = Vec::new();
            for (name, property) in properties.iter() {
                if let Some(index) = self.place(property, depth + 1) {
                    fields.push((name.to_string().into(), index));
                }
            }
            fields.sort_by(|a: &(Word, _), b| a.0.cmp(&b.0));
            fields.dedup_by(|next, first| next.0 == first.0);
            node.fields = fields.into();
        }
        let below = |key: &str| schema.get(key).filter(|value| value.as_mapping().is_some());
        node.other_fields =
            below("additionalProperties").and_then(|other| self.place(other, depth + 1));
        let is_list = schema.get("type").and_then(Value::text).map(Text::as_str) == Some("array");
        node.element = below("items")
            .filter(|_| is_list)
            .and_then(|items| self.place(items, depth + 1));
        node
    }

    /// The place that an inline schema or a reference describes: what stands beside a reference is lost (spec 16 R16).
    fn place(&mut self, schema: &Value, depth: usize) -> Option<NodeIndex> {
        let mut schema = schema;
        let mut index = None;
        // A chain of references that is longer than the document goes in circles.
        for _ in 0..=self.definitions.len() {
            let Some(reference) = schema.get("$ref").and_then(Value::text) else {
                return Some(index.unwrap_or_else(|| {
                    let node = self.node(schema, depth);
                    self.schema.add_node(node)
                }));
            };
            let name = reference.strip_prefix("#/definitions/")?;
            let (target, definition) = *self.definitions.get(&Text::from(name))?;
            (index, schema) = (Some(target), definition);
        }
        None
    }
}

/// How lists of this schema merge (spec 12 R27, R29, 16 R15).
fn merge_keys(schema: &Value) -> Option<Cow<'static, [Word]>> {
    let strategy = schema.get("x-kubernetes-patch-strategy")?.text()?;
    if !strategy.split(',').any(|word| word == "merge") {
        return None;
    }
    let list_map_keys = schema.get("x-kubernetes-list-map-keys");
    if let Some(keys) = list_map_keys.and_then(Value::as_sequence) {
        return Some(words(keys.iter().filter_map(Value::text)));
    }
    let key = schema
        .get("x-kubernetes-patch-merge-key")
        .and_then(Value::text);
    Some(words(key.into_iter()))
}

fn words<'a>(texts: impl Iterator<Item = &'a Text>) -> Cow<'static, [Word]> {
    texts.map(|text| text.to_string().into()).collect()
}

/// The types that a definition is the schema of, as `apiVersion` and kind.
fn kinds(definition: &Value) -> Vec<(Text, Text)> {
    let kinds = definition
        .get("x-kubernetes-group-version-kind")
        .and_then(Value::as_sequence);
    kinds
        .into_iter()
        .flatten()
        .filter_map(|kind| {
            let part = |key| kind.get(key).and_then(Value::text).map(Text::as_str);
            let version = part("version")?;
            let api_version = match part("group") {
                None | Some("") => version.into(),
                Some(group) => ecow::eco_format!("{group}/{version}"),
            };
            Some((api_version, part("kind")?.into()))
        })
        .collect()
}
