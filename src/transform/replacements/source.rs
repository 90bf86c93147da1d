//! Where the value of a replacement comes from (spec 06 R10–R13).

use std::borrow::Cow;

use anyhow::{Context, Result, anyhow, bail};

use super::path::{Path, Segment};
use crate::kustomization::{Replacement, ReplacementOptions, ReplacementSource};
use crate::model::{Gvk, ResId, ResMap, Resource, Scalar, Slot, Text, Value, bookkeeping};
use crate::transform::record_text;

/// What a replacement copies.
pub(super) struct Source {
    /// The value to copy.
    pub(super) value: Value,
    /// The field that it comes from, by the positions on the way, where a change of the field is a change of the value.
    field: Option<(Slot, Vec<usize>)>,
    /// Whether kustomize's own annotations are part of the value.
    shows_books: bool,
}

impl Source {
    /// Finds the value that a replacement copies.
    pub(super) fn new(resources: &ResMap, replacement: &Replacement) -> Result<Self> {
        match (&replacement.source, &replacement.source_value) {
            (Some(_), Some(_)) => bail!("value and resource selectors are mutually exclusive"),
            (Some(source), None) => Self::of_field(resources, source),
            (None, Some(text)) => Ok(Self {
                value: Value::Scalar(Scalar::untyped(text.clone())),
                field: None,
                shows_books: false,
            }),
            (None, None) => bail!("replacements must specify a source and at least one target"),
        }
    }

    fn of_field(resources: &ResMap, source: &ReplacementSource) -> Result<Self> {
        let field_path = match source.field_path.as_str() {
            "" => Text::from("metadata.name"),
            _ => source.field_path.clone(),
        };
        let slot = select(resources, source)?;
        let path = Path::parse(&field_path)?;
        let shows_books = holds_annotations(&path);
        let object = seen(resources.get(slot), shows_books)?;
        let found = path
            .locate(&object)
            .context("error looking up replacement source")?;
        if let Some((places, value)) = found
            && !value.is_null_or_empty()
        {
            return Ok(match &source.options {
                Some(options) if !options.delimiter.is_empty() => Self {
                    value: part(value, options)?,
                    field: None,
                    shows_books,
                },
                _ => Self {
                    value: value.clone(),
                    field: Some((slot, places)),
                    shows_books,
                },
            });
        }
        bail!(
            "fieldPath `{field_path}` is missing for replacement source {}",
            id(source)
        )
    }

    /// The way to the field that is copied, if that is in this object.
    pub(super) fn places_in(&self, slot: Slot) -> Option<Vec<usize>> {
        let (of, places) = self.field.as_ref()?;
        (*of == slot).then(|| places.clone())
    }

    /// Takes over what a replacement did to the field that it copies: kustomize holds the field, not its value.
    pub(super) fn refresh(&mut self, resources: &ResMap) -> Result<()> {
        let Some((slot, places)) = &self.field else {
            return Ok(());
        };
        let object = seen(resources.get(*slot), self.shows_books)?;
        let value = places
            .iter()
            .try_fold(&*object, |value, place| child(value, *place));
        if let Some(value) = value {
            self.value = value.clone();
        }
        Ok(())
    }
}

/// Whether a path leads to all annotations of an object, or to what holds them.
fn holds_annotations(path: &Path) -> bool {
    let is_key =
        |(segment, key): (&Segment, &str)| matches!(segment, Segment::Key(text) if text == key);
    path.segments.len() <= 2
        && path
            .segments
            .iter()
            .zip(["metadata", "annotations"])
            .all(is_key)
}

/// An object as kustomize has it, with its own annotations among the others if they are to be shown (spec 01 R37).
fn seen(resource: &Resource, shows_books: bool) -> Result<Cow<'_, Value>> {
    let mut object = Cow::Borrowed(resource.value());
    if shows_books && resource.has_books() {
        let mut books = bookkeeping::show(resource);
        if resource.has_record() {
            books.extend(record_text::show(resource)?);
        }
        bookkeeping::annotate(object.to_mut(), books);
    }
    Ok(object)
}

fn child(value: &Value, place: usize) -> Option<&Value> {
    match value {
        Value::Scalar(_) => None,
        Value::Sequence(items) => items.get(place),
        Value::Mapping(map) => map.entries().get(place).map(|entry| &entry.value),
    }
}

/// The one object that the source names.
fn select(resources: &ResMap, source: &ReplacementSource) -> Result<Slot> {
    let wanted = id(source);
    let mut found = if source.kind.is_empty() || source.name.is_empty() {
        resources.slots().collect()
    } else {
        resources.named(&source.kind, &source.name)
    };
    found.retain(|slot| answers(resources.get(*slot), &wanted));
    match found[..] {
        [slot] => Ok(slot),
        [] => Err(anyhow!("nothing selected by {}", describe(source))),
        _ => Err(anyhow!(
            "multiple matches for selector {}",
            describe(source)
        )),
    }
}

/// Whether some identity of the object has all the parts that are given. The namespace is compared as it is written, be the
/// kind one that lives outside namespaces.
fn answers(resource: &Resource, wanted: &ResId) -> bool {
    let fits = |wanted: &Text, text: &Text| wanted.is_empty() || wanted == text;
    resource.ids().any(|id| {
        fits(&wanted.name, &id.name)
            && wanted.gvk.selects(&id.gvk)
            && (wanted.namespace.is_empty()
                || wanted.namespace == id.namespace
                || wanted.namespace == "default" && id.namespace.is_empty())
    })
}

fn id(source: &ReplacementSource) -> ResId {
    let gvk = Gvk {
        group: source.group.clone(),
        version: source.version.clone(),
        kind: source.kind.clone(),
    };
    ResId::new(gvk, source.name.clone(), source.namespace.clone())
}

/// The source in kustomize's words: `ConfigMap.[noVer].[noGrp]/src.[noNs]:data.x:/(2), create=false`.
fn describe(source: &ReplacementSource) -> String {
    let mut text = id(source).to_string();
    if !source.field_path.is_empty() {
        text = format!("{text}:{}", source.field_path);
    }
    match &source.options {
        Some(options) if options.create || !options.delimiter.is_empty() => {
            let (delimiter, index) = (&options.delimiter, options.index);
            format!("{text}:{delimiter}({index}), create={}", options.create)
        }
        _ => text,
    }
}

/// The element of a text that a delimiter cuts.
fn part(value: &Value, options: &ReplacementOptions) -> Result<Value> {
    let Value::Scalar(scalar) = value else {
        bail!("delimiter option can only be used with scalar nodes");
    };
    let element = usize::try_from(options.index)
        .ok()
        .and_then(|index| scalar.text.split(options.delimiter.as_str()).nth(index));
    let Some(element) = element else {
        bail!(
            "options.index {} is out of bounds for value {}",
            options.index,
            scalar.text
        );
    };
    Ok(Value::Scalar(Scalar {
        text: element.into(),
        ..scalar.clone()
    }))
}
