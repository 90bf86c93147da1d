//! One layer after another: what a kustomization names is gathered, then changed as it says.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::{Session, plugin};
use crate::generate;
use crate::kustomization::decode::{Rules, decode};
use crate::load::{Layer, Operand, PluginSource};
use crate::model::{Fault, FieldPath, Place, ResMap, Resource, Source};
use crate::transform::config::{FieldTables, TransformerConfig};
use crate::transform::patch::Schema;
use crate::transform::vars::VarSet;
use crate::transform::{Operators, Transformer};

/// What a kustomization and all below it come to.
#[derive(Default)]
pub(super) struct Accumulator {
    /// The objects.
    pub(super) resources: ResMap,
    /// The fields that transformers edit.
    pub(super) config: TransformerConfig,
    /// The vars that were declared.
    pub(super) vars: VarSet,
}

impl Accumulator {
    /// Runs one kustomization on what there is so far: nothing, or for a component the objects of its parent (spec 01 R30).
    pub(super) fn accumulate(
        &mut self,
        layer: Arc<Layer>,
        session: &mut Session<'_>,
    ) -> Result<()> {
        let mut layer = Arc::unwrap_or_clone(layer);
        for operand in std::mem::take(&mut layer.operands) {
            self.add(operand, session)
                .context("accumulating resources")?;
        }
        self.configure(&layer)?;
        self.generate(&mut layer, session)?;
        for component in std::mem::take(&mut layer.components) {
            let root = component.layer.root.clone();
            self.accumulate(component.layer, session).with_context(|| {
                format!(
                    "accumulating components: accumulateDirectory: {}",
                    root.display()
                )
            })?;
        }
        self.transform(&layer, session)?;
        for patches in [
            std::mem::take(&mut layer.strategic_merge_patches),
            std::mem::take(&mut layer.patches),
        ] {
            if !patches.is_empty() {
                session.patches.push(patches);
            }
        }
        self.run_transformers(&mut layer, session)?;
        self.run_validators(&mut layer, session)?;
        self.vars.register(
            &layer.kustomization.vars,
            &source_of(&layer),
            &mut self.resources,
        )
    }

    fn add(&mut self, operand: Operand, session: &mut Session<'_>) -> Result<()> {
        match operand {
            Operand::File { entry, resources } => resources
                .into_iter()
                .try_for_each(|resource| self.push(resource))
                .with_context(|| format!("merging resources from '{entry}'")),
            Operand::Layer { layer, .. } => {
                let root = layer.root.clone();
                let mut base = Self::default();
                base.accumulate(layer, session).with_context(|| {
                    format!("recursed accumulation of path '{}'", root.display())
                })?;
                self.merge(base)
                    .with_context(|| format!("recursed merging from path '{}'", root.display()))
            }
        }
    }

    fn merge(&mut self, base: Self) -> Result<()> {
        self.config.merge(base.config)?;
        self.vars.merge(base.vars)?;
        if self.resources.is_empty() {
            self.resources = base.resources;
            return Ok(());
        }
        base.resources
            .into_resources()
            .into_iter()
            .try_for_each(|resource| self.push(resource))
    }

    /// Adds an object that nothing else has the identity of.
    fn push(&mut self, resource: Resource) -> Result<()> {
        let Some(twin) = self.resources.matching_now(resource.id()).first().copied() else {
            self.resources.push(resource)?;
            return Ok(());
        };
        Err(twins(self.resources.get(twin), &resource).into())
    }

    /// Adds the files of `configurations` to kustomize's own tables (spec 03 R60).
    fn configure(&mut self, layer: &Layer) -> Result<()> {
        let mut additions = Vec::new();
        for file in &layer.configurations {
            additions.push(decode::<FieldTables>(&file.value, Rules::FieldTables)?);
        }
        self.config
            .merge(TransformerConfig::with_additions(additions)?)
    }

    /// ConfigMaps, then Secrets, each absorbed at once, so that a later one may merge into an earlier (spec 05 R4).
    fn generate(&mut self, layer: &mut Layer, session: &mut Session<'_>) -> Result<()> {
        let plugins = std::mem::take(&mut layer.generators);
        let plugins = if plugins.is_empty() {
            Vec::new()
        } else {
            let configurations = configurations(plugins, "generator", session)
                .context("loading generator plugins")?;
            plugin::generators(&configurations, layer, session.outside)?
        };
        let options = layer.kustomization.generator_options.as_ref();
        for args in &layer.kustomization.config_map_generator {
            generate::absorb(
                &mut self.resources,
                generate::config_map(args, options, &layer.files)?,
            )?;
        }
        for args in &layer.kustomization.secret_generator {
            generate::absorb(
                &mut self.resources,
                generate::secret(args, options, &layer.files)?,
            )?;
        }
        plugins
            .iter()
            .try_for_each(|generator| generator.run(&mut self.resources))
    }

    fn transform(&mut self, layer: &Layer, session: &mut Session<'_>) -> Result<()> {
        let source = source_of(layer);
        let operators = Operators {
            kustomization: &layer.kustomization,
            strategic_merge_patches: &layer.strategic_merge_patches,
            patches: &layer.patches,
            json_patches: &layer.json_patches,
            replacements: &layer.replacements,
            replacement_places: &layer.replacement_places,
            source: &source,
            config: &self.config,
            schema: Schema::built_in(),
        };
        for transformer in Transformer::ORDER {
            let warnings = transformer.apply(&operators, &mut self.resources)?;
            session.warnings.extend(warnings);
        }
        Ok(())
    }

    fn run_transformers(&mut self, layer: &mut Layer, session: &mut Session<'_>) -> Result<()> {
        let plugins = std::mem::take(&mut layer.transformers);
        if plugins.is_empty() {
            return Ok(());
        }
        let configurations = configurations(plugins, "transformer", session)?;
        plugin::transformers(&configurations, layer, session.outside)?
            .iter()
            .try_for_each(|transformer| transformer.run(&mut self.resources, Schema::built_in()))
    }

    fn run_validators(&mut self, layer: &mut Layer, session: &mut Session<'_>) -> Result<()> {
        let plugins = std::mem::take(&mut layer.validators);
        if plugins.is_empty() {
            return Ok(());
        }
        let configurations = configurations(plugins, "transformer", session)?;
        plugin::transformers(&configurations, layer, session.outside)?
            .iter()
            .try_for_each(|validator| validator.validate(&mut self.resources, Schema::built_in()))
    }
}

fn source_of(layer: &Layer) -> Source {
    Source {
        file: Arc::clone(&layer.file),
        line: 1,
    }
}

/// The failure of two objects that have the same identity.
fn twins(first: &Resource, second: &Resource) -> Fault {
    let id = second.id();
    let fault = Fault::new(format!(
        "may not add resource with an already registered id: {id}"
    ))
    .titled(format!(
        "there is more than one {} named `{}`",
        id.gvk.kind, id.name
    ))
    .hint("delete one of the two, or tell them apart by namespace, namePrefix or nameSuffix");
    let place = |resource: &Resource| {
        let path = FieldPath::of_keys(&["metadata", "name"]);
        resource
            .source
            .clone()
            .map(|source| Place::of_field(source, path))
    };
    match (place(first), place(second)) {
        (Some(first), Some(second)) if first != second => {
            fault.at(second).related("the other one", first)
        }
        (_, Some(place)) => fault.at(place).hint("its file may be listed twice"),
        (Some(first), None) => fault.at(first),
        (None, None) => fault,
    }
}

/// Gathers the objects that configure plugins: what kustomizations among them say is done to the configurations, save for
/// what happens at the root (spec 01 R32).
fn configurations(
    sources: Vec<PluginSource>,
    role: &str,
    session: &mut Session<'_>,
) -> Result<ResMap> {
    let mut configurations = Accumulator::default();
    for source in sources {
        match source {
            PluginSource::Inline(resources) => resources
                .into_iter()
                .try_for_each(|resource| configurations.push(resource))
                .with_context(|| format!("configuring external {role}"))?,
            PluginSource::Operand(operand) => configurations.add(operand, session)?,
        }
    }
    Ok(configurations.resources)
}
