//! `render edit fix`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::{folder_of, write};
use crate::cli::Run;
use crate::cli::terminal::{Terminal, rewrite_file};
use crate::edit::fix::{Outcome, compare, fix};
use crate::edit::{File, vars};
use crate::load::{Disk, LoadOptions};

/// Replace deprecated fields by those of today
#[derive(Args)]
#[command(after_help = "Examples:
  render edit fix
  render edit fix --vars                also write vars as replacements: best in a clean git repository

`bases` go to `resources`, `imageTags` to `images`, `patchesJson6902` and `patchesStrategicMerge` to `patches`, and
`commonLabels` to `labels`. The result is rendered before and after; where that makes a difference, it is shown.")]
pub(super) struct FixArgs {
    /// Write vars as replacements too, which changes the files that use them
    #[arg(long)]
    vars: bool,
    #[arg(hide = true)]
    ignored: Vec<String>,
}

/// What is said however little was fixed (spec 14 R60).
const FIXED: &str = "
Fixed fields:
  patchesJson6902 -> patches
  patchesStrategicMerge -> patches
  commonLabels -> labels
";

const ABOUT_VARS: &str = "
To convert vars -> replacements, run the command `kustomize edit fix --vars`

WARNING: Converting vars to replacements will potentially overwrite many resource files 
and the resulting files may not produce the same output when `kustomize build` is run. 
We recommend doing this in a clean git repository where the change is easy to undo.
";

impl Run for FixArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let options = LoadOptions::default();
        let mut file = File::open(Path::new("."), &Disk)?;
        let deprecations = file.deprecations.iter();
        terminal.deprecations(deprecations.map(|it| it.message.as_str()));
        let before = file.fields.clone();
        let folder = folder_of(file.name, &options);
        fix(&mut file.fields, folder)?;
        let rewritten = if self.vars {
            vars::to_replacements(&mut file.fields, folder)?
        } else {
            Vec::new()
        };
        let outcome = compare(&before, &file.fields, &rewritten, folder);
        for other in &rewritten {
            rewrite_file(&other.path, other.text.as_bytes())?;
        }
        write(&file)?;
        let about_vars = if self.vars {
            "  vars -> replacements\n"
        } else {
            ABOUT_VARS
        };
        terminal.print(&format!("{FIXED}{about_vars}"))?;
        match outcome {
            Outcome::Same => {}
            Outcome::Other(output) => terminal.print(&format!(
                "Warning: 'Fixed' kustomization now produces different output when running `kustomize build`:\n...{output}...\n"
            ))?,
            Outcome::Fails(error) => terminal.print(&format!(
                "Warning: 'Fixed' kustomization now produces the error when running `kustomize build`: {error:#}\n"
            ))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
