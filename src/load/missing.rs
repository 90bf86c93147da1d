//! The entries of a kustomization that lead nowhere, looked for once one of them did: so that a person hears of all at once.

use anyhow::Error;

use crate::kustomization::{GeneratorArgs, Kustomization};
use crate::model::{Fault, FieldPath};

use super::generator_files::path_of;
use super::layer::place;
use super::resolve::join;
use super::restriction::problem_of;
use super::{Layer, Loader, RepoUrl, is_http};

/// More failures at once are no help.
const MOST: usize = 20;

impl Loader<'_> {
    /// Adds to a failure in a kustomization its other entries that lead nowhere.
    pub(super) fn with_other_missing(&self, mut error: Error, layer: &Layer) -> Error {
        let Some(fault) = error.downcast_mut::<Fault>() else {
            return error;
        };
        let Some(first) = fault
            .place
            .as_ref()
            .filter(|place| place.source.file == layer.file)
        else {
            return error;
        };
        let others = named_paths(&layer.kustomization)
            .into_iter()
            .filter(|(path, _)| *path != first.path)
            .filter_map(|(path, entry)| {
                let at = join(&layer.root, entry);
                let message = self.reader.resolver.resolve(&at).err()?;
                let fault = Fault::new(message.as_str())
                    .titled(problem_of(entry, &message))
                    .at(place(&layer.file, path));
                Some(self.reader.missing(fault, &layer.root, entry))
            })
            .take(MOST);
        fault.others = others.collect();
        error
    }
}

/// All that a kustomization names on this machine, with the fields that name it.
fn named_paths(kustomization: &Kustomization) -> Vec<(FieldPath, &str)> {
    let mut paths = Vec::new();
    let list = |field: &str, position| FieldPath::default().key(field).index(position);
    for (field, position, entry) in kustomization.operands() {
        paths.push((list(field, position), entry.as_str()));
    }
    for (field, entries) in [
        ("configurations", &kustomization.configurations),
        ("crds", &kustomization.crds),
        ("components", &kustomization.components),
        ("generators", &kustomization.generators),
        (
            "patchesStrategicMerge",
            &kustomization.patches_strategic_merge,
        ),
        ("transformers", &kustomization.transformers),
        ("validators", &kustomization.validators),
    ] {
        for (position, entry) in entries.iter().enumerate() {
            paths.push((list(field, position), entry.as_str()));
        }
    }
    for (field, patches) in [
        ("patches", &kustomization.patches),
        ("patchesJson6902", &kustomization.patches_json6902),
    ] {
        for (position, patch) in patches.iter().enumerate() {
            paths.push((list(field, position).key("path"), patch.path.as_str()));
        }
    }
    for (position, replacement) in kustomization.replacements.iter().enumerate() {
        let path = list("replacements", position).key("path");
        paths.push((path, replacement.path.as_str()));
    }
    add_sources(
        "configMapGenerator",
        &kustomization.config_map_generator,
        &mut paths,
    );
    add_sources(
        "secretGenerator",
        &kustomization.secret_generator,
        &mut paths,
    );
    // Inline texts are no paths.
    let is_text = |entry: &str| entry.is_empty() || entry.contains(['\n', '{']);
    paths
        .retain(|(_, entry)| !is_text(entry) && !is_http(entry) && RepoUrl::parse(entry).is_none());
    paths
}

fn add_sources<'a>(
    field: &str,
    generators: &'a [GeneratorArgs],
    paths: &mut Vec<(FieldPath, &'a str)>,
) {
    for (position, generator) in generators.iter().enumerate() {
        let own = |key: &str, index| {
            let generator = FieldPath::default().key(field).index(position);
            generator.key(key).index(index)
        };
        for (index, entry) in generator.envs.iter().enumerate() {
            paths.push((own("envs", index), entry.as_str()));
        }
        for (index, entry) in generator.files.iter().enumerate() {
            paths.extend(path_of(entry).map(|path| (own("files", index), path)));
        }
    }
}
