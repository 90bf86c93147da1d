//! The fields that a replacement sets (spec 06 R20–R24, R32, R33).

use std::borrow::Cow;
use std::num::NonZeroU32;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::matcher::{Kind, Matcher};
use super::path::{Path, Segment};
use super::source::Source;
use super::structured;
use crate::kustomization::{ReplacementOptions, ReplacementTarget};
use crate::model::{
    Extent, MAX_COPIED, MAX_DEPTH, MAX_TEXT, ResMap, Resource, Scalar, Selector, SelectorArgs,
    Slot, Style, Text, Value, bookkeeping,
};

/// Sets the fields of a target to a value. Says whether the target selects anything.
pub(super) fn apply(
    resources: &mut ResMap,
    target: &ReplacementTarget,
    source: &mut Source,
) -> Result<bool> {
    let Some(select) = &target.select else {
        bail!("target must specify resources to select");
    };
    let selected = select_from(resources, select, &target.reject)?;
    if selected.is_empty() {
        return Ok(false);
    }
    let default = [Text::from("metadata.name")];
    let paths = match &target.field_paths[..] {
        [] => &default,
        paths => paths,
    };
    let create = target
        .options
        .as_ref()
        .is_some_and(|options| options.create);
    let create = create.then(|| Kind::of(&source.value));
    let fields = paths
        .iter()
        .map(|path| Field::new(path, target.options.as_ref(), create))
        .collect::<Result<Vec<_>>>()?;
    for slot in selected {
        for field in &fields {
            let places = source.places_in(slot);
            if places.is_some() {
                resources.edit(slot, |resource| field.create_in(resource.value_mut()));
                source.refresh(resources)?;
            }
            let made = resources.edit(slot, |resource| {
                field.set(resource, &source.value, places.as_deref())
            })?;
            resources.spend(made)?;
            if places.is_some() {
                source.refresh(resources)?;
            }
        }
    }
    Ok(true)
}

/// The objects that are selected and not rejected, in order.
fn select_from(
    resources: &ResMap,
    select: &SelectorArgs,
    rejects: &[SelectorArgs],
) -> Result<Vec<Slot>> {
    let selector = compile(select)?;
    let rejects = rejects
        .iter()
        .map(Reject::new)
        .collect::<Result<Vec<_>>>()?;
    let mut selected = match selector.literal_target() {
        Some((kind, name)) => resources.named(kind, name),
        None => resources.slots().collect(),
    };
    selected.retain(|slot| {
        let resource = resources.get(*slot);
        selector.matches_replacement_target(resource)
            && !rejects.iter().any(|reject| reject.matches(resource))
    });
    Ok(selected)
}

fn compile(args: &SelectorArgs) -> Result<Selector> {
    Selector::compile(args).context("error creating target selector")
}

/// An entry of `reject`: its requirements for labels and annotations reject alone, and so do the parts of its identity
/// (spec 06 R22).
struct Reject {
    selector: Selector,
    has_metadata: bool,
    has_id: bool,
}

impl Reject {
    fn new(args: &SelectorArgs) -> Result<Self> {
        let parts = [
            &args.group,
            &args.version,
            &args.kind,
            &args.name,
            &args.namespace,
        ];
        Ok(Self {
            selector: compile(args)?,
            has_metadata: !args.label_selector.is_empty() || !args.annotation_selector.is_empty(),
            has_id: parts.into_iter().any(|part| !part.is_empty()),
        })
    }

    fn matches(&self, resource: &Resource) -> bool {
        self.has_metadata && self.selector.matches_metadata(resource)
            || self.has_id && self.selector.matches_any_id(resource)
    }
}

/// One path of a target.
struct Field<'a> {
    path: Path,
    matcher: Result<Matcher>,
    create: Option<Kind>,
    options: Option<&'a ReplacementOptions>,
}

impl<'a> Field<'a> {
    fn new(
        path: &Text,
        options: Option<&'a ReplacementOptions>,
        create: Option<Kind>,
    ) -> Result<Self> {
        let path = Path::parse(path)?;
        Ok(Self {
            matcher: Matcher::new(&path.segments, create),
            path,
            create,
            options,
        })
    }

    /// Makes the field where it is missing.
    fn create_in(&self, root: &mut Value) {
        if let (Ok(matcher), Some(_)) = (&self.matcher, self.create) {
            // What fails here fails again when the field is set.
            matcher.follow(root).ok();
        }
    }

    /// Sets the field, and returns the bytes of the texts that were made for it. `places` lead to the value, if it is in the
    /// object itself.
    fn set(
        &self,
        resource: &mut Resource,
        value: &Value,
        places: Option<&[usize]>,
    ) -> Result<usize> {
        let made = self.set_value(resource, value, places)?;
        let is_written = |keys: &[&str]| {
            self.path.segments.len() == keys.len()
                && self
                    .path
                    .segments
                    .iter()
                    .zip(keys)
                    .all(|(segment, key)| matches!(segment, Segment::Key(text) if text == key))
        };
        if is_written(&["metadata", "annotations"]) || is_written(&["metadata"]) {
            resource.forget(0);
            bookkeeping::take(resource);
        }
        Ok(made)
    }

    fn set_value(
        &self,
        resource: &mut Resource,
        value: &Value,
        places: Option<&[usize]>,
    ) -> Result<usize> {
        let mut shared = Shared::default();
        let inside = structured::set(
            resource.value_mut(),
            &self.path,
            self.create,
            &mut |field| {
                // Kustomize ignores the delimiter inside of structured text.
                write(field, value, None, &mut Shared::default())
            },
        );
        let made = if let Some(string) = inside {
            shared.note(&string);
            string.text.len()
        } else {
            self.set_fields(resource.value_mut(), value, places, &mut shared)?
        };
        for (group, scalar) in shared.0 {
            resource.set_shared(group, &scalar);
        }
        Ok(made)
    }

    fn set_fields(
        &self,
        root: &mut Value,
        value: &Value,
        places: Option<&[usize]>,
        shared: &mut Shared,
    ) -> Result<usize> {
        let not_found = |cause: &anyhow::Error| anyhow!("{}: {cause:#}", self.not_found());
        let matcher = self.matcher.as_ref().map_err(not_found)?;
        let mut found = matcher.follow(root).map_err(|cause| not_found(&cause))?;
        let mut ways = Vec::new();
        if let Some(places) = places {
            // Where fields lie does not change while they are looked for: all that is missing was made before.
            let addresses: Vec<_> = found.fields.iter().map(|it| address(it)).collect();
            if let Some(source) = descend(root, places) {
                find_ways(source, &addresses, &mut Vec::new(), &mut ways);
            }
            found = matcher.follow(root).map_err(|cause| not_found(&cause))?;
        }
        if found.fields.is_empty() && !found.any_lost {
            bail!(self.not_found());
        }
        if !matches!(value, Value::Scalar(_)) {
            self.check_size(value, found.fields.len())?;
        }
        let options = self.options.filter(|options| !options.delimiter.is_empty());
        let mut made = 0;
        let mut value = Cow::Borrowed(value);
        for field in found.fields {
            write(field, &value, options, shared)?;
            if options.is_some() {
                made += field.text().map_or(0, Text::len);
            }
            let way = ways.iter().find(|(of, _)| *of == address(field));
            if let Some((_, way)) = way
                && let Some(copied) = descend(value.to_mut(), way)
            {
                // What is copied changes with each copy into it.
                copied.clone_from(field);
                self.check_size(&value, 1)?;
            }
        }
        Ok(made)
    }

    /// Refuses copies that make an object too large or too deep: a copy into the very field that is copied doubles it.
    fn check_size(&self, value: &Value, copies: usize) -> Result<()> {
        let field = &self.path.text;
        let most = MAX_COPIED / copies.max(1);
        let Some(extent) = Extent::of(value, most) else {
            bail!("copies into field {field:?} come to more than {MAX_COPIED} values");
        };
        ensure!(
            self.path.segments.len() + extent.height <= MAX_DEPTH,
            "the copy nests the object deeper than {MAX_DEPTH} levels: {field:?}"
        );
        Ok(())
    }

    fn not_found(&self) -> String {
        let found = match self.create {
            Some(_) => "find or create",
            None => "find",
        };
        format!(
            "unable to {found} field {:?} in replacement target",
            self.path.text
        )
    }
}

/// Where a value lies.
fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// What lies at the end of a way.
fn descend<'v>(value: &'v mut Value, way: &[usize]) -> Option<&'v mut Value> {
    way.iter().try_fold(value, |value, place| match value {
        Value::Scalar(_) => None,
        Value::Sequence(items) => items.make_mut().get_mut(*place),
        Value::Mapping(map) => map.entries_mut().get_mut(*place).map(|it| &mut it.value),
    })
}

/// Finds the ways from a value to those of some fields that lie in it, by their addresses.
fn find_ways(
    value: &Value,
    fields: &[usize],
    way: &mut Vec<usize>,
    found: &mut Vec<(usize, Vec<usize>)>,
) {
    let address = address(value);
    if fields.contains(&address) {
        found.push((address, way.clone()));
    }
    let mut descend = |place, value| {
        way.push(place);
        find_ways(value, fields, way, found);
        way.pop();
    };
    match value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items
            .iter()
            .enumerate()
            .for_each(|(place, item)| descend(place, item)),
        Value::Mapping(map) => map
            .iter()
            .enumerate()
            .for_each(|(place, (_, value))| descend(place, value)),
    }
}

/// Writes a value over a field: a scalar keeps its type and style (spec 06 R32).
fn write(
    field: &mut Value,
    value: &Value,
    options: Option<&ReplacementOptions>,
    shared: &mut Shared,
) -> Result<()> {
    let Value::Scalar(scalar) = field else {
        if options.is_some() {
            bail!("delimiter option can only be used with scalar nodes");
        }
        *field = unshared(value.clone());
        return Ok(());
    };
    // Collections have no text: a scalar that one is written over becomes empty.
    let text = value.as_scalar().map(|value| &value.text);
    let text = match options {
        Some(options) => {
            let text = text.map_or("", |text| text.as_str());
            spliced(shared.current(scalar), text, options)?
        }
        None => text.cloned().unwrap_or_default(),
    };
    set_text(scalar, text);
    shared.note(scalar);
    Ok(())
}

/// Gives a scalar a text; one that had none, not even quotes, is no longer empty then.
pub(super) fn set_text(scalar: &mut Scalar, text: Text) {
    scalar.text = text;
    if scalar.style == Style::FlowEmpty && !scalar.text.is_empty() {
        scalar.style = Style::Plain;
    }
}

/// The scalars that were set in one object and share their node with others (spec 06 R36), with what they were set to.
#[derive(Default)]
pub(super) struct Shared(Vec<(NonZeroU32, Scalar)>);

impl Shared {
    /// The text that the scalar has by now.
    fn current<'a>(&'a self, scalar: &'a Scalar) -> &'a str {
        let set = self
            .0
            .iter()
            .rfind(|(group, _)| scalar.shared == Some(*group));
        set.map_or(&scalar.text, |(_, scalar)| &scalar.text)
    }

    /// Notes that a scalar was set.
    fn note(&mut self, scalar: &Scalar) {
        if let Some(group) = scalar.shared {
            self.0.retain(|(other, _)| *other != group);
            self.0.push((group, scalar.clone()));
        }
    }
}

/// A text in which the value is one of the parts between delimiters (spec 06 R33).
fn spliced(old: &str, value: &str, options: &ReplacementOptions) -> Result<Text> {
    ensure!(
        old.len() + options.delimiter.len() + value.len() <= MAX_TEXT,
        "the text that is made is longer than {MAX_TEXT} bytes"
    );
    let mut parts: Vec<&str> = old.split(options.delimiter.as_str()).collect();
    match usize::try_from(options.index) {
        Err(_) => parts.insert(0, value),
        Ok(index) => match parts.get_mut(index) {
            Some(part) => *part = value,
            None => parts.push(value),
        },
    }
    Ok(parts.join(&options.delimiter).into())
}

/// A value that shares no scalars with others.
fn unshared(mut value: Value) -> Value {
    value.for_each_scalar(&mut |scalar| scalar.shared = None);
    value
}
