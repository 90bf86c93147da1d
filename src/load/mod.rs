//! A kustomization's folder to a tree of [`Layer`]s: reads everything that kustomization files name.

mod entries;
mod file_system;
mod generator_files;
mod hints;
mod layer;
mod patches;
mod remote;
mod replacements;
mod resolve;
mod restriction;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Error, Result};
use indexmap::{IndexMap, IndexSet};

use crate::kustomization::{self, Kustomization};
use crate::model::{Fault, FieldPath, Place, Text, Warning};

pub use self::file_system::{Disk, FileKind, FileSystem, Memory};
pub use self::layer::{ComponentLayer, Configuration, Layer, Operand, PluginSource, SchemaFile};
pub use self::restriction::Restrictor;

use self::layer::place;
use self::resolve::{Resolver, join};
use self::restriction::Reader;

/// As many kustomizations may stand between the root and a base.
const MAX_DEPTH: usize = 500;

/// The names of a kustomization file.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// How to load.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoadOptions {
    /// Which files kustomizations may name.
    pub restrictor: Restrictor,
}

/// A tree of layers.
#[derive(Debug)]
pub struct Loaded {
    /// Its root.
    pub layer: Arc<Layer>,
    /// What its authors should know.
    pub warnings: Vec<Warning>,
}

/// Loads the kustomization in a folder and everything below it.
pub fn load(folder: &Path, files: &dyn FileSystem, options: &LoadOptions) -> Result<Loaded> {
    let mut loader = Loader {
        reader: Reader {
            files,
            resolver: Resolver::new(files),
            restrictor: options.restrictor,
        },
        chain: Vec::new(),
        layers: IndexMap::new(),
        warnings: Vec::new(),
    };
    let root = loader.root(folder)?;
    let (file, kustomization) = loader.open(&root)?;
    let layer = loader.fill(root, file, kustomization)?;
    Ok(Loaded {
        layer,
        warnings: loader.warnings,
    })
}

/// As what a kustomization is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Under `resources`.
    Base,
    /// Under `components`.
    Component,
}

/// A folder that could not be taken for a kustomization's, or one whose kustomization failed.
enum Refusal {
    /// The entry does not lead to a folder.
    Root(Error),
    /// It does, but what is there fails.
    Layer(Error),
}

struct Loader<'a> {
    reader: Reader<'a>,
    /// The kustomizations that are being loaded, each named by the one before it.
    chain: Vec<Visit>,
    layers: IndexMap<PathBuf, Arc<Layer>>,
    warnings: Vec<Warning>,
}

#[derive(Clone)]
struct Visit {
    root: PathBuf,
    file: Arc<PathBuf>,
}

impl Loader<'_> {
    /// The folder that the command names.
    fn root(&self, folder: &Path) -> Result<PathBuf> {
        let shown = folder.display();
        let absolute = self
            .reader
            .files
            .absolute(folder)
            .with_context(|| format!("must build at directory: '{shown}'"))?;
        let absolute = join(&absolute, "");
        let resolved = self.reader.resolver.resolve(&absolute).map_err(|message| {
            // kustomize shows the path as it was typed.
            let message = message.replacen(
                &format!("'{}'", absolute.display()),
                &format!("'{shown}'"),
                1,
            );
            Fault::new(format!(
                "must build at directory: not a valid directory: {message}"
            ))
        })?;
        if resolved.kind != FileKind::Folder {
            let fault = Fault::new(format!(
                "must build at directory: '{shown}': file is not directory"
            ));
            return Err(fault
                .hint("name the folder of the kustomization file")
                .into());
        }
        Ok(resolved.path)
    }

    /// Finds and reads the kustomization file of a folder (spec 01 R5).
    fn open(&mut self, root: &Path) -> Result<(Arc<PathBuf>, Kustomization)> {
        let found: Vec<_> = FILE_NAMES
            .iter()
            .filter_map(|name| Some((*name, self.reader.read_if_there(root, name)?)))
            .collect();
        let shown = root.display();
        match &found[..] {
            [] => {
                let fault = Fault::new(format!(
                    "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{shown}'"
                ));
                Err(fault
                    .hint(hints::for_folder(self.reader.files, root))
                    .into())
            }
            [(name, text)] => {
                let file = Arc::new(root.join(name));
                let (kustomization, warnings) = kustomization::read(text, &file)?;
                self.warnings.extend(warnings);
                Ok((file, kustomization))
            }
            several => {
                let names: Vec<_> = several
                    .iter()
                    .map(|(name, _)| format!("`{name}`"))
                    .collect();
                let fault = Fault::new(format!(
                    "Found multiple kustomization files under: {shown}\n"
                ));
                Err(fault
                    .hint(format!("keep one of {}", names.join(", ")))
                    .into())
            }
        }
    }

    /// Loads the kustomization that an entry leads to.
    fn layer(&mut self, entry: &str, role: Role) -> Result<Arc<Layer>, Refusal> {
        let root = self.root_of(entry).map_err(Refusal::Root)?;
        let shown = root.display().to_string();
        if let Some(layer) = self.layers.get(&root) {
            let layer = Arc::clone(layer);
            check_role(&layer.kustomization, role, &layer.file).map_err(Refusal::Layer)?;
            self.check_cycles_below(&layer)
                .map_err(|fault| Refusal::Layer(Error::new(fault).context(recursed(&shown))))?;
            return Ok(layer);
        }
        let opened = self
            .open(&root)
            .with_context(|| format!("couldn't make target for path '{shown}'"));
        let (file, kustomization) = opened.map_err(Refusal::Layer)?;
        check_role(&kustomization, role, &file).map_err(Refusal::Layer)?;
        self.fill(root, file, kustomization)
            .with_context(|| recursed(&shown))
            .map_err(Refusal::Layer)
    }

    /// The folder that an entry leads to (spec 15 R4, R5).
    fn root_of(&self, entry: &str) -> Result<PathBuf> {
        let here = self.here();
        if entry.is_empty() {
            let fault = Fault::new("new root cannot be empty");
            return Err(fault
                .hint("name a folder or a file, or take the entry out")
                .into());
        }
        if remote::is_git(entry) {
            return Err(remote::unsupported(entry).into());
        }
        if entry.starts_with('/') {
            let fault = Fault::new(format!("new root '{entry}' cannot be absolute"));
            return Err(fault
                .hint("name the folder by its path from the kustomization file")
                .into());
        }
        let path = join(&here.root, entry);
        let resolved = self.reader.resolver.resolve(&path).map_err(|message| {
            let fault = Fault::new(format!(
                "must build at directory: not a valid directory: {message}"
            ));
            self.reader.missing(fault, &here.root, entry)
        })?;
        if resolved.kind != FileKind::Folder {
            let message = format!(
                "must build at directory: '{}': file is not directory",
                path.display()
            );
            return Err(Fault::new(message).into());
        }
        let visited = self
            .chain
            .iter()
            .rposition(|visit| visit.root.starts_with(&resolved.path));
        if let Some(position) = visited {
            return Err(self.cycle(&resolved.path, position).into());
        }
        if self.chain.len() == MAX_DEPTH {
            let fault = Fault::new(format!(
                "more than {MAX_DEPTH} kustomizations in a row name each other"
            ));
            return Err(fault.into());
        }
        Ok(resolved.path)
    }

    /// The failure of a folder that is or holds the folder of a kustomization that leads to it.
    fn cycle(&self, candidate: &Path, position: usize) -> Fault {
        let visited = &self.chain[position].root;
        let fault = Fault::new(format!(
            "cycle detected: candidate root '{}' contains visited root '{}'",
            candidate.display(),
            visited.display()
        ));
        let first = self.chain.iter().position(|visit| visit.root == candidate);
        let Some(first) = first else {
            return fault.hint("a base must not be a folder above the kustomization that names it");
        };
        let files = self.chain[first..].iter().map(|visit| &visit.file);
        let way: Vec<_> = files
            .chain([&self.chain[first].file])
            .map(|file| file.display().to_string())
            .collect();
        fault.hint(format!(
            "take one of these references out: {}",
            way.join(" → ")
        ))
    }

    /// Refuses a layer that was loaded before by another way, where this way makes it a cycle.
    fn check_cycles_below(&self, layer: &Layer) -> Result<(), Fault> {
        for (position, visit) in self.chain.iter().enumerate() {
            for above in visit.root.ancestors() {
                if layer.below.contains(above) {
                    return Err(self.cycle(above, position));
                }
            }
        }
        Ok(())
    }

    /// Reads all that a kustomization names.
    fn fill(
        &mut self,
        root: PathBuf,
        file: Arc<PathBuf>,
        kustomization: Kustomization,
    ) -> Result<Arc<Layer>> {
        self.chain.push(Visit {
            root: root.clone(),
            file: Arc::clone(&file),
        });
        let schema = self.schema(&kustomization)?;
        let operands = self.operands(&kustomization)?;
        let configurations =
            self.configurations("configurations", &kustomization.configurations)?;
        let crds = self.configurations("crds", &kustomization.crds)?;
        let files = self.generator_files(&kustomization)?;
        let generators = self.plugins("generators", &kustomization.generators)?;
        let components = self.components(&kustomization)?;
        let strategic_merge_patches = self.strategic_merge_patches(&kustomization)?;
        let patches = self.patches(&kustomization)?;
        let json_patches = self.json_patches(&kustomization)?;
        let replacements = self.replacements(&kustomization)?;
        let transformers = self.plugins("transformers", &kustomization.transformers)?;
        let validators = self.plugins("validators", &kustomization.validators)?;
        let mut layer = Layer {
            root,
            file,
            kustomization,
            schema,
            operands,
            configurations,
            crds,
            files,
            generators,
            components,
            strategic_merge_patches,
            patches,
            json_patches,
            replacements,
            transformers,
            validators,
            below: IndexSet::new(),
        };
        layer.note_layers_below();
        self.chain.pop();
        let layer = Arc::new(layer);
        self.layers.insert(layer.root.clone(), Arc::clone(&layer));
        Ok(layer)
    }

    /// The kustomization that is being loaded.
    fn here(&self) -> &Visit {
        self.chain
            .last()
            .expect("invariant: entries are followed while their kustomization is on the chain")
    }

    /// The place of an entry of a list in the kustomization that is being loaded.
    fn entry_place(&self, field: &str, position: usize) -> Place {
        self.place(FieldPath::default().key(field).index(position))
    }

    /// A place in the kustomization that is being loaded.
    fn place(&self, path: FieldPath) -> Place {
        place(&self.here().file, path)
    }
}

fn recursed(path: &str) -> String {
    format!("recursed accumulation of path '{path}'")
}

/// Components belong under `components`, and nothing else does (spec 01 R34).
fn check_role(kustomization: &Kustomization, role: Role, file: &Arc<PathBuf>) -> Result<()> {
    let folder = file.parent().unwrap_or(Path::new("")).display();
    match (role, kustomization.is_component()) {
        (Role::Base, true) => {
            let fault = Fault::new(format!("expected kind != 'Component' for path '{folder}'"));
            Err(fault
                .hint("name it under `components:` in place of `resources:`")
                .into())
        }
        (Role::Component, false) => {
            let fault = Fault::new(format!(
                "expected kind 'Component' for path '{folder}' but got '{}'",
                kustomization.kind
            ));
            Err(fault
                .hint("name it under `resources:` in place of `components:`, or write `kind: Component` in its file")
                .into())
        }
        _ => Ok(()),
    }
}

/// Turns a failure into one with another message, at the same place and with the same advice. A failure without a place gets one.
fn reworded(error: Error, default: Place, message: impl FnOnce(&str) -> String) -> Fault {
    let message = message(&format!("{error:#}"));
    match error.downcast::<Fault>() {
        Ok(fault) => fault.saying(message, default),
        Err(_) => Fault::new(message).at(default),
    }
}

/// The texts of a list as Go prints it.
fn go_list(texts: &[Text]) -> String {
    format!("[{}]", texts.join(" "))
}
