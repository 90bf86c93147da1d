//! kustomize's older exec plugins: programs below a plugin home, found by the kind of their configuration (spec 15 R70–R72).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::arguments;
use crate::build::Session;
use crate::build::plugin::configuration::Configuration;
use crate::load::{Command, Outside};
use crate::model::{Fault, Resource, Text};

/// A longer text kustomize does not pass in a variable: the system may not take it.
const LONGEST_VARIABLE: usize = 131_071;

/// A program, and what it is told.
#[derive(Debug)]
pub(super) struct Executable {
    path: PathBuf,
    args: Vec<String>,
    folder: PathBuf,
    /// The text of its configuration.
    configuration: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Args {
    args_one_liner: Text,
    args_from_file: Text,
}

impl Executable {
    /// Looks for the program.
    pub(super) fn find(
        resource: &Resource,
        configuration: String,
        session: &Session<'_>,
    ) -> Result<Self> {
        let (gvk, outside) = (&resource.id().gvk, session.outside);
        let path = home(session)?
            .join(gvk.group.as_str())
            .join(gvk.version.as_str())
            .join(gvk.kind.to_lowercase())
            .join(gvk.kind.as_str());
        if !outside.is_file(&path) {
            bail!(no_program(&path, outside));
        }
        if !outside.is_executable(&path) {
            let fault = Fault::new(format!("unexecutable plugin at: {}", path.display()));
            bail!(fault.hint(format!("run `chmod +x {}`", path.display())));
        }
        Ok(Self {
            path,
            args: Vec::new(),
            folder: PathBuf::new(),
            configuration,
        })
    }

    /// Adds what its configuration says.
    pub(super) fn told(mut self, configuration: &Configuration<'_>) -> Result<Self> {
        let Args {
            args_one_liner: line,
            args_from_file: file,
        } = configuration.decode()?;
        self.args = arguments::split(&line).context("failed to parse argsOneLiner")?;
        if !file.is_empty() {
            let outside = configuration.session.outside;
            let text = outside.file(configuration.layer, &file)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            self.args.extend(arguments::lines(&text));
        }
        self.folder.clone_from(&configuration.layer.root);
        Ok(self)
    }

    /// Runs it, and returns what it prints.
    pub(super) fn run(&self, input: String, outside: &Outside<'_>) -> Result<Vec<u8>> {
        let text = self.configuration.as_bytes();
        let config = outside.temporary("kust-plugin-config-", text)?;
        let mut env = Vec::new();
        if self.configuration.len() <= LONGEST_VARIABLE {
            let variables = [
                ("STRING", OsString::from(&self.configuration)),
                ("ROOT", self.folder.clone().into_os_string()),
            ];
            env.extend(
                variables.map(|(name, value)| (format!("KUSTOMIZE_PLUGIN_CONFIG_{name}"), value)),
            );
        }
        let args = self.args.iter().map(OsString::from);
        let command = Command {
            program: self.path.to_string_lossy().into_owned(),
            args: std::iter::once(config.path().into()).chain(args).collect(),
            env,
            folder: Some(self.folder.clone()),
            stdin: input.into_bytes(),
            keeps_stderr: true,
        };
        let (failure, said) = match outside.run(&command) {
            Ok(output) => match output.failure {
                None => return Ok(output.stdout),
                Some(failure) => (
                    failure,
                    String::from_utf8_lossy(&output.stderr).into_owned(),
                ),
            },
            Err(failure) => (failure, String::new()),
        };
        let name = self.path.display();
        let title = match said.trim() {
            "" => format!("plugin `{name}` fails: {failure}"),
            said => format!("plugin `{name}` fails: {said}"),
        };
        let said = match said.as_str() {
            "" => String::new(),
            said => format!("{said}: "),
        };
        let message = format!(
            "{said}failure in plugin configured via {}; {failure}",
            config.path().display()
        );
        Err(Fault::new(message).titled(title).into())
    }
}

/// The folder of all plugins: the first of those that kustomize looks at that is there.
fn home<'a>(session: &Session<'a>) -> Result<&'a Path> {
    let homes = &session.plugins.homes;
    let mut folders = homes.iter().filter_map(|home| home.folder.as_deref());
    let found = folders.find(|folder| session.outside.is_dir(folder));
    found.with_context(|| {
        let tried = homes.iter().map(|home| {
            let folder = home.folder.as_ref();
            let folder = folder.map_or("<no value>".into(), |folder| folder.to_string_lossy());
            format!("('{folder}'; {})", home.origin)
        });
        let tried: Vec<_> = tried.collect();
        let message = format!("unable to find plugin root - tried: {}", tried.join(", "));
        Fault::new(message)
            .titled("there is no folder of plugins")
            .hint("name it in the variable `KUSTOMIZE_PLUGIN_HOME`, or say in an annotation `config.kubernetes.io/function` how to run the plugin")
    })
}

/// The failure to find a program. kustomize looks for a Go plugin then, which only a program in Go can load.
fn no_program(path: &Path, outside: &Outside<'_>) -> Fault {
    let library = path.with_extension("so");
    let shown = library.display();
    if outside.is_file(&library) {
        return Fault::new(format!(
            "plugin at {shown} is compiled Go code, which cannot be loaded"
        ))
        .hint("build the plugin as a program, or run it as a function");
    }
    let fault = Fault::new(format!("expected file with Go object code at: {shown}"));
    fault
        .titled(format!("there is no plugin at `{}`", path.display()))
        .hint("put the plugin there, or say in an annotation `config.kubernetes.io/function` how to run it")
}
