//! The files of a folder, in packages: a folder with a `Krmfile` is a package of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};

use super::ignore::Ignore;
use super::object::{self, File, Object};
use crate::load::{FileKind, FileSystem};
use crate::model::clean_path;

/// Makes a folder a package.
const MARKER: &str = "Krmfile";

const EXTENSIONS: [&str; 2] = ["yaml", "yml"];

/// What else functions get.
const JSON: &str = "json";

/// A folder, or a file, with the manifests that belong to it.
#[derive(Clone, Debug)]
pub struct Package {
    /// As it was named, or as a path below what was named.
    pub shown: String,
    /// As a path that can be opened.
    folder: PathBuf,
    manifests: Vec<PathBuf>,
    /// Whether JSON is read too, and lists of objects are objects: functions get a package so.
    is_for_functions: bool,
}

/// The package of a folder or a file, and those below it.
pub fn packages(named: &str, files: &dyn FileSystem) -> Result<Vec<Package>> {
    let root = find(named, files)?;
    let mut folders = vec![root.clone()];
    marked_below(&root, files, &mut folders)?;
    let shown = |folder: &Path| match folder.strip_prefix(&root) {
        Ok(below) if folder != root => clean_path(&format!("{named}/{}", below.display())).into(),
        _ => named.to_owned(),
    };
    let packages = folders.iter().map(|folder| {
        let is_own = |below: &Path| !folders.iter().any(|other| other == below);
        Package::of(shown(folder), folder.clone(), files, &is_own, false)
    });
    packages.collect()
}

/// All that is below a folder as one package.
pub fn whole(named: &str, files: &dyn FileSystem) -> Result<Package> {
    Package::of(
        named.to_owned(),
        find(named, files)?,
        files,
        &|_| true,
        false,
    )
}

/// All that is below a folder, for functions.
pub fn for_functions(named: &str, files: &dyn FileSystem) -> Result<Package> {
    Package::of(
        named.to_owned(),
        find(named, files)?,
        files,
        &|_| true,
        true,
    )
}

fn find(named: &str, files: &dyn FileSystem) -> Result<PathBuf> {
    let path = files
        .absolute(Path::new(named))
        .context("find the current folder")?;
    files
        .kind(&path)
        .map_err(|_| anyhow!("lstat {named}: no such file or directory"))?;
    Ok(path)
}

/// Adds the folders below a folder that are packages.
fn marked_below(folder: &Path, files: &dyn FileSystem, found: &mut Vec<PathBuf>) -> Result<()> {
    for path in folders_in(folder, files)? {
        if files.is_file(&path.join(MARKER)) {
            found.push(path.clone());
        }
        marked_below(&path, files, found)?;
    }
    Ok(())
}

/// The folders in a folder; links are none.
fn folders_in(folder: &Path, files: &dyn FileSystem) -> Result<Vec<PathBuf>> {
    let paths = list(folder, files)?.into_iter();
    Ok(paths.filter(|path| is_folder(path, files)).collect())
}

fn is_folder(path: &Path, files: &dyn FileSystem) -> bool {
    matches!(files.kind(path), Ok(FileKind::Folder))
}

fn list(folder: &Path, files: &dyn FileSystem) -> Result<Vec<PathBuf>> {
    if !files.is_dir(folder) {
        return Ok(Vec::new());
    }
    let names = files
        .list(folder)
        .with_context(|| format!("read {}", folder.display()))?;
    Ok(names.into_iter().map(|name| folder.join(name)).collect())
}

impl Package {
    fn of(
        shown: String,
        folder: PathBuf,
        files: &dyn FileSystem,
        is_own: &dyn Fn(&Path) -> bool,
        is_for_functions: bool,
    ) -> Result<Self> {
        let mut package = Self {
            shown,
            folder,
            manifests: Vec::new(),
            is_for_functions,
        };
        if files.is_dir(&package.folder) {
            let folder = package.folder.clone();
            let ignore = Ignore::of(&folder, files);
            package.gather(&folder, files, is_own, &ignore)?;
        } else if package.is_manifest(&package.folder) {
            package.manifests.push(package.folder.clone());
        }
        Ok(package)
    }

    /// Adds the manifests of a folder, in the order of the names in it.
    fn gather(
        &mut self,
        folder: &Path,
        files: &dyn FileSystem,
        is_own: &dyn Fn(&Path) -> bool,
        ignore: &Ignore,
    ) -> Result<()> {
        for path in list(folder, files)? {
            let is_folder = is_folder(&path, files);
            let relative = path.strip_prefix(&self.folder).unwrap_or(&path);
            if ignore.holds(relative, is_folder) {
                continue;
            }
            if is_folder && is_own(&path) {
                self.gather(&path, files, is_own, ignore)?;
            } else if !is_folder && self.is_manifest(&path) && files.is_file(&path) {
                self.manifests.push(path);
            }
        }
        Ok(())
    }

    /// The objects of all its manifests.
    pub fn read(&self, files: &dyn FileSystem) -> Result<Vec<Object>> {
        let mut objects = Vec::new();
        for path in &self.manifests {
            let text = files
                .read(path)
                .with_context(|| format!("read {}", path.display()))?;
            let is_alone = path == &self.folder;
            let parent = path.parent().unwrap_or(path);
            let base = if is_alone { parent } else { &self.folder };
            let relative = path.strip_prefix(base).unwrap_or(path);
            let file = File {
                path: Arc::new(path.clone()),
                relative: relative.display().to_string(),
            };
            objects.extend(if self.is_for_functions {
                object::read_lists(&text, &file)?
            } else {
                object::read(&text, Some(&file))?
            });
        }
        Ok(objects)
    }

    /// Whether a folder below it is a package.
    pub fn is_package(&self, below: &str, files: &dyn FileSystem) -> bool {
        files.is_file(&self.folder.join(below).join(MARKER))
    }

    /// The folder, as a path that can be opened.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn is_manifest(&self, path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| {
            EXTENSIONS.contains(&extension) || self.is_for_functions && extension == JSON
        })
    }
}
