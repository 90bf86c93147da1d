//! Application of JSON patches: the library that kustomize uses has its own ideas of RFC 6902 (spec 13).

use std::fmt;

use anyhow::{Result, anyhow, bail, ensure};
use json_patch::jsonptr::{Pointer, Token};
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchOperation, RemoveOperation, ReplaceOperation,
    TestOperation,
};

use super::json_form::{equals, from_json, has_long_numbers, round_numbers, to_json_form};
use crate::kustomization::{JsonPatch, Operation};
use crate::model::{
    Extent, MAX_COPIED, MAX_DEPTH, Mapping, SHALLOW, Sequence, Text, Value, on_deep_stack,
};

/// The values of a patch's operations as they are put into objects: made once, and shared by all objects that get them.
pub(super) struct Values {
    all: Vec<Value>,
    has_long_numbers: bool,
    /// Whether an operation looks at all annotations, or at what holds them.
    pub(super) sees_annotations: bool,
}

impl Values {
    pub(super) fn of(patch: &JsonPatch) -> Result<Self> {
        let make = || {
            let all: Vec<_> = patch.operations().iter().map(value_of).collect();
            let has_long_numbers = all.iter().any(has_long_numbers);
            Self {
                all,
                has_long_numbers,
                sees_annotations: patch.touches(&["metadata", "annotations"]),
            }
        };
        if patch.height() <= SHALLOW {
            Ok(make())
        } else {
            Ok(on_deep_stack(make)?)
        }
    }
}

fn value_of(operation: &Operation) -> Value {
    match &operation.action {
        Ok(
            PatchOperation::Add(AddOperation { value, .. })
            | PatchOperation::Replace(ReplaceOperation { value, .. }),
        ) => from_json(value),
        _ => Value::null(),
    }
}

/// Applies all operations in order; with at least one of them the whole object comes out as JSON leaves it (R5).
pub(super) fn apply(patch: &JsonPatch, values: &Values, target: &mut Value) -> Result<()> {
    if patch.operations().is_empty() {
        return Ok(());
    }
    let census = to_json_form(target)?;
    let mut application = Application {
        target,
        values,
        nodes: census.nodes,
        height: patch.height(),
    };
    if patch.height() <= SHALLOW {
        application.run(patch)?;
    } else {
        on_deep_stack(|| application.run(patch))??;
    }
    if target.as_mapping().is_none() {
        bail!("json: cannot unmarshal array into Go value of type map[string]interface {{}}");
    }
    if census.has_long_numbers || values.has_long_numbers {
        round_numbers(target)?;
    }
    Ok(())
}

/// The failure of an operation.
#[derive(Debug)]
pub(super) struct Refused {
    /// Its position.
    pub(super) operation: usize,
    /// What it is about.
    pub(super) pointer: String,
    /// What kustomize says.
    pub(super) message: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

/// A patch that is being applied.
struct Application<'v> {
    target: &'v mut Value,
    values: &'v Values,
    /// How many values there are in the target, not counting what was taken out of it.
    nodes: usize,
    /// How deep the values of the patch are at most.
    height: usize,
}

impl Application<'_> {
    fn run(&mut self, patch: &JsonPatch) -> Result<()> {
        for (position, operation) in patch.operations().iter().enumerate() {
            self.apply(operation, position).map_err(|error| Refused {
                operation: position,
                pointer: operation.path.to_string(),
                message: format!("{error:#}"),
            })?;
        }
        Ok(())
    }

    fn apply(&mut self, operation: &Operation, position: usize) -> Result<()> {
        let value = || self.values.all[position].clone();
        let (path, from) = (&operation.path, &operation.from);
        let action = operation.action.as_ref();
        match action.map_err(|problem| anyhow!("{problem}"))? {
            PatchOperation::Add(operation) => {
                check_depth(&operation.path, self.height)?;
                add(self.target, operation, value(), path)
            }
            PatchOperation::Remove(operation) => remove(self.target, operation, path),
            PatchOperation::Replace(operation) => {
                check_depth(&operation.path, self.height)?;
                replace(self.target, operation, value(), path)
            }
            PatchOperation::Move(operation) => relocate(self.target, operation, path, from),
            PatchOperation::Copy(operation) => {
                self.nodes += copy(self.target, operation, path, from, self.nodes)?;
                Ok(())
            }
            PatchOperation::Test(operation) => test(self.target, operation, path),
        }
    }
}

/// Refuses to put something of some height where it makes the document too deep.
fn check_depth(path: &Pointer, height: usize) -> Result<()> {
    ensure!(
        path.count() + height <= MAX_DEPTH,
        "the operation nests the object deeper than {MAX_DEPTH} levels"
    );
    Ok(())
}

fn add(target: &mut Value, operation: &AddOperation, value: Value, path: &str) -> Result<()> {
    let Some((container, key)) = Container::of(target, &operation.path) else {
        bail!("add operation does not apply: doc is missing path: {path:?}: missing value");
    };
    container
        .add(&key, value)
        .map_err(|problem| anyhow!("error in add for path: '{path}': {problem}"))
}

fn remove(target: &mut Value, operation: &RemoveOperation, path: &str) -> Result<()> {
    let Some((container, key)) = Container::of(target, &operation.path) else {
        bail!("remove operation does not apply: doc is missing path: {path:?}: missing value");
    };
    container
        .remove(&key)
        .map(drop)
        .map_err(|problem| anyhow!("error in remove for path: '{path}': {problem}"))
}

fn replace(
    target: &mut Value,
    operation: &ReplaceOperation,
    value: Value,
    path: &str,
) -> Result<()> {
    if path.is_empty() {
        return match value {
            Value::Scalar(_) => {
                bail!("replace operation value must be object or array: %!w(<nil>)")
            }
            value => {
                *target = value;
                Ok(())
            }
        };
    }
    let Some((container, key)) = Container::of(target, &operation.path) else {
        bail!("replace operation does not apply: doc is missing path: {path}: missing value");
    };
    container.replace(&key, value).map_err(|_| {
        anyhow!("replace operation does not apply: doc is missing key: {path}: missing value")
    })
}

fn relocate(target: &mut Value, operation: &MoveOperation, path: &str, from: &str) -> Result<()> {
    let Some((container, key)) = Container::of(target, &operation.from) else {
        bail!("move operation does not apply: doc is missing from path: {from}: missing value");
    };
    let value = container
        .remove(&key)
        .map_err(|problem| anyhow!("error in move for path: '{key}': {problem}"))?;
    if operation.path.count() > operation.from.count() {
        let height = Extent::of(&value, usize::MAX).map_or(MAX_DEPTH, |extent| extent.height);
        check_depth(&operation.path, height)?;
    }
    let Some((container, key)) = Container::of(target, &operation.path) else {
        bail!(
            "move operation does not apply: doc is missing destination path: {path}: missing value"
        );
    };
    container
        .add(&key, value)
        .map_err(|problem| anyhow!("error in move for path: '{path}': {problem}"))
}

/// Copies, and returns how many values were added to those that there are.
fn copy(
    target: &mut Value,
    operation: &CopyOperation,
    path: &str,
    from: &str,
    nodes: usize,
) -> Result<usize> {
    let Some((container, key)) = Container::of(target, &operation.from) else {
        bail!("copy operation does not apply: doc is missing from path: {from}: missing value");
    };
    let value = container
        .get(&key)
        .map_err(|problem| anyhow!("error in copy for from: '{from}': {problem}"))?
        .cloned()
        .unwrap_or_else(Value::null);
    let Some(extent) = Extent::of(&value, MAX_COPIED.saturating_sub(nodes)) else {
        bail!("copy operation makes an object of more than {MAX_COPIED} values: {path}");
    };
    check_depth(&operation.path, extent.height)?;
    let Some((container, key)) = Container::of(target, &operation.path) else {
        bail!(
            "copy operation does not apply: doc is missing destination path: {path}: missing value"
        );
    };
    container
        .add(&key, value)
        .map_err(|problem| anyhow!("error while adding value during copy: {problem}"))?;
    Ok(extent.nodes)
}

fn test(target: &mut Value, operation: &TestOperation, path: &str) -> Result<()> {
    let passes = if path.is_empty() {
        equals(Some(target), &operation.value)
    } else {
        let Some((container, key)) = Container::of(target, &operation.path) else {
            bail!("test operation does not apply: is missing path: {path}: missing value");
        };
        let value = container
            .get(&key)
            .map_err(|problem| anyhow!("error in test for path: '{path}': {problem}"))?;
        equals(value, &operation.value)
    };
    if !passes {
        bail!("testing value {path} failed: test failed");
    }
    Ok(())
}

/// What an operation changes something in.
enum Container<'v> {
    Map(&'v mut Mapping),
    List(&'v mut Sequence),
}

impl<'v> Container<'v> {
    /// The container that a pointer leads into, and the last key. The root is in no container.
    fn of(root: &'v mut Value, pointer: &Pointer) -> Option<(Self, Text)> {
        let (parents, last) = pointer.split_back()?;
        let key = |token: &Token<'_>| Text::from(token.decoded().as_ref());
        let mut value = root;
        for token in parents.tokens() {
            let key = key(&token);
            value = match value {
                Value::Mapping(map) => map.get_mut(&key)?,
                Value::Sequence(items) => {
                    let position = position(&key, items.len()).ok()?;
                    &mut items.make_mut()[position]
                }
                Value::Scalar(_) => return None,
            };
        }
        let container = match value {
            Value::Mapping(map) => Self::Map(map),
            Value::Sequence(items) => Self::List(items),
            Value::Scalar(_) => return None,
        };
        Some((container, key(&last)))
    }

    /// The value below a key; nothing if a map lacks it.
    fn get(&self, key: &str) -> Result<Option<&Value>, String> {
        match self {
            Self::Map(map) => Ok(map.get(key)),
            Self::List(items) => Ok(Some(&items[position(key, items.len())?])),
        }
    }

    fn add(self, key: &str, value: Value) -> Result<(), String> {
        match self {
            Self::Map(map) => drop(map.insert(key, value)),
            Self::List(items) if key == "-" => items.push(value),
            Self::List(items) => {
                let improper =
                    |problem| format!("value was not a proper array index: '{key}': {problem}");
                let index = parse_index(key).map_err(improper)?;
                let position = resolve_index(index, items.len() + 1)?;
                items.insert(position, value);
            }
        }
        Ok(())
    }

    fn replace(self, key: &str, value: Value) -> Result<(), String> {
        match self {
            Self::Map(map) => drop(map.insert(key, value)),
            Self::List(items) => {
                let position = position(key, items.len())?;
                items.make_mut()[position] = value;
            }
        }
        Ok(())
    }

    fn remove(self, key: &str) -> Result<Value, String> {
        match self {
            Self::Map(map) => map
                .remove(key)
                .ok_or_else(|| format!("Unable to remove nonexistent key: {key}: missing value")),
            Self::List(items) => Ok(items.remove(position(key, items.len())?)),
        }
    }
}

/// The position of an element that a list of some length has.
fn position(key: &str, length: usize) -> Result<usize, String> {
    resolve_index(parse_index(key)?, length)
}

/// A number as Go's `Atoi` reads it, with Go's words for what is none.
fn parse_index(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().map_err(|_| {
        let problem = if is_number {
            "value out of range"
        } else {
            "invalid syntax"
        };
        format!("strconv.Atoi: parsing {text:?}: {problem}")
    })
}

/// Where an index leads in a list; negative ones count from its end.
fn resolve_index(index: i64, length: usize) -> Result<usize, String> {
    let from_start = usize::try_from(index).ok();
    let from_end = || length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?);
    from_start
        .or_else(from_end)
        .filter(|position| *position < length)
        .ok_or_else(|| format!("Unable to access invalid index: {index}: invalid index referenced"))
}
