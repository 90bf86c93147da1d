//! `render edit set`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{edit, unknown};
use crate::cli::Run;
use crate::cli::terminal::Terminal;
use crate::edit::lists::Folder;
use crate::edit::{build_metadata, generators, images, metadata, replicas, set_text};
use crate::model::{Fault, Mapping};

/// Set a field of the kustomization
#[derive(Args)]
#[command(after_help = "Examples:
  render edit set image api=registry.example/api:1.4.2
  render edit set namespace production
  render edit set nameprefix -- acme-
  render edit set replicas api=3 worker=1")]
pub(super) struct SetArgs {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Set new names, tags and digests of images
    #[command(after_help = "Examples:
  render edit set image nginx:1.27 redis@sha256:24a0…
  render edit set image api=registry.example/api:1.4.2
  render edit set image 'api=*:1.4.3'   a new tag; name and digest stay as `*` is given for them
The entry of an image is replaced as a whole, and the list is sorted by name.")]
    Image {
        /// IMAGE:TAG, IMAGE@DIGEST, IMAGE=NEWIMAGE[:TAG][@DIGEST]
        images: Vec<String>,
    },
    /// Set the namespace of everything
    Namespace {
        /// The namespace; nothing (`''`) takes the field away
        value: Vec<String>,
    },
    /// Set what is put before every name
    #[command(
        name = "nameprefix",
        after_help = "Examples:
  render edit set nameprefix acme-
  render edit set nameprefix -- -acme   behind `--` it may begin with a dash"
    )]
    NamePrefix {
        /// The prefix; nothing (`''`) takes the field away
        value: Vec<String>,
    },
    /// Set what is put behind every name
    #[command(
        name = "namesuffix",
        after_help = "Examples:
  render edit set namesuffix -- -v2"
    )]
    NameSuffix {
        /// The suffix; nothing (`''`) takes the field away
        value: Vec<String>,
    },
    /// Set numbers of replicas
    #[command(after_help = "Examples:
  render edit set replicas api=3 worker=1")]
    Replicas {
        /// NAME=COUNT
        replicas: Vec<String>,
    },
    /// Set labels in `commonLabels`
    Label {
        /// KEY:VALUE
        pairs: Vec<String>,
    },
    /// Set annotations in `commonAnnotations`
    Annotation {
        /// KEY:VALUE
        pairs: Vec<String>,
    },
    /// Set the options of `buildMetadata`
    #[command(name = "buildmetadata")]
    BuildMetadata {
        /// originAnnotations, transformerAnnotations, managedByLabel; separated by commas
        options: Vec<String>,
    },
    /// Set literals, or the namespace, of a ConfigMap in `configMapGenerator`
    #[command(
        name = "configmap",
        after_help = "Examples:
  render edit set configmap settings --from-literal LOG_LEVEL=info
  render edit set configmap settings --namespace old --new-namespace new"
    )]
    ConfigMap(GeneratorArgs),
    /// Set literals, or the namespace, of a Secret in `secretGenerator`
    Secret(GeneratorArgs),
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

/// What is set of a ConfigMap or Secret.
#[derive(Args)]
struct GeneratorArgs {
    /// Its name
    names: Vec<String>,
    /// A key that it has, and the new value
    #[arg(long, value_name = "KEY=VALUE", action = clap::ArgAction::Append)]
    from_literal: Vec<String>,
    /// Its namespace
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// The namespace that it gets
    #[arg(long, default_value = "", hide_default_value = true)]
    new_namespace: String,
}

impl From<GeneratorArgs> for generators::Setting {
    fn from(args: GeneratorArgs) -> Self {
        Self {
            names: args.names,
            namespace: args.namespace,
            new_namespace: args.new_namespace,
            literals: args.from_literal,
        }
    }
}

impl Run for SetArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        match self.what {
            None => unknown(&["set"], &[], terminal),
            Some(What::Unknown(words)) => unknown(&["set"], &words, terminal),
            Some(what) => edit(terminal, |fields, folder, _| {
                what.set(fields, folder).map(|()| true)
            }),
        }
    }
}

impl What {
    fn set(self, fields: &mut Mapping, folder: Folder<'_>) -> Result<()> {
        match self {
            Self::Image { images } => images::set(fields, &images),
            Self::Namespace { value } => set_one(fields, "namespace", &value, "namespace"),
            Self::NamePrefix { value } => set_one(fields, "namePrefix", &value, "prefix"),
            Self::NameSuffix { value } => set_one(fields, "nameSuffix", &value, "suffix"),
            Self::Replicas { replicas } => replicas::set(fields, &replicas),
            Self::Label { pairs } => metadata::set(fields, metadata::Kind::Label, &pairs),
            Self::Annotation { pairs } => metadata::set(fields, metadata::Kind::Annotation, &pairs),
            Self::BuildMetadata { options } => build_metadata::set(fields, &options),
            Self::ConfigMap(args) => {
                generators::set(fields, generators::Kind::ConfigMap, &args.into(), folder)
            }
            Self::Secret(args) => {
                generators::set(fields, generators::Kind::Secret, &args.into(), folder)
            }
            Self::Unknown(_) => Ok(()),
        }
    }
}

fn set_one(fields: &mut Mapping, field: &str, values: &[String], word: &str) -> Result<()> {
    let [value] = values else {
        let fault = Fault::new(format!("must specify exactly one {word} value"));
        return Err(fault
            .hint("put `--` before a value that begins with a dash")
            .into());
    };
    set_text(fields, field, value);
    Ok(())
}
