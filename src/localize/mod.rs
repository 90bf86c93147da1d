//! A kustomization with all that it names, remotes among it, as files that need nothing else (spec 14 R23).

mod fields;
mod names;
mod plugins;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use indexmap::{IndexMap, IndexSet};

use crate::kustomization;
use crate::load::{FileSystem, Folder, LoadOptions, References, RepoUrl};
use crate::model::{Fault, Value};
use crate::yaml;

/// The folder for what was elsewhere, beside the kustomization that names it.
const LOCALIZED: &str = "localized-files";

/// A kustomization on its own.
#[derive(Debug)]
pub struct Localized {
    /// All files, by their paths from the destination.
    pub files: IndexMap<PathBuf, Vec<u8>>,
    /// The kustomization's folder, from the destination.
    pub target: PathBuf,
    /// What the destination is called if nobody says.
    pub default_name: String,
}

/// Gathers what a kustomization names, as far as it lies within `scope`; without a scope, within its own folder or repository.
///
/// # Errors
///
/// Fails where something cannot be read, lies out of the scope, or is not pinned by a `ref`.
pub fn localize(
    target: &Path,
    scope: Option<&Path>,
    files: &dyn FileSystem,
    options: &LoadOptions,
) -> Result<Localized> {
    let shown = target.display();
    let mut references = References::new(files, options);
    let url = target.to_str().and_then(RepoUrl::parse);
    if let Some(url) = &url {
        check_pinned(url)?;
    }
    let found = references
        .target(target)
        .with_context(|| format!("unable to establish localize target \"{shown}\""))?;
    let scope = match (&found.fetched, scope) {
        (Some((_, repository)), None) => repository.clone(),
        (Some(_), Some(scope)) => bail!(
            "invalid localize scope \"{0}\": scope \"{0}\" specified for remote localize target \"{shown}\"",
            scope.display()
        ),
        (None, None) => found.path.clone(),
        (None, Some(scope)) => scope_of(scope, &found, &shown.to_string(), files, options)?,
    };
    let mut localizer = Localizer {
        references,
        site: Site {
            source: scope,
            target: PathBuf::new(),
        },
        files: IndexMap::new(),
        done: IndexSet::new(),
    };
    let target = localizer.site.place(&found.path);
    let default_name = names::default_destination(&found, url.as_ref());
    localizer
        .kustomization(&found)
        .with_context(|| format!("unable to localize target \"{shown}\""))?;
    Ok(Localized {
        files: localizer.files,
        target,
        default_name,
    })
}

/// The folder that a scope names, which holds the target.
fn scope_of(
    scope: &Path,
    target: &Folder,
    shown: &str,
    files: &dyn FileSystem,
    options: &LoadOptions,
) -> Result<PathBuf> {
    let scope_shown = scope.display();
    let found = References::new(files, options)
        .target(scope)
        .with_context(|| format!("invalid localize scope \"{scope_shown}\""))?;
    if !target.path.starts_with(&found.path) {
        bail!(
            "invalid localize scope \"{scope_shown}\": localize scope \"{scope_shown}\" does not contain target \"{shown}\" at \"{}\"",
            target.path.display()
        );
    }
    Ok(found.path)
}

/// What is fetched again later must be the same then.
fn check_pinned(url: &RepoUrl) -> Result<(), Fault> {
    if !url.reference.is_empty() {
        return Ok(());
    }
    let message = format!(
        "localize remote root \"{}\" missing ref query string parameter",
        url.raw
    );
    Err(Fault::new(message).hint("say which branch, tag or commit: `?ref=v1.0.0`"))
}

/// Where the files of a folder come to lie: the scope, or a repository.
#[derive(Clone)]
struct Site {
    source: PathBuf,
    /// From the destination.
    target: PathBuf,
}

impl Site {
    fn place(&self, path: &Path) -> PathBuf {
        let inner = path.strip_prefix(&self.source).unwrap_or(path);
        self.target.join(inner)
    }
}

struct Localizer<'a> {
    references: References<'a>,
    site: Site,
    files: IndexMap<PathBuf, Vec<u8>>,
    /// The places of kustomizations that are localized already.
    done: IndexSet<PathBuf>,
}

impl Localizer<'_> {
    /// Takes in the kustomization of a folder and all that it names.
    fn kustomization(&mut self, folder: &Folder) -> Result<()> {
        let file = self.references.enter(folder)?;
        let place = self.site.place(&folder.path);
        if self.done.insert(place.clone()) {
            let mut fields = kustomization::as_written(&file.text, &file.path)?;
            self.fields(&mut fields)?;
            let name = file.path.file_name().unwrap_or_default();
            self.put(place.join(name), written(&fields.into())?.into_bytes())?;
        }
        self.references.leave();
        Ok(())
    }

    /// Takes in the kustomization that an entry names. Gives the way to it.
    fn base(&mut self, entry: &str) -> Result<String> {
        let url = RepoUrl::parse(entry);
        if let Some(url) = &url {
            check_pinned(url)?;
        }
        let found = self
            .references
            .folder(entry)
            .context("invalid root reference")?;
        let here = self.references.here().to_path_buf();
        let (site, way) = match &found.fetched {
            Some((url, repository)) => {
                let way = Path::new(LOCALIZED).join(names::of_repository(url)?);
                let site = Site {
                    source: repository.clone(),
                    target: self.site.place(&here).join(&way),
                };
                let inner = found.path.strip_prefix(repository).unwrap_or(&found.path);
                (site, way.join(inner))
            }
            None if !found.path.starts_with(&self.site.source) => bail!(
                "root \"{}\" outside localize scope \"{}\"",
                found.path.display(),
                self.site.source.display()
            ),
            None => (self.site.clone(), names::way(&here, &found.path)),
        };
        let outer = std::mem::replace(&mut self.site, site);
        let done = self
            .kustomization(&found)
            .with_context(|| format!("unable to localize root \"{entry}\""));
        self.site = outer;
        done?;
        text(&way)
    }

    /// Takes in a file that an entry names. Gives the way to it.
    fn file(&mut self, entry: &str) -> Result<String> {
        let (way, content) = self.read(entry)?;
        let place = self.site.place(self.references.here()).join(&way);
        self.put(place, content)?;
        text(&way)
    }

    /// Reads a file that an entry names, and finds the way to where it will lie.
    fn read(&mut self, entry: &str) -> Result<(PathBuf, Vec<u8>)> {
        let (path, content) = self
            .references
            .file(entry)
            .context("invalid file reference")?;
        let way = match path {
            Some(path) => names::way(self.references.here(), &path),
            None => Path::new(LOCALIZED).join(names::of_file(entry)),
        };
        Ok((way, content))
    }

    /// Takes in the charts of a folder that an entry names. Gives the way to it.
    fn charts(&mut self, entry: &str) -> Result<String> {
        let here = self.references.here().to_path_buf();
        let way = names::way(&here, &here.join(&*crate::model::clean_path(entry)));
        for (inner, content) in self.references.tree(entry)? {
            self.put(self.site.place(&here).join(&way).join(inner), content)?;
        }
        text(&way)
    }

    fn put(&mut self, place: PathBuf, content: Vec<u8>) -> Result<()> {
        match self.files.get(&place) {
            Some(other) if *other != content => {
                let shown = place.display();
                bail!("two files would come to lie at \"{shown}\"");
            }
            _ => drop(self.files.insert(place, content)),
        }
        Ok(())
    }
}

/// A document as text.
fn written(value: &Value) -> Result<String> {
    let mut text = String::new();
    yaml::write(value, &mut text).map_err(|error| anyhow!("{}", error.message))?;
    Ok(text)
}

fn text(path: &Path) -> Result<String> {
    let text = path.to_str().context("names of files are text")?;
    Ok(if text.is_empty() { "." } else { text }.to_owned())
}

/// The file that inline objects are in.
fn inline_file(references: &References<'_>) -> Arc<PathBuf> {
    Arc::new(references.here().to_path_buf())
}
