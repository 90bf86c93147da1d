//! The files that `ConfigMap`s and `Secret`s are made of (spec 05 R12–R14).

use std::sync::Arc;

use anyhow::{Context, Result};

use crate::kustomization::{Files, GeneratorArgs, Kustomization};
use crate::model::{FieldPath, Place, Text, Warning};

use super::resolve::join;
use super::{Loader, go_list};

impl Loader<'_> {
    /// Reads all files that generators name, each once.
    pub(super) fn generator_files(&mut self, kustomization: &Kustomization) -> Result<Files> {
        let mut files = Files::new();
        let fields = [
            ("configMapGenerator", &kustomization.config_map_generator),
            ("secretGenerator", &kustomization.secret_generator),
        ];
        for (field, generators) in fields {
            for (position, args) in generators.iter().enumerate() {
                let path = FieldPath::default().key(field).index(position);
                self.files_of(args, &path, &mut files)
                    .context("loading KV pairs")?;
            }
        }
        Ok(files)
    }

    fn files_of(
        &mut self,
        args: &GeneratorArgs,
        path: &FieldPath,
        files: &mut Files,
    ) -> Result<()> {
        for (index, entry) in args.envs.iter().enumerate() {
            let path = path.clone().key("envs").index(index);
            self.keep(entry, path, files)
                .with_context(|| format!("env source files: {}", go_list(&args.envs)))?;
            let cut = files
                .get(entry)
                .filter(|content| content.len() > LONGEST_LINE)
                .and_then(|content| too_long_line(content));
            if let Some(line) = cut {
                self.warnings.push(self.cut_off(entry, line));
            }
            let bare = files
                .get(entry)
                .and_then(|content| line_without_value(content));
            if let Some(line) = bare {
                self.warnings.push(self.without_value(entry, line));
            }
        }
        for (index, entry) in args.files.iter().enumerate() {
            // What is wrong with an entry of another form, the generator knows.
            let Some(file) = path_of(entry) else {
                continue;
            };
            let path = path.clone().key("files").index(index);
            self.keep(file, path, files)
                .with_context(|| format!("file sources: {}", go_list(&args.files)))?;
        }
        Ok(())
    }

    /// The warning about an env file that kustomize reads up to a line only (spec 05 R13).
    fn cut_off(&self, entry: &str, line: usize) -> Warning {
        let file = Arc::new(join(&self.here().root, entry));
        Warning::new(format!(
            "line {line} of `{entry}` is longer than {LONGEST_LINE} bytes: it and all lines below it are left out"
        ))
        .at(Place::of_spot(&file, line, 1))
        .hint("take the file as a whole with `files`, or make the line shorter")
    }

    /// The warning about a line of an env file that is a key alone.
    fn without_value(&self, entry: &str, line: usize) -> Warning {
        let file = Arc::new(join(&self.here().root, entry));
        Warning::new(format!(
            "line {line} of `{entry}` has no `=`: the whole line is a key, and its value is empty"
        ))
        .at(Place::of_spot(&file, line, 1))
        .hint("write `KEY=value`")
    }

    fn keep(&self, entry: &str, path: FieldPath, files: &mut Files) -> Result<()> {
        if !files.contains_key(entry) {
            let (_, content) = self
                .file(entry)
                .map_err(|fault| fault.at(self.place(path)))?;
            files.insert(Text::from(entry), Arc::from(content));
        }
        Ok(())
    }
}

/// The longest line of an env file that kustomize reads.
const LONGEST_LINE: usize = 65_535;

/// The first line that kustomize does not read, counted from 1.
fn too_long_line(content: &[u8]) -> Option<usize> {
    let mut lines = content.split(|byte| *byte == b'\n');
    lines
        .position(|line| line.len() > LONGEST_LINE)
        .map(|before| before + 1)
}

/// The first line that is a key alone, counted from 1.
fn line_without_value(content: &[u8]) -> Option<usize> {
    let mut lines = content.split(|byte| *byte == b'\n');
    let is_bare = |line: &[u8]| {
        let line = line.trim_ascii();
        !line.is_empty() && !line.starts_with(b"#") && !line.contains(&b'=')
    };
    lines.position(is_bare).map(|before| before + 1)
}

/// The path of `[key=]path`.
pub(super) fn path_of(entry: &str) -> Option<&str> {
    match entry.split_once('=') {
        None => Some(entry),
        Some((key, path)) => {
            (!key.is_empty() && !path.is_empty() && !path.contains('=')).then_some(path)
        }
    }
}
