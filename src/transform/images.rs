//! `images`.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};
use regex::Regex;

use super::replacements::wrong_kind;
use crate::kustomization::Image;
use crate::model::{
    Create, Entry, FieldSpec, MAX_NAME, ResMap, Resource, Scalar, SpecsByKind, Style, Tag, Text,
    Value, Walk, considering, pattern,
};

/// Changes the names, tags and digests of images, entry by entry, each seeing what the earlier ones made (spec 03 R40–R45).
///
/// Returns the positions of the entries that were for no image, and all images that were met.
pub fn apply(
    resources: &mut ResMap,
    images: &[Image],
    specs: &[FieldSpec],
) -> Result<(Vec<usize>, Met)> {
    let entries: Vec<_> = images.iter().map(Change::new).collect::<Result<_>>()?;
    if entries.is_empty() {
        return Ok((Vec::new(), Met::default()));
    }
    let touches_identity = specs.iter().any(FieldSpec::touches_identity);
    let begin = || (SpecsByKind::new(specs), Met::default());
    let states = resources.edit_each(begin, |(specs, met), _, resource| {
        if resource.id().gvk.kind == "CustomResourceDefinition" {
            return Ok(false);
        }
        let specs = specs.of(&resource.id().gvk);
        let mut images = Images::of(resource, specs, met)?;
        entries.iter().try_for_each(|entry| images.change(entry))?;
        images.write(resource, specs)?;
        Ok(touches_identity)
    })?;
    let met = Met::of_parts(states.into_iter().map(|(_, met)| met));
    let entries = entries.iter().enumerate();
    let unused = entries.filter(|(_, entry)| !entry.is_used.load(Ordering::Relaxed));
    Ok((unused.map(|(position, _)| position).collect(), met))
}

/// The images that were there before any entry changed them: gathered on the way, for advice about entries that are for none.
#[derive(Default)]
pub struct Met {
    /// Those of containers.
    in_containers: Vec<Text>,
    /// All that stand below a key `image`.
    anywhere: Vec<Text>,
}

impl Met {
    /// What was met in the parts of a list.
    fn of_parts(parts: impl Iterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for mut part in parts {
            all.in_containers.append(&mut part.in_containers);
            all.anywhere.append(&mut part.anywhere);
        }
        all
    }

    /// The names of the images of containers, without tags and digests.
    pub(super) fn names(&self) -> IndexSet<&str> {
        names(&self.in_containers)
    }

    /// The names of all images, those of fields that `images` does not reach among them.
    pub(super) fn names_anywhere(&self) -> IndexSet<&str> {
        names(&self.anywhere)
    }
}

fn names(images: &[Text]) -> IndexSet<&str> {
    images
        .iter()
        .map(|image| Parts::split(image).name)
        .collect()
}

/// The name of an image without tag and digest.
pub(super) fn name_of(image: &str) -> &str {
    Parts::split(image).name
}

/// The images of an object: looked for once and written once, however many entries there are.
#[derive(Default)]
struct Images {
    all: Vec<FoundImage>,
    /// Those in the `containers` and `initContainers` lists, at any depth, in the order of the object.
    in_containers: Vec<usize>,
    /// Those in the fields of the specs, in their order. Most are in containers too.
    in_fields: Vec<usize>,
}

struct FoundImage {
    text: Text,
    /// Whether writing the same text over it changes nothing.
    is_settled: bool,
    is_changed: bool,
}

impl Images {
    /// Looks through an object, and fails at what stands where only an image may.
    fn of(resource: &mut Resource, specs: &[&FieldSpec], met: &mut Met) -> Result<Self> {
        let mut found = Found::default();
        // First, because it may move what is shared with other objects.
        let in_fields = found.look_in_fields(resource, specs);
        let mut images = Self::default();
        found.look_in_containers(resource.value(), &mut images.in_containers, met)?;
        images.in_fields = in_fields?;
        images.all = found.images.into_values().collect();
        Ok(images)
    }

    /// Changes those that an entry is for, in two passes: all in containers, then those in fields. Most images are reached by
    /// both, which shows where a tag suffix is added (spec 03 R41).
    fn change(&mut self, entry: &Change<'_>) -> Result<()> {
        let mut both = self.in_containers.iter().chain(&self.in_fields);
        both.try_for_each(|position| entry.apply(&mut self.all[*position]))
    }

    fn write(self, resource: &mut Resource, specs: &[&FieldSpec]) -> Result<()> {
        if !self.all.iter().any(|image| image.is_changed) {
            return Ok(());
        }
        let set = |scalar: &mut Scalar, position: Option<&usize>| {
            let position = position.expect("invariant: what was looked at is still there");
            let image = &self.all[*position];
            if image.is_changed {
                scalar.assign(&Scalar::untyped(image.text.clone()));
            }
        };
        let mut positions = self.in_containers.iter();
        each_in_containers(resource.value_mut(), &mut |image| {
            set(image, positions.next());
        });
        let mut positions = self.in_fields.iter();
        each_in_fields(resource, specs, |field| {
            if let Value::Scalar(image) = field {
                set(image, positions.next());
            }
            Ok(())
        })
    }
}

/// Images by where they stand in memory, which tells those that are found twice.
#[derive(Default)]
struct Found {
    images: IndexMap<usize, FoundImage, FixedState>,
}

impl Found {
    fn position(&mut self, image: &Scalar) -> usize {
        let entry = self.images.entry(std::ptr::from_ref(image).addr());
        let position = entry.index();
        entry.or_insert_with(|| FoundImage {
            text: image.text.clone(),
            is_settled: image.tag == Tag::Untyped
                && !matches!(image.style, Style::Unquoted | Style::FlowEmpty),
            is_changed: false,
        });
        position
    }

    fn look_in_fields(
        &mut self,
        resource: &mut Resource,
        specs: &[&FieldSpec],
    ) -> Result<Vec<usize>> {
        let mut positions = Vec::new();
        each_in_fields(resource, specs, |field| match field {
            Value::Scalar(image) => {
                positions.push(self.position(image));
                Ok(())
            }
            other => Err(wrong_kind("ScalarNode", other)),
        })?;
        Ok(positions)
    }

    fn look_in_containers(
        &mut self,
        value: &Value,
        positions: &mut Vec<usize>,
        met: &mut Met,
    ) -> Result<()> {
        match value {
            Value::Mapping(map) => map.iter().try_for_each(|(key, value)| match value {
                Value::Scalar(image) => {
                    if key == "image" {
                        met.anywhere.push(image.text.clone());
                    }
                    Ok(())
                }
                Value::Sequence(items) if is_container_list(key) => {
                    for image in items.iter().filter_map(image_of) {
                        let image = image?;
                        met.in_containers.push(image.text.clone());
                        positions.push(self.position(image));
                    }
                    self.look_in_containers(value, positions, met)
                }
                value => self.look_in_containers(value, positions, met),
            }),
            Value::Sequence(items) => items
                .iter()
                .try_for_each(|item| self.look_in_containers(item, positions, met)),
            Value::Scalar(_) => Ok(()),
        }
    }
}

/// The image of an element of a list of containers.
fn image_of(container: &Value) -> Option<Result<&Scalar>> {
    match container {
        Value::Mapping(map) => map.get("image").map(|image| match image {
            // A null is the text `null` here.
            Value::Scalar(image) => Ok(image),
            other => Err(wrong_kind("ScalarNode", other)),
        }),
        other if other.is_null() => None,
        other => Some(Err(wrong_kind("MappingNode", other))),
    }
}

/// Calls `each` with the images that [`Found::look_in_containers`] finds, in the same order.
fn each_in_containers(value: &mut Value, each: &mut impl FnMut(&mut Scalar)) {
    match value {
        Value::Mapping(map) => {
            for Entry { key, value } in map.entries_mut() {
                if let Value::Sequence(items) = value
                    && is_container_list(&key.text)
                {
                    let containers = items.make_mut().iter_mut();
                    containers
                        .filter_map(Value::as_mapping_mut)
                        .filter_map(|container| container.get_mut("image")?.as_scalar_mut())
                        .for_each(&mut *each);
                }
                each_in_containers(value, each);
            }
        }
        Value::Sequence(items) => {
            let items = items.make_mut().iter_mut();
            items.for_each(|item| each_in_containers(item, each));
        }
        Value::Scalar(_) => {}
    }
}

/// Calls `each` with what stands in the fields of the specs.
fn each_in_fields(
    resource: &mut Resource,
    specs: &[&FieldSpec],
    mut each: impl FnMut(&mut Value) -> Result<()>,
) -> Result<()> {
    specs.iter().try_for_each(|spec| {
        let walk = Walk {
            segments: spec.path.segments(),
            create: Create::Never,
        };
        let walked = walk.visit(resource.value_mut(), &mut each);
        walked.map_err(|error| considering(&spec.path.text, resource.id(), &error))
    })
}

/// An entry of `images`, with what recognises its image.
struct Change<'a> {
    image: &'a Image,
    matcher: Matcher<'a>,
    is_used: AtomicBool,
}

/// Recognises `name[:tag][@digest]`.
enum Matcher<'a> {
    /// A name without characters that mean something in a regular expression, but for the dot.
    Name(&'a str),
    /// Any other name.
    Pattern(Box<Regex>),
}

impl<'a> Change<'a> {
    fn new(image: &'a Image) -> Result<Self> {
        let is_simple = image
            .name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"./:_-@".contains(&byte));
        let matcher = if is_simple {
            Matcher::Name(&image.name)
        } else {
            let pattern = format!(
                "^{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$",
                image.name
            );
            Matcher::Pattern(Box::new(pattern::compile(&pattern).with_context(|| {
                format!("image name `{}` is not a regular expression", image.name)
            })?))
        };
        let is_used = AtomicBool::new(false);
        Ok(Self {
            image,
            matcher,
            is_used,
        })
    }

    /// Changes an image that it is for.
    fn apply(&self, image: &mut FoundImage) -> Result<()> {
        if !self.matcher.is_match(&image.text) {
            return Ok(());
        }
        self.is_used.store(true, Ordering::Relaxed);
        let new = self.rename(&image.text);
        ensure!(
            new.len() <= MAX_NAME,
            "the image gets longer than {MAX_NAME} bytes"
        );
        if new != image.text || !image.is_settled {
            image.text = new;
            image.is_settled = true;
            image.is_changed = true;
        }
        Ok(())
    }

    /// The image under its new name, tag and digest (spec 03 R44).
    fn rename(&self, old: &str) -> Text {
        let Image {
            new_name,
            new_tag,
            tag_suffix,
            digest,
            ..
        } = self.image;
        let parts = Parts::split(old);
        let name = if new_name.is_empty() {
            parts.name
        } else {
            new_name
        };
        let (tag, digest) = match (new_tag.as_str(), digest.as_str(), tag_suffix.as_str()) {
            ("", "", "") => (Text::from(parts.tag), parts.digest),
            ("", "", suffix) => (ecow::eco_format!("{}{suffix}", parts.tag), ""),
            (tag, digest, _) => (Text::from(tag), digest),
        };
        let mut image = Text::from(name);
        for (mark, part) in [(":", tag.as_str()), ("@", digest)] {
            if !part.is_empty() {
                image.push_str(mark);
                image.push_str(part);
            }
        }
        image
    }
}

fn is_container_list(key: &str) -> bool {
    matches!(key, "containers" | "initContainers")
}

impl Matcher<'_> {
    fn is_match(&self, image: &str) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(image),
            Self::Name(name) => {
                let (bytes, name) = (image.as_bytes(), name.as_bytes());
                let starts = bytes.len() >= name.len()
                    && bytes
                        .iter()
                        .zip(name)
                        .all(|(byte, of_name)| byte == of_name || *of_name == b'.');
                starts && is_tail(&image.as_bytes()[name.len()..])
            }
        }
    }
}

/// Whether the rest of an image is `[:tag][@sha256:digest]` and nothing else.
fn is_tail(rest: &[u8]) -> bool {
    let skip = |rest: &[u8]| {
        rest.iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.{}-".contains(byte))
            .count()
    };
    let rest = match rest {
        [b':', tag @ ..] => &tag[skip(tag)..],
        _ => rest,
    };
    match rest.strip_prefix(b"@sha256:") {
        Some(digest) => skip(digest) == digest.len(),
        None => rest.is_empty(),
    }
}

/// An image taken apart (spec 03 R43).
struct Parts<'a> {
    name: &'a str,
    tag: &'a str,
    digest: &'a str,
}

impl<'a> Parts<'a> {
    fn split(image: &'a str) -> Self {
        let host = image.find('/').unwrap_or(0);
        let find = |mark| image[host..].find(mark).map(|position| position + host);
        match (find('@'), find(':')) {
            (None, None) => Self {
                name: image,
                tag: "",
                digest: "",
            },
            (Some(at), colon) if colon.is_none_or(|colon| at < colon) => Self {
                name: &image[..at],
                tag: "",
                digest: &image[at + 1..],
            },
            (Some(at), Some(colon)) => Self {
                name: &image[..colon],
                tag: &image[colon + 1..at],
                digest: &image[at + 1..],
            },
            (_, Some(colon)) => Self {
                name: &image[..colon],
                tag: &image[colon + 1..],
                digest: "",
            },
            (Some(at), None) => Self {
                name: &image[..at],
                tag: "",
                digest: &image[at + 1..],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(old: &str, image: &Image) -> Option<Text> {
        let entry = Change::new(image).unwrap();
        entry.matcher.is_match(old).then(|| entry.rename(old))
    }

    #[test]
    fn names_tags_and_digests_change_as_in_kustomize() {
        let image =
            |name: &str, new_name: &str, new_tag: &str, tag_suffix: &str, digest: &str| Image {
                name: name.into(),
                new_name: new_name.into(),
                new_tag: new_tag.into(),
                tag_suffix: tag_suffix.into(),
                digest: digest.into(),
            };
        for (old, entry, expected) in [
            (
                "nginx:1@sha256:aaa",
                image("nginx", "", "v2", "", ""),
                Some("nginx:v2"),
            ),
            (
                "reg.io:5000/app:1",
                image("reg.io:5000/app", "other/app", "", "", "sha256:abc"),
                Some("other/app@sha256:abc"),
            ),
            (
                "dig:1@sha256:e",
                image("dig", "dig2", "", "", ""),
                Some("dig2:1@sha256:e"),
            ),
            (
                "suf:1@sha256:e",
                image("suf", "", "", "-x", ""),
                Some("suf:1-x"),
            ),
            ("suf", image("suf", "", "", "-x", ""), Some("suf:-x")),
            ("nginx:a b", image("nginx", "", "2", "", ""), None),
            ("axb:3", image("a.b", "", "4", "", ""), Some("axb:4")),
            (
                "registry:3",
                image("re.*", "", "4", "", ""),
                Some("registry:4"),
            ),
            ("library/nginx", image("nginx", "", "4", "", ""), None),
            ("a@sha512:12", image("a", "", "4", "", ""), None),
        ] {
            assert_eq!(renamed(old, &entry).as_deref(), expected, "{old}");
        }
    }
}
