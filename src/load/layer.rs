//! A kustomization with everything its file names already read.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexSet;

use super::RepoUrl;
use crate::kustomization::patch::Patch;
use crate::kustomization::{Files, Kustomization, Replacement, decode};
use crate::model::{Fault, FieldPath, Place, Resource, Source, Text, Value};

/// A kustomization and what it names. A folder that several kustomizations name is one layer, shared.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Its folder, without links.
    pub root: PathBuf,
    /// Its file.
    pub file: Arc<PathBuf>,
    /// What the file says, the contents of deprecated fields moved to where they belong.
    pub kustomization: Kustomization,
    /// The schema that `openapi.path` names.
    pub schema: Option<SchemaFile>,
    /// What `resources` and `bases` name.
    pub operands: Vec<Operand>,
    /// What `configurations` names.
    pub configurations: Vec<Configuration>,
    /// What `crds` names.
    pub crds: Vec<Configuration>,
    /// The files that generators take data from.
    pub files: Files,
    /// Configurations of generator plugins, inline texts first.
    pub generators: Vec<PluginSource>,
    /// What `components` names.
    pub components: Vec<ComponentLayer>,
    /// `patchesStrategicMerge`
    pub strategic_merge_patches: Vec<Patch>,
    /// `patches`
    pub patches: Vec<Patch>,
    /// `patchesJson6902`
    pub json_patches: Vec<Patch>,
    /// `replacements`, those of files in the place of the files' names.
    pub replacements: Vec<Replacement>,
    /// Where each of them is written.
    pub replacement_places: Vec<Place>,
    /// Configurations of transformer plugins, inline texts first.
    pub transformers: Vec<PluginSource>,
    /// Configurations of validator plugins, inline texts first.
    pub validators: Vec<PluginSource>,
    /// Whether a layer below this one brings a schema.
    pub has_schema_below: bool,
    /// What kustomize says of deprecated fields in its file.
    pub(super) deprecations: Vec<Arc<str>>,
    /// Whether this layer or one below has deprecated fields.
    pub(super) is_deprecated: bool,
    /// The folders of all layers below this one, those left out that are only reached through a repository's address.
    pub(super) below: IndexSet<PathBuf>,
    /// The addresses of repositories that are named by this layer or below it.
    pub(super) urls_below: IndexSet<String>,
    /// How many layers and objects are visited when this one is built: a layer counts each time that it is named.
    pub(super) visits: u64,
}

impl Layer {
    /// The name of the kustomization file.
    pub fn file_name(&self) -> &str {
        let name = self.file.file_name().and_then(OsStr::to_str);
        name.unwrap_or_default()
    }

    /// The place of a field of the kustomization file.
    pub fn place(&self, path: FieldPath) -> Place {
        place(&self.file, path)
    }
}

/// The place of a field of a kustomization file.
pub(super) fn place(file: &Arc<PathBuf>, path: FieldPath) -> Place {
    let source = Source {
        file: Arc::clone(file),
        line: 1,
    };
    Place::of_field(source, path)
}

/// What an entry of `resources` leads to.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A file of objects.
    File {
        /// The entry.
        entry: Text,
        /// The objects.
        resources: Vec<Resource>,
    },
    /// A folder with a kustomization.
    Layer {
        /// The entry.
        entry: Text,
        /// The kustomization.
        layer: Arc<Layer>,
    },
}

impl Operand {
    /// The number of objects that a file has.
    pub fn count(&self) -> usize {
        match self {
            Self::File { resources, .. } => resources.len(),
            Self::Layer { .. } => 0,
        }
    }

    /// The kustomization, if it is one.
    pub fn layer(&self) -> Option<&Arc<Layer>> {
        self.named_layer().map(|(_, layer)| layer)
    }

    /// The entry and the kustomization, if it is one.
    fn named_layer(&self) -> Option<(&Text, &Arc<Layer>)> {
        match self {
            Self::Layer { entry, layer } => Some((entry, layer)),
            Self::File { .. } => None,
        }
    }
}

/// What an entry of `components` leads to.
#[derive(Clone, Debug)]
pub struct ComponentLayer {
    /// The entry.
    pub entry: Text,
    /// The component.
    pub layer: Arc<Layer>,
}

/// Where plugins get their configurations from.
#[derive(Clone, Debug)]
pub enum PluginSource {
    /// The entry itself.
    Inline(Vec<Resource>),
    /// A file or a folder.
    Operand(Operand),
}

/// A file with a schema. Nobody has looked into it: most builds have no use for it, and kustomize takes any text then.
#[derive(Clone, Debug)]
pub struct SchemaFile {
    /// The entry.
    pub entry: Text,
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its content.
    pub text: Arc<[u8]>,
}

/// A file of configuration.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The entry.
    pub entry: Text,
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its first document.
    pub value: Value,
}

impl Configuration {
    /// The failure of a value in it that does not fit.
    pub fn unfit(&self, error: &decode::Error) -> Fault {
        let message = format!("error unmarshaling JSON: while decoding JSON: {error}");
        Fault::new(message).at(place(&self.file, error.path()))
    }
}

impl Layer {
    /// How many objects there are in its own files, and the layer itself.
    pub(super) fn own_visits(&self) -> u64 {
        let objects = self.operands.iter().map(|operand| match operand {
            Operand::File { resources, .. } => resources.len() as u64,
            Operand::Layer { .. } => 0,
        });
        1 + objects.sum::<u64>()
    }

    /// The layers that this one names.
    fn named(&self) -> impl Iterator<Item = (&Text, &Arc<Self>)> {
        let plugins = [&self.generators, &self.transformers, &self.validators];
        let plugins = plugins
            .into_iter()
            .flatten()
            .filter_map(|source| match source {
                PluginSource::Operand(operand) => operand.named_layer(),
                PluginSource::Inline(_) => None,
            });
        let components = self.components.iter();
        let components = components.map(|component| (&component.entry, &component.layer));
        let layers = self.operands.iter().filter_map(Operand::named_layer);
        layers.chain(components).chain(plugins)
    }

    /// Repeats what is told of deprecated fields from here on.
    pub(super) fn tell_deprecations(&self, told: &mut Vec<Arc<str>>) {
        if self.is_deprecated {
            told.extend(self.deprecations.iter().cloned());
            self.named()
                .for_each(|(_, layer)| layer.tell_deprecations(told));
        }
    }

    /// How many layers and objects there are from here on, each counted once.
    pub(super) fn distinct_visits(&self) -> u64 {
        let mut seen = IndexSet::new();
        let mut rest = vec![self];
        let mut visits = 0;
        while let Some(layer) = rest.pop() {
            if seen.insert(&layer.root) {
                visits += layer.own_visits();
                rest.extend(layer.named().map(|(_, layer)| layer.as_ref()));
            }
        }
        visits
    }

    /// Collects the folders of all layers that this one leads to.
    pub(super) fn note_layers_below(&mut self) {
        let mut below = IndexSet::new();
        let mut urls = IndexSet::new();
        let mut has_schema = false;
        let mut is_deprecated = !self.deprecations.is_empty();
        let mut visits = self.own_visits();
        for (entry, layer) in self.named() {
            visits = visits.saturating_add(layer.visits);
            is_deprecated |= layer.is_deprecated;
            has_schema |= layer.schema.is_some() || layer.has_schema_below;
            urls.extend(layer.urls_below.iter().cloned());
            if let Some(url) = RepoUrl::parse(entry) {
                urls.insert(url.raw);
            } else {
                below.insert(layer.root.clone());
                below.extend(layer.below.iter().cloned());
            }
        }
        self.is_deprecated = is_deprecated;
        self.visits = visits;
        self.has_schema_below = has_schema;
        self.below = below;
        self.urls_below = urls;
    }
}
