//! The one door for what is only known while building: the files that configurations of plugins name, and programs.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};

use super::command::{Command, Commands, Output, Processes, Scratch};
use super::resolve::join;
use super::restriction::Reader;
use super::{FileSystem, Layer, Layers, LoadOptions, Loader};
use crate::kustomization::Kustomization;
use crate::model::Fault;

/// What a build may still ask for.
pub struct Outside<'a> {
    reader: Reader<'a>,
    commands: &'a dyn Commands,
    is_offline: bool,
}

impl<'a> Outside<'a> {
    /// The same files under the same restrictions as those of [`super::load`] with the same arguments, and the programs of
    /// this machine.
    pub fn new(files: &'a dyn FileSystem, options: &LoadOptions) -> Self {
        Self {
            reader: Reader::new(files, options),
            commands: &Processes,
            is_offline: options.offline,
        }
    }

    /// The same with somebody else to run programs.
    #[must_use]
    pub fn with_commands(self, commands: &'a dyn Commands) -> Self {
        Self { commands, ..self }
    }

    /// Reads what a part of a kustomization names, with paths that start at `root`. Failures without a place of their own
    /// point into `file`.
    pub fn layer(
        &self,
        root: PathBuf,
        file: Arc<PathBuf>,
        part: Kustomization,
    ) -> Result<Arc<Layer>> {
        let layer = Layer {
            root,
            file,
            kustomization: part,
            ..Layer::default()
        };
        Loader::new(&self.reader, &Layers::new()).fill(Box::new(layer), None)
    }

    /// Reads a file that the kustomization of a layer names, under the same restrictions as all others.
    pub fn file(&self, layer: &Layer, entry: &str) -> Result<Vec<u8>, Fault> {
        let layers = Layers::new();
        let mut loader = Loader::new(&self.reader, &layers);
        loader.chain.push(layer, None);
        loader.file(entry).map(|(_, content)| content)
    }

    /// The path that an entry of a layer's kustomization means.
    pub fn path(&self, layer: &Layer, entry: &str) -> PathBuf {
        join(&layer.root, entry)
    }

    /// The path that is meant by one which may start in a folder.
    pub fn joined(&self, folder: &Path, path: &str) -> PathBuf {
        join(folder, path)
    }

    /// A path below a folder, with `.` and `..` taken out.
    pub fn below(&self, folder: &Path, path: &str) -> PathBuf {
        join(folder, path.trim_start_matches('/'))
    }

    /// Whether a path leads to a folder, links followed.
    pub fn is_dir(&self, path: &Path) -> bool {
        self.reader.files.is_dir(path)
    }

    /// Whether a path leads to a file, links followed.
    pub fn is_file(&self, path: &Path) -> bool {
        self.reader.files.is_file(path)
    }

    /// Whether anybody may execute a file.
    pub fn is_executable(&self, path: &Path) -> bool {
        let metadata = std::fs::metadata(path);
        metadata.is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
    }

    /// Refuses a path that a program is to use, be it there or not, where everything is confined to a folder that it leaves.
    pub fn check_confined(&self, path: &Path) -> Result<(), Fault> {
        self.reader.check_confined(path, path, path)?;
        let there = path.ancestors().find_map(|path| {
            let resolved = self.reader.resolver.resolve(path);
            resolved.ok()
        });
        match there {
            Some(there) => self.reader.check_confined(path, path, &there.path),
            None => Ok(()),
        }
    }

    /// Whether nothing is fetched from other machines.
    pub fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// Runs a program to its end. Fails where it cannot be started, as Go tells it.
    pub fn run(&self, command: &Command) -> Result<Output, String> {
        self.commands.run(command)
    }

    /// A private file for a program to read, which is gone afterwards.
    pub fn temporary(&self, prefix: &str, content: &[u8]) -> Result<tempfile::NamedTempFile> {
        let write = || {
            let mut file = tempfile::Builder::new().prefix(prefix).tempfile()?;
            file.write_all(content)?;
            io::Result::Ok(file)
        };
        write().context("make a temporary file")
    }

    /// A private folder for the files of a program.
    pub fn scratch(&self, prefix: &str) -> Result<Scratch> {
        Scratch::new(prefix).context("make a temporary folder")
    }
}
