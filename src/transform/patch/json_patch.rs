//! Application of JSON patches: the library that kustomize uses has its own ideas of RFC 6902 (spec 13).

use std::fmt;

use anyhow::{Result, anyhow, bail, ensure};
use json_patch::jsonptr::{Pointer, Token};
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchOperation, RemoveOperation, ReplaceOperation,
    TestOperation,
};
use serde_json::Value as Json;

use super::json_form::{equals, from_json, has_long_numbers, round_numbers, to_json_form};
use crate::kustomization::{JsonPatch, Operation};
use crate::model::{
    Extent, MAX_COPIED, MAX_DEPTH, Mapping, SHALLOW, Sequence, Text, Value, on_deep_stack,
};

/// A patch ready for use: made once, and shared by all objects that it is for.
pub(super) struct Prepared<'p> {
    steps: Vec<Step<'p>>,
    /// How deep its values are at most.
    height: usize,
    has_long_numbers: bool,
    /// Whether an operation looks at all annotations, or at what holds them.
    pub(super) sees_annotations: bool,
}

/// An operation, with the value that it puts into objects and the keys on its ways. There are none to the whole object.
struct Step<'p> {
    operation: &'p Operation,
    value: Value,
    path: Option<Keys>,
    from: Option<Keys>,
}

impl<'p> Prepared<'p> {
    pub(super) fn of(patch: &'p JsonPatch) -> Result<Self> {
        let make = || {
            let steps: Vec<_> = patch.operations().iter().map(Step::of).collect();
            Self {
                height: patch.height(),
                has_long_numbers: steps.iter().any(|step| has_long_numbers(&step.value)),
                sees_annotations: patch.touches(&["metadata", "annotations"]),
                steps,
            }
        };
        if patch.height() <= SHALLOW {
            Ok(make())
        } else {
            Ok(on_deep_stack(make)?)
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl<'p> Step<'p> {
    fn of(operation: &'p Operation) -> Self {
        let (path, from, value) = match &operation.action {
            Ok(
                PatchOperation::Add(AddOperation { path, value })
                | PatchOperation::Replace(ReplaceOperation { path, value }),
            ) => (Keys::of(path), None, from_json(value)),
            Ok(
                PatchOperation::Remove(RemoveOperation { path })
                | PatchOperation::Test(TestOperation { path, .. }),
            ) => (Keys::of(path), None, Value::null()),
            Ok(
                PatchOperation::Move(MoveOperation { from, path })
                | PatchOperation::Copy(CopyOperation { from, path }),
            ) => (Keys::of(path), Keys::of(from), Value::null()),
            Err(_) => (None, None, Value::null()),
        };
        Self {
            operation,
            value,
            path,
            from,
        }
    }

    /// How many keys the path has.
    fn depth(&self) -> usize {
        self.path.as_ref().map_or(0, Keys::count)
    }
}

/// The keys of a pointer to something inside of a document.
struct Keys {
    parents: Vec<Text>,
    last: Text,
}

impl Keys {
    fn of(pointer: &Pointer) -> Option<Self> {
        let (parents, last) = pointer.split_back()?;
        let key = |token: Token<'_>| Text::from(token.decoded().as_ref());
        Some(Self {
            parents: parents.tokens().map(key).collect(),
            last: key(last),
        })
    }

    fn count(&self) -> usize {
        self.parents.len() + 1
    }
}

/// Applies all operations in order; with at least one of them the whole object comes out as JSON leaves it (R5).
pub(super) fn apply(patch: &Prepared<'_>, target: &mut Value) -> Result<()> {
    if patch.steps.is_empty() {
        return Ok(());
    }
    let census = to_json_form(target)?;
    let mut application = Application {
        target,
        nodes: census.nodes,
        height: patch.height,
    };
    if patch.height <= SHALLOW {
        application.run(patch)?;
    } else {
        on_deep_stack(|| application.run(patch))??;
    }
    if target.as_mapping().is_none() {
        bail!("json: cannot unmarshal array into Go value of type map[string]interface {{}}");
    }
    if census.has_long_numbers || patch.has_long_numbers {
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
    /// How many values there are in the target, not counting what was taken out of it.
    nodes: usize,
    /// How deep the values of the patch are at most.
    height: usize,
}

impl Application<'_> {
    fn run(&mut self, patch: &Prepared<'_>) -> Result<()> {
        for (position, step) in patch.steps.iter().enumerate() {
            self.apply(step).map_err(|error| Refused {
                operation: position,
                pointer: step.operation.path.to_string(),
                message: format!("{error:#}"),
            })?;
        }
        Ok(())
    }

    fn apply(&mut self, step: &Step<'_>) -> Result<()> {
        let action = step.operation.action.as_ref();
        match action.map_err(|problem| anyhow!("{problem}"))? {
            PatchOperation::Add(_) => {
                check_depth(step.depth(), self.height)?;
                add(self.target, step)
            }
            PatchOperation::Remove(_) => remove(self.target, step),
            PatchOperation::Replace(_) => {
                check_depth(step.depth(), self.height)?;
                replace(self.target, step)
            }
            PatchOperation::Move(_) => relocate(self.target, step),
            PatchOperation::Copy(_) => {
                self.nodes += copy(self.target, step, self.nodes)?;
                Ok(())
            }
            PatchOperation::Test(operation) => test(self.target, step, &operation.value),
        }
    }
}

/// Refuses to put something of some height where it makes the document too deep.
fn check_depth(depth: usize, height: usize) -> Result<()> {
    ensure!(
        depth + height <= MAX_DEPTH,
        "the operation nests the object deeper than {MAX_DEPTH} levels"
    );
    Ok(())
}

fn add(target: &mut Value, step: &Step<'_>) -> Result<()> {
    let path = &step.operation.path;
    let Some((container, key)) = Container::of(target, step.path.as_ref()) else {
        bail!("add operation does not apply: doc is missing path: {path:?}: missing value");
    };
    container
        .add(key, step.value.clone())
        .map_err(|problem| anyhow!("error in add for path: '{path}': {problem}"))
}

fn remove(target: &mut Value, step: &Step<'_>) -> Result<()> {
    let path = &step.operation.path;
    let Some((container, key)) = Container::of(target, step.path.as_ref()) else {
        bail!("remove operation does not apply: doc is missing path: {path:?}: missing value");
    };
    container
        .remove(key)
        .map(drop)
        .map_err(|problem| anyhow!("error in remove for path: '{path}': {problem}"))
}

fn replace(target: &mut Value, step: &Step<'_>) -> Result<()> {
    let path = &step.operation.path;
    if path.is_empty() {
        if matches!(step.value, Value::Scalar(_)) {
            bail!("replace operation value must be object or array: %!w(<nil>)");
        }
        *target = step.value.clone();
        return Ok(());
    }
    let Some((container, key)) = Container::of(target, step.path.as_ref()) else {
        bail!("replace operation does not apply: doc is missing path: {path}: missing value");
    };
    container.replace(key, step.value.clone()).map_err(|_| {
        anyhow!("replace operation does not apply: doc is missing key: {path}: missing value")
    })
}

fn relocate(target: &mut Value, step: &Step<'_>) -> Result<()> {
    let Operation { path, from, .. } = step.operation;
    let Some((container, key)) = Container::of(target, step.from.as_ref()) else {
        bail!("move operation does not apply: doc is missing from path: {from}: missing value");
    };
    let value = container
        .remove(key)
        .map_err(|problem| anyhow!("error in move for path: '{key}': {problem}"))?;
    if step.depth() > step.from.as_ref().map_or(0, Keys::count) {
        let height = Extent::of(&value, usize::MAX).map_or(MAX_DEPTH, |extent| extent.height);
        check_depth(step.depth(), height)?;
    }
    let Some((container, key)) = Container::of(target, step.path.as_ref()) else {
        bail!(
            "move operation does not apply: doc is missing destination path: {path}: missing value"
        );
    };
    container
        .add(key, value)
        .map_err(|problem| anyhow!("error in move for path: '{path}': {problem}"))
}

/// Copies, and returns how many values were added to those that there are.
fn copy(target: &mut Value, step: &Step<'_>, nodes: usize) -> Result<usize> {
    let Operation { path, from, .. } = step.operation;
    let Some((container, key)) = Container::of(target, step.from.as_ref()) else {
        bail!("copy operation does not apply: doc is missing from path: {from}: missing value");
    };
    let value = container
        .get(key)
        .map_err(|problem| anyhow!("error in copy for from: '{from}': {problem}"))?
        .cloned()
        .unwrap_or_else(Value::null);
    let Some(extent) = Extent::of(&value, MAX_COPIED.saturating_sub(nodes)) else {
        bail!("copy operation makes an object of more than {MAX_COPIED} values: {path}");
    };
    check_depth(step.depth(), extent.height)?;
    let Some((container, key)) = Container::of(target, step.path.as_ref()) else {
        bail!(
            "copy operation does not apply: doc is missing destination path: {path}: missing value"
        );
    };
    container
        .add(key, value)
        .map_err(|problem| anyhow!("error while adding value during copy: {problem}"))?;
    Ok(extent.nodes)
}

fn test(target: &mut Value, step: &Step<'_>, expected: &Json) -> Result<()> {
    let path = &step.operation.path;
    let passes = if path.is_empty() {
        equals(Some(target), expected)
    } else {
        let Some((container, key)) = Container::of(target, step.path.as_ref()) else {
            bail!("test operation does not apply: is missing path: {path}: missing value");
        };
        let value = container
            .get(key)
            .map_err(|problem| anyhow!("error in test for path: '{path}': {problem}"))?;
        equals(value, expected)
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
    /// The container that the keys lead into, and the last key. The root, to which no keys lead, is in no container.
    fn of<'k>(root: &'v mut Value, keys: Option<&'k Keys>) -> Option<(Self, &'k Text)> {
        let keys = keys?;
        let mut value = root;
        for key in &keys.parents {
            value = match value {
                Value::Mapping(map) => map.get_mut(key)?,
                Value::Sequence(items) => {
                    let position = position(key, items.len()).ok()?;
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
        Some((container, &keys.last))
    }

    /// The value below a key; nothing if a map lacks it.
    fn get(&self, key: &str) -> Result<Option<&Value>, String> {
        match self {
            Self::Map(map) => Ok(map.get(key)),
            Self::List(items) => Ok(Some(&items[position(key, items.len())?])),
        }
    }

    fn add(self, key: &Text, value: Value) -> Result<(), String> {
        match self {
            Self::Map(map) => drop(map.insert(key.clone(), value)),
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

    fn replace(self, key: &Text, value: Value) -> Result<(), String> {
        match self {
            Self::Map(map) => drop(map.insert(key.clone(), value)),
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
