//! One object of a render, with the bookkeeping that kustomize keeps in annotations and we keep in fields.

use std::num::NonZeroU32;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use anyhow::{Result, bail};
use ecow::EcoVec;

use super::{
    Entry, Gvk, Mapping, Place, PreviousId, Record, ResId, Scalar, Scopes, Source, Tag, Text,
    Value, plain,
};

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

impl Behavior {
    /// What kustomize calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Merge => "merge",
        }
    }

    /// What a word means; nothing is said by words that kustomize does not know.
    pub fn of_word(word: &str) -> Self {
        match word {
            "create" => Self::Create,
            "replace" => Self::Replace,
            "merge" => Self::Merge,
            _ => Self::Unspecified,
        }
    }
}

/// An object and what is known about it.
///
/// That is kept in one place: lists of objects are moved, sorted and grown.
#[derive(Clone, Debug)]
pub struct Resource(Box<Body>);

/// What a [`Resource`] is.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a note of its own that kustomize keeps of an object"
)]
pub struct Body {
    value: Value,
    id: ResId,
    previous: EcoVec<PreviousId>,
    /// Whether earlier identities were given to it since it was last looked at.
    has_other_history: bool,
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
    /// Whether a generator made it.
    pub is_generated: bool,
    /// Whether a patch that was merged into it might change its name, and nothing took note of that away since.
    pub allowed_name_change: bool,
    /// The same of its kind.
    pub allowed_kind_change: bool,
    /// Whether helm made it: its namespace is then helm's business (spec 15 R46).
    pub is_from_helm: bool,
    /// Whether the text it was read from ends in a block scalar with a comment behind it.
    pub has_foot: bool,
    /// The text it was read from; nothing for generated objects.
    pub source: Option<Source>,
    /// The patch that took its kind or its name away; nothing for what has both.
    pub robbed_at: Option<Box<Place>>,
    /// Where it came from and what changed it, if the build keeps records.
    pub record: Option<Box<Record>>,
    /// The kinds outside namespaces that a custom schema adds.
    scopes: Option<Arc<Scopes>>,
}

impl Deref for Resource {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.0
    }
}

impl DerefMut for Resource {
    fn deref_mut(&mut self) -> &mut Body {
        &mut self.0
    }
}

impl Resource {
    /// An object with no history.
    pub fn new(value: Value) -> Self {
        let id = IdParts::of(&value).id();
        Self(Box::new(Body {
            value,
            id,
            previous: EcoVec::new(),
            has_other_history: false,
            groups: 0,
            prefixes: EcoVec::new(),
            suffixes: EcoVec::new(),
            vars: EcoVec::new(),
            needs_hash: false,
            behavior: Behavior::default(),
            is_generated: false,
            allowed_name_change: false,
            allowed_kind_change: false,
            is_from_helm: false,
            has_foot: false,
            source: None,
            robbed_at: None,
            record: None,
            scopes: None,
        }))
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
        self.0.value
    }

    /// The identity it has now.
    pub fn id(&self) -> &ResId {
        &self.id
    }

    /// The identities it had, oldest first.
    pub fn previous(&self) -> &[PreviousId] {
        &self.previous
    }

    /// Whether kustomize keeps books on it, which are annotations there: it then has annotations whatever its file says.
    pub fn has_books(&self) -> bool {
        self.is_generated
            || self.is_from_helm
            || self.needs_hash
            || !self.previous.is_empty()
            || self.has_record()
    }

    /// Says which kinds live outside namespaces besides those that kustomize knows.
    pub fn set_scopes(&mut self, scopes: &Arc<Scopes>) {
        self.scopes = Some(Arc::clone(scopes));
        self.id = self.scoped(IdParts::of(&self.value).id());
    }

    /// The identity it had first.
    pub fn original_id(&self) -> ResId {
        self.previous.first().map_or_else(
            || self.id.clone(),
            |previous| self.with_current_version(previous),
        )
    }

    /// The group, version and kind it had first.
    pub fn original_gvk(&self) -> Gvk {
        match self.previous.first() {
            Some(previous) => self.gvk_of(previous),
            None => self.id.gvk.clone(),
        }
    }

    /// All identities: the current one, then the previous ones, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = ResId> {
        std::iter::once(self.id.clone()).chain(
            self.previous
                .iter()
                .map(|previous| self.with_current_version(previous)),
        )
    }

    /// Whether it goes or went by this identity (spec 02 R21). Namespaces that it had are as they were: a schema that came later
    /// and says that its kind lives outside of them does not count.
    pub fn answers_to(&self, id: &ResId) -> bool {
        let (now, gvk) = (&self.id.gvk, &id.gvk);
        self.id.is_same(id)
            || self.previous.iter().any(|previous| {
                previous.name == id.name
                    && previous.kind == gvk.kind
                    && (&now.group, &now.version) == (&gvk.group, &gvk.version)
                    && previous.namespace == self.scoped(id.clone()).effective_namespace()
            })
    }

    /// Whether it goes or went by this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.id.name == name || self.previous.iter().any(|previous| previous.name == name)
    }

    /// Remembers the identity it has now; what happens next may change it (spec 02 R4).
    pub fn remember_id(&mut self) {
        self.make_room_for_books();
        if self.previous.is_empty() {
            // Two are what most objects come to, from a namespace and a prefix. Growing would make room for four, and that
            // room is a thirtieth of all memory where there are many objects.
            self.previous = EcoVec::with_capacity(2);
        }
        let id = PreviousId {
            name: self.id.name.clone(),
            namespace: self.id.effective_namespace().into(),
            kind: self.id.gvk.kind.clone(),
        };
        self.previous.push(id);
    }

    /// Starts the record of what happens to it.
    ///
    /// Fails where its annotations are no map, as kustomize writes where it came from among them.
    pub fn keep_record(&mut self, record: Record) -> Result<()> {
        let annotations = self.value.at(&["metadata", "annotations"]);
        if let Some(odd) =
            annotations.filter(|value| !value.is_null() && value.as_mapping().is_none())
        {
            let (path, kind) = (&record.path, odd.node_kind());
            bail!(
                "cannot add path annotation for '{path}': considering field 'metadata/annotations' of object {}: wrong node kind: expected MappingNode but got {kind}",
                self.id
            );
        }
        self.make_room_for_books();
        self.record = Some(Box::new(record));
        Ok(())
    }

    /// Makes a map of annotations that are nothing, a text or a list, as kustomize does when it writes its own among them.
    pub fn make_room_for_books(&mut self) {
        let metadata = self.value.get_mut("metadata");
        let Some(annotations) = metadata.and_then(|metadata| metadata.get_mut("annotations"))
        else {
            return;
        };
        let map = match annotations {
            Value::Mapping(_) => None,
            Value::Scalar(_) => Some(Mapping::new()),
            Value::Sequence(items) => Mapping::of_pairs(items),
        };
        if let Some(pairs) = map {
            let mut map = Mapping::with_capacity(pairs.len());
            for (key, value) in pairs {
                // Of equal keys the last counts.
                map.remove(&key.text);
                map.push(key, value);
            }
            *annotations = map.into();
        }
    }

    /// Takes the quotes off the keys of its annotations, as kustomize does when it writes them behind a JSON patch: a key that
    /// looks like something else is no text any more, and the next JSON patch fails over it (spec 10 R42).
    pub fn unquote_annotation_keys(&mut self) {
        let metadata = self.value.get("metadata");
        let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
        let is_odd = |(key, _): (&Text, &Value)| plain::resolve(key) != Tag::Str;
        if !annotations
            .and_then(Value::as_mapping)
            .is_some_and(|map| map.iter().any(is_odd))
        {
            return;
        }
        let metadata = self.value.get_mut("metadata");
        let annotations = metadata.and_then(|metadata| metadata.get_mut("annotations"));
        if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
            for Entry { key, .. } in annotations.entries_mut() {
                key.tag = plain::resolve(&key.text);
            }
        }
    }

    /// Gives it identities that it had elsewhere, oldest first.
    pub fn set_previous(&mut self, previous: impl IntoIterator<Item = PreviousId>) {
        self.previous = previous.into_iter().collect();
        self.has_other_history = true;
    }

    /// Takes the history of another object: its previous identities, the affixes it was given, the vars that read it.
    pub fn take_history(&mut self, other: &mut Self) {
        self.previous = std::mem::take(&mut other.previous);
        self.prefixes = std::mem::take(&mut other.prefixes);
        self.suffixes = std::mem::take(&mut other.suffixes);
        self.vars = std::mem::take(&mut other.vars);
    }

    /// Forgets all that kustomize keeps in annotations, which are gone: earlier identities, affixes, what its generator asked
    /// for, that helm made it, where it came from. `entry` is the position of what took them away among the entries of its transformer.
    pub fn forget(&mut self, entry: usize) {
        self.previous.clear();
        self.prefixes.clear();
        self.suffixes.clear();
        self.needs_hash = false;
        self.behavior = Behavior::default();
        self.is_generated = false;
        self.allowed_name_change = false;
        self.allowed_kind_change = false;
        self.is_from_helm = false;
        self.lose_record(entry);
    }

    /// Forgets where it came from.
    pub fn lose_record(&mut self, entry: usize) {
        if let Some(record) = &mut self.record {
            record.lost_with = Some(entry);
        }
    }

    /// Whether a record is kept among the annotations.
    pub fn has_record(&self) -> bool {
        let record = self.record.as_ref();
        record.is_some_and(|record| record.lost_with.is_none())
    }

    /// Reads the identity anew from the object, and says what changed of that by which objects are looked up.
    pub fn refresh_id(&mut self) -> Renamed {
        let mut renamed = Renamed {
            history: std::mem::take(&mut self.has_other_history),
            ..Renamed::default()
        };
        let parts = IdParts::of(&self.0.value);
        if !parts.agree_with(&self.id) {
            renamed.kind = self.id.gvk.kind != *parts.kind;
            renamed.name = self.id.name != *parts.name;
            self.id = self.scoped(parts.id());
        }
        renamed
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
        self.scoped(ResId::new(
            self.gvk_of(previous),
            previous.name.clone(),
            previous.namespace.clone(),
        ))
    }

    fn gvk_of(&self, previous: &PreviousId) -> Gvk {
        Gvk {
            group: self.id.gvk.group.clone(),
            version: self.id.gvk.version.clone(),
            kind: previous.kind.clone(),
        }
    }

    fn scoped(&self, mut id: ResId) -> ResId {
        if let Some(scopes) = &self.scopes {
            id.cluster_scoped |= scopes.is_cluster_scoped(&id.gvk);
        }
        id
    }
}

/// What is other than before of that by which objects are looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renamed {
    /// The kind.
    pub kind: bool,
    /// The name.
    pub name: bool,
    /// What it was called earlier.
    pub history: bool,
}

impl Renamed {
    /// What is other of an object that was not there before.
    pub const ANEW: Self = Self {
        kind: true,
        name: true,
        history: true,
    };
}

/// The texts that make an identity, gathered in one walk over the top of an object.
struct IdParts<'a> {
    api_version: &'a Text,
    kind: &'a Text,
    name: &'a Text,
    namespace: &'a Text,
}

impl<'a> IdParts<'a> {
    fn of(object: &'a Value) -> Self {
        let (mut api_version, mut kind, mut metadata) = (None, None, None);
        for (key, value) in entries(Some(object)) {
            match key.as_str() {
                "apiVersion" => api_version.get_or_insert(value),
                "kind" => kind.get_or_insert(value),
                "metadata" => metadata.get_or_insert(value),
                _ => continue,
            };
        }
        let (mut name, mut namespace) = (None, None);
        for (key, value) in entries(metadata) {
            match key.as_str() {
                "name" => name.get_or_insert(value),
                "namespace" => namespace.get_or_insert(value),
                _ => continue,
            };
        }
        let text = |value: Option<&'a Value>| {
            let text = value.and_then(Value::text);
            text.unwrap_or(const { &Text::new() })
        };
        // A version that is written as null counts as it is written.
        let written = api_version.and_then(Value::as_scalar);
        Self {
            api_version: written.map_or(const { &Text::new() }, |scalar| &scalar.text),
            kind: text(kind),
            name: text(name),
            namespace: text(namespace),
        }
    }

    fn agree_with(&self, id: &ResId) -> bool {
        id.name == *self.name
            && id.namespace == *self.namespace
            && id.gvk.kind == *self.kind
            && id.gvk.is_of_api_version(self.api_version)
    }

    fn id(&self) -> ResId {
        ResId::new(
            Gvk::parse(self.api_version, self.kind.clone()),
            self.name.clone(),
            self.namespace.clone(),
        )
    }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&Text, &Value)> {
    let map = value.and_then(Value::as_mapping);
    map.into_iter().flat_map(Mapping::iter)
}
