//! One layer after another: what a kustomization names is gathered, then changed as it says.

use std::sync::Arc;

use anyhow::{Context, Result};

use super::{Session, plugin};
use crate::generate;
use crate::kustomization::decode::{Rules, decode};
use crate::load::{Layer, Operand, PluginSource};
use crate::model::{Fault, FieldPath, ResMap, Resource};
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
        self.transform(&layer)?;
        self.run_transformers(&mut layer, session)?;
        self.run_validators(&mut layer, session)?;
        self.vars
            .register(&layer.kustomization.vars, &mut self.resources)
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
        let fault = Fault::new(format!(
            "may not add resource with an already registered id: {}",
            resource.id()
        ));
        let sources = [&self.resources.get(twin).source, &resource.source];
        let fault = sources.into_iter().flatten().fold(fault, |fault, source| {
            fault.hint(format!(
                "it is defined in {}, line {}",
                source.file.display(),
                source.line
            ))
        });
        Err(fault
            .hint(
                "delete one of the two, or tell them apart by namespace, namePrefix or nameSuffix",
            )
            .into())
    }

    /// Adds the files of `configurations` to kustomize's own tables (spec 03 R60).
    fn configure(&mut self, layer: &Layer) -> Result<()> {
        let mut additions = Vec::new();
        for file in &layer.configurations {
            let tables = decode::<FieldTables>(&file.value, Rules::FieldTables)
                .map_err(|error| file.unfit(&error))?;
            additions.push(tables);
        }
        self.config
            .merge(TransformerConfig::with_additions(additions)?)
    }

    /// ConfigMaps, then Secrets, each absorbed at once, so that a later one may merge into an earlier (spec 05 R4).
    fn generate(&mut self, layer: &mut Layer, session: &mut Session<'_>) -> Result<()> {
        refuse_charts(layer)?;
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

    fn transform(&mut self, layer: &Layer) -> Result<()> {
        // Most layers have nothing to merge, and reading the schema is a tenth of a small build.
        let merges = !layer.strategic_merge_patches.is_empty() || !layer.patches.is_empty();
        let operators = Operators {
            kustomization: &layer.kustomization,
            strategic_merge_patches: &layer.strategic_merge_patches,
            patches: &layer.patches,
            json_patches: &layer.json_patches,
            replacements: &layer.replacements,
            config: &self.config,
            schema: if merges {
                Schema::built_in()
            } else {
                Schema::empty()
            },
        };
        Transformer::ORDER
            .into_iter()
            .try_for_each(|transformer| transformer.apply(&operators, &mut self.resources))
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

/// Charts are not inflated: better no output than one that lacks them.
fn refuse_charts(layer: &Layer) -> Result<()> {
    if layer.kustomization.helm_charts.is_empty() {
        return Ok(());
    }
    let fault = Fault::new("must specify --enable-helm")
        .at(layer.place(FieldPath::of_keys(&["helmCharts"])))
        .hint("helm charts are not supported yet: inflate the chart with `helm template` and name the result under `resources`");
    Err(fault).context("trouble configuring builtin HelmChartInflationGenerator")
}
