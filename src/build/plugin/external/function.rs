//! KRM functions: what an object's annotations say of the program that it configures (spec 15 R61, R80, R81, R86).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow};
use serde::Deserialize;

use super::container::{self, Container};
use crate::build::{FunctionOptions, Session};
use crate::kustomization::configuration;
use crate::kustomization::decode::{Rules, decode};
use crate::load::{Command, Layer, Output, Outside};
use crate::model::{Fault, Resource, Text, Value};

/// The annotations that say how to run a function, the older one last.
const ANNOTATIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];

/// The annotation that names nothing but an image.
const IMAGE: &str = "config.kubernetes.io/container";

/// What an annotation says of a function.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Spec {
    exec: Exec,
    container: Container,
    /// Makes no difference to a build.
    #[serde(rename = "deferFailure")]
    _defer_failure: bool,
}

/// A function that is a program on this machine.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Exec {
    path: Text,
    args: Vec<Text>,
    envs: Vec<Text>,
}

/// Where a function is run.
pub(super) struct Ground<'a> {
    pub(super) options: &'a FunctionOptions,
    /// The folder that relative paths start in.
    pub(super) folder: &'a Path,
    /// Who is meant in messages.
    pub(super) function: String,
    pub(super) outside: &'a Outside<'a>,
}

/// What an object says of a function.
pub(super) enum Said {
    /// Nothing: it is no function that it configures.
    Nothing,
    /// It names a program, and programs may not be run.
    Refused,
    /// How to run it.
    Function(Function),
}

/// A function, ready to be run.
#[derive(Debug)]
pub(super) struct Function {
    /// The commands that may run it: the first whose program is there.
    pub(super) commands: Vec<Command>,
}

impl Function {
    /// The function that an object configures.
    pub(super) fn of(resource: &Resource, layer: &Layer, session: &Session<'_>) -> Result<Said> {
        let found = spec(resource.value())
            .map_err(|error| Fault::new(format!("loader: failed to get FunctionSpec: {error:#}")));
        let Some(spec) = found? else {
            return Ok(Said::Nothing);
        };
        let ground = Ground {
            options: &session.plugins.functions,
            folder: &layer.root,
            function: resource.id().to_string(),
            outside: session.outside,
        };
        let commands = spec.commands(&ground).map_err(|fault| Fault {
            message: match fault.message.strip_prefix("network required") {
                Some(_) => format!("couldn't execute function: {}", fault.message),
                None => fault.message,
            },
            ..fault
        })?;
        Ok(match commands {
            Some(commands) => Said::Function(Self { commands }),
            None => Said::Refused,
        })
    }

    /// Runs it, and returns what it prints.
    pub(super) fn run(
        &self,
        name: &str,
        input: String,
        outside: &Outside<'_>,
    ) -> Result<Vec<u8>, Fault> {
        let failure = match self.execute(&input.into_bytes(), outside) {
            Ok(Output {
                failure: None,
                stdout,
                ..
            }) => return Ok(stdout),
            Ok(Output { failure, .. }) => failure.unwrap_or_default(),
            Err(how) => how,
        };
        let title = format!("function `{name}` fails: {failure}");
        let fault = Fault::new(format!("couldn't execute function: {failure}"));
        Err(fault.titled(title))
    }

    /// Runs the first of its commands whose program is there. Fails where there is none.
    pub(super) fn execute(&self, input: &[u8], outside: &Outside<'_>) -> Result<Output, String> {
        let mut failure = String::new();
        for command in &self.commands {
            let command = Command {
                stdin: input.to_vec(),
                ..command.clone()
            };
            match outside.run(&command) {
                Ok(output) => return Ok(output),
                Err(how) if failure.is_empty() => failure = how,
                Err(_) => {}
            }
        }
        Err(failure)
    }
}

impl Spec {
    /// The commands that may run it; nothing if it is a program that may not be run.
    pub(super) fn commands(&self, ground: &Ground<'_>) -> Result<Option<Vec<Command>>, Fault> {
        if !self.container.image.is_empty() {
            return container::commands(&self.container, ground).map(Some);
        }
        let is_allowed = ground.options.exec && !self.exec.path.is_empty();
        Ok(is_allowed.then(|| vec![self.exec.command(ground)]))
    }

    /// What is run: a path or an image.
    pub(super) fn program(&self) -> &str {
        match self.container.image.as_str() {
            "" => &self.exec.path,
            image => image,
        }
    }
}

impl Exec {
    fn command(&self, ground: &Ground<'_>) -> Command {
        let variables = self.envs.iter().map(Text::as_str);
        let variables = variables.chain(ground.options.env.iter().map(String::as_str));
        // What has no value is there already: functions see the environment of this program.
        let variables = variables.filter_map(|variable| variable.split_once('='));
        Command {
            program: self.path.to_string(),
            args: self.args.iter().map(|arg| arg.as_str().into()).collect(),
            env: variables
                .map(|(name, value)| (name.to_owned(), OsString::from(value)))
                .collect(),
            folder: Some(ground.folder.to_path_buf()),
            ..Command::default()
        }
    }
}

/// What an object says of the function that it configures.
pub(super) fn spec(object: &Value) -> Result<Option<Spec>> {
    let annotation = |key| {
        let text = object.at(&["metadata", "annotations", key]);
        text.and_then(Value::text).filter(|text| !text.is_empty())
    };
    let found = ANNOTATIONS
        .iter()
        .find_map(|key| Some((key, annotation(key)?)));
    if let Some((key, text)) = found {
        let file = Arc::new(PathBuf::from("the annotation"));
        let value = configuration(text.as_bytes(), &file)
            .map_err(|error| anyhow!("error converting YAML to JSON: {error:#}"));
        let spec = value.and_then(|value| parse(&value));
        return match spec {
            Ok(spec) => Ok(Some(spec)),
            Err(error) => Err(Fault::new(format!("{key} unmarshal error: {error:#}")).into()),
        };
    }
    if let Some(value) = object.at(&["metadata", "configFn"]) {
        return parse(value).map(Some);
    }
    Ok(annotation(IMAGE).map(|image| Spec {
        container: Container::of_image(image),
        ..Spec::default()
    }))
}

fn parse(value: &Value) -> Result<Spec> {
    decode(value, Rules::FieldTables)
        .map_err(|error| anyhow!("error unmarshaling JSON: while decoding JSON: {error}"))
}
