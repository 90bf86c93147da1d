//! `render edit add`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{comma_separated, edit, folder_of, unknown};
use crate::cli::Run;
use crate::cli::terminal::Terminal;
use crate::edit::{build_metadata, generators, lists, metadata, patches};
use crate::load::LoadOptions;
use crate::model::Mapping;

/// Add something to the kustomization
#[derive(Args)]
#[command(after_help = "Examples:
  render edit add resource deployment.yaml ../base 'crds/*.yaml'
  render edit add component ../components/tracing
  render edit add label team:web tier:front
  render edit add configmap settings --from-literal LOG_LEVEL=debug --from-file app.ini
  render edit add patch --path replicas.yaml --kind Deployment --name api")]
pub(super) struct AddArgs {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Add files, folders or URLs to `resources`
    #[command(after_help = "Examples:
  render edit add resource deployment.yaml
  render edit add resource '*.yaml'     every file that matches, but for the kustomization itself
  render edit add resource ../base
  render edit add resource --no-verify generated.yaml   also if it is not there yet")]
    Resource {
        /// Files, folders, URLs and patterns
        paths: Vec<String>,
        /// Add them as they are given, whether or not they are there
        #[arg(long)]
        no_verify: bool,
    },
    /// Add folders to `components`
    #[command(after_help = "Examples:
  render edit add component ../components/tracing")]
    Component {
        /// Folders, URLs and patterns
        paths: Vec<String>,
    },
    /// Add folders to `resources`, which must be there
    #[command(after_help = "Examples:
  render edit add base ../base,../monitoring")]
    Base {
        /// Folders, separated by commas
        paths: Vec<String>,
    },
    /// Add files to `transformers`
    Transformer {
        /// Files and patterns
        paths: Vec<String>,
    },
    /// Add files to `generators`
    Generator {
        /// Files and patterns
        paths: Vec<String>,
    },
    /// Add a ConfigMap to `configMapGenerator`, or sources to one that is there
    #[command(
        name = "configmap",
        after_help = "Examples:
  render edit add configmap settings --from-literal LOG_LEVEL=debug --from-literal PORT=80
  render edit add configmap settings --from-file app.ini --from-file key=other.ini
  render edit add configmap settings --from-env-file app.env --behavior merge"
    )]
    ConfigMap {
        #[command(flatten)]
        sources: Sources,
        /// `create`, or what happens to one of a base: `merge`, `replace`
        #[arg(long, default_value = "", hide_default_value = true)]
        behavior: String,
    },
    /// Add a Secret to `secretGenerator`, or sources to one that is there
    #[command(after_help = "Examples:
  render edit add secret login --from-file password.txt
  render edit add secret tls --from-file tls.crt --from-file tls.key --type kubernetes.io/tls")]
    Secret {
        #[command(flatten)]
        sources: Sources,
        /// The Secret's type
        #[arg(long = "type", default_value = "Opaque")]
        secret_type: String,
    },
    /// Add a patch to `patches`
    #[command(after_help = "Examples:
  render edit add patch --path replicas.yaml
  render edit add patch --path replicas.yaml --kind Deployment --name api
  render edit add patch --kind Deployment --patch '[{\"op\": \"remove\", \"path\": \"/spec/replicas\"}]'")]
    Patch(PatchArgs),
    /// Add labels to `commonLabels`, or with `--without-selector` to `labels`
    #[command(after_help = "Examples:
  render edit add label team:web
  render edit add label --without-selector --include-templates team:web tier:front
  render edit add label --force team:mobile")]
    Label {
        /// `KEY:VALUE`
        pairs: Vec<String>,
        /// Set labels that are there already
        #[arg(short, long)]
        force: bool,
        /// Leave selectors alone
        #[arg(long)]
        without_selector: bool,
        /// Label pod templates too; needs `--without-selector`
        #[arg(long)]
        include_templates: bool,
    },
    /// Add annotations to `commonAnnotations`
    #[command(after_help = "Examples:
  render edit add annotation owner:web-team 'note:\"quoted text\"'")]
    Annotation {
        /// `KEY:VALUE`
        pairs: Vec<String>,
        /// Set annotations that are there already
        #[arg(short, long)]
        force: bool,
    },
    /// Add options to `buildMetadata`
    #[command(
        name = "buildmetadata",
        after_help = "Examples:
  render edit add buildmetadata originAnnotations,managedByLabel"
    )]
    BuildMetadata {
        /// originAnnotations, transformerAnnotations, managedByLabel; separated by commas
        options: Vec<String>,
    },
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

/// Where the data of a ConfigMap or Secret comes from.
#[derive(Args)]
struct Sources {
    /// Its name
    names: Vec<String>,
    /// Its namespace
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// `KEY=VALUE`
    #[arg(long, value_name = "KEY=VALUE", action = clap::ArgAction::Append)]
    from_literal: Vec<String>,
    /// A file, or several, separated by commas; the key is the file's name where none is given
    #[arg(long, value_name = "[KEY=]FILE", action = clap::ArgAction::Append)]
    from_file: Vec<String>,
    /// A file with lines `KEY=VALUE`
    #[arg(
        long,
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    from_env_file: String,
    /// Leave the name without a hash of the contents
    #[arg(long = "disableNameSuffixHash")]
    disable_name_suffix_hash: bool,
}

/// A patch and its target.
#[derive(Args)]
pub(super) struct PatchArgs {
    /// The file that holds the patch
    #[arg(long, default_value = "", hide_default_value = true)]
    path: String,
    /// The patch itself
    #[arg(long, default_value = "", hide_default_value = true)]
    patch: String,
    /// The API group of the targets
    #[arg(long, default_value = "", hide_default_value = true)]
    group: String,
    /// The API version of the targets
    #[arg(long, default_value = "", hide_default_value = true)]
    version: String,
    /// The kind of the targets
    #[arg(long, default_value = "", hide_default_value = true)]
    kind: String,
    /// The name of the targets, a regular expression
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// The namespace of the targets, a regular expression
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// Labels of the targets
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "SELECTOR"
    )]
    label_selector: String,
    /// Annotations of the targets
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "SELECTOR"
    )]
    annotation_selector: String,
    #[arg(hide = true)]
    ignored: Vec<String>,
}

impl From<PatchArgs> for patches::Patch {
    fn from(args: PatchArgs) -> Self {
        Self {
            path: args.path,
            patch: args.patch,
            target: vec![
                ("group", args.group),
                ("version", args.version),
                ("kind", args.kind),
                ("name", args.name),
                ("namespace", args.namespace),
                ("labelSelector", args.label_selector),
                ("annotationSelector", args.annotation_selector),
            ],
        }
    }
}

impl Sources {
    fn adding(self, behavior: String, secret_type: String) -> generators::Adding {
        generators::Adding {
            names: self.names,
            namespace: self.namespace,
            literals: self.from_literal,
            files: comma_separated(&self.from_file),
            env_file: self.from_env_file,
            behavior,
            secret_type,
            disable_name_suffix_hash: self.disable_name_suffix_hash,
        }
    }
}

impl Run for AddArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        match self.what {
            None => unknown(&["add"], &[], terminal),
            Some(What::Unknown(words)) => unknown(&["add"], &words, terminal),
            Some(What::Transformer { paths }) => add_plugins("transformers", &paths, terminal),
            Some(What::Generator { paths }) => add_plugins("generators", &paths, terminal),
            Some(what) => edit(terminal, |fields, folder, notes| {
                what.add(fields, folder, notes)
            }),
        }
    }
}

/// Adds files to a list. Where there are none, the kustomization is not looked at.
fn add_plugins(field: &str, paths: &[String], terminal: &mut Terminal) -> Result<ExitCode> {
    let (options, mut notes) = (LoadOptions::default(), Vec::new());
    let found = lists::plugins(field, paths, folder_of("", &options), &mut notes);
    terminal.notes(&notes);
    let found = found?;
    if found.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    edit(terminal, |fields, _, notes| {
        lists::add_plugins(fields, field, found, notes);
        Ok(true)
    })
}

impl What {
    /// Returns whether there is anything to write.
    fn add(
        self,
        fields: &mut Mapping,
        folder: lists::Folder<'_>,
        notes: &mut Vec<String>,
    ) -> Result<bool> {
        match self {
            Self::Resource { paths, no_verify } => {
                lists::add_operands(fields, "resources", &paths, !no_verify, folder, notes)?;
            }
            Self::Component { paths } => {
                lists::add_operands(fields, "components", &paths, true, folder, notes)?;
            }
            Self::Base { paths } => lists::add_bases(fields, &paths, folder)?,
            Self::ConfigMap { sources, behavior } => {
                let adding = sources.adding(behavior, String::new());
                generators::add(fields, generators::Kind::ConfigMap, &adding, folder, notes)?;
            }
            Self::Secret {
                sources,
                secret_type,
            } => {
                let adding = sources.adding(String::new(), secret_type);
                generators::add(fields, generators::Kind::Secret, &adding, folder, notes)?;
            }
            Self::Patch(args) => {
                let note = patches::add(fields, &args.into())?;
                notes.extend(note.clone());
                return Ok(note.is_none());
            }
            Self::Label {
                pairs,
                force,
                without_selector,
                include_templates,
            } => {
                let how = metadata::Adding {
                    force,
                    without_selector,
                    include_templates,
                };
                metadata::add(fields, metadata::Kind::Label, &pairs, how)?;
            }
            Self::Annotation { pairs, force } => {
                let how = metadata::Adding {
                    force,
                    ..metadata::Adding::default()
                };
                metadata::add(fields, metadata::Kind::Annotation, &pairs, how)?;
            }
            Self::BuildMetadata { options } => build_metadata::add(fields, &options)?,
            Self::Transformer { .. } | Self::Generator { .. } | Self::Unknown(_) => {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
