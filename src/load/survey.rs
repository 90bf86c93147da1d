//! All kustomizations below a folder, and which of them name which: a look at their own files alone, nothing is loaded.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use indexmap::{IndexMap, IndexSet};

use super::file_system::{FileKind, FileSystem};
use super::resolve::{clean, join};
use super::restriction::Reader;
use super::{FILE_NAMES, LoadOptions, RepoUrl};
use crate::kustomization::{self, Kustomization};
use crate::model::Fault;
use crate::parts;

/// The kustomizations are looked at in so many parts.
const PARTS: usize = 32;

/// The folders whose kustomizations are rendered for their own sake, whoever else names them.
const OVERLAYS: &str = "overlays";

/// The kustomizations of a repository.
#[derive(Debug, Default)]
pub struct Survey {
    /// In the order of their names; those outside of the folder, that one inside names, at the end.
    pub kustomizations: Vec<Surveyed>,
}

/// A kustomization that was found.
#[derive(Debug)]
pub struct Surveyed {
    /// Its folder, without links.
    pub root: PathBuf,
    /// The way to it from the folder that was surveyed.
    pub name: String,
    /// Whether it is one that people deploy: no component, and below a folder `overlays` or named by no other.
    pub is_overlay: bool,
    /// The positions of those that it names.
    pub bases: Vec<usize>,
}

/// Finds all kustomizations below a folder. Hidden folders are left out, and links are not followed.
///
/// `jobs` threads look at them.
///
/// # Errors
///
/// Fails where the folder cannot be read. A kustomization that cannot be read is found all the same: rendering it tells why.
pub fn survey(
    folder: &Path,
    files: &dyn FileSystem,
    options: &LoadOptions,
    jobs: NonZeroUsize,
) -> Result<Survey> {
    let reader = Reader::new(files, options);
    let shown = folder.display();
    let absolute = files
        .absolute(folder)
        .with_context(|| format!("look at `{shown}`"))?;
    let top = reader
        .resolver
        .resolve(&clean(&absolute))
        .ok()
        .filter(|resolved| resolved.kind == FileKind::Folder)
        .ok_or_else(|| Fault::new(format!("`{shown}` is not a folder")))?
        .path;
    reader.check_confined(&top, &top, &top)?;
    let mut roots = Vec::new();
    collect(&top, files, &mut roots)?;
    Ok(Surveyor::new(&reader, &top).survey(roots, jobs))
}

/// The folders with a kustomization file from here on, each before those in it.
fn collect(folder: &Path, files: &dyn FileSystem, roots: &mut Vec<PathBuf>) -> Result<()> {
    let entries = files
        .list_kinds(folder)
        .with_context(|| format!("look into `{}`", folder.display()))?;
    let is_kustomization = |(name, _): &(String, bool)| FILE_NAMES.contains(&name.as_str());
    if entries.iter().any(is_kustomization) {
        roots.push(folder.to_path_buf());
    }
    let folders = entries.iter().filter(|(_, is_folder)| *is_folder);
    let mut visible = folders.filter(|(name, _)| !name.starts_with('.'));
    visible.try_for_each(|(name, _)| collect(&folder.join(name), files, roots))
}

struct Surveyor<'a> {
    reader: &'a Reader<'a>,
    top: &'a Path,
    found: IndexMap<PathBuf, Found>,
}

struct Found {
    is_component: bool,
    bases: IndexSet<PathBuf>,
}

impl<'a> Surveyor<'a> {
    fn new(reader: &'a Reader<'a>, top: &'a Path) -> Self {
        Self {
            reader,
            top,
            found: IndexMap::new(),
        }
    }

    /// Looks at kustomizations, and at those outside of the folder that they name.
    fn survey(mut self, mut roots: Vec<PathBuf>, jobs: NonZeroUsize) -> Survey {
        roots.sort_by_cached_key(|root| self.name(root));
        while !roots.is_empty() {
            let size = roots.len().div_ceil(PARTS);
            let look = |roots: &[PathBuf]| -> Vec<_> {
                roots.iter().map(|root| self.look(root)).collect()
            };
            let found = parts::each_on(jobs.get(), roots.chunks(size), look);
            self.found
                .extend(roots.into_iter().zip(found.into_iter().flatten()));
            let outside = self.found.values().flat_map(|found| &found.bases);
            let outside = outside.filter(|base| !self.is_inside(base));
            let new: IndexSet<_> = outside
                .filter(|base| !self.found.contains_key(*base))
                .cloned()
                .collect();
            roots = new.into_iter().collect();
        }
        self.connect()
    }

    fn is_inside(&self, root: &Path) -> bool {
        root.starts_with(self.top)
    }

    /// What a kustomization says of itself. Of one that cannot be read nothing is known.
    fn look(&self, root: &Path) -> Found {
        let text = FILE_NAMES
            .iter()
            .find_map(|name| self.reader.read_if_there(root, name));
        let kustomization = text
            .and_then(|text| kustomization::read(&text, &Arc::new(root.to_path_buf())).ok())
            .map(|(kustomization, _)| kustomization)
            .unwrap_or_default();
        Found {
            is_component: kustomization.is_component(),
            bases: self.bases(root, &kustomization),
        }
    }

    fn bases(&self, root: &Path, kustomization: &Kustomization) -> IndexSet<PathBuf> {
        let Kustomization {
            components,
            generators,
            transformers,
            validators,
            ..
        } = kustomization;
        let plugins = generators.iter().chain(transformers).chain(validators);
        let operands = kustomization.operands().map(|(_, _, entry)| entry);
        operands
            .chain(components)
            .chain(plugins)
            .filter(|entry| !entry.contains('\n') && RepoUrl::parse(entry).is_none())
            .filter_map(|entry| self.reader.resolver.resolve(&join(root, entry)).ok())
            .filter(|resolved| resolved.kind == FileKind::Folder && resolved.path != root)
            .map(|resolved| resolved.path)
            .collect()
    }

    fn connect(self) -> Survey {
        let named: IndexSet<_> = self.found.values().flat_map(|found| &found.bases).collect();
        let kustomizations = self.found.iter().map(|(root, found)| {
            let bases = found.bases.iter();
            let is_deployed = is_below_overlays(root, self.top) || !named.contains(root);
            Surveyed {
                name: self.name(root),
                is_overlay: self.is_inside(root) && !found.is_component && is_deployed,
                bases: bases
                    .filter_map(|base| self.found.get_index_of(base))
                    .collect(),
                root: root.clone(),
            }
        });
        Survey {
            kustomizations: kustomizations.collect(),
        }
    }

    /// The way to a folder, `.` for the one that is surveyed.
    fn name(&self, root: &Path) -> String {
        let way = root.strip_prefix(self.top).unwrap_or(root);
        if way.as_os_str().is_empty() {
            ".".to_owned()
        } else {
            way.display().to_string()
        }
    }
}

fn is_below_overlays(root: &Path, top: &Path) -> bool {
    let folders = root.strip_prefix(top).ok().and_then(Path::parent);
    folders.is_some_and(|folders| folders.iter().any(|name| name == OVERLAYS))
}
