//! All the fields that the path of a target leads to, made on the way where they are missing (spec 06 R30, R31).

use anyhow::{Result, anyhow, bail};
use regex::Regex;

use super::path::{Segment, malformed, source_text, wrong_kind};
use crate::model::{Mapping, Scalar, Sequence, Tag, Text, Value, pattern};
use crate::yaml::read_documents;

/// A path of a target, ready to be followed.
pub(super) struct Matcher {
    steps: Vec<Step>,
    /// What is made where the last field is missing; nothing if nothing is made anywhere.
    create: Option<Kind>,
}

/// An expression that matches a part of a text.
enum Part {
    /// Compiling nothing is much faster than compiling the simplest expression.
    Literal(Text),
    Regex(Box<Regex>),
}

impl Part {
    fn new(expression: &Text) -> Result<Self> {
        if expression.contains(|c| "\\.+*?()|[]{}^$".contains(c)) {
            return pattern::compile(expression).map(|regex| Self::Regex(Box::new(regex)));
        }
        Ok(Self::Literal(expression.clone()))
    }

    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => text.contains(literal.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Sequence,
    Mapping,
}

enum Step {
    Key(Text),
    Index(usize),
    Wildcard,
    Elements {
        key: Text,
        value: Text,
        pattern: Part,
    },
}

/// The fields that a path leads to.
#[derive(Default)]
pub(super) struct Matches<'v> {
    /// The fields in the order of the document.
    pub(super) fields: Vec<&'v mut Value>,
    /// Whether fields were made, as below a null, that kustomize does not put into the document.
    pub(super) any_lost: bool,
}

impl Kind {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Scalar(_) => Self::Scalar,
            Value::Sequence(_) => Self::Sequence,
            Value::Mapping(_) => Self::Mapping,
        }
    }

    fn empty(self) -> Value {
        match self {
            Self::Scalar => Value::Scalar(Scalar::untyped("")),
            Self::Sequence => Value::Sequence(Sequence::new()),
            Self::Mapping => Value::Mapping(Mapping::new()),
        }
    }
}

impl Matcher {
    /// Prepares the part of a path from a segment on.
    pub(super) fn new(segments: &[Segment], create: Option<Kind>) -> Result<Self> {
        let is_own_value =
            |segment: &Segment| matches!(segment, Segment::Elements { key, .. } if key.is_empty());
        // Elements that are values are targets themselves, whatever follows.
        let end = segments
            .iter()
            .position(is_own_value)
            .map_or(segments.len(), |position| position + 1);
        let steps = segments[..end]
            .iter()
            .map(Step::new)
            .collect::<Result<_>>()?;
        Ok(Self { steps, create })
    }

    /// Follows the path.
    pub(super) fn follow<'v>(&self, root: &'v mut Value) -> Result<Matches<'v>> {
        self.follow_from(0, root)
    }

    /// Follows the path from a step on.
    fn follow_from<'v>(&self, first: usize, root: &'v mut Value) -> Result<Matches<'v>> {
        let mut matches = Matches {
            fields: vec![root],
            any_lost: false,
        };
        for (position, step) in self.steps.iter().enumerate().skip(first) {
            let below = self.below(position);
            let mut next = Vec::with_capacity(matches.fields.len());
            for value in matches.fields {
                if value.is_null() {
                    matches.any_lost |= self.leads_below_null(position, value)?;
                } else if matches!(step, Step::Key(key) if key.is_empty()) {
                    matches.any_lost |= empty_itself(value, below.is_some())?;
                } else if let Some(mut inner) = document_in(value) {
                    // Kustomize follows the path into a copy.
                    let found = self.follow_from(position, &mut inner)?;
                    matches.any_lost |= found.any_lost || !found.fields.is_empty();
                } else {
                    step.take(value, below, &mut next)?;
                }
            }
            matches.fields = next;
        }
        Ok(matches)
    }

    /// What to make below the field of a step.
    fn below(&self, position: usize) -> Option<Kind> {
        let create = self.create?;
        Some(match self.steps.get(position + 1) {
            None => create,
            Some(Step::Index(_) | Step::Elements { .. }) => Kind::Sequence,
            Some(Step::Key(_) | Step::Wildcard) => Kind::Mapping,
        })
    }

    /// Whether fields are found below a null: those that are made.
    fn leads_below_null(&self, position: usize, null: &Value) -> Result<bool> {
        let is_in_list = position
            .checked_sub(1)
            .is_some_and(|before| !matches!(self.steps[before], Step::Key(_)));
        let is_empty = null.text().is_some() && source_text(null).is_empty();
        match &self.steps[position] {
            Step::Key(_) if is_empty && !is_in_list => Err(wrong_kind("MappingNode", null)),
            _ if is_empty && !is_in_list => Err(wrong_kind("SequenceNode", null)),
            Step::Index(index) if self.create.is_none() || *index > 0 => Err(no_element(*index, 0)),
            Step::Wildcard => Ok(false),
            _ => Ok(self.create.is_some()),
        }
    }
}

impl Step {
    fn new(segment: &Segment) -> Result<Self> {
        Ok(match segment {
            Segment::Key(key) => Self::Key(key.clone()),
            Segment::Index(index) => match usize::try_from(*index) {
                Ok(index) => Self::Index(index),
                Err(_) => Self::Key(ecow::eco_format!("{index}")),
            },
            Segment::Wildcard => Self::Wildcard,
            Segment::Elements { key, value } => Self::Elements {
                key: key.clone(),
                value: value.clone(),
                pattern: Part::new(value)?,
            },
            Segment::Malformed => return Err(malformed()),
        })
    }

    /// Adds the fields that the step leads to from a value, which is not null.
    fn take<'v>(
        &self,
        value: &'v mut Value,
        below: Option<Kind>,
        fields: &mut Vec<&'v mut Value>,
    ) -> Result<()> {
        match (self, value) {
            (Self::Key(key), Value::Mapping(map)) => {
                if map.contains_key(key) || below.is_some() {
                    let make = || below.unwrap_or(Kind::Scalar).empty();
                    fields.push(map.get_or_insert_with(key, make));
                }
                Ok(())
            }
            (Self::Key(_), value) => Err(wrong_kind("MappingNode", value)),
            (Self::Index(index), Value::Sequence(items)) => {
                match below {
                    Some(kind) if *index == items.len() => items.push(kind.empty()),
                    _ if *index < items.len() => {}
                    _ => return Err(no_element(*index, items.len())),
                }
                fields.push(&mut items.make_mut()[*index]);
                Ok(())
            }
            (Self::Wildcard, Value::Sequence(items)) => {
                fields.extend(items.make_mut());
                Ok(())
            }
            (
                Self::Elements {
                    key,
                    value,
                    pattern,
                },
                Value::Sequence(items),
            ) => {
                let is_match = |item: &Value| matches(item, key, pattern);
                if below.is_some() && !items.iter().any(is_match) {
                    let made = element(key, value);
                    if !is_match(&made) {
                        bail!("list element `[{key}={value}]` does not match what is made for it");
                    }
                    items.push(made);
                }
                let items = items.make_mut().iter_mut();
                fields.extend(items.filter(|item| is_match(item)));
                Ok(())
            }
            (_, value) => Err(wrong_kind("SequenceNode", value)),
        }
    }
}

/// The map or list that the text of a scalar stands for in YAML.
fn document_in(value: &Value) -> Option<Value> {
    let text = value.text()?;
    let document = read_documents(text.as_bytes()).ok()?.into_iter().next()?;
    (!matches!(document.value, Value::Scalar(_))).then_some(document.value)
}

/// An empty segment makes a text empty, and what is set there is lost.
fn empty_itself(value: &mut Value, creates: bool) -> Result<bool> {
    match value {
        Value::Scalar(scalar) if !scalar.text.is_empty() => {
            if creates {
                (scalar.text, scalar.tag) = (Text::new(), Tag::Untyped);
            }
            Ok(creates)
        }
        _ => Err(wrong_kind("ScalarNode", value)),
    }
}

/// Whether an element, or its field, matches the pattern somewhere in its text.
fn matches(item: &Value, key: &str, pattern: &Part) -> bool {
    let field = if key.is_empty() {
        Some(item)
    } else {
        item.get(key)
    };
    field.is_some_and(|field| pattern.is_in(&source_text(field)))
}

/// The element that is made where none matches.
fn element(key: &Text, value: &Text) -> Value {
    let scalar = Value::Scalar(Scalar::untyped(value.clone()));
    if key.is_empty() {
        return scalar;
    }
    [(key.clone(), scalar)]
        .into_iter()
        .collect::<Mapping>()
        .into()
}

fn no_element(index: usize, length: usize) -> anyhow::Error {
    anyhow!("index {index} specified but only {length} elements found")
}
