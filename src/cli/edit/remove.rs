//! `render edit remove`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::add::PatchArgs;
use super::{edit, unknown};
use crate::cli::Run;
use crate::cli::terminal::Terminal;
use crate::edit::{build_metadata, generators, lists, metadata, patches};
use crate::model::Mapping;

/// Remove something from the kustomization
#[derive(Args)]
#[command(after_help = "Examples:
  render edit remove resource service.yaml 'old-*.yaml'
  render edit remove label team,tier
  render edit remove configmap settings
  render edit remove patch --path replicas.yaml --kind Deployment --name api

Comments inside of what is removed, and behind it, go with it; those on lines of their own above it stay.")]
pub(super) struct RemoveArgs {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Remove entries of `resources`
    Resource {
        /// Entries as they are written there, and patterns for them
        paths: Vec<String>,
    },
    /// Remove entries of `transformers`
    Transformer {
        /// Entries as they are written there, and patterns for them
        paths: Vec<String>,
    },
    /// Remove ConfigMaps from `configMapGenerator`
    #[command(name = "configmap")]
    ConfigMap(GeneratorArgs),
    /// Remove Secrets from `secretGenerator`
    Secret(GeneratorArgs),
    /// Remove a patch from `patches`, which must say just what is given here
    Patch(PatchArgs),
    /// Remove labels from `commonLabels`
    Label(KeyArgs),
    /// Remove annotations from `commonAnnotations`
    Annotation(KeyArgs),
    /// Remove options from `buildMetadata`
    #[command(name = "buildmetadata")]
    BuildMetadata {
        /// originAnnotations, transformerAnnotations, managedByLabel; separated by commas
        options: Vec<String>,
    },
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

#[derive(Args)]
struct GeneratorArgs {
    /// Names, separated by commas
    names: Vec<String>,
    /// Their namespace
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
}

#[derive(Args)]
struct KeyArgs {
    /// Keys, separated by commas
    keys: Vec<String>,
    /// Whether keys that are not there are no error
    #[arg(short, long)]
    ignore_non_existence: bool,
}

impl Run for RemoveArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        match self.what {
            None => unknown(&["remove"], &[], terminal),
            Some(What::Unknown(words)) => unknown(&["remove"], &words, terminal),
            Some(what) => edit(terminal, |fields, _, notes| what.remove(fields, notes)),
        }
    }
}

impl What {
    /// Returns whether there is anything to write.
    fn remove(self, fields: &mut Mapping, notes: &mut Vec<String>) -> Result<bool> {
        match self {
            Self::Resource { paths } => return lists::remove(fields, "resources", &paths),
            Self::Transformer { paths } => return lists::remove(fields, "transformers", &paths),
            Self::ConfigMap(args) => {
                let kind = generators::Kind::ConfigMap;
                generators::remove(fields, kind, &args.names, &args.namespace, notes)?;
            }
            Self::Secret(args) => {
                let kind = generators::Kind::Secret;
                generators::remove(fields, kind, &args.names, &args.namespace, notes)?;
            }
            Self::Patch(args) => {
                let note = patches::remove(fields, &args.into())?;
                notes.extend(note.clone());
                return Ok(note.is_none());
            }
            Self::Label(args) => {
                let kind = metadata::Kind::Label;
                metadata::remove(fields, kind, &args.keys, args.ignore_non_existence)?;
            }
            Self::Annotation(args) => {
                let kind = metadata::Kind::Annotation;
                metadata::remove(fields, kind, &args.keys, args.ignore_non_existence)?;
            }
            Self::BuildMetadata { options } => build_metadata::remove(fields, &options)?,
            Self::Unknown(_) => return Ok(false),
        }
        Ok(true)
    }
}
