//! Findings and failures as data: what is wrong, where, and what to do about it. Only the command line prints them.

use std::error::Error;
use std::fmt;

use super::Place;

/// Something a render can be printed with, but that its author should know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Warning {
    /// What is suspicious; a sentence without the final period.
    pub message: String,
    /// Where, if there is one place.
    pub place: Option<Place>,
    /// More places that have to do with it.
    pub related: Vec<Related>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Warning {
    /// A warning without a place yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The warning at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The warning with one more place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, place: Place) -> Self {
        self.related.push(Related {
            message: message.into(),
            place,
        });
        self
    }

    /// The warning with advice: an imperative sentence without the final period.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// A place that has to do with a failure or a warning elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// A failure at a place that somebody wrote. It sits in the chain of an [`anyhow::Error`] beside plain contexts.
#[derive(Debug)]
pub struct Fault {
    /// What is wrong; a fragment without the final period, in kustomize's words where people search for them.
    pub message: String,
    /// The same in plain words, where kustomize's are hard to understand.
    pub title: Option<String>,
    /// Where, if there is one place.
    pub place: Option<Place>,
    /// More places that have to do with it.
    pub related: Vec<Related>,
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
            title: None,
            place: None,
            related: Vec::new(),
            hints: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The first of several failures, with the others beside it.
    pub fn all(faults: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut faults = faults.into_iter();
        let mut first = faults.next()?;
        first.others.extend(faults);
        Some(first)
    }

    /// The failure with its message in plain words.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The failure with one more place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, place: Place) -> Self {
        self.related.push(Related {
            message: message.into(),
            place,
        });
        self
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
