//! JSON patches: operations on an object, as RFC 6902 has them and as kustomize reads them (spec 13).
//!
//! An operation that makes no sense is no error while its turn has not come: an earlier one may fail first.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail, ensure};
use json_patch::jsonptr::{PointerBuf, Token};
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchOperation, RemoveOperation, ReplaceOperation,
    TestOperation,
};
use serde::Deserialize;
use serde_json::Value as Json;

use super::spelling;
use crate::model::{Extent, MAX_DEPTH, SHALLOW, Scalar, Tag, Text, Typed, Value, on_deep_stack};
use crate::yaml::json_number;

/// A list of operations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonPatch(Arc<Operations>);

#[derive(Debug, Default, PartialEq)]
struct Operations {
    all: Vec<Operation>,
    /// How deep the text is nested.
    height: usize,
}

impl Drop for Operations {
    fn drop(&mut self) {
        if self.height > SHALLOW {
            let all = std::mem::take(&mut self.all);
            // Without a deep stack these are better leaked than taken apart.
            let kept = ManuallyDrop::new(all);
            drop(on_deep_stack(move || drop(ManuallyDrop::into_inner(kept))));
        }
    }
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What to do, or why that can't be done.
    pub action: Result<PatchOperation, String>,
    /// The path as it was written.
    pub path: Text,
    /// The source of a copy or a move as it was written.
    pub from: Text,
}

impl JsonPatch {
    /// From the YAML of a patch, read with the words of YAML 1.1.
    pub fn from_value(value: &Value) -> Result<Self> {
        let operations = value
            .as_sequence()
            .context("a JSON patch is a list of operations")?;
        // What the reader let pass is no deeper than this.
        let height = Extent::of(value, usize::MAX).map_or(MAX_DEPTH, |extent| extent.height);
        with_room(height, || {
            let operations = operations.iter().map(to_json);
            let operations = operations.map(|operation| Operation::parse(operation?));
            Ok(Self::new(operations.collect::<Result<_>>()?, height))
        })
    }

    /// From a JSON text.
    pub fn from_json(text: &str) -> Result<Self> {
        let height = depth(text);
        ensure!(
            height <= MAX_DEPTH,
            "exceeded max depth of {MAX_DEPTH} in a JSON patch"
        );
        with_room(height, || {
            let mut reader = serde_json::Deserializer::from_str(text);
            reader.disable_recursion_limit();
            let operations = Vec::<Json>::deserialize(&mut reader)?;
            reader.end()?;
            let mut operations = operations
                .into_iter()
                .map(Operation::parse)
                .collect::<Result<Vec<_>>>()?;
            let misspelled = spelling::misspelled(text)?;
            // What another operation wrote, kustomize has in that spelling.
            let is_test = |position: &usize| operations[*position].is_test();
            if misspelled.iter().all(is_test) {
                for position in misspelled {
                    operations[position].never_pass();
                }
            }
            Ok(Self::new(operations, height))
        })
    }

    /// The operations in order.
    pub fn operations(&self) -> &[Operation] {
        &self.0.all
    }

    /// How deep values in it are nested at most.
    pub fn height(&self) -> usize {
        self.0.height
    }

    /// Whether an operation reads or writes the field at a path as a whole, or something that holds it.
    pub fn touches(&self, path: &[&str]) -> bool {
        let covers = |pointer: &PointerBuf| {
            let tokens: Vec<_> = pointer.tokens().collect();
            tokens.len() <= path.len()
                && tokens
                    .iter()
                    .zip(path)
                    .all(|(token, key)| token.decoded() == *key)
        };
        let touches = |action: &PatchOperation| match action {
            PatchOperation::Add(AddOperation { path, .. })
            | PatchOperation::Remove(RemoveOperation { path })
            | PatchOperation::Replace(ReplaceOperation { path, .. })
            | PatchOperation::Test(TestOperation { path, .. }) => covers(path),
            PatchOperation::Move(MoveOperation { from, path })
            | PatchOperation::Copy(CopyOperation { from, path }) => covers(from) || covers(path),
        };
        self.operations()
            .iter()
            .any(|operation| operation.action.as_ref().is_ok_and(touches))
    }

    fn new(all: Vec<Operation>, height: usize) -> Self {
        Self(Arc::new(Operations { all, height }))
    }
}

impl Operation {
    fn parse(operation: Json) -> Result<Self> {
        let mut fields = match operation {
            Json::Object(fields) => fields,
            Json::Null => serde_json::Map::new(),
            _ => bail!("an operation of a JSON patch is a map"),
        };
        let written = |key: &str| fields.get(key).and_then(Json::as_str).unwrap_or_default();
        let (path, from) = (Text::from(written("path")), Text::from(written("from")));
        let verb = fields.get("op").and_then(Json::as_str).map(Text::from);
        let action = match verb.as_deref() {
            Some(verb @ ("move" | "copy")) => {
                from_pointer(verb, fields.get("from")).and_then(|from| {
                    let path = path_pointer(verb, fields.get("path"))?;
                    Ok(match verb {
                        "move" => PatchOperation::Move(MoveOperation { from, path }),
                        _ => PatchOperation::Copy(CopyOperation { from, path }),
                    })
                })
            }
            Some(verb @ ("add" | "remove" | "replace" | "test")) => {
                path_pointer(verb, fields.get("path")).map(|path| {
                    let value = fields.remove("value").unwrap_or_default();
                    match verb {
                        "add" => PatchOperation::Add(AddOperation { path, value }),
                        "remove" => PatchOperation::Remove(RemoveOperation { path }),
                        "replace" => PatchOperation::Replace(ReplaceOperation { path, value }),
                        _ => PatchOperation::Test(TestOperation { path, value }),
                    }
                })
            }
            other => Err(format!("Unexpected kind: {}", other.unwrap_or("unknown"))),
        };
        Ok(Self { action, path, from })
    }

    fn is_test(&self) -> bool {
        matches!(self.action, Ok(PatchOperation::Test(_)))
    }

    /// Makes a test fail when its turn comes.
    fn never_pass(&mut self) {
        self.action = Err(format!("testing value {} failed: test failed", self.path));
    }
}

fn path_pointer(verb: &str, path: Option<&Json>) -> Result<PointerBuf, String> {
    let missing = match verb {
        "add" | "remove" | "copy" => "",
        _ => "operation missing path field: ",
    };
    match path {
        Some(Json::String(path)) => Ok(pointer(path)),
        _ => Err(format!(
            "{verb} operation failed to decode path: {missing}missing value"
        )),
    }
}

fn from_pointer(verb: &str, from: Option<&Json>) -> Result<PointerBuf, String> {
    let problem = match from {
        Some(Json::String(from)) => return Ok(pointer(from)),
        None | Some(Json::Null) => "operation, missing from field: missing value".to_owned(),
        Some(other) => format!(
            "json: cannot unmarshal {} into Go value of type string",
            type_name(other)
        ),
    };
    Err(format!("{verb} operation failed to decode from: {problem}"))
}

fn type_name(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// The pointer that a path stands for: what precedes its first slash does not count, and a tilde that escapes nothing is a
/// tilde (spec 13 R20). A path without a slash leads to the root, and only the empty one may do so; who applies it checks that.
fn pointer(path: &str) -> PointerBuf {
    let tokens = path.split('/').skip(1).map(|segment| {
        let mut key = String::with_capacity(segment.len());
        let mut rest = segment;
        while let Some((before, after)) = rest.split_once('~') {
            let (unescaped, length) = match after.as_bytes().first() {
                Some(b'1') => ('/', 1),
                Some(b'0') => ('~', 1),
                _ => ('~', 0),
            };
            key.push_str(before);
            key.push(unescaped);
            rest = &after[length..];
        }
        key.push_str(rest);
        Token::new(key)
    });
    PointerBuf::from_tokens(tokens)
}

/// Does something with values of some height where there is room for it.
fn with_room<T: Send>(height: usize, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    if height <= SHALLOW {
        work()
    } else {
        on_deep_stack(work)?
    }
}

/// How deep a JSON text nests.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = text.bytes();
    let mut in_string = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => drop(bytes.next()),
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// A YAML value as JSON; of duplicate keys the last one counts (spec 13 R3).
fn to_json(value: &Value) -> Result<Json> {
    match value {
        Value::Scalar(scalar) => scalar_to_json(scalar),
        Value::Sequence(items) => items
            .iter()
            .map(to_json)
            .collect::<Result<_>>()
            .map(Json::Array),
        Value::Mapping(map) => {
            let mut fields = serde_json::Map::new();
            for (key, value) in map.iter() {
                fields.insert(key.to_string(), to_json(value)?);
            }
            Ok(Json::Object(fields))
        }
    }
}

fn scalar_to_json(scalar: &Scalar) -> Result<Json> {
    if scalar.tag == Tag::Str {
        // A folded text is not folded once more, as it is on its way into the output.
        return Ok(Json::String(scalar.text.to_string()));
    }
    let typed = scalar.typed().map_err(|problem| anyhow!(problem))?;
    Ok(match typed {
        Typed::Null => Json::Null,
        Typed::Bool(value) => Json::Bool(value),
        Typed::Int(number) => {
            serde_json::Number::from_i128(number).map_or(Json::Null, Json::Number)
        }
        Typed::Float(number) => {
            let text = json_number(number).map_err(|problem| anyhow!(problem))?;
            Json::Number(serde_json::from_str(&text)?)
        }
        Typed::Str(text) => Json::String(text.into_owned()),
    })
}
