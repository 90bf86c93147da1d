//! Which folder a bare word on the command line means.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use crate::load::{Disk, FileKind, FileSystem, RepoUrl};
use crate::model::Fault;

/// The names of kustomization files.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The folder to render: an overlay of this name in the nearest `overlays` folder, else the folder of this path, else an
/// error that lists the overlays there are. Nothing means the current folder.
pub(super) fn find(target: Option<&str>) -> Result<PathBuf> {
    let Some(target) = target else {
        return Ok(PathBuf::from("."));
    };
    let path = Path::new(target);
    if is_remote(path) {
        return Ok(path.to_path_buf());
    }
    let is_path =
        !matches!(path.components().next(), Some(Component::Normal(_))) || target.starts_with("./");
    if is_path {
        return Ok(path.to_path_buf());
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is where paths come from"
    )]
    let current = std::env::current_dir().context("find the current folder")?;
    let overlays = current
        .ancestors()
        .map(|folder| folder.join("overlays"))
        .find(|folder| Disk.is_dir(folder));
    if let Some(overlay) = overlays
        .as_ref()
        .map(|overlays| overlays.join(target))
        .filter(|overlay| is_kustomization(overlay))
    {
        return Ok(relative_to(&overlay, &current));
    }
    if Disk.is_dir(path) {
        return Ok(path.to_path_buf());
    }
    Err(unknown(target, overlays.as_deref()))
}

/// Whether a folder is in a repository that is fetched.
pub(super) fn is_remote(path: &Path) -> bool {
    path.to_str().and_then(RepoUrl::parse).is_some()
}

fn is_kustomization(folder: &Path) -> bool {
    FILE_NAMES
        .iter()
        .any(|name| Disk.is_file(&folder.join(name)))
}

/// The shorter way to a folder, so that messages show what the person would type.
fn relative_to(folder: &Path, current: &Path) -> PathBuf {
    folder
        .strip_prefix(current)
        .map_or_else(|_| folder.to_path_buf(), Path::to_path_buf)
}

fn unknown(target: &str, overlays: Option<&Path>) -> anyhow::Error {
    let fault = Fault::new(format!("there is no overlay or folder `{target}`"));
    let Some(overlays) = overlays else {
        return fault.hint("run it below a folder that has `overlays/`, or give the path of a folder with a kustomization file").into();
    };
    let mut names = Vec::new();
    collect(overlays, "", &mut names);
    let mut words: Vec<&str> = names.iter().map(String::as_str).collect();
    let commands = super::command_names().map(|name: &'static str| -> &str { name });
    words.extend(commands);
    let nearest = words
        .iter()
        .map(|name| (strsim::damerau_levenshtein(name, target), name))
        .min();
    let fault = match nearest {
        Some((distance, name)) if distance <= target.len().div_ceil(2) => {
            fault.hint(format!("did you mean `{name}`?"))
        }
        _ => fault,
    };
    match names.as_slice() {
        [] => fault
            .hint(format!("{} holds no overlays", overlays.display()))
            .into(),
        _ => fault
            .hint(format!(
                "overlays in {}: {}",
                overlays.display(),
                names.join(", ")
            ))
            .into(),
    }
}

/// The names of all overlays below a folder, nested ones as `aws/prod`, in order.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    for name in Disk.list(folder).unwrap_or_default() {
        let path = folder.join(&name);
        if is_kustomization(&path) {
            names.push(format!("{prefix}{name}"));
        } else if matches!(Disk.kind(&path), Ok(FileKind::Folder)) {
            // Not through links: they may lead back here.
            collect(&path, &format!("{prefix}{name}/"), names);
        }
    }
}
