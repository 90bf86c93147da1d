//! `render [OVERLAY|DIR]` and `render build [DIR]`: prints the manifests, or writes them to a file or a folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::Run;
use super::overlay;
use super::plugins::PluginArgs;
use super::terminal::{Terminal, write_file, write_output};
use crate::build::{BuildOptions, Built, build};
use crate::emit;
use crate::load::{Disk, FileSystem, LoadOptions, Lock, Outside, Restrictor, load_telling};
use crate::model::{Fault, Resource};
use crate::transform::sort_order::SortOrder;

/// What file systems take for a name, in bytes.
const LONGEST_NAME: usize = 255;

/// Print the manifests of a kustomization, with kustomize's flags
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  render build                          print the kustomization of the current folder
  render build overlays/production
  render build overlays/production -o manifests.yaml
  render build --strict overlays/production      fail where kustomize would be silent
  render build --load-restrictor LoadRestrictionsNone deploy

Errors and warnings go to standard error, each with its file and line. The exit status is 0 or 1.")]
pub(super) struct BuildArgs {
    /// The folder with the kustomization file
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    #[command(flatten)]
    options: BuildOptionsArgs,
}

impl Run for BuildArgs {
    fn plain(dir: &OsStr) -> Option<Self> {
        let (dir, options) = (dir.into(), BuildOptionsArgs::default());
        Some(Self { dir, options })
    }

    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        render(&self.dir, &self.options, terminal)
    }
}

/// What a build is told on the command line; names and values are kustomize's.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Args, Debug, Default)]
pub(super) struct BuildOptionsArgs {
    /// Write to this file instead, or, where it is a folder, one file per object into it
    #[arg(short, long, value_name = "FILE|DIR")]
    pub(super) output: Option<PathBuf>,

    /// Whether files outside the kustomization's folder may be read
    #[arg(
        long,
        value_name = "RESTRICTOR",
        default_value = "LoadRestrictionsRootOnly"
    )]
    load_restrictor: LoadRestrictor,

    /// Read nothing outside this folder, bases included, links followed, whatever the restrictor allows
    #[arg(long, value_name = "DIR")]
    confine: Option<PathBuf>,

    /// Fetch nothing from git or http: what is not in the cache fails
    #[arg(long)]
    offline: bool,

    /// Keep what is fetched in this folder, and take it from there; also by the variable `RENDER_CACHE`
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,

    /// Render remotes as `render.lock` has them, and refuse those that are not in it
    #[arg(long)]
    locked: bool,

    /// Order of the objects where the kustomization has no `sortOptions`
    #[arg(long, value_name = "ORDER", hide = true)]
    reorder: Option<Reorder>,

    /// Label every object with `app.kubernetes.io/managed-by`
    #[arg(long, hide = true)]
    enable_managedby_label: bool,

    /// Fail, and print nothing, where there is anything to warn of
    #[arg(long)]
    pub(super) strict: bool,

    #[command(flatten)]
    plugins: PluginArgs,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LoadRestrictor {
    #[default]
    #[value(name = "LoadRestrictionsRootOnly", alias = "rootOnly", alias = "")]
    RootOnly,
    #[value(name = "LoadRestrictionsNone", alias = "none")]
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reorder {
    /// By kind, namespaces first, webhooks last
    Legacy,
    /// As they are read
    None,
}

impl BuildOptionsArgs {
    /// Has fetching hold to the lock file of a folder, if that is asked for. Without a folder nothing can be.
    pub(super) fn hold_to_lock(&self, dir: Option<&Path>, terminal: &Terminal) -> Result<()> {
        if !self.locked {
            return Ok(());
        }
        let Some(dir) = dir.filter(|dir| !overlay::is_remote(dir)) else {
            let fault = Fault::new("`--locked` is for one kustomization on this machine");
            return Err(fault.hint("render the overlays one by one").into());
        };
        let lock = Lock::read(dir, &Disk)?.ok_or_else(|| {
            let path = Lock::path(dir);
            Fault::new(format!("there is no `{}`", path.display()))
                .hint(format!("run `render lock {}` first", dir.display()))
        })?;
        let cache = self.cache();
        terminal.remotes().supply(cache.as_deref(), Some(lock));
        Ok(())
    }

    /// Has fetching remember what a lock file is made of.
    pub(super) fn supply_for_lock(&self, terminal: &Terminal) {
        terminal.remotes().supply_for_lock(self.cache().as_deref());
    }

    /// The folder in which to keep what is fetched, by its absolute path.
    fn cache(&self) -> Option<PathBuf> {
        #[expect(clippy::disallowed_methods, reason = "the command line reads settings")]
        let variable = || std::env::var_os("RENDER_CACHE").filter(|folder| !folder.is_empty());
        let folder = self
            .cache
            .clone()
            .or_else(|| variable().map(PathBuf::from))?;
        Some(Disk.absolute(&folder).unwrap_or(folder))
    }

    /// How to load.
    pub(super) fn load_options(&self, terminal: &Terminal) -> LoadOptions {
        // Without effect where there is a lock.
        terminal.remotes().supply(self.cache().as_deref(), None);
        LoadOptions {
            restrictor: match self.load_restrictor {
                LoadRestrictor::RootOnly => Restrictor::RootOnly,
                LoadRestrictor::None => Restrictor::None,
            },
            confine: self.confine.clone(),
            offline: self.offline,
            remotes: terminal.remotes().clone(),
            on_much: None,
        }
    }

    /// How to build.
    pub(super) fn build_options(&self) -> BuildOptions {
        BuildOptions {
            order: match self.reorder {
                None | Some(Reorder::Legacy) => SortOrder::default(),
                Some(Reorder::None) => SortOrder::Fifo,
            },
            managed_by_label: self.enable_managedby_label || is_label_wanted(),
            plugins: self.plugins.options(),
        }
    }
}

/// Renders the kustomization in a folder.
pub(super) fn render(
    dir: &Path,
    args: &BuildOptionsArgs,
    terminal: &mut Terminal,
) -> Result<ExitCode> {
    args.hold_to_lock(Some(dir), terminal)?;
    let load_options = LoadOptions {
        on_much: Some(super::heap::expect_much),
        ..args.load_options(terminal)
    };
    let mut deprecations = Vec::new();
    let loaded = load_telling(dir, &Disk, &load_options, &mut deprecations);
    terminal.deprecations(deprecations.iter().map(AsRef::as_ref));
    let loaded = loaded?;
    terminal.warnings(&loaded.warnings);
    let outside = Outside::new(&Disk, &load_options);
    let Built {
        resources,
        warnings,
    } = build(loaded.layer, &outside, &args.build_options())?;
    terminal.warnings(&warnings);
    if args.strict {
        refuse_warnings(loaded.warnings.len() + warnings.len())?;
    }
    match &args.output {
        None => terminal.print_parts(&emit::to_parts(&resources)?),
        Some(folder) if Disk.is_dir(folder) => write_folder(folder, &resources),
        Some(file) => write_output(file, emit::to_yaml(&resources)?.as_bytes()),
    }?;
    // The program ends here, and the system takes the memory back at once; to take every object apart costs more than printing
    // small ones does.
    std::mem::forget(resources);
    Ok(ExitCode::SUCCESS)
}

/// Whether the environment asks for the label `app.kubernetes.io/managed-by`, as kustomize's does.
fn is_label_wanted() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the command line reads settings")]
    let wanted = std::env::var_os("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL");
    wanted.is_some_and(|wanted| wanted == "on")
}

/// Fails where `--strict` does not let warnings pass.
pub(super) fn refuse_warnings(count: usize) -> Result<()> {
    let (warnings, them) = match count {
        0 => return Ok(()),
        1 => ("the warning", "it"),
        _ => ("the warnings", "them"),
    };
    let fault = Fault::new(format!("nothing is printed because of {warnings} above"));
    let hint = format!("see to {them}, or render without `--strict`");
    Err(fault.hint(hint).into())
}

/// Writes nothing where there is an object that cannot be written.
fn write_folder(folder: &Path, resources: &[Resource]) -> Result<()> {
    let in_several_namespaces = emit::are_in_several_namespaces(resources);
    let files: Vec<_> = resources
        .iter()
        .map(|resource| {
            let name = emit::file_name(resource, in_several_namespaces);
            let file = file_in(folder, &name)
                .with_context(|| format!("write object {}", resource.id()))?;
            Ok((file, emit::document(resource)?, resource))
        })
        .collect::<Result<_>>()?;
    for (file, document, resource) in files {
        write_file(&file, document.as_bytes())
            .with_context(|| format!("write object {}", resource.id()))?;
    }
    Ok(())
}

/// The file of this name in a folder. Names and namespaces come out of manifests and may hold anything.
fn file_in(folder: &Path, name: &str) -> Result<PathBuf> {
    if name.contains(['/', '\0']) || name.len() > LONGEST_NAME {
        let fault = Fault::new(format!("`{}` cannot be a file's name", name.escape_debug()));
        let hint =
            "correct the object's name, namespace or kind, or write to a file in place of a folder";
        return Err(fault.hint(hint).into());
    }
    Ok(folder.join(name))
}
