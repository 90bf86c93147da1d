//! Findings and failures as data: what is wrong, where, and what to do about it. Only the command line prints them.

use std::error::Error;
use std::fmt;

use super::Place;

/// Something a render can be printed with, but that its author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What is suspicious; a sentence without the final period.
    pub message: String,
    /// Where, if there is one place.
    pub place: Option<Place>,
    /// What to do.
    pub hints: Vec<String>,
}

/// A failure at a place that somebody wrote. It sits in the chain of an [`anyhow::Error`] beside plain contexts.
#[derive(Debug)]
pub struct Fault {
    /// What is wrong; a fragment without the final period, in kustomize's words where people search for them.
    pub message: String,
    /// Where, if there is one place.
    pub place: Option<Place>,
    /// What to do.
    pub hints: Vec<String>,
    /// Failures beside this one that do not follow from it.
    pub others: Vec<Fault>,
}

impl Fault {
    /// A failure without a place yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            hints: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The failure at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The failure in other words, at `place` if it has no place yet.
    #[must_use]
    pub fn saying(self, message: String, place: Place) -> Self {
        Self {
            message,
            place: self.place.or(Some(place)),
            ..self
        }
    }

    /// The failure with advice: an imperative sentence without the final period.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Fault {}
