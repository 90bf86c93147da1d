//! `ValueAddTransformer`: writes one text into many fields, or into one place of the paths that they hold.

use anyhow::{Result, bail};

use super::namespace::Namespace;
use super::replacements::wrong_kind;
use crate::model::{Mapping, ResMap, Scalar, Selector, Sequence, Slot, Text, Value, clean_path};

/// More segments no path has, and nobody may overflow the stack with them.
const MAX_SEGMENTS: usize = 1000;

/// A field that gets the text.
#[derive(Debug)]
pub struct Target {
    selector: Option<Selector>,
    /// Whether the field is the object's namespace, which is set as `namespace` sets it.
    is_namespace: bool,
    steps: Vec<Step>,
    /// The place among the segments of the path that the field holds, counted from 1; 0 for the field as a whole.
    position: usize,
}

/// A step on the way to a field.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// `name`
    Key(Text),
    /// `3`
    Index(usize),
    /// `-`
    Last,
    /// `[name=value]`
    Element { key: Text, value: Text },
}

impl Target {
    /// The field at `path` of the objects that `selector` selects, or of all.
    pub fn new(selector: Option<Selector>, path: &str, position: i64) -> Result<Self> {
        if path.is_empty() {
            bail!("fieldPath cannot be empty");
        }
        let Ok(position) = usize::try_from(position) else {
            bail!("value of FilePathPosition ({position}) cannot be negative");
        };
        let escaped = path.replace("\\/", "\0");
        let parts = escaped.split('/').filter(|part| !part.is_empty());
        let steps = parts
            .map(|part| Step::parse(&part.replace('\0', "/")))
            .collect::<Result<Vec<_>>>()?;
        if steps.len() > MAX_SEGMENTS {
            bail!("fieldPath has more than {MAX_SEGMENTS} segments");
        }
        Ok(Self {
            selector,
            is_namespace: path == "metadata/namespace",
            steps,
            position,
        })
    }

    fn slots(&self, resources: &ResMap) -> Vec<Slot> {
        let is_selected = |slot: &Slot| {
            let resource = resources.get(*slot);
            let selector = self.selector.as_ref();
            selector.is_none_or(|selector| selector.matches_patch_target(resource))
        };
        resources.slots().filter(is_selected).collect()
    }
}

/// Writes the text into the fields of all targets. What is missing on the way to a field is made.
pub fn apply(resources: &mut ResMap, text: &str, targets: &[Target]) -> Result<()> {
    let name = Text::from(text);
    let namespace = Namespace::of_field(&name);
    for target in targets {
        for slot in target.slots(resources) {
            resources.edit(slot, |resource| {
                if target.is_namespace {
                    return namespace.set(resource, &[]);
                }
                visit(resource.value_mut(), &target.steps, &mut |field| {
                    set(field, text, target.position)
                })
            })?;
        }
    }
    Ok(())
}

fn set(field: &mut Value, text: &str, position: usize) -> Result<()> {
    let Value::Scalar(scalar) = field else {
        return Err(wrong_kind("ScalarNode", field));
    };
    let new = match position {
        0 => Text::from(text),
        _ => inserted(&scalar.text, text, position),
    };
    scalar.assign(&Scalar::untyped(new));
    Ok(())
}

/// The path with one more segment: at its end where the position is beyond it.
fn inserted(path: &str, segment: &str, position: usize) -> Text {
    let mut parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert((position - 1).min(parts.len()), segment);
    let root = if path.starts_with('/') { "/" } else { "" };
    clean_path(&format!("{root}{}", parts.join("/")))
}

/// Calls `set` with the field that the steps lead to. A null on the way, or an index beyond the end of a list, leads nowhere.
fn visit(
    value: &mut Value,
    steps: &[Step],
    set: &mut impl FnMut(&mut Value) -> Result<()>,
) -> Result<()> {
    let Some((step, rest)) = steps.split_first() else {
        return set(value);
    };
    if value.is_null() {
        return Ok(());
    }
    let expected = match (step, &mut *value) {
        (Step::Key(key), Value::Mapping(map)) => {
            let field = map.get_or_insert_with(key, || container_for(rest));
            return visit(field, rest, set);
        }
        (Step::Index(index), Value::Sequence(items)) => {
            let item = items.make_mut().get_mut(*index);
            return item.map_or(Ok(()), |item| visit(item, rest, set));
        }
        (Step::Last, Value::Sequence(items)) => {
            let item = items.make_mut().last_mut();
            return item.map_or(Ok(()), |item| visit(item, rest, set));
        }
        (Step::Element { key, value }, Value::Sequence(items)) => {
            return visit(element(items, key, value), rest, set);
        }
        (Step::Key(_), _) => "MappingNode",
        _ => "SequenceNode",
    };
    Err(wrong_kind(expected, value))
}

/// What is made where a field is missing.
fn container_for(rest: &[Step]) -> Value {
    match rest.first() {
        None => Value::Scalar(Scalar::untyped("")),
        Some(Step::Key(_) | Step::Last) => Mapping::new().into(),
        Some(Step::Index(_) | Step::Element { .. }) => Value::Sequence(Sequence::new()),
    }
}

/// The element of a list that has a field of this text, or, with an empty key, that is this text; made if there is none.
fn element<'a>(items: &'a mut Sequence, key: &Text, text: &Text) -> &'a mut Value {
    let is_meant = |item: &Value| {
        let field = if key.is_empty() {
            Some(item)
        } else {
            item.get(key)
        };
        field
            .and_then(Value::as_scalar)
            .is_some_and(|scalar| scalar.text == *text)
    };
    let position = items.iter().position(is_meant).unwrap_or_else(|| {
        let scalar = Value::Scalar(Scalar::untyped(text.clone()));
        items.push(if key.is_empty() {
            scalar
        } else {
            [(key.as_str(), scalar)]
                .into_iter()
                .collect::<Mapping>()
                .into()
        });
        items.len() - 1
    });
    &mut items.make_mut()[position]
}

impl Step {
    fn parse(part: &str) -> Result<Self> {
        let selector = part
            .strip_prefix('[')
            .and_then(|part| part.strip_suffix(']'));
        if let Some(selector) = selector {
            let Some((key, value)) = selector.split_once('=') else {
                bail!("list path element must contain fieldName=fieldValue for element to match");
            };
            return Ok(Self::Element {
                key: key.into(),
                value: value.into(),
            });
        }
        Ok(match part {
            "*" => bail!("wildcard is not supported in PathGetter"),
            "-" => Self::Last,
            _ => match part.parse::<i64>() {
                Ok(index) => match usize::try_from(index) {
                    Ok(index) => Self::Index(index),
                    Err(_) => bail!("array index {index} cannot be negative"),
                },
                Err(_) => Self::Key(part.trim().into()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_put_into_a_path() {
        for (path, position, expected) in [
            ("a/b/c", 1, "vv/a/b/c"),
            ("a/b/c", 2, "a/vv/b/c"),
            ("a/b/c", 9, "a/b/c/vv"),
            ("/a/b/c", 1, "/vv/a/b/c"),
            ("/a/b/c/", 2, "/a/vv/b/c"),
            ("", 1, "vv"),
            ("./a/b", 2, "vv/a/b"),
            ("../a", 1, "a"),
            ("../a", 2, "../vv/a"),
            ("a/../b", 2, "a/b"),
            ("//", 2, "/vv"),
            (".", 2, "vv"),
        ] {
            assert_eq!(
                inserted(path, "vv", position),
                expected,
                "{path} {position}"
            );
        }
    }
}
