//! `generators`, `transformers` and `validators`: objects that configure kustomize's built-in plugins (spec 01 R32).
//!
//! A plugin does what a field of a kustomization does, with arguments and field specs of its own.

mod args;
mod configuration;
mod validate;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use self::args::{
    AffixArgs, AnnotationsArgs, ImageArgs, JsonPatchArgs, LabelArgs, NamedByMetadata,
    NamespaceArgs, PatchTransformerArgs, ReplacementArgs, ReplicaArgs, StrategicMergeArgs,
    ValueAddArgs, ValueAddTarget,
};
use self::configuration::Configuration;
use super::finish::add_hashes;
use super::records;
use crate::generate::{self, IamPolicyArgs};
use crate::kustomization::decode::AsWritten;
use crate::kustomization::{
    Files, GeneratorArgs, Image, Kustomization, Patch, Replacement, Replica,
};
use crate::load::{Layer, Outside};
use crate::model::{ConfiguredBy, Fault, FieldSpec, ResMap, Resource, Selector, Text};
use crate::transform::name_affix::{self, Affix};
use crate::transform::namespace::{Namespace, Subjects};
use crate::transform::patch::{self, Schema};
use crate::transform::{images, metadata, replacements, replicas, value_add};

/// A configured plugin.
pub(super) enum Plugin {
    /// One that adds objects.
    Generator(Generator),
    /// One that changes objects.
    Transformer(Transformer),
}

/// A plugin that adds objects.
pub(super) enum Generator {
    ConfigMap(GeneratorArgs, Files),
    Secret(GeneratorArgs, Files),
    IamPolicy(IamPolicyArgs),
}

/// A plugin that changes objects.
pub(super) enum Transformer {
    Metadata {
        pairs: BTreeMap<Text, Text>,
        specs: Vec<FieldSpec>,
    },
    Hash,
    Image(Image, Vec<FieldSpec>),
    Namespace {
        name: Text,
        unset_only: bool,
        subjects: Subjects,
        specs: Vec<FieldSpec>,
    },
    Affixes(Vec<Affix>, Vec<FieldSpec>),
    Replica(Replica, Vec<FieldSpec>),
    Patches(Vec<Patch>),
    Replacements(Vec<Replacement>),
    ValueAdd(String, Vec<value_add::Target>),
}

/// A plugin and what is recorded of it.
pub(super) struct Configured<T> {
    pub(super) plugin: T,
    /// Nothing where no records are kept.
    pub(super) by: Option<Arc<ConfiguredBy>>,
}

/// Configures the generators of a layer.
pub(super) fn generators(
    configurations: &ResMap,
    layer: &Layer,
    outside: &Outside<'_>,
) -> Result<Vec<Configured<Generator>>> {
    configurations
        .iter()
        .map(|resource| match configure(resource, layer, outside)? {
            Plugin::Generator(plugin) => Ok(Configured {
                plugin,
                by: records::plugin(resource),
            }),
            Plugin::Transformer(_) => Err(wrong_role(resource, "generator", "transformers")),
        })
        .collect::<Result<_>>()
        .context("failed to load generator")
        .context("loading generator plugins")
}

/// Configures the transformers or validators of a layer.
pub(super) fn transformers(
    configurations: &ResMap,
    layer: &Layer,
    outside: &Outside<'_>,
) -> Result<Vec<Configured<Transformer>>> {
    configurations
        .iter()
        .map(|resource| match configure(resource, layer, outside)? {
            Plugin::Transformer(plugin) => Ok(Configured {
                plugin,
                by: records::plugin(resource),
            }),
            Plugin::Generator(_) => Err(wrong_role(resource, "transformer", "generators")),
        })
        .collect()
}

fn wrong_role(resource: &Resource, role: &str, field: &str) -> anyhow::Error {
    let fault = Fault::new(format!("plugin {} not a {role}", resource.id()));
    configuration::at(fault, resource)
        .hint(format!("name it under `{field}:`"))
        .into()
}

fn configure(resource: &Resource, layer: &Layer, outside: &Outside<'_>) -> Result<Plugin> {
    let gvk = &resource.id().gvk;
    if !(gvk.group.is_empty() && gvk.version == "builtin") {
        let message = format!(
            "external plugins disabled; unable to load external plugin '{}'",
            gvk.kind
        );
        let fault = configuration::at(Fault::new(message), resource).hint(
            "external plugins are not supported yet; those of kustomize itself have `apiVersion: builtin`",
        );
        bail!(fault);
    }
    let configuration = Configuration::new(resource, layer, outside)?;
    match builtin(&configuration) {
        Ok(Some(plugin)) => Ok(plugin),
        Ok(None) => {
            let fault = Fault::new(format!("unable to load builtin {gvk}"));
            bail!(configuration::at(fault, resource));
        }
        Err(error) => Err(configuration.failure(error)),
    }
}

/// The plugin of a kind, if there is one.
fn builtin(configuration: &Configuration<'_>) -> Result<Option<Plugin>> {
    let kind = configuration.resource.id().gvk.kind.as_str();
    Ok(Some(match kind {
        "ConfigMapGenerator" | "SecretGenerator" => {
            Plugin::Generator(key_values(kind, configuration)?)
        }
        "IAMPolicyGenerator" => {
            let AsWritten(args) = configuration.decode()?;
            Plugin::Generator(Generator::IamPolicy(args))
        }
        "HelmChartInflationGenerator" => bail!(
            Fault::new("must specify --enable-helm").hint("helm charts are not supported yet")
        ),
        _ => return Ok(transformer(kind, configuration)?.map(Plugin::Transformer)),
    }))
}

fn key_values(kind: &str, configuration: &Configuration<'_>) -> Result<Generator> {
    let args = configuration
        .decode::<NamedByMetadata>()?
        .complete(configuration.decode::<AsWritten<GeneratorArgs>>()?);
    let read = |part| anyhow::Ok(configuration.read(part)?.files.clone());
    Ok(if kind == "SecretGenerator" {
        let files = read(Kustomization {
            secret_generator: vec![args.clone()],
            ..Kustomization::default()
        })?;
        Generator::Secret(args, files)
    } else {
        let files = read(Kustomization {
            config_map_generator: vec![args.clone()],
            ..Kustomization::default()
        })?;
        Generator::ConfigMap(args, files)
    })
}

fn transformer(kind: &str, configuration: &Configuration<'_>) -> Result<Option<Transformer>> {
    Ok(Some(match kind {
        "AnnotationsTransformer" => {
            let AnnotationsArgs {
                annotations,
                field_specs,
            } = configuration.decode()?;
            Transformer::Metadata {
                pairs: annotations,
                specs: field_specs,
            }
        }
        "LabelTransformer" => {
            let LabelArgs {
                labels,
                field_specs,
            } = configuration.decode()?;
            Transformer::Metadata {
                pairs: labels,
                specs: field_specs,
            }
        }
        "HashTransformer" => Transformer::Hash,
        "ImageTagTransformer" => {
            let ImageArgs {
                image_tag,
                field_specs,
            } = configuration.decode()?;
            Transformer::Image(image_tag, field_specs)
        }
        "NamespaceTransformer" => namespace(configuration.decode()?)?,
        "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
            affixes(kind, configuration.decode()?)?
        }
        "ReplicaCountTransformer" => {
            let ReplicaArgs {
                replica,
                field_specs,
            } = configuration.decode()?;
            Transformer::Replica(replica, field_specs)
        }
        "PatchTransformer" => {
            let args = configuration.decode::<PatchTransformerArgs>()?.into();
            let part = Kustomization {
                patches: vec![args],
                ..Kustomization::default()
            };
            Transformer::Patches(configuration.read(part)?.patches.clone())
        }
        "PatchJson6902Transformer" => {
            let args = configuration.decode::<JsonPatchArgs>()?.into();
            let part = Kustomization {
                patches_json6902: vec![args],
                ..Kustomization::default()
            };
            Transformer::Patches(configuration.read(part)?.json_patches.clone())
        }
        "PatchStrategicMergeTransformer" => strategic_merges(configuration)?,
        "ReplacementTransformer" => {
            let ReplacementArgs {
                replacements: AsWritten(replacements),
            } = configuration.decode()?;
            let part = Kustomization {
                replacements,
                ..Kustomization::default()
            };
            Transformer::Replacements(configuration.read(part)?.replacements.clone())
        }
        "ValueAddTransformer" => value_add(configuration)?,
        _ => return Ok(None),
    }))
}

fn value_add(configuration: &Configuration<'_>) -> Result<Transformer> {
    let ValueAddArgs {
        value,
        mut targets,
        target_file_path,
    } = configuration.decode()?;
    if !target_file_path.is_empty() {
        let more: ValueAddArgs = configuration.decode_file(target_file_path)?;
        targets.extend(more.targets);
    }
    if targets.is_empty() {
        bail!(Fault::new("must specify at least one target").hint("list fields under `targets:`"));
    }
    let targets = targets.into_iter().map(
        |ValueAddTarget {
             selector,
             field_path,
             file_path_position,
         }| {
            let selector = selector.as_ref().map(Selector::compile).transpose()?;
            value_add::Target::new(selector, &field_path, file_path_position)
        },
    );
    let value = match value.trim() {
        "" => configuration.folder_name(),
        value => value.to_owned(),
    };
    Ok(Transformer::ValueAdd(
        value,
        targets.collect::<Result<_>>()?,
    ))
}

fn namespace(args: NamespaceArgs) -> Result<Transformer> {
    let subjects = match args.set_role_binding_subjects.as_str() {
        "" | "defaultOnly" => Subjects::DefaultOnly,
        "allServiceAccounts" => Subjects::AllServiceAccounts,
        "none" => Subjects::None,
        other => bail!(
            "invalid value \"{other}\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or \"allServiceAccounts\""
        ),
    };
    Ok(Transformer::Namespace {
        name: args.metadata.namespace,
        unset_only: args.unset_only,
        subjects,
        specs: args.field_specs,
    })
}

fn affixes(kind: &str, args: AffixArgs) -> Result<Transformer> {
    let Some(specs) = args.field_specs else {
        let fault = Fault::new("fieldSpecs is not expected to be nil");
        bail!(fault.hint(
            "write `fieldSpecs: [{path: metadata/name}]` for what `namePrefix` and `nameSuffix` do"
        ));
    };
    let (prefix, suffix) = (Affix::Prefix(args.prefix), Affix::Suffix(args.suffix));
    let affixes = match kind {
        "PrefixTransformer" => vec![prefix],
        "SuffixTransformer" => vec![suffix],
        _ => vec![prefix, suffix],
    };
    Ok(Transformer::Affixes(affixes, specs))
}

fn strategic_merges(configuration: &Configuration<'_>) -> Result<Transformer> {
    let StrategicMergeArgs { mut paths, patches } = configuration.decode()?;
    if !patches.is_empty() {
        paths.push(patches);
    }
    if paths.is_empty() {
        let fault = Fault::new("empty file path and empty patch content");
        bail!(fault.hint("write patches under `patches: |-`, or name files under `paths:`"));
    }
    let part = Kustomization {
        patches_strategic_merge: paths,
        ..Kustomization::default()
    };
    Ok(Transformer::Patches(
        configuration.read(part)?.strategic_merge_patches.clone(),
    ))
}

impl Generator {
    /// Makes its object.
    pub(super) fn run(&self) -> Result<Resource> {
        match self {
            Self::ConfigMap(args, files) => generate::config_map(args, None, files),
            Self::Secret(args, files) => generate::secret(args, None, files),
            Self::IamPolicy(args) => generate::iam_policy(args),
        }
    }
}

impl Transformer {
    /// The patches that it applies.
    pub(super) fn patches(&self) -> &[Patch] {
        match self {
            Self::Patches(patches) => patches,
            _ => &[],
        }
    }

    /// Changes the objects that are there.
    pub(super) fn run(&self, resources: &mut ResMap, schema: &Schema) -> Result<()> {
        match self {
            Self::Metadata { pairs, specs } => metadata::apply(resources, pairs, specs).map(drop),
            Self::Hash => add_hashes(resources),
            Self::Image(image, specs) => {
                images::apply(resources, std::slice::from_ref(image), specs).map(drop)
            }
            Self::Namespace { name, .. } if name.is_empty() => Ok(()),
            Self::Namespace {
                name,
                unset_only,
                subjects,
                specs,
            } => Namespace {
                name,
                unset_only: *unset_only,
                subjects: *subjects,
            }
            .apply(resources, specs),
            // Even without text: fields are made, and names remembered.
            Self::Affixes(affixes, specs) => affixes
                .iter()
                .try_for_each(|affix| name_affix::apply(resources, affix, specs)),
            Self::Replica(replica, specs) => replicas::apply(resources, replica, specs),
            Self::Patches(patches) => patch::apply(resources, patches, schema).map(drop),
            Self::Replacements(replacements) => replacements::apply(resources, replacements),
            Self::ValueAdd(text, targets) => value_add::apply(resources, text, targets),
        }
    }
}
