//! A kustomization's folder to a tree of [`Layer`]s: reads everything that kustomization files name.

mod ahead;
mod chain;
mod command;
mod entries;
mod file_system;
mod files;
mod generator_files;
mod hints;
mod layer;
mod layers;
mod missing;
mod outside;
mod patches;
mod prefetch;
mod references;
mod remote;
mod repeated;
mod replacements;
mod resolve;
mod restriction;
mod root;
mod survey;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Error, Result};

use crate::kustomization;
use crate::model::{Fault, FieldPath, Place, Text, Warning};

pub use self::command::{Command, Commands, Output, Processes, Recorded, Scratch};
pub use self::file_system::{Disk, FileKind, FileSystem, Memory};
pub use self::layer::{ComponentLayer, Configuration, Layer, Operand, PluginSource, SchemaFile};
pub use self::layers::Layers;
pub use self::outside::Outside;
pub use self::references::{Folder, KustomizationFile, References};
pub use self::remote::{Lock, Progress, Proxies, RemoteSettings, Remotes, RepoUrl};
pub use self::restriction::Restrictor;
pub use self::survey::{Survey, Surveyed, survey};

use self::ahead::{Queue, Start};
use self::chain::{Chain, Visit};
use self::layer::place;
use self::remote::is_http;
use self::restriction::Reader;
use self::root::{Refusal, Root};

/// The names of a kustomization file.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// As many layers and objects may be visited again that were visited before.
const MAX_REPEATED: u64 = 1_000_000;

/// So many bytes are much: the objects of as many take less room than a large page of memory.
const MUCH: usize = 16 << 10;

/// How to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Which files kustomizations may name.
    pub restrictor: Restrictor,
    /// The folder outside of which nothing is read, bases included, whatever the restrictor says.
    pub confine: Option<PathBuf>,
    /// Whether nothing is fetched from other machines.
    pub offline: bool,
    /// What fetches it. Whoever goes on with what was loaded hands on the same.
    pub remotes: Remotes,
    /// [`load_telling`] calls it once in each thread that has much to do: a program may make room for it.
    pub on_much: Option<fn()>,
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
    load_telling(folder, files, options, &mut Vec::new())
}

/// As [`load`], telling of deprecated fields as kustomize does: of each file as often as it is named, up to a failure
/// (spec 14 R13).
pub fn load_telling(
    folder: &Path,
    files: &dyn FileSystem,
    options: &LoadOptions,
    deprecations: &mut Vec<Arc<str>>,
) -> Result<Loaded> {
    let reader = Reader::new(files, options);
    let (layers, queue) = (Layers::new(), Queue::default());
    ahead::with_helper(&queue, &reader, options.on_much, |start| {
        let mut loader = Loader::new(&reader, &layers);
        loader.ahead = Some((&queue, start));
        loader.on_much.set(options.on_much);
        let result = loader.load(folder);
        deprecations.append(&mut loader.deprecations);
        result
    })
}

/// Follows an entry of a kustomization in a folder to the folder or the repository that it leads to, and looks no further.
///
/// # Errors
///
/// Fails where it leads to neither, or where the repository cannot be fetched.
pub fn follow(
    entry: &str,
    folder: &Path,
    files: &dyn FileSystem,
    options: &LoadOptions,
) -> Result<()> {
    let reader = Reader::new(files, options);
    let layers = Layers::new();
    let loader = Loader::new(&reader, &layers);
    if RepoUrl::parse(entry).is_some() {
        return loader.root(Path::new(entry)).map(drop);
    }
    loader.root(&files.absolute(&folder.join(entry))?).map(drop)
}

/// As [`load`], with the layers that other renders with the same files and options have loaded.
pub fn load_beside(
    folder: &Path,
    files: &dyn FileSystem,
    options: &LoadOptions,
    layers: &Layers,
) -> Result<Loaded> {
    let reader = Reader::new(files, options);
    Loader::new(&reader, layers).load(folder)
}

/// As what a kustomization is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Under `resources`.
    Base,
    /// Under `components`.
    Component,
}

struct Loader<'a> {
    reader: &'a Reader<'a>,
    /// The kustomizations that are being loaded, each named by the one before it.
    chain: Chain,
    layers: &'a Layers,
    warnings: Vec<Warning>,
    /// What is told of deprecated fields.
    deprecations: Vec<Arc<str>>,
    /// What has files read before they are asked for, where there is a second processor for this render.
    ahead: Option<(&'a Queue, Start<'a>)>,
    /// As many bytes were read.
    bytes_read: Cell<usize>,
    /// See [`LoadOptions::on_much`].
    on_much: Cell<Option<fn()>>,
}

impl<'a> Loader<'a> {
    fn new(reader: &'a Reader<'a>, layers: &'a Layers) -> Self {
        Self {
            reader,
            chain: Chain::default(),
            layers,
            warnings: Vec::new(),
            deprecations: Vec::new(),
            ahead: None,
            bytes_read: Cell::default(),
            on_much: Cell::default(),
        }
    }

    fn load(&mut self, folder: &Path) -> Result<Loaded> {
        let root = self.root(folder)?;
        let layer = self.open(root.path)?;
        let layer = self.fill(layer, root.url)?;
        Ok(Loaded {
            layer,
            warnings: std::mem::take(&mut self.warnings),
        })
    }

    /// Finds and reads the kustomization file of a folder (spec 01 R5).
    fn open(&mut self, root: PathBuf) -> Result<Box<Layer>> {
        let (name, text) = self.kustomization_file(&root)?;
        let file = Arc::new(root.join(name));
        let (kustomization, warnings) = kustomization::read(&text, &file)?;
        let deprecations: Vec<_> = kustomization::deprecations(&warnings).collect();
        self.deprecations.extend(deprecations.iter().cloned());
        self.warnings.extend(warnings);
        Ok(Box::new(Layer {
            root,
            file,
            kustomization,
            deprecations,
            ..Layer::default()
        }))
    }

    /// The name and the text of the kustomization file of a folder.
    fn kustomization_file(&self, root: &Path) -> Result<(&'static str, Vec<u8>), Fault> {
        let mut found: Vec<_> = FILE_NAMES
            .iter()
            .filter_map(|name| Some((*name, self.reader.read_if_there(root, name)?)))
            .collect();
        let shown = root.display();
        let fault = match (found.pop(), found.is_empty()) {
            (Some(found), true) => return Ok(found),
            (Some((last, _)), false) => {
                let message = format!("Found multiple kustomization files under: {shown}\n");
                let spot = |name: &str| Place::of_spot(&Arc::new(root.join(name)), 1, 1);
                let (first, second) = (found[0].0, last);
                let names = found.iter().map(|(name, _)| *name).chain([last]);
                let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
                Fault::new(message)
                    .titled(format!("`{shown}` has more than one kustomization file"))
                    .at(spot(second))
                    .related("and here is the other", spot(first))
                    .hint(format!("keep one of {}", names.join(", ")))
            }
            (None, _) => Fault::new(format!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{shown}'"
            ))
            .titled(format!("`{shown}` has no kustomization file"))
            .hint(self.why_unread(root).unwrap_or_else(|| hints::for_folder(&self.reader.files, root))),
        };
        Err(fault)
    }

    /// Why a kustomization file that is there does not count.
    fn why_unread(&self, root: &Path) -> Option<String> {
        let is_there = |name: &&str| self.reader.files.kind(&root.join(name)).is_ok();
        let name = FILE_NAMES.iter().find(|name| is_there(name))?;
        let fault = self.reader.read(root, name).err()?;
        let problem = fault.title.unwrap_or(fault.message);
        Some(format!(
            "there is a `{name}`, but it was not read: {problem}"
        ))
    }

    /// Loads the kustomization that an entry leads to.
    fn layer(&mut self, entry: &str, role: Role) -> Result<Arc<Layer>, Refusal> {
        let Root { path: root, url } = self.root_of(entry)?;
        let shown = root.display().to_string();
        if let Some(layer) = self.layers.get(&root) {
            layer.tell_deprecations(&mut self.deprecations);
            check_role(&layer, role).map_err(Refusal::Layer)?;
            self.chain
                .check_below(&layer, url.is_some())
                .map_err(|fault| Refusal::Layer(Error::new(fault).context(recursed(&shown))))?;
            return Ok(layer);
        }
        let layer = self
            .open(root)
            .with_context(|| format!("couldn't make target for path '{shown}'"))
            .map_err(Refusal::Layer)?;
        check_role(&layer, role).map_err(Refusal::Layer)?;
        self.fill(layer, url)
            .with_context(|| recursed(&shown))
            .map_err(Refusal::Layer)
    }

    /// Reads all that a kustomization names.
    ///
    /// The layer is boxed because kustomizations are large and this is done inside itself.
    fn fill(&mut self, mut layer: Box<Layer>, url: Option<String>) -> Result<Arc<Layer>> {
        self.chain.push(&layer, url);
        self.read_entries(&mut layer)
            .map_err(|error| self.with_other_missing(error, &layer))?;
        self.warnings.extend(repeated::warnings(&layer));
        layer.note_layers_below();
        check_visits(&layer)?;
        self.chain.pop();
        let layer: Arc<Layer> = layer.into();
        self.layers.insert(&layer);
        Ok(layer)
    }

    fn read_entries(&mut self, layer: &mut Layer) -> Result<()> {
        let kustomization = &layer.kustomization;
        prefetch::fetch_ahead(self.reader, kustomization);
        layer.schema = self.schema(kustomization)?;
        layer.operands = self.operands(kustomization)?;
        layer.configurations = self.configurations(&kustomization.configurations)?;
        layer.crds = self.crds(&kustomization.crds)?;
        layer.files = self.generator_files(kustomization)?;
        layer.generators = self.plugins("generators", &kustomization.generators)?;
        layer.components = self.components(kustomization)?;
        layer.strategic_merge_patches = self.strategic_merge_patches(kustomization)?;
        layer.patches = self.patches(kustomization)?;
        layer.json_patches = self.json_patches(kustomization)?;
        (layer.replacements, layer.replacement_places) = self.replacements(kustomization)?;
        layer.transformers = self.plugins("transformers", &kustomization.transformers)?;
        layer.validators = self.plugins("validators", &kustomization.validators)?;
        Ok(())
    }

    /// The kustomization that is being loaded.
    fn here(&self) -> &Visit {
        self.chain.last()
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

/// Refuses kustomizations that name others again and again: each level may double what comes out.
fn check_visits(layer: &Layer) -> Result<(), Fault> {
    if layer.visits > MAX_REPEATED && layer.visits > MAX_REPEATED + layer.distinct_visits() {
        return Err(Fault::new(format!(
            "bases are named so often that more than {MAX_REPEATED} objects are repeated"
        )));
    }
    Ok(())
}

/// Components belong under `components`, and nothing else does (spec 01 R34).
fn check_role(layer: &Layer, role: Role) -> Result<()> {
    let (folder, kustomization) = (layer.root.display(), &layer.kustomization);
    match (role, kustomization.is_component()) {
        (Role::Base, true) => {
            let fault = Fault::new(format!("expected kind != 'Component' for path '{folder}'"))
                .titled(format!("`{folder}` is a component, and not a base"));
            Err(fault
                .hint("name it under `components:` in place of `resources:`")
                .into())
        }
        (Role::Component, false) => {
            let fault = Fault::new(format!(
                "expected kind 'Component' for path '{folder}' but got '{}'",
                kustomization.kind
            ))
            .titled(format!("`{folder}` is not a component"));
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

#[cfg(test)]
mod tests;
