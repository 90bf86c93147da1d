//! Every overlay of a repository in one go: each base is loaded once and, where all who name it see the same, built once.

mod schedule;
mod shard;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use indexmap::IndexSet;

use crate::build::{Bases, BuildOptions, Built, build_beside};
use crate::emit;
use crate::load::{FileSystem, Layer, Layers, LoadOptions, Outside, Survey, load_beside};
use crate::model::Warning;

pub use self::shard::Shard;

use self::schedule::Schedule;

/// A repository and how to render its overlays.
pub struct Repository<'a> {
    /// What there is.
    pub survey: &'a Survey,
    /// Where it is.
    pub files: &'a dyn FileSystem,
    /// How to load it.
    pub load: &'a LoadOptions,
    /// How to build it.
    pub build: &'a BuildOptions,
}

/// A kustomization that is done.
#[derive(Debug)]
pub struct Done<'a> {
    /// The way to it from the folder that was surveyed.
    pub name: &'a str,
    /// The manifests of an overlay, or why there are none; nothing for a base that was only loaded for others.
    pub manifests: Option<Result<String>>,
    /// What its authors should know.
    pub warnings: Vec<Warning>,
}

impl<'a> Repository<'a> {
    /// The positions of the overlays of one shard among those of the survey, in order. Together the shards hold all overlays.
    pub fn overlays(&self, shard: Shard) -> Vec<usize> {
        let kustomizations = self.survey.kustomizations.iter().enumerate();
        let overlays = kustomizations.filter(|(_, found)| found.is_overlay);
        shard.of(overlays.map(|(position, _)| position)).collect()
    }

    /// Renders overlays with as many threads as there are jobs. Each thread hands over what it has done, in no certain order.
    pub fn render(&self, overlays: &[usize], jobs: NonZeroUsize, done: impl Fn(Done<'a>) + Sync) {
        let overlays: IndexSet<_> = overlays.iter().copied().collect();
        let schedule = Schedule::new(self.survey, &overlays);
        let run = Run {
            repository: self,
            overlays: &overlays,
            layers: Layers::new(),
            bases: Bases::in_folders(
                schedule
                    .shared()
                    .map(|position| self.root(position).clone()),
            ),
            schedule,
        };
        thread::scope(|scope| {
            let helpers = jobs.get().min(overlays.len()).saturating_sub(1);
            for _ in 0..helpers {
                scope.spawn(|| run.work(&done));
            }
            run.work(&done);
        });
    }

    fn root(&self, position: usize) -> &'a PathBuf {
        &self.survey.kustomizations[position].root
    }
}

/// What the threads share.
struct Run<'a, 'b> {
    repository: &'b Repository<'a>,
    overlays: &'b IndexSet<usize>,
    layers: Layers,
    bases: Bases,
    schedule: Schedule,
}

impl<'a> Run<'a, '_> {
    fn work(&self, done: &impl Fn(Done<'a>)) {
        self.repository.load.on_much.inspect(|on_much| on_much());
        while let Some(position) = self.schedule.next() {
            let visited = self.visit(position);
            for unused in self.schedule.finish(position) {
                self.layers.forget(self.repository.root(unused));
            }
            done(visited);
        }
    }

    /// Loads a base, so that those who name it find it; an overlay is rendered too.
    fn visit(&self, position: usize) -> Done<'a> {
        let Repository { files, load, .. } = *self.repository;
        let loaded = load_beside(self.repository.root(position), files, load, &self.layers);
        let (layer, mut warnings) = match loaded {
            Ok(loaded) => (Ok(loaded.layer), loaded.warnings),
            Err(error) => (Err(error), Vec::new()),
        };
        // Whoever names a base that fails is told why.
        let manifests = self.overlays.contains(&position).then(|| {
            let built = self.build(layer?)?;
            warnings.extend(built.warnings);
            emit::to_yaml(&built.resources)
        });
        Done {
            name: &self.repository.survey.kustomizations[position].name,
            manifests,
            warnings,
        }
    }

    fn build(&self, layer: Arc<Layer>) -> Result<Built> {
        let Repository {
            files, load, build, ..
        } = *self.repository;
        build_beside(layer, &Outside::new(files, load), build, &self.bases)
    }
}

#[cfg(test)]
mod tests;
