//! One layer after another: what a kustomization names is gathered, then changed as it says.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Error, Result};

use super::Session;
use super::bases;
use super::plugin::{self, Configured};
use super::records::{self, Place};
use crate::generate;
use crate::kustomization::decode::{Rules, decode};
use crate::kustomization::{GeneratorArgs, Kustomization};
use crate::load::{ComponentLayer, Layer, Operand, Outside, PluginSource};
use crate::model::{self, ConfiguredBy, Fault, FieldPath, ResMap, Resource, Source, Warning};
use crate::transform::config::{FieldTables, TransformerConfig};
use crate::transform::crds;
use crate::transform::patch::Schema;
use crate::transform::vars::VarSet;
use crate::transform::{Operators, Transformer};

/// What a kustomization and all below it come to.
#[derive(Clone, Default)]
pub(super) struct Accumulator {
    /// The objects.
    pub(super) resources: ResMap,
    /// The fields that transformers edit.
    pub(super) config: TransformerConfig,
    /// The vars that were declared.
    pub(super) vars: VarSet,
    /// Whether the objects know the scopes of a custom schema.
    is_scoped: bool,
}

impl Accumulator {
    /// Runs one kustomization on what there is so far: nothing, or for a component the objects of its parent (spec 01 R30).
    pub(super) fn accumulate(
        &mut self,
        layer: Arc<Layer>,
        place: &Place,
        session: &mut Session<'_>,
    ) -> Result<()> {
        session.schema.visit(&layer)?;
        let mut layer = Arc::unwrap_or_clone(layer);
        let operands = std::mem::take(&mut layer.operands);
        self.resources
            .reserve(operands.iter().map(Operand::count).sum());
        for operand in operands {
            self.add(operand, place, session)
                .context("accumulating resources")?;
        }
        self.configure(&layer)?;
        self.generate(&mut layer, place, session)?;
        for ComponentLayer { entry, layer } in std::mem::take(&mut layer.components) {
            let root = layer.root.clone();
            let place = place.below(&entry, &layer);
            let done = self.accumulate(layer, &place, session);
            done.and_then(|()| self.start_config_anew())
                .with_context(|| {
                    format!(
                        "accumulating components: accumulateDirectory: {}",
                        root.display()
                    )
                })?;
        }
        self.transform(&layer, place, session)?;
        for patches in [
            std::mem::take(&mut layer.strategic_merge_patches),
            std::mem::take(&mut layer.patches),
        ] {
            if !patches.is_empty() {
                session.patches.push(Arc::new(patches));
            }
        }
        let transformers = std::mem::take(&mut layer.transformers);
        for transformer in plugins(transformers, &layer, place, session)? {
            self.run(&transformer, session, plugin::Transformer::run)?;
            if let Some(plugin) = &transformer.by {
                records::note(&mut self.resources, plugin, 1)?;
            }
        }
        let validators = std::mem::take(&mut layer.validators);
        for validator in plugins(validators, &layer, place, session)? {
            self.run(&validator, session, plugin::Transformer::validate)?;
        }
        let vars = &layer.kustomization.vars;
        self.vars.note_places(vars, &source_of(&layer));
        self.vars.register(vars, &mut self.resources)
    }

    fn add(&mut self, operand: Operand, place: &Place, session: &mut Session<'_>) -> Result<()> {
        match operand {
            Operand::File { entry, resources } => resources
                .into_iter()
                .try_for_each(|mut resource| {
                    if session.keeps_records {
                        resource.keep_record(place.record_of_file(&entry))?;
                    }
                    session.schema.notice(&resource)?;
                    self.push(resource, session)
                })
                .with_context(|| format!("merging resources from '{entry}'")),
            Operand::Layer { entry, layer } => {
                let root = layer.root.clone();
                let place = place.below(&entry, &layer);
                let base = bases::get(&root, session, |session| {
                    let mut base = Self::default();
                    base.accumulate(layer, &place, session).map(|()| base)
                })
                .with_context(|| format!("recursed accumulation of path '{}'", root.display()))
                .with_context(|| no_file(&entry, &root))?;
                self.merge(base, session)
                    .with_context(|| format!("recursed merging from path '{}'", root.display()))
                    .with_context(|| no_file(&entry, &root))
            }
        }
    }

    fn merge(&mut self, base: Self, session: &Session<'_>) -> Result<()> {
        self.config.merge(base.config)?;
        self.vars.merge(base.vars)?;
        if self.resources.is_empty() {
            refuse_twins(&base.resources)?;
            self.resources = base.resources;
            self.is_scoped = base.is_scoped;
            return Ok(());
        }
        base.resources
            .into_resources()
            .into_iter()
            .try_for_each(|resource| self.push(resource, session))
    }

    /// Puts the tables together once more, as kustomize does with what a component leaves: in their new order some entries
    /// may contradict others.
    fn start_config_anew(&mut self) -> Result<()> {
        let config = std::mem::take(&mut self.config);
        self.config.merge(config)
    }

    /// Tells all objects what a schema that came after them says of their kinds.
    fn scope(&mut self, session: &Session<'_>) -> Result<()> {
        let Some(scopes) = session.schema.scopes.as_ref().filter(|_| !self.is_scoped) else {
            return Ok(());
        };
        self.is_scoped = true;
        self.resources.edit_all(|resource| {
            resource.set_scopes(scopes);
            Ok(())
        })
    }

    /// Adds an object that nothing else has the identity of.
    fn push(&mut self, mut resource: Resource, session: &Session<'_>) -> Result<()> {
        if let Some(scopes) = &session.schema.scopes {
            self.scope(session)?;
            resource.set_scopes(scopes);
        }
        let Some(twin) = self.resources.first_now(resource.id()) else {
            self.resources.push(resource)?;
            return Ok(());
        };
        Err(twins(self.resources.get(twin), &resource).into())
    }

    /// Adds the files of `configurations` to kustomize's own tables (spec 03 R60), then those of `crds`.
    fn configure(&mut self, layer: &Layer) -> Result<()> {
        let mut additions = Vec::new();
        for file in &layer.configurations {
            let tables = decode::<FieldTables>(&file.value, Rules::FieldTables)
                .map_err(|error| file.unfit(&error))?;
            additions.push(tables);
        }
        self.config
            .merge(TransformerConfig::with_additions(additions)?)?;
        for file in &layer.crds {
            let entries: Vec<_> = layer.crds.iter().map(|file| file.entry.as_str()).collect();
            let tables = crds::field_tables(&file.value)
                .with_context(|| {
                    format!("unable to parse open API definition from '{}'", file.entry)
                })
                .with_context(|| format!("loading CRDs [{}]", entries.join(" ")))?;
            self.config
                .merge(TransformerConfig::Extended(Box::new(tables)))?;
        }
        Ok(())
    }

    /// ConfigMaps, then Secrets, then what plugins generate, each absorbed at once, so that a later one may merge into an earlier
    /// (spec 05 R4).
    fn generate(
        &mut self,
        layer: &mut Layer,
        place: &Place,
        session: &mut Session<'_>,
    ) -> Result<()> {
        let charts = plugin::charts(layer, place, session)?;
        let sources = std::mem::take(&mut layer.generators);
        let plugins = if sources.is_empty() {
            Vec::new()
        } else {
            let configurations = configurations(sources, "generator", place, session)
                .context("loading generator plugins")?;
            plugin::generators(&configurations, layer, session)?
        };
        let Kustomization {
            config_map_generator: config_maps,
            secret_generator: secrets,
            generator_options: options,
            ..
        } = &layer.kustomization;
        let options = options.as_ref();
        let record = |kind: &str| {
            let is_needed =
                session.keeps_records && !(config_maps.is_empty() && secrets.is_empty());
            is_needed.then(|| place.plugin(kind))
        };
        let by = record("ConfigMapGenerator");
        for (position, args) in config_maps.iter().enumerate() {
            let blame = |error| blame(error, layer, "configMapGenerator", position, args);
            session.warnings.extend(behavior_warning(
                layer,
                "configMapGenerator",
                position,
                args,
            ));
            let generated = generate::config_map(args, options, &layer.files).map_err(blame)?;
            self.absorb(generated, by.as_ref()).map_err(blame)?;
        }
        let by = record("SecretGenerator");
        for (position, args) in secrets.iter().enumerate() {
            let blame = |error| blame(error, layer, "secretGenerator", position, args);
            session
                .warnings
                .extend(behavior_warning(layer, "secretGenerator", position, args));
            let generated = generate::secret(args, options, &layer.files).map_err(blame)?;
            self.absorb(generated, by.as_ref()).map_err(blame)?;
        }
        let warnings = plugins.iter().filter_map(|it| it.plugin.warning());
        session.warnings.extend(warnings);
        for Configured { plugin, by } in charts.into_iter().chain(plugins) {
            for mut generated in plugin.run(layer, session)? {
                if let Some(scopes) = &session.schema.scopes {
                    generated.set_scopes(scopes);
                }
                self.absorb(generated, by.as_ref())?;
            }
        }
        Ok(())
    }

    fn absorb(&mut self, mut generated: Resource, by: Option<&Arc<ConfiguredBy>>) -> Result<()> {
        records::note_generator(&mut generated, by)?;
        generate::absorb(&mut self.resources, generated)
    }

    fn transform(&mut self, layer: &Layer, place: &Place, session: &mut Session<'_>) -> Result<()> {
        self.scope(session)?;
        let patches = [&layer.strategic_merge_patches[..], &layer.patches[..]];
        session.schema.notice_patches(&patches, &self.resources)?;
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
            schema: session.schema.get(&patches)?,
        };
        for transformer in Transformer::ORDER {
            let warnings = transformer.apply(&operators, &mut self.resources)?;
            session.warnings.extend(warnings);
            if session.keeps_records {
                let (kind, count) = transformer.plugin(&operators);
                if count > 0 {
                    records::note(&mut self.resources, &place.plugin(kind), count)?;
                }
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        transformer: &Configured<plugin::Transformer>,
        session: &mut Session<'_>,
        run: impl FnOnce(&plugin::Transformer, &mut ResMap, &Schema, &Outside<'_>) -> Result<()>,
    ) -> Result<()> {
        session.warnings.extend(transformer.plugin.warning());
        let patches = [transformer.plugin.patches()];
        session.schema.notice_patches(&patches, &self.resources)?;
        let schema = if transformer.plugin.is_program() {
            session.schema.of_functions()
        } else {
            session.schema.get(&patches)?
        };
        run(
            &transformer.plugin,
            &mut self.resources,
            schema,
            session.outside,
        )?;
        // What a program has printed does not know them yet.
        self.is_scoped = false;
        self.scope(session)
    }
}

/// kustomize's words for having tried a folder as a file: they come before whatever fails in the folder (spec 01 R20).
fn no_file(entry: &str, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "accumulation err='accumulating resources from '{entry}': '{folder}' must resolve to a file'"
    )
}

/// The failure of a generator, at its entry.
fn blame(
    mut error: Error,
    layer: &Layer,
    field: &str,
    position: usize,
    args: &GeneratorArgs,
) -> Error {
    let mut path = FieldPath::default().key(field).index(position);
    path.steps.extend(generate::blamed(args).steps);
    let place = layer.place(path);
    match error.downcast_mut::<Fault>() {
        Some(fault) => {
            fault.place.get_or_insert(place);
            error
        }
        None => Fault::new(format!("{error:#}")).at(place).into(),
    }
}

/// The warning about a behavior that is none: kustomize takes it for nothing.
fn behavior_warning(
    layer: &Layer,
    field: &str,
    position: usize,
    args: &GeneratorArgs,
) -> Option<Warning> {
    let behavior = args.behavior.as_str();
    if matches!(
        behavior,
        "" | "create" | "merge" | "replace" | "unspecified"
    ) {
        return None;
    }
    let path = FieldPath::default().key(field).index(position);
    let warning = Warning::new(format!(
        "there is no behavior `{behavior}`, and it does not count"
    ));
    let place = layer.place(path.key("behavior"));
    Some(
        warning
            .at(place)
            .hint("write `create`, `merge` or `replace`"),
    )
}

fn source_of(layer: &Layer) -> Source {
    Source {
        file: Arc::clone(&layer.file),
        line: 1,
    }
}

/// Fails where two objects came to have the same identity.
fn refuse_twins(resources: &ResMap) -> Result<()> {
    for slot in resources.slots() {
        let id = resources.get(slot).id();
        if resources.check_unique(id, Some(slot)).is_ok() {
            continue;
        }
        if let [first, second, ..] = resources.matching_now(id)[..] {
            return Err(twins(resources.get(first), resources.get(second)).into());
        }
    }
    Ok(())
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
            .map(|source| model::Place::of_field(source, path))
    };
    match (place(first), place(second)) {
        (Some(first), Some(second)) if first != second => {
            fault.at(second).related("the other one", first)
        }
        (_, Some(place)) => fault.at(place).hint(
            "its file comes in by more than one way: name it, or the base that names it, once",
        ),
        (Some(first), None) => fault.at(first),
        (None, None) => fault,
    }
}

/// The plugins that a layer lists as transformers or validators.
fn plugins(
    sources: Vec<PluginSource>,
    layer: &Layer,
    place: &Place,
    session: &mut Session<'_>,
) -> Result<Vec<Configured<plugin::Transformer>>> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let configurations = configurations(sources, "transformer", place, session)?;
    plugin::transformers(&configurations, layer, session)
}

/// Gathers the objects that configure plugins: what kustomizations among them say is done to the configurations, save for
/// what happens at the root (spec 01 R32).
fn configurations(
    sources: Vec<PluginSource>,
    role: &str,
    place: &Place,
    session: &mut Session<'_>,
) -> Result<ResMap> {
    let mut configurations = Accumulator::default();
    for source in sources {
        match source {
            PluginSource::Inline(resources) => resources
                .into_iter()
                .try_for_each(|mut resource| {
                    if session.keeps_records {
                        resource.keep_record(place.record())?;
                    }
                    session.schema.notice(&resource)?;
                    configurations.push(resource, session)
                })
                .with_context(|| format!("configuring external {role}"))?,
            PluginSource::Operand(operand) => configurations.add(operand, place, session)?,
        }
    }
    Ok(configurations.resources)
}
