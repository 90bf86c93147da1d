//! KRM functions: what an object's annotations say of the program that it configures (spec 15 R61, R80, R81, R86).

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;

use super::container::{self, Container};
use crate::build::{FunctionOptions, Session};
use crate::kustomization::configuration;
use crate::kustomization::decode::{Rules, decode};
use crate::load::{Command, Layer, Outside};
use crate::model::{Fault, Resource, Text, Value};

/// The annotations that say how to run a function, the older one last.
const ANNOTATIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];

/// The annotation that names nothing but an image.
const IMAGE: &str = "config.kubernetes.io/container";

/// What an annotation says of a function.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
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
    commands: Vec<Command>,
}

impl Function {
    /// The function that an object configures.
    pub(super) fn of(resource: &Resource, layer: &Layer, session: &Session<'_>) -> Result<Said> {
        let Some(spec) = spec(resource)? else {
            return Ok(Said::Nothing);
        };
        let options = &session.plugins.functions;
        if !spec.container.image.is_empty() {
            let commands = container::commands(&spec.container, resource, layer, session)?;
            return Ok(Said::Function(Self { commands }));
        }
        if spec.exec.path.is_empty() || !options.exec {
            return Ok(Said::Refused);
        }
        let command = spec.exec.command(options, layer);
        Ok(Said::Function(Self {
            commands: vec![command],
        }))
    }

    /// Runs it, and returns what it prints.
    pub(super) fn run(
        &self,
        name: &str,
        input: String,
        outside: &Outside<'_>,
    ) -> Result<Vec<u8>, Fault> {
        let input = input.into_bytes();
        let mut failure = String::new();
        for command in &self.commands {
            let command = Command {
                stdin: input.clone(),
                ..command.clone()
            };
            match outside.run(&command) {
                Ok(output) => match output.failure {
                    None => return Ok(output.stdout),
                    Some(how) => {
                        failure = how;
                        break;
                    }
                },
                Err(how) if failure.is_empty() => failure = how,
                Err(_) => {}
            }
        }
        let title = format!("function `{name}` fails: {failure}");
        let fault = Fault::new(format!("couldn't execute function: {failure}"));
        Err(fault.titled(title))
    }
}

impl Exec {
    fn command(&self, options: &FunctionOptions, layer: &Layer) -> Command {
        let variables = self.envs.iter().map(Text::as_str);
        let variables = variables.chain(options.env.iter().map(String::as_str));
        // What has no value is there already: functions see the environment of this program.
        let variables = variables.filter_map(|variable| variable.split_once('='));
        Command {
            program: self.path.to_string(),
            args: self.args.iter().map(|arg| arg.as_str().into()).collect(),
            env: variables
                .map(|(name, value)| (name.to_owned(), OsString::from(value)))
                .collect(),
            folder: Some(layer.root.clone()),
            ..Command::default()
        }
    }
}

/// What an object says of the function that it configures.
fn spec(resource: &Resource) -> Result<Option<Spec>> {
    let annotation = |key| {
        let text = resource.value().at(&["metadata", "annotations", key]);
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
            Err(error) => {
                let trouble = format!("loader: failed to get FunctionSpec: {key} unmarshal error");
                Err(Fault::new(format!("{trouble}: {error:#}")).into())
            }
        };
    }
    if let Some(value) = resource.value().at(&["metadata", "configFn"]) {
        let spec = parse(value).context("loader: failed to get FunctionSpec")?;
        return Ok(Some(spec));
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
