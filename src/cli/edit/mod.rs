//! `render edit`: changes the kustomization file of the current folder as kustomize's command does, and leaves its comments,
//! blank lines, order and quotes alone.

mod add;
mod fix;
mod remove;
mod set;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Run;
use super::terminal::{Terminal, rewrite_file};
use crate::edit::File;
use crate::edit::lists::Folder;
use crate::kustomization::nearest;
use crate::load::{Disk, LoadOptions};
use crate::model::{Fault, Mapping};

/// Change the kustomization file of the current folder, keeping its comments and layout
#[derive(Args)]
#[command(after_help = "Examples:
  render edit add resource deployment.yaml service.yaml
  render edit set image api=registry.example/api:1.4.2
  render edit set namespace production
  render edit remove resource 'old-*.yaml'
  render edit fix                       replace deprecated fields by those of today

Arguments and effect are those of kustomize's command; what it does to comments, blank lines, order and quotes is not.
`render edit add --help` and the like list what can be added, set and removed.")]
pub(super) struct EditArgs {
    #[command(subcommand)]
    command: Option<Command>,

    /// Accepted and ignored
    #[arg(long, hide = true, global = true)]
    stack_trace: bool,
}

#[derive(Subcommand)]
enum Command {
    Add(add::AddArgs),
    Set(set::SetArgs),
    Remove(remove::RemoveArgs),
    Fix(fix::FixArgs),
    /// List the plugins that are built in
    #[command(name = "alpha-list-builtin-plugin")]
    ListBuiltinPlugins,
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

/// kustomize's own plugins, by the names of their kinds.
const PLUGINS: [&str; 18] = [
    "AnnotationsTransformer",
    "ConfigMapGenerator",
    "HashTransformer",
    "HelmChartInflationGenerator",
    "IAMPolicyGenerator",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "PatchTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "ReplacementTransformer",
    "ReplicaCountTransformer",
    "SecretGenerator",
    "SuffixTransformer",
    "ValueAddTransformer",
];

impl Run for EditArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        match self.command {
            Some(Command::Add(args)) => args.run(terminal),
            Some(Command::Set(args)) => args.run(terminal),
            Some(Command::Remove(args)) => args.run(terminal),
            Some(Command::Fix(args)) => args.run(terminal),
            Some(Command::ListBuiltinPlugins) => {
                let list = PLUGINS.join("\n * ");
                terminal.print(&format!("Builtin plugins:\n\n * {list}\n\n"))?;
                Ok(ExitCode::SUCCESS)
            }
            Some(Command::Unknown(words)) => unknown(&[], &words, terminal),
            None => unknown(&[], &[], terminal),
        }
    }
}

/// Answers a command that is not there: with the help of the one above it, as kustomize does, or as a mistake.
fn unknown(above: &[&str], words: &[OsString], terminal: &mut Terminal) -> Result<ExitCode> {
    let mut command = EditArgs::augment_args(clap::Command::new("edit"));
    command = command.bin_name(terminal.program_name().to_owned() + " edit");
    command.build();
    for name in above {
        if let Some(below) = command.find_subcommand(name) {
            command = below.clone();
        }
    }
    let help = command.render_help().to_string();
    match words.first() {
        Some(word) if !terminal.is_kustomize() => {
            let word = word.to_string_lossy();
            let names: Vec<_> = command
                .get_subcommands()
                .map(|command| command.get_name().to_owned())
                .filter(|name| name != "help")
                .collect();
            let fault = Fault::new(format!("there is no command `{word}` here"));
            Err(match nearest(&word, names.iter().map(String::as_str)) {
                Some(name) => fault.hint(format!("did you mean `{name}`?")),
                None => fault.hint(format!("there are {}", names.join(", "))),
            }
            .into())
        }
        _ => {
            terminal.print(&help)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Changes the kustomization of the current folder; `change` says whether there is anything to write.
fn edit(
    terminal: &mut Terminal,
    change: impl FnOnce(&mut Mapping, Folder<'_>, &mut Vec<String>) -> Result<bool>,
) -> Result<ExitCode> {
    let here = Path::new(".");
    let mut file = File::open(here, &Disk)?;
    let mut notes = Vec::new();
    let options = LoadOptions {
        remotes: terminal.remotes().clone(),
        ..LoadOptions::default()
    };
    let changed = change(&mut file.fields, folder_of(file.name, &options), &mut notes);
    terminal.notes(&notes);
    if changed? {
        write(&file)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn folder_of<'a>(kustomization: &'a str, options: &'a LoadOptions) -> Folder<'a> {
    Folder {
        path: Path::new("."),
        kustomization,
        files: &Disk,
        options,
    }
}

/// Writes a file that says something else than it did.
fn write(file: &File) -> Result<()> {
    let text = file.text();
    if text == file.old_text() {
        return Ok(());
    }
    rewrite_file(&Path::new(".").join(file.name), text.as_bytes())
}

/// The values of a flag that takes several, each a line of a comma-separated file: quotes protect commas.
fn comma_separated(values: &[String]) -> Vec<String> {
    let mut parts = Vec::new();
    for value in values {
        let mut part = String::new();
        let mut in_quotes = false;
        let mut rest = value.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '"' if in_quotes && rest.next_if_eq(&'"').is_some() => part.push('"'),
                '"' if in_quotes || part.is_empty() => in_quotes = !in_quotes,
                ',' if !in_quotes => parts.push(std::mem::take(&mut part)),
                c => part.push(c),
            }
        }
        if !value.is_empty() {
            parts.push(part);
        }
    }
    parts
}
