//! The second stage: a tree of layers to the objects that are printed. Knows the order of everything, does nothing itself.

mod accumulate;
mod bases;
mod double_env;
mod finish;
mod options;
mod plugin;
mod records;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyhow::Result;

pub use self::bases::Bases;

use self::accumulate::Accumulator;
pub use self::options::{FunctionOptions, HelmOptions, PluginHome, PluginOptions};
pub use self::plugin::StandaloneFunction;
use self::schema::SchemaState;
use crate::kustomization::Patch;
use crate::load::{Layer, Outside};
use crate::model::{Resource, Warning};
use crate::transform::sort_order::SortOrder;

/// What the command line says about a build.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// The order of the objects where the kustomization does not say.
    pub order: SortOrder,
    /// Whether every object gets the label `app.kubernetes.io/managed-by`.
    pub managed_by_label: bool,
    /// Which programs may be run, and how.
    pub plugins: PluginOptions,
}

/// What a build comes to.
#[derive(Debug)]
pub struct Built {
    /// The objects in the order in which they are printed.
    pub resources: Vec<Resource>,
    /// What its authors should know.
    pub warnings: Vec<Warning>,
}

/// What lasts through a build, from layer to layer in the order of visiting.
struct Session<'a> {
    outside: &'a Outside<'a>,
    plugins: &'a PluginOptions,
    /// What the authors of the kustomizations should know.
    warnings: Vec<Warning>,
    /// The patches that were applied, by kustomization: for those who want to know afterwards who changed something.
    patches: Vec<Arc<Vec<Patch>>>,
    /// The bases that are shared with other builds.
    bases: Option<&'a Bases>,
    schema: SchemaState,
    /// Whether objects carry records of where they came from and what changed them.
    keeps_records: bool,
}

/// Builds what a kustomization describes.
///
/// Fails where kustomize does; see spec 01 R30 for the order of a layer and R31 for what happens once at the root.
pub fn build(layer: Arc<Layer>, outside: &Outside<'_>, options: &BuildOptions) -> Result<Built> {
    run(layer, outside, options, None)
}

/// As [`build`], with the bases that other builds with the same options have built, and for those that come later.
pub fn build_beside(
    layer: Arc<Layer>,
    outside: &Outside<'_>,
    options: &BuildOptions,
    bases: &Bases,
) -> Result<Built> {
    run(layer, outside, options, Some(bases))
}

fn run(
    layer: Arc<Layer>,
    outside: &Outside<'_>,
    options: &BuildOptions,
    bases: Option<&Bases>,
) -> Result<Built> {
    let root = finish::Root::of(&layer.kustomization, options)?;
    let mut session = Session {
        outside,
        plugins: &options.plugins,
        schema: SchemaState::new(&layer),
        keeps_records: root.keeps_records(),
        warnings: Vec::new(),
        patches: Vec::new(),
        bases,
    };
    let mut accumulator = Accumulator::default();
    let place = records::Place::root(&layer);
    accumulator.accumulate(layer, &place, &mut session)?;
    finish::finish(accumulator, &root, session)
}
