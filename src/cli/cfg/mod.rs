//! `render cfg`: manifests as they are written, as `kustomize cfg` shows them.

mod cat;
mod count;
mod grep;
mod tree;

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};

use self::cat::CatArgs;
use self::count::CountArgs;
use self::grep::GrepArgs;
use self::tree::TreeArgs;
use super::Run;
use super::terminal::Terminal;
use crate::cfg::object::{self, Object};
use crate::cfg::package::{Package, packages};
use crate::load::{Disk, FileSystem};

/// Print, count, search and draw manifests as they are written
#[derive(Args)]
#[command(after_help = "Examples:
  render cfg count deploy/                          how many objects there are of each kind
  render production | render cfg grep 'kind=Deployment'
  render cfg tree --image --replicas deploy/

Objects are read from DIR and the folders below it, or from standard input where none is named.")]
pub(super) struct CfgArgs {
    #[command(subcommand)]
    command: Cfg,
}

#[derive(Subcommand)]
enum Cfg {
    /// Print manifests, with their fields in order
    Cat(CatArgs),
    /// Count objects by kind
    Count(CountArgs),
    /// Print the objects that a query is about
    Grep(GrepArgs),
    /// Draw the objects as a tree of folders or owners
    Tree(TreeArgs),
}

impl Run for CfgArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let text = match self.command {
            Cfg::Cat(args) => cat::run(&args)?,
            Cfg::Count(args) => count::run(&args)?,
            Cfg::Grep(args) => grep::run(&args)?,
            Cfg::Tree(args) => tree::run(&args)?,
        };
        terminal.print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The one argument there may be beside the flags.
fn at_most_one(args: &[String]) -> Result<Option<&str>> {
    match args {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => bail!("accepts at most 1 arg(s), received {}", args.len()),
    }
}

/// Why what is named cannot be read.
pub(super) fn missing(named: &str) -> anyhow::Error {
    let path = Disk.absolute(Path::new(named)).unwrap_or_default();
    let path = path.display();
    anyhow!("evalsymlink failure on '{named}' : lstat {path}: no such file or directory")
}

/// What is printed for standard input, or for each package of a folder; `between` parts two of them.
fn each(
    dir: Option<&str>,
    recurse: bool,
    run: impl Fn(Option<&Package>, Vec<Object>) -> Result<String>,
    between: impl Fn(&str) -> &'static str,
) -> Result<String> {
    let Some(dir) = dir else {
        return run(None, from_stdin()?);
    };
    let packages = packages(dir, &Disk)?;
    let packages = if recurse {
        &packages[..]
    } else {
        &packages[..1]
    };
    let mut text = String::new();
    for (position, package) in packages.iter().enumerate() {
        let printed = run(Some(package), package.read(&Disk)?)?;
        text.push_str(&printed);
        if position + 1 < packages.len() {
            text.push_str(between(&printed));
        }
    }
    Ok(text)
}

pub(super) fn from_stdin() -> Result<Vec<Object>> {
    let mut text = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut text)
        .context("read standard input")?;
    object::read(&text, None)
}

/// What stands between the objects of two packages.
fn separator(printed: &str) -> &'static str {
    if printed.is_empty() { "\n" } else { "---\n" }
}
