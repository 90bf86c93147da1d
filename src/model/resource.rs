//! One object of a render, with the bookkeeping that kustomize keeps in annotations and we keep in fields.

use std::num::NonZeroU32;
use std::sync::Arc;

use ecow::EcoVec;

use super::{Gvk, PreviousId, Record, ResId, Scalar, Scopes, Source, Text, Value};

/// What a generator asks to happen when its object exists already (spec 05 R20).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// Nothing was said: as [`Self::Create`], but called `unspecified` in messages.
    #[default]
    Unspecified,
    /// It must not exist.
    Create,
    /// Put this one in its place.
    Replace,
    /// Join the data of both.
    Merge,
}

/// An object and what is known about it.
#[derive(Clone, Debug)]
pub struct Resource {
    value: Value,
    id: ResId,
    previous: EcoVec<PreviousId>,
    /// How many groups of shared scalars there have been.
    groups: u32,
    /// The prefixes it was given, innermost first.
    pub prefixes: EcoVec<Text>,
    /// The suffixes it was given, innermost first.
    pub suffixes: EcoVec<Text>,
    /// The names of the vars that stand for one of its fields.
    pub vars: EcoVec<Text>,
    /// Whether its name gets a hash of its content at the end.
    pub needs_hash: bool,
    /// What to do where the object exists already; only for generated objects.
    pub behavior: Behavior,
    /// The text it was read from; nothing for generated objects.
    pub source: Option<Source>,
    /// Where it came from and what changed it, if the build keeps records.
    pub record: Option<Box<Record>>,
    /// The kinds outside namespaces that a custom schema adds.
    scopes: Option<Arc<Scopes>>,
}

impl Resource {
    /// An object with no history.
    pub fn new(value: Value) -> Self {
        let id = current_id(&value);
        Self {
            value,
            id,
            previous: EcoVec::new(),
            groups: 0,
            prefixes: EcoVec::new(),
            suffixes: EcoVec::new(),
            vars: EcoVec::new(),
            needs_hash: false,
            behavior: Behavior::default(),
            source: None,
            record: None,
            scopes: None,
        }
    }

    /// The object.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The object to change. After a change that may touch kind, name or namespace, [`Self::refresh_id`] must run; changing
    /// resources through [`super::ResMap`] takes care of it.
    pub fn value_mut(&mut self) -> &mut Value {
        &mut self.value
    }

    /// The object alone.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The identity it has now.
    pub fn id(&self) -> &ResId {
        &self.id
    }

    /// The identities it had, oldest first.
    pub fn previous(&self) -> &[PreviousId] {
        &self.previous
    }

    /// Says which kinds live outside namespaces besides those that kustomize knows.
    pub fn set_scopes(&mut self, scopes: &Arc<Scopes>) {
        self.scopes = Some(Arc::clone(scopes));
        self.id = self.scoped(current_id(&self.value));
    }

    /// The identity it had first.
    pub fn original_id(&self) -> ResId {
        self.previous.first().map_or_else(
            || self.id.clone(),
            |previous| self.with_current_version(previous),
        )
    }

    /// All identities: the current one, then the previous ones, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = ResId> {
        std::iter::once(self.id.clone()).chain(
            self.previous
                .iter()
                .map(|previous| self.with_current_version(previous)),
        )
    }

    /// Whether it goes or went by this identity (spec 02 R21).
    pub fn answers_to(&self, id: &ResId) -> bool {
        self.id.is_same(id)
            || self
                .previous
                .iter()
                .any(|previous| self.with_current_version(previous).is_same(id))
    }

    /// Whether it goes or went by this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.id.name == name || self.previous.iter().any(|previous| previous.name == name)
    }

    /// Remembers the identity it has now; what happens next may change it (spec 02 R4).
    pub fn remember_id(&mut self) {
        self.previous.push(PreviousId {
            name: self.id.name.clone(),
            namespace: self.id.effective_namespace().into(),
            kind: self.id.gvk.kind.clone(),
        });
    }

    /// Gives it identities that it had elsewhere, oldest first.
    pub fn set_previous(&mut self, previous: impl IntoIterator<Item = PreviousId>) {
        self.previous = previous.into_iter().collect();
    }

    /// Takes the history of another object: its previous identities, the affixes it was given, the vars that read it.
    pub fn take_history(&mut self, other: &mut Self) {
        self.previous = std::mem::take(&mut other.previous);
        self.prefixes = std::mem::take(&mut other.prefixes);
        self.suffixes = std::mem::take(&mut other.suffixes);
        self.vars = std::mem::take(&mut other.vars);
    }

    /// Reads the identity anew from the object, and says whether it changed.
    pub fn refresh_id(&mut self) -> bool {
        let text = |keys: &[&str]| {
            self.value
                .at(keys)
                .and_then(Value::text)
                .map_or("", Text::as_str)
        };
        let (group, version) = split_api_version(text(&["apiVersion"]));
        let id = &self.id;
        let same = id.gvk.kind == text(&["kind"])
            && id.name == text(&["metadata", "name"])
            && id.namespace == text(&["metadata", "namespace"])
            && id.gvk.group == group
            && id.gvk.version == version;
        if !same {
            self.id = self.scoped(current_id(&self.value));
        }
        !same
    }

    /// Hands out numbers for `count` new groups of shared scalars, and returns the first.
    pub fn new_groups(&mut self, count: usize) -> NonZeroU32 {
        let first = NonZeroU32::MIN.saturating_add(self.groups);
        self.groups = self
            .groups
            .saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        first
    }

    /// Writes a scalar over another and over all that share its node (spec 03 R7).
    pub fn set_shared(&mut self, group: NonZeroU32, new: &Scalar) {
        self.value.for_each_scalar(&mut |scalar| {
            if scalar.shared == Some(group) {
                scalar.assign(new);
            }
        });
    }

    fn with_current_version(&self, previous: &PreviousId) -> ResId {
        let gvk = Gvk {
            kind: previous.kind.clone(),
            ..self.id.gvk.clone()
        };
        self.scoped(ResId::new(
            gvk,
            previous.name.clone(),
            previous.namespace.clone(),
        ))
    }

    fn scoped(&self, mut id: ResId) -> ResId {
        if let Some(scopes) = &self.scopes {
            id.cluster_scoped |= scopes.is_cluster_scoped(&id.gvk);
        }
        id
    }
}

fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

fn current_id(value: &Value) -> ResId {
    let text = |keys: &[&str]| {
        value
            .at(keys)
            .and_then(Value::text)
            .cloned()
            .unwrap_or_default()
    };
    ResId::new(
        Gvk::parse(&text(&["apiVersion"]), text(&["kind"])),
        text(&["metadata", "name"]),
        text(&["metadata", "namespace"]),
    )
}
