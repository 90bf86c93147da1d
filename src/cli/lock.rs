//! `render lock [OVERLAY|DIR]`: writes down what the remotes of a tree are.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::all::{self, AllArgs, Destination};
use super::build::BuildOptionsArgs;
use super::terminal::{Terminal, write_file};
use super::{Run, overlay};
use crate::build::build;
use crate::load::{Disk, Lock, Outside, load};
use crate::model::Fault;

/// Write down what the git repositories and http files of an overlay are, in `render.lock` beside its kustomization file
///
/// The file holds the commit and a hash of each repository, and a hash of each file. `render build --locked` renders exactly
/// these, whatever branches and tags have become since, and refuses what is not in the file. Run `render lock` again to take
/// what is new, and look at what it changes.
#[derive(Args)]
#[command(after_help = "Examples:
  render lock production                lock overlays/production
  render lock && git diff render.lock   see what has changed elsewhere
  render build --locked overlays/production
  render lock --all                     lock every overlay of the repository in one file
  render --all --locked                 render them so

The exit status is 0, or 2 where the overlay cannot be rendered.")]
pub(super) struct LockArgs {
    /// The overlay's name, or the path of a folder with a kustomization file
    #[arg(value_name = "OVERLAY|DIR")]
    target: Option<String>,

    /// Lock every overlay below DIR, in one file there, for `render --all --locked`
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    options: BuildOptionsArgs,
}

impl Run for LockArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let dir = match &self.target {
            Some(dir) if self.all => PathBuf::from(dir),
            target => overlay::find(target.as_deref())?,
        };
        if overlay::is_remote(&dir) {
            let fault = Fault::new(format!("`{}` is in a repository", dir.display()));
            return Err(fault
                .hint("lock a kustomization of yours that names it")
                .into());
        }
        if self.options.output.is_some() || self.options.locked {
            let fault = Fault::new("`--output` and `--locked` are for rendering");
            return Err(fault.hint("lock first, then render").into());
        }
        self.options.supply_for_lock(terminal);
        // What plugins name is only known once they are rendered.
        if self.all {
            let args = AllArgs::wanted();
            all::render_to(Destination::Nowhere, &dir, &self.options, &args, terminal)?;
        } else {
            self.render(&dir, terminal)?;
        }
        let lock = terminal.remotes().to_lock();
        let path = Lock::path(&dir);
        write_file(&path, lock.to_text()?.as_bytes())?;
        let remotes = match lock.count() {
            1 => "1 remote".to_owned(),
            count => format!("{count} remotes"),
        };
        terminal.say(&format!("locked {remotes} in {}", path.display()));
        Ok(ExitCode::SUCCESS)
    }
}

impl LockArgs {
    fn render(&self, dir: &Path, terminal: &Terminal) -> Result<()> {
        let load_options = self.options.load_options(terminal);
        let loaded = load(dir, &Disk, &load_options)?;
        let outside = Outside::new(&Disk, &load_options);
        drop(build(
            loaded.layer,
            &outside,
            &self.options.build_options(),
        )?);
        Ok(())
    }
}
