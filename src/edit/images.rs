//! `edit set image`.

use anyhow::Result;
use indexmap::IndexMap;

use super::{items, set_items, set_text, text};
use crate::model::{Fault, Mapping, Value};

/// What kustomize says of an image that it does not understand.
const FORMS: &str = "invalid format of image, use one of the following options:
- <image>=<newimage>:<newtag>
- <image>=<newimage>@<digest>
- <image>=<newimage>:<newtag>@<digest>
- <image>=<newimage>
- <image>:<newtag>
- <image>:<newtag>@<digest>
- <image>@<digest>";

/// A part of an image that stays what it is in the file.
const KEPT: &str = "*";

/// Sets images: an entry is replaced as a whole, and the list is sorted by name.
pub fn set(fields: &mut Mapping, specs: &[String]) -> Result<()> {
    if specs.is_empty() {
        let fault = Fault::new("no image specified");
        return Err(fault
            .hint("name it as in `edit set image nginx=registry.example/nginx:1.2`")
            .into());
    }
    let mut images: IndexMap<String, Value> = IndexMap::new();
    for image in items(fields, "images") {
        images
            .entry(text(image, "name").to_owned())
            .or_insert_with(|| image.clone());
    }
    let old = images.clone();
    for spec in specs {
        let new = Parts::of(spec)?;
        images.insert(new.name.to_owned(), new.entry(old.get(new.name)));
    }
    images.sort_unstable_keys();
    set_items(fields, "images", images.into_values().collect());
    Ok(())
}

/// What an argument says of an image.
struct Parts<'a> {
    name: &'a str,
    new_name: &'a str,
    new_tag: &'a str,
    digest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(spec: &'a str) -> Result<Self> {
        match spec.split_once('=') {
            Some((name, image)) => {
                let (new_name, new_tag, digest) = split(image).unwrap_or((image, "", ""));
                let (name, new_name) = if name.is_empty() {
                    (new_name, "")
                } else {
                    (name, new_name)
                };
                Ok(Self {
                    name,
                    new_name,
                    new_tag,
                    digest,
                })
            }
            None => {
                if let Some((name, new_tag, digest)) = split(spec) {
                    Ok(Self {
                        name,
                        new_name: "",
                        new_tag,
                        digest,
                    })
                } else {
                    let fault = Fault::new(FORMS)
                        .titled(format!("`{spec}` does not say what image to set"));
                    Err(fault.hint("give it as `IMAGE:TAG`, `IMAGE@DIGEST` or `IMAGE=NEWIMAGE[:TAG][@DIGEST]`").into())
                }
            }
        }
    }

    /// The entry of the list that says so.
    fn entry(&self, old: Option<&Value>) -> Value {
        let part = |new: &'a str, field: &str| match new {
            KEPT => old.map_or("", |old| text(old, field)).to_owned(),
            _ => new.to_owned(),
        };
        let mut entry = Mapping::new();
        set_text(&mut entry, "name", self.name);
        set_text(&mut entry, "newName", &part(self.new_name, "newName"));
        set_text(&mut entry, "newTag", &part(self.new_tag, "newTag"));
        set_text(&mut entry, "digest", &part(self.digest, "digest"));
        entry.into()
    }
}

/// Name, tag and digest of an image that has either; the port of a registry is no tag.
fn split(image: &str) -> Option<(&str, &str, &str)> {
    let repository = image.find('/').map_or(0, |at| at + 1);
    let mark = repository + image[repository..].find([':', '@'])?;
    let (name, rest) = image.split_at(mark);
    if let Some(digest) = rest.strip_prefix('@') {
        Some((name, "", digest))
    } else {
        let (tag, digest) = rest[1..].split_once('@').unwrap_or((&rest[1..], ""));
        Some((name, tag, digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_registries_are_no_tags() {
        for (image, parts) in [
            ("nginx", None),
            ("nginx:1", Some(("nginx", "1", ""))),
            ("nginx@sha256:1", Some(("nginx", "", "sha256:1"))),
            ("nginx:1@sha256:2", Some(("nginx", "1", "sha256:2"))),
            ("localhost:5000/nginx", None),
            (
                "localhost:5000/nginx:1",
                Some(("localhost:5000/nginx", "1", "")),
            ),
        ] {
            assert_eq!(split(image), parts, "{image}");
        }
    }
}
