//! `render lock [OVERLAY|DIR]`: writes down what the remotes of a tree are.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

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

The exit status is 0, or 2 where the overlay cannot be rendered.")]
pub(super) struct LockArgs {
    /// The overlay's name, or the path of a folder with a kustomization file
    #[arg(value_name = "OVERLAY|DIR")]
    target: Option<String>,

    #[command(flatten)]
    options: BuildOptionsArgs,
}

impl Run for LockArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let dir = overlay::find(self.target.as_deref())?;
        if overlay::is_remote(&dir) {
            let fault = Fault::new(format!("`{}` is in a repository", dir.display()));
            return Err(fault
                .hint("lock a kustomization of yours that names it")
                .into());
        }
        self.options.supply_for_lock(terminal);
        let load_options = self.options.load_options(terminal);
        let loaded = load(&dir, &Disk, &load_options)?;
        // What plugins name is only known once they are rendered.
        let outside = Outside::new(&Disk, &load_options);
        drop(build(
            loaded.layer,
            &outside,
            &self.options.build_options(),
        )?);
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
