//! `render localize [TARGET [DESTINATION]]`: writes a kustomization with all that it names into a folder of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Args;

use super::Run;
use super::terminal::{Terminal, complain};
use crate::build::{BuildOptions, build};
use crate::emit;
use crate::load::{Disk, FileSystem, LoadOptions, Outside, load};
use crate::localize::{Localized, localize};
use crate::model::Fault;

/// Copy a kustomization and all that it names into a folder that needs no network
///
/// Files and bases on this machine are copied as far as they lie within the scope. Files that are served by http and bases in
/// git repositories are fetched, put into `localized-files`, and named there by their new paths; repositories must be named with
/// a `ref`. Charts that are elsewhere and images stay where they are. Kustomization files lose their comments.
#[derive(Args)]
#[command(after_help = "Examples:
  render localize overlays/production               into localized-production
  render localize overlays/production out --scope .
  render localize 'https://github.com/org/repo//base?ref=v1.2.0' vendor

The arguments are those of kustomize's command. Afterwards both trees are rendered and compared.")]
pub(super) struct LocalizeArgs {
    /// The folder with the kustomization file, or the address of one
    #[arg(value_name = "TARGET", default_value = ".")]
    target: PathBuf,

    /// The folder to make [default: localized-NAME]
    #[arg(value_name = "DESTINATION")]
    destination: Option<PathBuf>,

    /// The folder that all bases must lie in [default: the target]
    #[arg(long, value_name = "DIR")]
    scope: Option<PathBuf>,

    /// Do not render the two trees to compare them
    #[arg(long)]
    no_verify: bool,
}

impl Run for LocalizeArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let options = LoadOptions {
            remotes: terminal.remotes().clone(),
            ..LoadOptions::default()
        };
        if let Some(destination) = &self.destination {
            check_new(destination)?;
        }
        let scope = self.scope.as_deref();
        let localized = localize(&self.target, scope, &Disk, &options)?;
        let destination = match &self.destination {
            Some(destination) => destination.clone(),
            None => PathBuf::from(&localized.default_name),
        };
        check_new(&destination)?;
        write(&destination, &localized)?;
        let absolute = Disk.absolute(&destination).unwrap_or(destination);
        let target = self.target.display();
        if !self.no_verify && !verify(&self.target, &absolute, &localized, &options)? {
            return Ok(ExitCode::FAILURE);
        }
        complain(&format!(
            "SUCCESS: localized \"{target}\" to directory {}",
            absolute.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

fn check_new(destination: &Path) -> Result<()> {
    if Disk.kind(destination).is_err() {
        return Ok(());
    }
    let shown = destination.display();
    let fault = Fault::new(format!(
        "invalid localize destination \"{shown}\": localize destination \"{shown}\" already exists"
    ))
    .titled(format!("`{shown}` is there already"));
    Err(fault.hint("delete it, or name another folder").into())
}

/// Writes all files, or none.
fn write(destination: &Path, localized: &Localized) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let above = destination
            .parent()
            .filter(|above| !above.as_os_str().is_empty());
        let beside = tempfile::Builder::new()
            .prefix(".localized-")
            .tempdir_in(above.unwrap_or(Path::new(".")))?;
        for (path, content) in &localized.files {
            let path = beside.path().join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, content)?;
        }
        fs::set_permissions(beside.path(), fs::Permissions::from_mode(0o755))?;
        fs::rename(beside.path(), destination)?;
        drop(beside.keep());
        Ok(())
    };
    write().with_context(|| format!("write {}", destination.display()))
}

/// Renders both trees. Gives whether they come to the same.
fn verify(
    target: &Path,
    destination: &Path,
    localized: &Localized,
    options: &LoadOptions,
) -> Result<bool> {
    let copy: PathBuf = destination.join(&localized.target).components().collect();
    let rendered = render(target, options)
        .and_then(|original| Ok((original, render(&copy, options)?)))
        .map_err(|error| {
            let advice =
                "if the build needs flags, compare the two trees yourself, or pass `--no-verify`";
            match error.downcast::<Fault>() {
                Ok(fault) => fault.hint(advice).into(),
                Err(error) => error,
            }
        });
    let (original, copied) = rendered?;
    let (target, copy) = (target.display(), copy.display());
    if original == copied {
        complain(&format!(
            "VERIFICATION SUCCESS: `kustomize build` for {target} and {copy} are the same after localization."
        ));
        return Ok(true);
    }
    let first = original
        .lines()
        .zip(copied.lines())
        .position(|(left, right)| left != right);
    let line = first.unwrap_or(original.lines().count().min(copied.lines().count())) + 1;
    complain(&format!(
        "VERIFICATION FAILED: `kustomize build` for {target} and {copy} are different after localization, from line {line} of the output on."
    ));
    Ok(false)
}

fn render(dir: &Path, options: &LoadOptions) -> Result<String> {
    let loaded = load(dir, &Disk, options)?;
    let outside = Outside::new(&Disk, options);
    let built = build(loaded.layer, &outside, &BuildOptions::default())?;
    emit::to_yaml(&built.resources).map_err(|error| anyhow!(error))
}
