//! The last stage: objects to text.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, bail};

use crate::model::{Fault, MAX_OUTPUT, Place, Resource, Scalar, Style, Text, Value};
use crate::parts;
use crate::yaml;

/// From so many objects on, several are written at a time.
const MANY: usize = 512;

/// More bytes than these that a part does not need are given back.
const SPARE: usize = 1 << 20;

/// Few objects take more bytes.
const MOST_OF_AN_OBJECT: usize = 1024;

/// The stream that kustomize prints: one document an object, `---` between them, nothing where there are none (spec 11 R1, R2).
pub fn to_yaml(resources: &[Resource]) -> Result<String> {
    part(resources, true, &AtomicUsize::new(0))
}

/// The same in parts, which are made at the same time where there are many objects and several processors.
pub fn to_parts(resources: &[Resource]) -> Result<Vec<String>> {
    let length = AtomicUsize::new(0);
    let parts = resources.chunks(parts::size(resources.len(), MANY));
    let done = parts::each(parts.enumerate(), |(number, resources)| {
        part(resources, number == 0, &length)
    });
    done.into_iter().collect()
}

/// Some objects; `length` is that of all parts together.
fn part(resources: &[Resource], is_first: bool, length: &AtomicUsize) -> Result<String> {
    // Room that is not used costs nothing until it is given back, while growing leaves holes as large as the text.
    let mut out = String::with_capacity(resources.len() * MOST_OF_AN_OBJECT);
    for (number, resource) in resources.iter().enumerate() {
        if number > 0 || !is_first {
            out.push_str("---\n");
        }
        let start = out.len();
        write(resource, resource.value(), &mut out)?;
        let written = out.len() - start;
        if length.fetch_add(written, Ordering::Relaxed) + written > MAX_OUTPUT {
            bail!("the output is larger than {MAX_OUTPUT} bytes");
        }
    }
    if out.capacity() - out.len() > SPARE {
        out.shrink_to_fit();
    }
    Ok(out)
}

/// The text of one object.
pub fn document(resource: &Resource) -> Result<String> {
    let mut out = String::new();
    write(resource, resource.value(), &mut out)?;
    Ok(out)
}

/// The text of one object in a file of its own.
///
/// kustomize does not print such an object and read it again as it does with those of a stream, so that nothing within
/// brackets or braces is null, what was folded is not folded again, and a number that a merge wrote between quotes is one.
pub fn file(resource: &Resource) -> Result<String> {
    let mut value = resource.value().clone();
    value.for_each_scalar(&mut |scalar| match scalar.style {
        Style::Plain | Style::FlowEmpty if scalar.is_empty_null() => *scalar = Scalar::null(),
        _ if scalar.tag.is_typed() => scalar.style = Style::Plain,
        Style::Folded => scalar.style = Style::Literal,
        _ => {}
    });
    let mut out = String::new();
    write(resource, &value, &mut out)?;
    Ok(out)
}

fn write(resource: &Resource, value: &Value, out: &mut String) -> Result<()> {
    yaml::write(value, out).map_err(|error| {
        let fault = Fault::new(format!("{}: {}", resource.id(), error.message));
        let Some(source) = &resource.source else {
            return fault.into();
        };
        let place = |path| Place::of_field(source.clone(), path);
        let (_, key) = error.message.split_once("mapping key ").unwrap_or_default();
        let key = key
            .strip_suffix(" already defined")
            .map(|key| key.trim_matches('"'));
        match key.filter(|key| {
            error
                .path
                .clone()
                .repeated(*key)
                .find(resource.value())
                .is_some()
        }) {
            Some(key) => fault
                .titled(format!("`{key}` is written more than once"))
                .at(place(error.path.clone().repeated(key)))
                .related("first written here", place(error.path.key(key)))
                .hint("keep one of them"),
            None => fault.at(place(error.path)),
        }
        .into()
    })
}

/// The name of the file that holds an object where a render is written to a folder (spec 11 R4): `apps_v1_deployment_web.yaml`,
/// with the namespace before it where the objects of a render are in several.
pub fn file_name(resource: &Resource, in_several_namespaces: bool) -> String {
    let id = resource.id();
    let parts = [&id.gvk.group, &id.gvk.version, &id.gvk.kind].map(ecow::EcoString::to_lowercase);
    let kind = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(Text::as_str)
        .collect::<Vec<_>>()
        .join("_");
    let name = id.name.to_lowercase();
    if in_several_namespaces && !id.cluster_scoped {
        format!(
            "{}_{kind}_{name}.yaml",
            id.effective_namespace().to_lowercase()
        )
    } else {
        format!("{kind}_{name}.yaml")
    }
}

/// Whether the objects that live in namespaces live in more than one.
pub fn are_in_several_namespaces(resources: &[Resource]) -> bool {
    let mut namespaces = resources
        .iter()
        .filter(|resource| !resource.id().cluster_scoped)
        .map(|resource| resource.id().effective_namespace());
    let first = namespaces.next();
    namespaces.any(|namespace| Some(namespace) != first)
}
