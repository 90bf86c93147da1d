//! The command line: the only module that prints, reads the environment and decides the exit status.

mod build;
mod overlay;
mod report;
mod terminal;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::terminal::Terminal;

/// Render Kubernetes manifests from kustomize trees, byte for byte as kustomize 5.8.1 does.
///
/// A bare name is an overlay: `render production` renders overlays/production of the nearest folder that has it. A path to a
/// folder with a kustomization file works too, and no argument means the current folder.
#[derive(Parser)]
#[command(
    name = "render",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  render production                     print overlays/production
  render production | kubectl apply -f -
  render ./deploy/base                  print the kustomization of a folder
  render production -o out/             write one file per object into a folder
  render production --strict            print nothing, and fail, where something is suspicious
  render build overlays/production      the same under kustomize's name and flags

Manifests go to standard output; errors and warnings, each with its file and line, to standard error.
The exit status is 0, or 1 where the kustomization cannot be rendered, or 2 for a mistake in the command."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// The overlay's name, or the path of a folder with a kustomization file
    #[arg(value_name = "OVERLAY|DIR")]
    target: Option<String>,

    #[command(flatten)]
    build: build::BuildArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Print the manifests of a kustomization, with kustomize's flags
    #[command(after_help = "Examples:
  render build                          print the kustomization of the current folder
  render build overlays/production
  render build overlays/production -o manifests.yaml
  render build --strict overlays/production      fail where kustomize would be silent
  render build --load-restrictor LoadRestrictionsNone deploy

Errors and warnings go to standard error, each with its file and line. The exit status is 0 or 1.")]
    Build {
        /// The folder with the kustomization file
        #[arg(value_name = "DIR", default_value = ".")]
        dir: std::path::PathBuf,

        #[command(flatten)]
        args: build::BuildArgs,
    },
}

/// Runs the program with its arguments, the program's own name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<_> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, &args),
    };
    let mut terminal = Terminal::new();
    let done = match cli.command {
        Some(Command::Build { dir, args }) => build::run(&dir, &args, &mut terminal),
        None => overlay::find(cli.target.as_deref())
            .and_then(|dir| build::run(&dir, &cli.build, &mut terminal)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => terminal.failure(&error),
    }
}
