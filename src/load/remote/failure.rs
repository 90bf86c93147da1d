//! Why something was not fetched.

use crate::model::Fault;

/// Why something was not fetched. It is kept: who asks for the same again hears the same.
#[derive(Clone, Debug)]
pub(in crate::load) struct Failure {
    message: String,
    title: Option<String>,
    hint: Option<String>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// There was an answer, and it is a refusal.
    Refused,
    /// A command took too long.
    Timeout,
    Other,
}

impl Failure {
    /// A failure in kustomize's words.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            title: None,
            hint: None,
            kind: Kind::Other,
        }
    }

    pub(super) fn titled(self, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..self
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    pub(super) fn refused(self) -> Self {
        Self {
            kind: Kind::Refused,
            ..self
        }
    }

    pub(super) fn timeout(self) -> Self {
        Self {
            kind: Kind::Timeout,
            ..self
        }
    }

    /// The failure of what is not fetched because nothing may be.
    pub(in crate::load) fn offline(what: &str, entry: &str) -> Self {
        Self::new(format!(
            "remote {what} '{entry}' is not fetched: `--offline` was given"
        ))
        .hint("fetch it beforehand and name the local copy")
        .refused()
    }

    /// The same as a failure of another kind.
    pub(in crate::load) fn from_fault(fault: Fault) -> Self {
        let failure = Self::new(fault.message);
        let hint = fault.hints.into_iter().next();
        Self { hint, ..failure }.refused()
    }

    /// Whether a server answered and refused: then nothing else is tried.
    pub(in crate::load) fn is_refusal(&self) -> bool {
        self.kind == Kind::Refused
    }

    /// Whether a command took too long.
    pub(in crate::load) fn is_timeout(&self) -> bool {
        self.kind == Kind::Timeout
    }

    pub(in crate::load) fn into_fault(self) -> Fault {
        Fault {
            title: self.title,
            hints: self.hint.into_iter().collect(),
            ..Fault::new(self.message)
        }
    }
}
