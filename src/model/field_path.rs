//! The way to a field: keys and indexes from the root of a document.

use std::fmt;

use super::{Text, Value};

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a map.
    Key(Text),
    /// Into a list.
    Index(usize),
}

/// The steps from a document's root to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

    /// This path and one more index.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// The value that the path leads to.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.as_sequence()?.get(*index),
        })
    }
}

impl fmt::Display for FieldPath {
    /// `spec.containers[0].image`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if position == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
