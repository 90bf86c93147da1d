//! The way to a field: keys and indexes from the root of a document.

use std::fmt;

use super::{Text, Value};

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a map.
    Key(Text),
    /// Into a map, to the second entry of a key.
    Repeated(Text),
    /// Into a list.
    Index(usize),
    /// Into a list of maps: to the element that has this text under this key.
    Element(Text, Text),
    /// Into a text that is YAML itself: to a line and a column of it, both counted from 1.
    Spot(usize, usize),
}

/// The steps from a document's root to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldPath {
    /// Outermost first.
    pub steps: Vec<Step>,
}

impl FieldPath {
    /// The path of map keys.
    pub fn of_keys(keys: &[&str]) -> Self {
        Self {
            steps: keys.iter().map(|key| Step::Key(Text::from(*key))).collect(),
        }
    }

    /// This path and one more key.
    #[must_use]
    pub fn key(mut self, key: impl Into<Text>) -> Self {
        self.steps.push(Step::Key(key.into()));
        self
    }

    /// This path and the second entry of a key.
    #[must_use]
    pub fn repeated(mut self, key: impl Into<Text>) -> Self {
        self.steps.push(Step::Repeated(key.into()));
        self
    }

    /// This path and one more index.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// This path and the element of a list that has a text under a key.
    #[must_use]
    pub fn element(mut self, key: impl Into<Text>, text: impl Into<Text>) -> Self {
        self.steps.push(Step::Element(key.into(), text.into()));
        self
    }

    /// This path and a spot in the text that it leads to.
    #[must_use]
    pub fn spot(mut self, line: usize, column: usize) -> Self {
        self.steps.push(Step::Spot(line, column));
        self
    }

    /// The value that the path leads to.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Repeated(key) => {
                let entries = value.as_mapping()?.entries();
                let mut same = entries.iter().filter(|entry| entry.key.text == *key);
                same.nth(1).map(|entry| &entry.value)
            }
            Step::Index(index) => value.as_sequence()?.get(*index),
            Step::Element(key, text) => value
                .as_sequence()?
                .iter()
                .find(|item| item.get(key).and_then(Value::text) == Some(text)),
            Step::Spot(..) => None,
        })
    }
}

impl fmt::Display for FieldPath {
    /// `spec.containers[0].image`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) | Step::Repeated(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) | Step::Repeated(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Element(key, text) => write!(f, "[{key}={text}]")?,
                Step::Spot(line, column) => write!(f, ":{line}:{column}")?,
            }
        }
        Ok(())
    }
}
