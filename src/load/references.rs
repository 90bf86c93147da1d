//! What kustomizations name, read one thing at a time: for those who follow references themselves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};

use super::chain::Chain;
use super::remote::{RepoUrl, is_http};
use super::resolve::join;
use super::restriction::Reader;
use super::root::{Refusal, Root};
use super::{FileKind, FileSystem, Layer, Layers, LoadOptions, Loader};
use crate::model::Fault;

/// As many files may a folder of charts have.
const MOST_FILES: usize = 100_000;

/// Reads what the kustomization that was entered last names.
pub struct References<'a> {
    reader: Reader<'a>,
    /// The kustomizations that were entered, each named by the one before it.
    chain: Chain,
}

/// A folder that is said to have a kustomization.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its path, without links.
    pub path: PathBuf,
    /// The address that it was named by, and where the repository was put, if it is in one that was fetched for it.
    pub fetched: Option<(RepoUrl, PathBuf)>,
}

/// A kustomization file.
#[derive(Debug)]
pub struct KustomizationFile {
    /// Its path.
    pub path: Arc<PathBuf>,
    /// Its text.
    pub text: Vec<u8>,
}

impl<'a> References<'a> {
    /// Nothing entered yet.
    pub fn new(files: &'a dyn FileSystem, options: &LoadOptions) -> Self {
        Self {
            reader: Reader::new(files, options),
            chain: Chain::default(),
        }
    }

    fn with_loader<T>(&mut self, work: impl FnOnce(&mut Loader<'_>) -> T) -> T {
        let layers = Layers::new();
        let mut loader = Loader::new(&self.reader, &layers);
        std::mem::swap(&mut loader.chain, &mut self.chain);
        let done = work(&mut loader);
        self.chain = std::mem::take(&mut loader.chain);
        done
    }

    /// The folder that a command names.
    pub fn target(&mut self, target: &Path) -> Result<Folder> {
        let root = self.with_loader(|loader| loader.root(target))?;
        let url = target.to_str().and_then(RepoUrl::parse);
        Ok(self.folder_of(root, url))
    }

    /// The folder that an entry leads to.
    pub fn folder(&mut self, entry: &str) -> Result<Folder> {
        let root = self.with_loader(|loader| loader.root_of(entry));
        let root = root.map_err(Refusal::into_error)?;
        Ok(self.folder_of(root, RepoUrl::parse(entry)))
    }

    fn folder_of(&self, root: Root, url: Option<RepoUrl>) -> Folder {
        let checkout = self.reader.remotes.checkout_of(&root.path);
        let fetched = url.zip(checkout);
        Folder {
            fetched: fetched.map(|(url, checkout)| (url, checkout.folder.clone())),
            path: root.path,
        }
    }

    /// Reads the kustomization of a folder and enters it: entries are its own from here on.
    pub fn enter(&mut self, folder: &Folder) -> Result<KustomizationFile> {
        let url = folder.fetched.as_ref().map(|(url, _)| url.raw.clone());
        self.with_loader(|loader| {
            let (name, text) = loader.kustomization_file(&folder.path)?;
            let path = Arc::new(folder.path.join(name));
            let layer = Layer {
                root: folder.path.clone(),
                file: Arc::clone(&path),
                ..Layer::default()
            };
            loader.chain.push(&layer, url);
            Ok(KustomizationFile { path, text })
        })
    }

    /// Leaves the kustomization that was entered last.
    pub fn leave(&mut self) {
        self.chain.pop();
    }

    /// The folder of the kustomization that was entered last.
    pub fn here(&self) -> &Path {
        &self.chain.last().root
    }

    /// Reads a file that an entry names. Gives its path, links followed, unless it is served by http.
    pub fn file(&mut self, entry: &str) -> Result<(Option<PathBuf>, Vec<u8>), Fault> {
        let (path, content) = self.with_loader(|loader| loader.file(entry))?;
        Ok(((!is_http(entry)).then_some(path), content))
    }

    /// Reads all files in a folder that an entry names, by their paths in it; links are left out. A folder that is not there
    /// is empty.
    pub fn tree(&self, entry: &str) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let here = self.here();
        let folder = join(here, entry);
        if !folder.starts_with(here) {
            let shown = folder.display();
            return Err(Fault::new(format!(
                "folder '{shown}' is not in or below '{}'",
                here.display()
            ))
            .into());
        }
        let mut found = Vec::new();
        let mut rest = vec![PathBuf::new()];
        while let Some(inner) = rest.pop() {
            let path = folder.join(&inner);
            for name in self.reader.files.list(&path).unwrap_or_default() {
                let (inner, path) = (inner.join(&name), path.join(&name));
                match self.reader.files.kind(&path) {
                    Ok(FileKind::Folder) => rest.push(inner),
                    Ok(FileKind::File { .. }) => {
                        let entry = path.to_str().context("names of files are text")?;
                        found.push((inner, self.reader.read(here, entry)?.1));
                    }
                    _ => {}
                }
            }
            if found.len() > MOST_FILES {
                return Err(
                    Fault::new(format!("'{}' has too many files", folder.display())).into(),
                );
            }
        }
        Ok(found)
    }
}
