//! `render create`: makes a kustomization file in the current folder.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::Run;
use super::terminal::{Terminal, write_file};
use crate::edit::lists::{Folder, operands};
use crate::edit::{detect, empty, metadata, names_in, new_text, set_text, several_files};
use crate::load::{Disk, LoadOptions};
use crate::model::{Fault, Sequence, Value};

/// Make a kustomization file in the current folder
#[derive(Args)]
#[command(after_help = "Examples:
  render create --resources deployment.yaml,service.yaml,../base
  render create --resources '*.yaml' --namespace staging --nameprefix acme-
  render create --autodetect --recursive
  render create --resources ../base --labels team:web,tier:front --annotations owner:me

The arguments are those of kustomize's command.")]
pub(super) struct CreateArgs {
    /// Files, folders, URLs and patterns, separated by commas
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "PATHS"
    )]
    resources: String,
    /// The namespace of everything
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// What is put before every name
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "PREFIX",
        allow_hyphen_values = true
    )]
    nameprefix: String,
    /// What is put behind every name
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "SUFFIX",
        allow_hyphen_values = true
    )]
    namesuffix: String,
    /// Labels of everything: `KEY:VALUE`, separated by commas
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "LABELS"
    )]
    labels: String,
    /// Annotations of everything: `KEY:VALUE`, separated by commas
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "ANNOTATIONS"
    )]
    annotations: String,
    /// Add every file of the folder that holds objects
    #[arg(long)]
    autodetect: bool,
    /// Look in the folders below too; those with a kustomization of their own are added as they are
    #[arg(long)]
    recursive: bool,
    #[arg(hide = true)]
    ignored: Vec<String>,
    /// Accepted and ignored
    #[arg(long, hide = true)]
    stack_trace: bool,
}

impl Run for CreateArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let here = Path::new(".");
        let options = LoadOptions {
            remotes: terminal.remotes().clone(),
            ..LoadOptions::default()
        };
        let folder = Folder {
            path: here,
            kustomization: "kustomization.yaml",
            files: &Disk,
            options: &options,
        };
        let mut resources = match self.resources.as_str() {
            "" => Vec::new(),
            list => operands(
                &list.split(',').map(str::to_owned).collect::<Vec<_>>(),
                folder,
            )?,
        };
        match names_in(here, &Disk)[..] {
            [] => {}
            [_] => {
                let fault = Fault::new("kustomization file already exists");
                return Err(fault.hint("change it with `edit`").into());
            }
            ref several => return Err(several_files(several).into()),
        }
        if self.autodetect {
            for found in detect::resources(folder, self.recursive)? {
                if !resources.contains(&found) {
                    resources.push(found);
                }
            }
        }
        let mut fields = empty();
        if !resources.is_empty() {
            let list: Sequence = resources.into_iter().map(Value::string).collect();
            fields.insert("resources", list.into());
        }
        set_text(&mut fields, "namePrefix", &self.nameprefix);
        set_text(&mut fields, "nameSuffix", &self.namesuffix);
        set_text(&mut fields, "namespace", &self.namespace);
        metadata::create(&mut fields, metadata::Kind::Annotation, &self.annotations)?;
        metadata::create(&mut fields, metadata::Kind::Label, &self.labels)?;
        write_file(
            &here.join("kustomization.yaml"),
            new_text(&fields).as_bytes(),
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
