//! One layer after another: what a kustomization names is gathered, then changed as it says.

use std::sync::Arc;

use anyhow::{Context, Result};

use crate::generate;
use crate::kustomization::decode::{UnknownFields, decode};
use crate::load::{Layer, Operand};
use crate::model::{Fault, ResMap, Resource};
use crate::transform::config::{FieldTables, TransformerConfig};
use crate::transform::patch::Schema;
use crate::transform::{Operators, Transformer};

/// What a kustomization and all below it come to.
#[derive(Default)]
pub(super) struct Accumulator {
    /// The objects.
    pub(super) resources: ResMap,
    /// The fields that transformers edit.
    pub(super) config: TransformerConfig,
}

impl Accumulator {
    /// Runs one kustomization on what there is so far: nothing, or for a component the objects of its parent (spec 01 R30).
    pub(super) fn accumulate(&mut self, layer: Arc<Layer>) -> Result<()> {
        let mut layer = Arc::unwrap_or_clone(layer);
        for operand in std::mem::take(&mut layer.operands) {
            self.add(operand)?;
        }
        self.configure(&layer)?;
        self.generate(&layer)?;
        for component in std::mem::take(&mut layer.components) {
            let root = component.layer.root.clone();
            self.accumulate(component.layer).with_context(|| format!("accumulating components: accumulateDirectory: {}", root.display()))?;
        }
        self.transform(&layer)
    }

    fn add(&mut self, operand: Operand) -> Result<()> {
        match operand {
            Operand::File { entry, resources } => resources
                .into_iter()
                .try_for_each(|resource| self.push(resource))
                .with_context(|| format!("accumulating resources: merging resources from '{entry}'")),
            Operand::Layer { layer, .. } => {
                let root = layer.root.clone();
                let mut base = Self::default();
                base.accumulate(layer).with_context(|| format!("accumulating resources: recursed accumulation of path '{}'", root.display()))?;
                self.merge(base).with_context(|| format!("accumulating resources: recursed merging from path '{}'", root.display()))
            }
        }
    }

    fn merge(&mut self, base: Self) -> Result<()> {
        self.config.merge(base.config)?;
        if self.resources.is_empty() {
            self.resources = base.resources;
            return Ok(());
        }
        base.resources.into_resources().into_iter().try_for_each(|resource| self.push(resource))
    }

    /// Adds an object that nothing else has the identity of.
    fn push(&mut self, resource: Resource) -> Result<()> {
        let Some(twin) = self.resources.matching_now(resource.id()).first().copied() else {
            self.resources.push(resource)?;
            return Ok(());
        };
        let fault = Fault::new(format!("may not add resource with an already registered id: {}", resource.id()));
        let sources = [&self.resources.get(twin).source, &resource.source];
        let fault = sources.into_iter().flatten().fold(fault, |fault, source| {
            fault.hint(format!("it is defined in {}, line {}", source.file.display(), source.line))
        });
        Err(fault.hint("delete one of the two, or tell them apart by namespace, namePrefix or nameSuffix").into())
    }

    /// Adds the files of `configurations` to kustomize's own tables (spec 03 R60).
    fn configure(&mut self, layer: &Layer) -> Result<()> {
        let mut additions = Vec::new();
        for file in &layer.configurations {
            additions.push(decode::<FieldTables>(&file.value, UnknownFields::Refuse)?);
        }
        self.config.merge(TransformerConfig::with_additions(additions)?)
    }

    /// ConfigMaps, then Secrets, each absorbed at once, so that a later one may merge into an earlier (spec 05 R4).
    fn generate(&mut self, layer: &Layer) -> Result<()> {
        let options = layer.kustomization.generator_options.as_ref();
        for args in &layer.kustomization.config_map_generator {
            generate::absorb(&mut self.resources, generate::config_map(args, options, &layer.files)?)?;
        }
        for args in &layer.kustomization.secret_generator {
            generate::absorb(&mut self.resources, generate::secret(args, options, &layer.files)?)?;
        }
        Ok(())
    }

    fn transform(&mut self, layer: &Layer) -> Result<()> {
        let operators = Operators {
            kustomization: &layer.kustomization,
            strategic_merge_patches: &layer.strategic_merge_patches,
            patches: &layer.patches,
            json_patches: &layer.json_patches,
            config: &self.config,
            schema: Schema::built_in(),
        };
        Transformer::ORDER.into_iter().try_for_each(|transformer| transformer.apply(&operators, &mut self.resources))
    }
}
