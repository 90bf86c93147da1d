//! Plugins that change objects.

use anyhow::{Result, bail};

use super::args::{
    AffixArgs, AnnotationsArgs, ImageArgs, JsonPatchArgs, LabelArgs, NamespaceArgs,
    PatchTransformerArgs, ReplacementArgs, ReplicaArgs, StrategicMergeArgs, ValueAddArgs,
};
use super::configuration::Configuration;
use super::external::External;
use crate::build::finish::add_hashes;
use crate::kustomization::decode::AsWritten;
use crate::kustomization::{Kustomization, Patch, Replacement};
use crate::load::Outside;
use crate::model::{Fault, FieldSpec, ResMap, Selector, Warning};
use crate::transform::name_affix::{self, Affix};
use crate::transform::namespace::{Namespace, Subjects};
use crate::transform::patch::{self, Schema};
use crate::transform::{images, metadata, replacements, replicas, value_add};

/// A plugin that changes objects.
pub(in crate::build) enum Transformer {
    Affixes(Vec<Affix>, Vec<FieldSpec>),
    Annotations(AnnotationsArgs),
    Hash,
    Image(ImageArgs),
    Labels(LabelArgs),
    Namespace(NamespaceArgs, Subjects),
    Patches(Vec<Patch>),
    Replacements(Vec<Replacement>),
    Replicas(ReplicaArgs),
    ValueAdd(String, Vec<value_add::Target>),
    External(Box<External>),
}

impl Transformer {
    /// The transformer of a kind, if there is one.
    pub(super) fn configure(kind: &str, configuration: &Configuration<'_>) -> Result<Option<Self>> {
        Ok(Some(match kind {
            "AnnotationsTransformer" => Self::Annotations(configuration.decode()?),
            "HashTransformer" => Self::Hash,
            "ImageTagTransformer" => Self::Image(configuration.decode()?),
            "LabelTransformer" => Self::Labels(configuration.decode()?),
            "NamespaceTransformer" => namespace(configuration.decode()?)?,
            "PatchJson6902Transformer" => json_patch(configuration)?,
            "PatchStrategicMergeTransformer" => strategic_merges(configuration)?,
            "PatchTransformer" => patches(configuration)?,
            "PrefixTransformer" => {
                let args: AffixArgs = configuration.decode()?;
                affixes(vec![Affix::Prefix(args.prefix)], args.field_specs)?
            }
            "SuffixTransformer" => {
                let args: AffixArgs = configuration.decode()?;
                affixes(vec![Affix::Suffix(args.suffix)], args.field_specs)?
            }
            "PrefixSuffixTransformer" => {
                let args: AffixArgs = configuration.decode()?;
                let both = vec![Affix::Prefix(args.prefix), Affix::Suffix(args.suffix)];
                affixes(both, args.field_specs)?
            }
            "ReplacementTransformer" => replacements(configuration)?,
            "ReplicaCountTransformer" => Self::Replicas(configuration.decode()?),
            "ValueAddTransformer" => value_add(configuration)?,
            _ => return Ok(None),
        }))
    }

    /// What the author should know.
    pub(in crate::build) fn warning(&self) -> Option<Warning> {
        match self {
            Self::External(program) => program.warning(),
            _ => None,
        }
    }

    /// The patches that it applies.
    pub(in crate::build) fn patches(&self) -> &[Patch] {
        match self {
            Self::Patches(patches) => patches,
            _ => &[],
        }
    }

    /// Whether it is a program.
    pub(in crate::build) fn is_program(&self) -> bool {
        matches!(self, Self::External(_))
    }

    /// Changes the objects that are there.
    pub(in crate::build) fn run(
        &self,
        resources: &mut ResMap,
        schema: &Schema,
        outside: &Outside<'_>,
    ) -> Result<()> {
        match self {
            Self::Affixes(affixes, specs) => affixes
                .iter()
                .try_for_each(|affix| name_affix::apply(resources, affix, specs)),
            Self::Annotations(args) => {
                metadata::apply(resources, &args.annotations, &args.field_specs).map(drop)
            }
            Self::Hash => add_hashes(resources),
            Self::Image(args) => {
                let images = std::slice::from_ref(&args.image_tag);
                images::apply(resources, images, &args.field_specs).map(drop)
            }
            Self::Labels(args) => {
                metadata::apply(resources, &args.labels, &args.field_specs).map(drop)
            }
            Self::Namespace(args, _) if args.metadata.namespace.is_empty() => Ok(()),
            Self::Namespace(args, subjects) => Namespace {
                name: &args.metadata.namespace,
                unset_only: args.unset_only,
                subjects: *subjects,
            }
            .apply(resources, &args.field_specs),
            Self::Patches(patches) => patch::apply(resources, patches, schema).map(drop),
            Self::Replacements(replacements) => replacements::apply(resources, replacements),
            Self::Replicas(args) => replicas::apply(resources, &args.replica, &args.field_specs),
            Self::ValueAdd(text, targets) => value_add::apply(resources, text, targets),
            Self::External(program) => program.transform(resources, schema, outside),
        }
    }
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
    Ok(Transformer::Namespace(args, subjects))
}

/// Runs even where an affix has no text: fields are made.
fn affixes(affixes: Vec<Affix>, specs: Option<Vec<FieldSpec>>) -> Result<Transformer> {
    match specs {
        Some(specs) => Ok(Transformer::Affixes(affixes, specs)),
        None => bail!(Fault::new("fieldSpecs is not expected to be nil").hint(
            "write `fieldSpecs: [{path: metadata/name}]` for what `namePrefix` and `nameSuffix` do"
        )),
    }
}

fn patches(configuration: &Configuration<'_>) -> Result<Transformer> {
    let args: PatchTransformerArgs = configuration.decode()?;
    let layer = configuration.read(Kustomization {
        patches: vec![args.into()],
        ..Kustomization::default()
    })?;
    Ok(Transformer::Patches(layer.patches.clone()))
}

fn json_patch(configuration: &Configuration<'_>) -> Result<Transformer> {
    let args: JsonPatchArgs = configuration.decode()?;
    let layer = configuration.read(Kustomization {
        patches_json6902: vec![args.into()],
        ..Kustomization::default()
    })?;
    Ok(Transformer::Patches(layer.json_patches.clone()))
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
    let layer = configuration.read(Kustomization {
        patches_strategic_merge: paths,
        ..Kustomization::default()
    })?;
    Ok(Transformer::Patches(layer.strategic_merge_patches.clone()))
}

fn replacements(configuration: &Configuration<'_>) -> Result<Transformer> {
    let ReplacementArgs {
        replacements: AsWritten(replacements),
    } = configuration.decode()?;
    let layer = configuration.read(Kustomization {
        replacements,
        ..Kustomization::default()
    })?;
    Ok(Transformer::Replacements(layer.replacements.clone()))
}

fn value_add(configuration: &Configuration<'_>) -> Result<Transformer> {
    let mut args: ValueAddArgs = configuration.decode()?;
    let path = std::mem::take(&mut args.target_file_path);
    if !path.is_empty() {
        let more: ValueAddArgs = configuration.decode_file(path)?;
        args.targets.extend(more.targets);
    }
    if args.targets.is_empty() {
        bail!(Fault::new("must specify at least one target").hint("list fields under `targets:`"));
    }
    let targets = args.targets.iter().map(|target| {
        let selector = target.selector.as_ref().map(Selector::compile);
        let position = target.file_path_position;
        value_add::Target::new(selector.transpose()?, &target.field_path, position)
    });
    let targets = targets.collect::<Result<_>>()?;
    let value = match args.value.trim() {
        "" => configuration.folder_name(),
        value => value.to_owned(),
    };
    Ok(Transformer::ValueAdd(value, targets))
}
