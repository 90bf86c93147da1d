//! Field specs: which field of which kinds an operation edits, and the one walk to it.

use std::borrow::Cow;
use std::hash::BuildHasher;

use anyhow::{Error, Result, anyhow, bail};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use serde::Deserialize;

use super::{Gvk, Mapping, ResId, Sequence, Text, Value, Word};
use crate::bytes;

/// A field of the kinds that it names (spec 03 R1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FieldSpec {
    /// The group; empty for any.
    pub group: Word,
    /// The version; empty for any.
    pub version: Word,
    /// The kind; empty for any.
    pub kind: Word,
    /// The way to the field.
    pub path: SpecPath,
    /// Whether the field is made where it is missing.
    pub create: bool,
}

/// The path of a field spec: segments joined by `/`, cut apart once (spec 03 R2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Text")]
pub struct SpecPath {
    /// As written.
    pub text: Word,
    segments: Cow<'static, [Segment]>,
}

/// More segments no path has, and nobody may overflow the stack with them.
const MAX_SEGMENTS: usize = 1000;

impl TryFrom<Text> for SpecPath {
    type Error = Error;

    fn try_from(text: Text) -> Result<Self> {
        let path = Self::new(String::from(text));
        if path.segments().len() > MAX_SEGMENTS {
            bail!("a path of more than {MAX_SEGMENTS} segments");
        }
        Ok(path)
    }
}

impl Default for SpecPath {
    /// The path that is not there, which leads nowhere: a key without name.
    fn default() -> Self {
        Self::new("")
    }
}

impl SpecPath {
    /// The path of this text, cut at each `/` that no backslash escapes, without a leading `/`.
    pub fn new(text: impl Into<Word>) -> Self {
        let text = text.into();
        let path = text.trim_start_matches('/');
        let segments = if bytes::find(b'\\', path.as_bytes()).is_none() {
            path.split('/').map(Segment::parse).collect()
        } else {
            let escaped = path.replace("\\/", "\0");
            let parts = escaped.split('/');
            parts
                .map(|part| Segment::parse(&part.replace('\0', "/")))
                .collect()
        };
        Self { text, segments }
    }

    /// A path of a table that is part of the program, with its segments.
    pub(crate) const fn built_in(text: &'static str, segments: &'static [Segment]) -> Self {
        Self {
            text: Cow::Borrowed(text),
            segments: Cow::Borrowed(segments),
        }
    }

    /// From the root to the field.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
}

/// One segment of a field spec's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The map key.
    pub key: Word,
    /// Whether it was written with `[]`: it is then never created.
    pub is_list: bool,
    /// Whether kustomize takes it for more than a key, which fails in a map.
    is_special: bool,
}

impl Segment {
    /// A key of a table that is part of the program.
    pub(crate) const fn built_in(key: &'static str, is_list: bool) -> Self {
        Self {
            key: Cow::Borrowed(key),
            is_list,
            is_special: false,
        }
    }

    fn parse(text: &str) -> Self {
        let (key, is_list) = match text.strip_suffix("[]") {
            Some(key) => (key, true),
            None => (text, false),
        };
        let key = key.trim();
        let is_special = matches!(key, "" | "*" | "-") || is_selector(key) || is_integer(key);
        Self {
            key: key.to_owned().into(),
            is_list,
            is_special,
        }
    }

    /// Why it does not lead from a map to a field.
    fn refusal(&self) -> Error {
        let key = &self.key;
        let reason = match &**key {
            "" => return anyhow!("cannot set or create an empty field name"),
            "*" => "wildcard is not supported in PathGetter".to_owned(),
            _ if is_selector(key) && !key.contains('=') => {
                "list path element must contain fieldName=fieldValue for element to match".into()
            }
            _ if key.parse::<i64>().is_ok_and(|index| index < 0) => {
                format!("array index {key} cannot be negative")
            }
            _ => "wrong node kind: expected SequenceNode but got MappingNode".into(),
        };
        anyhow!("fieldName: {key}: {reason}")
    }
}

/// `[name=value]`
fn is_selector(key: &str) -> bool {
    key.starts_with('[') && key.ends_with(']')
}

fn is_integer(key: &str) -> bool {
    key.ends_with(|last: char| last.is_ascii_digit()) && key.parse::<i64>().is_ok()
}

/// What to put at the end of a path whose last field is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// Nothing: the field is left alone.
    Never,
    /// An empty map.
    Mapping,
    /// A scalar without text.
    Scalar,
}

impl FieldSpec {
    /// Whether objects of this kind have the field.
    pub fn selects(&self, gvk: &Gvk) -> bool {
        let fits = |mine: &str, theirs: &str| mine.is_empty() || mine == theirs;
        fits(&self.kind, &gvk.kind)
            && fits(&self.group, &gvk.group)
            && fits(&self.version, &gvk.version)
    }

    /// Whether the field is, or holds, part of what makes an object's identity.
    pub fn touches_identity(&self) -> bool {
        let mut keys = self.path.segments().iter().map(|segment| &*segment.key);
        match keys.next() {
            Some("metadata") => matches!(keys.next(), None | Some("name" | "namespace")),
            first => matches!(first, None | Some("apiVersion" | "kind")),
        }
    }

    /// The kind that it names.
    pub fn gvk(&self) -> Gvk {
        Gvk {
            group: (&*self.group).into(),
            version: (&*self.version).into(),
            kind: (&*self.kind).into(),
        }
    }
}

/// The field specs that are for objects of a kind: looked for once a kind, not once an object.
pub struct SpecsByKind<'s> {
    all: &'s [FieldSpec],
    /// By the hash of the kind's name alone: it tells nearly all apart.
    chosen: HashTable<(Gvk, Vec<&'s FieldSpec>)>,
}

impl<'s> SpecsByKind<'s> {
    /// For choosing among these.
    pub fn new(all: &'s [FieldSpec]) -> Self {
        let chosen = HashTable::new();
        Self { all, chosen }
    }

    /// Those for a kind, in order.
    pub fn of(&mut self, gvk: &Gvk) -> &[&'s FieldSpec] {
        let hash = |gvk: &Gvk| FixedState::default().hash_one(gvk.kind.as_str());
        let is_it = |(known, _): &(Gvk, _)| known == gvk;
        let entry = self
            .chosen
            .entry(hash(gvk), is_it, |(known, _)| hash(known));
        let choose = || {
            let chosen = self.all.iter().filter(|spec| spec.selects(gvk));
            (gvk.clone(), chosen.collect())
        };
        &entry.or_insert_with(choose).into_mut().1
    }
}

/// The walk to a field: segments, and whether what is missing on the way is made.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    /// The segments from the root.
    pub segments: &'a [Segment],
    /// What to make at the end of the path; [`Create::Never`] makes nothing on the way either.
    pub create: Create,
}

impl Walk<'_> {
    /// Calls `set` with each value that the path leads to (spec 03 R3, R4): through every element of lists, past nulls on the
    /// way. A null at its end is handed to `set` too. A null where the path has a list becomes one, whatever is made.
    ///
    /// Fails where a scalar stands in the way, and as `set` does.
    pub fn visit(
        &self,
        value: &mut Value,
        set: &mut impl FnMut(&mut Value) -> Result<()>,
    ) -> Result<()> {
        let Some((segment, rest)) = self.segments.split_first() else {
            return set(value);
        };
        match value {
            Value::Sequence(items) => items
                .make_mut()
                .iter_mut()
                .filter(|item| !item.is_null())
                .try_for_each(|item| self.visit(item, set))
                .map_err(|error| self.in_list(error)),
            Value::Mapping(_) if segment.is_special => Err(segment.refusal()),
            Value::Mapping(map) => {
                let next = Walk {
                    segments: rest,
                    create: self.create,
                };
                let creates = self.create != Create::Never;
                match map.position(&segment.key) {
                    None if !creates || segment.is_list => Ok(()),
                    None => next.visit(map.get_or_insert_with(&segment.key, || next.empty()), set),
                    Some(position) => {
                        let field = &mut map.entries_mut()[position].value;
                        if field.is_null() && segment.is_list {
                            *field = Value::Sequence(Sequence::new());
                        } else if field.is_null() && creates && !next.ends_in_scalar() {
                            *field = next.empty();
                        }
                        if field.is_null() && !rest.is_empty() {
                            Ok(())
                        } else {
                            next.visit(field, set)
                        }
                    }
                }
            }
            Value::Scalar(scalar) if scalar.is_null() => Ok(()),
            Value::Scalar(_) if segment.key.is_empty() => Err(segment.refusal()),
            Value::Scalar(_) => bail!("expected sequence or mapping node"),
        }
    }

    /// A failure below a list, with kustomize's word for where that is.
    fn in_list(&self, error: Error) -> Error {
        let keys: Vec<_> = self.segments.iter().map(|segment| &*segment.key).collect();
        error.context(format!("visit traversal on path: [{}]", keys.join(" ")))
    }

    /// Whether it is done, at what becomes a scalar.
    fn ends_in_scalar(&self) -> bool {
        self.segments.is_empty() && self.create == Create::Scalar
    }

    /// What is made at this point of the walk.
    fn empty(&self) -> Value {
        match self.create {
            Create::Scalar if self.segments.is_empty() => Value::string(""),
            _ => Value::Mapping(Mapping::new()),
        }
    }
}

/// Puts the words around an error of a walk that say where it went (spec 03 R2).
pub fn considering(path: &str, id: &ResId, error: &Error) -> Error {
    anyhow!("considering field '{path}' of object {id}: {error:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_split_at_slashes_that_are_not_escaped() {
        let path = SpecPath::new("/spec/a.b\\/c/d[]");
        let keys: Vec<_> = path
            .segments()
            .iter()
            .map(|segment| (segment.key.clone(), segment.is_list))
            .collect();
        assert_eq!(
            keys,
            [
                ("spec".into(), false),
                ("a.b/c".into(), false),
                ("d".into(), true)
            ]
        );
    }
}
