//! `render fn run [DIR]`: runs the functions of a folder of manifests over them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{ArgAction, Args, Subcommand};

use super::Run;
use super::plugins::FunctionArgs;
use super::terminal::{Terminal, rewrite_file, write_file};
use crate::build::StandaloneFunction;
use crate::cfg::object::Object;
use crate::cfg::package::{self, Package};
use crate::cfg::print::{Annotations, print};
use crate::cfg::run::{self, Given, Step, files};
use crate::load::{Disk, FileSystem, LoadOptions, Outside};
use crate::model::{Fault, Warning};

/// Run functions over a folder of manifests
#[derive(Args)]
#[command(after_help = "Examples:
  render fn run deploy/ --dry-run                                  what the functions declared in deploy/ make of it
  render fn run deploy/ --image example.com/fn:v1 -- key=value     one container instead
  render fn run deploy/ --enable-exec --exec-path ./fn.py          one program instead")]
pub(super) struct FnArgs {
    #[command(subcommand)]
    command: Fn,
}

#[derive(Subcommand)]
enum Fn {
    /// Run the functions that manifests declare, and write what they print in the place of the manifests
    ///
    /// A function gets the objects of its folder and those below; one in a folder `functions` gets those beside that folder too.
    /// Functions in deeper folders run first. All files are written, or none.
    Run(RunArgs),
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "one for each switch")]
struct RunArgs {
    /// The folder; without it, manifests are read from standard input and printed
    #[arg(value_name = "DIR")]
    dir: Vec<String>,

    /// Print the manifests, and write no files
    #[arg(long)]
    dry_run: bool,

    /// Run this program, and no functions of the folder
    #[arg(long, value_name = "PROGRAM")]
    exec_path: Option<String>,

    /// Run this image, and no functions of the folder
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// Run the functions declared in these folders, and none of the folder itself
    #[arg(long, value_name = "DIR", value_delimiter = ',')]
    fn_path: Vec<String>,

    /// Give all functions all objects
    #[arg(long)]
    global_scope: bool,

    /// Without effect, as in kustomize
    #[arg(long, action = ArgAction::SetTrue, default_value = "true", hide = true)]
    include_subpackages: bool,

    /// Say to standard error what is run
    #[arg(long)]
    log_steps: bool,

    /// Write what functions report into this folder
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,

    #[command(flatten)]
    functions: FunctionArgs,

    /// For --image and --exec-path: the kind and the data of the object that configures the function
    #[arg(last = true, value_name = "KIND|KEY=VALUE")]
    words: Vec<String>,
}

impl Run for FnArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let Fn::Run(args) = self.command;
        args.run(terminal)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl RunArgs {
    fn run(&self, terminal: &mut Terminal) -> Result<()> {
        let package = match self.dir.as_slice() {
            [] => None,
            [dir] => {
                let folder = Disk.absolute(Path::new(dir));
                let folder = folder.context("find the current folder")?;
                Some(open(&folder.display().to_string())?)
            }
            _ => bail!("0 or 1 arguments supported, function arguments go after '--'"),
        };
        let before = match &package {
            Some(package) => package.read(&Disk)?,
            None => super::cfg::from_stdin()?,
        };
        let mut steps = self.steps(&before)?;
        let refused: Vec<_> = steps.iter().filter_map(refusal).collect();
        terminal.warnings(&refused);
        steps.retain(|step| step.function.is_allowed);
        if steps.is_empty() && package.is_some() && !self.dry_run {
            return Ok(());
        }
        let after = self.follow(&steps, before.clone(), terminal)?;
        match package {
            None => terminal.print(&print(after, Annotations::PathOnly, None)),
            Some(_) if self.dry_run => terminal.print(&print(after, Annotations::PathOnly, None)),
            // A function that prints nothing may just have failed to.
            Some(_) if after.is_empty() => Ok(()),
            Some(package) => write(&package, &before, after),
        }
    }

    /// What is run, in this order.
    fn steps(&self, objects: &[Object]) -> Result<Vec<Step>> {
        let load_options = LoadOptions::default();
        let outside = Outside::new(&Disk, &load_options);
        let folder = Disk.absolute(Path::new("."));
        let folder = folder.context("find the current folder")?;
        let options = self.functions.options();
        let declare =
            |object: &_| StandaloneFunction::declared(object, &folder, &options, &outside);
        let given =
            match (&self.image, &self.exec_path) {
                (Some(image), _) => Some(Given::Image {
                    image,
                    network: options.network,
                }),
                (None, Some(_)) if !options.exec => {
                    let fault = Fault::new("must specify --enable-exec with --exec-path");
                    bail!(fault.titled(
                        "`--exec-path` runs a program only where `--enable-exec` allows it"
                    ));
                }
                (None, Some(path)) => Some(Given::Program { path }),
                (None, None) => None,
            };
        let mut steps = Vec::new();
        for folder in &self.fn_path {
            steps.extend(run::steps(&open(folder)?.read(&Disk)?, declare)?);
        }
        match given {
            Some(given) => {
                let config = given.configuration(&self.words)?;
                steps.extend(run::steps(&[config], declare)?);
            }
            None if self.fn_path.is_empty() => steps = run::steps(objects, declare)?,
            None => {}
        }
        if self.global_scope {
            steps.iter_mut().for_each(Step::widen);
        }
        Ok(steps)
    }

    /// The objects after all steps.
    fn follow(
        &self,
        steps: &[Step],
        mut objects: Vec<Object>,
        terminal: &mut Terminal,
    ) -> Result<Vec<Object>> {
        let load_options = LoadOptions::default();
        let outside = Outside::new(&Disk, &load_options);
        for (number, step) in steps.iter().enumerate() {
            if self.log_steps {
                terminal.say(&format!("Running {}", step.function.program));
            }
            let keep = |results: &str| match &self.results_dir {
                Some(folder) => {
                    let shown = folder.display();
                    if !Disk.is_dir(folder) {
                        bail!("open {shown}/results-{number}.yaml: no such file or directory");
                    }
                    let file = folder.join(format!("results-{number}.yaml"));
                    write_file(&file, results.as_bytes())
                }
                None => Ok(()),
            };
            objects = step.run(objects, |input| step.function.run(input, &outside), keep)?;
        }
        Ok(objects)
    }
}

/// The warning about a program that is not run because nobody allowed it.
fn refusal(step: &Step) -> Option<Warning> {
    let StandaloneFunction {
        program,
        is_allowed,
        ..
    } = &step.function;
    let warning = Warning::new(format!(
        "function `{program}` is a program, and is left out because programs may not be run"
    ));
    (!is_allowed).then(|| warning.hint("pass `--enable-exec` to run it"))
}

fn open(dir: &str) -> Result<Package> {
    if Disk.kind(Path::new(dir)).is_err() {
        bail!(super::cfg::missing(dir));
    }
    package::for_functions(dir, &Disk)
}

/// Writes the files of a package that are different now, and deletes those that hold nothing any more: all of it or nothing.
fn write(package: &Package, before: &[Object], after: Vec<Object>) -> Result<()> {
    let named = package.folder();
    let folder = match named.parent() {
        Some(parent) if !Disk.is_dir(named) => parent,
        _ => named,
    };
    let files = files::of(after, folder)?;
    let gone: BTreeSet<_> = files::paths(before)
        .filter(|path| !files.contains_key(*path))
        .map(str::to_owned)
        .collect();
    let read = |path: &Path| Disk.is_file(path).then(|| Disk.read(path)).transpose();
    let mut changes = Vec::new();
    let new = files
        .into_iter()
        .map(|(path, text)| (path, Some(text.into_bytes())));
    let gone = gone.into_iter().map(|path| (path, None));
    for (path, new) in new.chain(gone) {
        let path = folder.join(path);
        let old = read(&path).with_context(|| format!("read {}", path.display()))?;
        if old != new {
            changes.push(Change { path, old, new });
        }
    }
    let mut done = Vec::new();
    for change in changes {
        if let Err(error) = change.make() {
            for done in done.into_iter().rev().map(Change::undoing) {
                // What cannot be undone either is beyond help; the first failure is the one to tell.
                drop(done.make());
            }
            return Err(error);
        }
        done.push(change);
    }
    Ok(())
}

/// A change of one file: what it says, and is to say; nothing where it is not there.
struct Change {
    path: PathBuf,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
}

impl Change {
    fn undoing(self) -> Self {
        Self {
            old: self.new,
            new: self.old,
            ..self
        }
    }

    fn make(&self) -> Result<()> {
        let Self { path, old, new } = self;
        match new {
            Some(new) if old.is_some() => rewrite_file(path, new),
            Some(new) => {
                let folder = path.parent().unwrap_or(path);
                let made = fs::create_dir_all(folder);
                made.with_context(|| format!("make the folder {}", folder.display()))?;
                write_file(path, new)
            }
            None => fs::remove_file(path).with_context(|| format!("delete {}", path.display())),
        }
    }
}
