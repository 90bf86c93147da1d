//! The last stage: objects to text.

use anyhow::Result;

use crate::model::{Fault, Place, Resource, Text};
use crate::yaml;

/// The stream that kustomize prints: one document an object, `---` between them, nothing where there are none (spec 11 R1, R2).
pub fn to_yaml(resources: &[Resource]) -> Result<String> {
    let mut out = String::new();
    for resource in resources {
        if !out.is_empty() {
            out.push_str("---\n");
        }
        write(resource, &mut out)?;
    }
    Ok(out)
}

/// The text of one object.
pub fn document(resource: &Resource) -> Result<String> {
    let mut out = String::new();
    write(resource, &mut out)?;
    Ok(out)
}

fn write(resource: &Resource, out: &mut String) -> Result<()> {
    yaml::write(resource.value(), out).map_err(|error| {
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
