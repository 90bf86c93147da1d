//! `images`.

use std::cell::Cell;

use anyhow::{Context, Result, ensure};
use indexmap::IndexSet;
use regex::Regex;

use super::replacements::wrong_kind;
use crate::kustomization::Image;
use crate::model::{
    Create, FieldSpec, MAX_NAME, ResMap, Resource, Scalar, SpecsByKind, Text, Value, Walk,
    considering, pattern,
};

/// Changes the names, tags and digests of images, entry by entry, each seeing what the earlier ones made (spec 03 R40–R45).
///
/// Returns the positions of the entries that were for no image, and all images that were met.
pub fn apply(
    resources: &mut ResMap,
    images: &[Image],
    specs: &[FieldSpec],
) -> Result<(Vec<usize>, Met)> {
    let entries: Vec<_> = images.iter().map(Entry::new).collect::<Result<_>>()?;
    let mut met = Met::default();
    if entries.is_empty() {
        return Ok((Vec::new(), met));
    }
    let touches_identity = specs.iter().any(FieldSpec::touches_identity);
    let mut specs = SpecsByKind::new(specs);
    resources.edit_values(|resource| {
        if resource.id().gvk.kind == "CustomResourceDefinition" {
            return Ok(false);
        }
        let specs = specs.of(&resource.id().gvk);
        let first = Images::of(resource, specs, &mut met.anywhere);
        met.in_containers.extend_from_slice(&first.in_containers);
        // Looked for anew where an entry changed something.
        let mut images = Some(first);
        entries.iter().try_for_each(|entry| {
            let seen = images.get_or_insert_with(|| Images::of(resource, specs, &mut Vec::new()));
            if entry.may_change(seen) {
                entry.apply(resource, specs)?;
                images = None;
            }
            anyhow::Ok(())
        })?;
        Ok(touches_identity)
    })?;
    let entries = entries.iter().enumerate();
    let unused = entries.filter(|(_, entry)| !entry.is_used.get());
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

/// The images of an object that entries may be for: looked for once, not once an entry.
#[derive(Default)]
struct Images {
    /// Those in the `containers` and `initContainers` lists, at any depth.
    in_containers: Vec<Text>,
    /// Those in the fields of the specs.
    in_fields: Vec<Text>,
    /// Whether something is there that an entry fails at.
    has_misfits: bool,
}

impl Images {
    /// Looks through an object, and notes whatever stands below a key `image` too.
    fn of(resource: &mut Resource, specs: &[&FieldSpec], anywhere: &mut Vec<Text>) -> Self {
        let mut images = Self::default();
        images.collect(resource.value(), anywhere);
        for spec in specs {
            let walked = walk(spec).visit(resource.value_mut(), &mut |field| {
                match field {
                    Value::Scalar(image) => images.in_fields.push(image.text.clone()),
                    _ => images.has_misfits = true,
                }
                Ok(())
            });
            images.has_misfits |= walked.is_err();
        }
        images
    }

    fn collect(&mut self, value: &Value, anywhere: &mut Vec<Text>) {
        match value {
            Value::Mapping(map) => {
                for (key, value) in map.iter() {
                    if is_container_list(key) {
                        let items = value.as_sequence().into_iter().flatten();
                        items.for_each(|item| self.add(item));
                    }
                    if let Value::Scalar(image) = value {
                        if key == "image" {
                            anywhere.push(image.text.clone());
                        }
                    } else {
                        self.collect(value, anywhere);
                    }
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.collect(item, anywhere)),
            Value::Scalar(_) => {}
        }
    }

    fn add(&mut self, container: &Value) {
        match container {
            Value::Mapping(map) => match map.get("image") {
                Some(Value::Scalar(image)) => self.in_containers.push(image.text.clone()),
                Some(_) => self.has_misfits = true,
                None => {}
            },
            other => self.has_misfits |= !other.is_null(),
        }
    }
}

/// An entry of `images`, with what recognises its image.
struct Entry<'a> {
    image: &'a Image,
    matcher: Matcher<'a>,
    is_used: Cell<bool>,
}

/// Recognises `name[:tag][@digest]`.
enum Matcher<'a> {
    /// A name without characters that mean something in a regular expression, but for the dot.
    Name(&'a str),
    /// Any other name.
    Pattern(Box<Regex>),
}

impl<'a> Entry<'a> {
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
        let is_used = Cell::new(false);
        Ok(Self {
            image,
            matcher,
            is_used,
        })
    }

    /// Whether it is for one of the images, or fails.
    fn may_change(&self, images: &Images) -> bool {
        let mut all = images.in_containers.iter().chain(&images.in_fields);
        images.has_misfits || all.any(|image| self.matcher.is_match(image))
    }

    /// Two passes: every `containers` and `initContainers` list at any depth, then the fields of the specs. Most images are
    /// reached by both, which shows where a tag suffix is added (spec 03 R41).
    fn apply(&self, resource: &mut Resource, specs: &[&FieldSpec]) -> Result<()> {
        self.set_in_containers(resource.value_mut())?;
        specs.iter().try_for_each(|spec| {
            let walked = walk(spec).visit(resource.value_mut(), &mut |field| self.set(field));
            walked.map_err(|error| considering(&spec.path.text, resource.id(), &error))
        })
    }

    fn set_in_containers(&self, value: &mut Value) -> Result<()> {
        match value {
            Value::Mapping(map) => map.entries_mut().iter_mut().try_for_each(|entry| {
                if is_container_list(&entry.key.text)
                    && let Value::Sequence(items) = &mut entry.value
                {
                    items
                        .make_mut()
                        .iter_mut()
                        .try_for_each(|item| self.set_in_container(item))?;
                }
                self.set_in_containers(&mut entry.value)
            }),
            Value::Sequence(items) => items
                .make_mut()
                .iter_mut()
                .try_for_each(|item| self.set_in_containers(item)),
            Value::Scalar(_) => Ok(()),
        }
    }

    fn set_in_container(&self, container: &mut Value) -> Result<()> {
        match container {
            Value::Mapping(map) => map.get_mut("image").map_or(Ok(()), |image| self.set(image)),
            other if other.is_null() => Ok(()),
            other => Err(wrong_kind("MappingNode", other)),
        }
    }

    fn set(&self, field: &mut Value) -> Result<()> {
        match field {
            // A null is the text `null` here.
            Value::Scalar(scalar) => {
                if self.matcher.is_match(&scalar.text) {
                    self.is_used.set(true);
                    let new = self.rename(&scalar.text);
                    ensure!(
                        new.len() <= MAX_NAME,
                        "the image gets longer than {MAX_NAME} bytes"
                    );
                    scalar.assign(&Scalar::untyped(new));
                }
                Ok(())
            }
            other => Err(wrong_kind("ScalarNode", other)),
        }
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

fn walk(spec: &FieldSpec) -> Walk<'_> {
    Walk {
        segments: spec.path.segments(),
        create: Create::Never,
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
        let entry = Entry::new(image).unwrap();
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
