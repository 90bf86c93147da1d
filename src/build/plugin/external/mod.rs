//! Plugins that are programs: functions in containers or on this machine, and kustomize's older exec plugins (spec 15 R60–R86).

mod arguments;
mod container;
pub(super) mod exchange;
mod executable;
mod function;
mod protocol;
mod received;
mod resource_list;
mod standalone;

pub use self::standalone::StandaloneFunction;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Error, Result, bail};

use self::executable::Executable;
use self::function::{Function, Said};
use super::configuration::{self, Configuration};
use crate::build::Session;
use crate::kustomization::documents::{self, Failure};
use crate::load::{Layer, Outside};
use crate::model::{Fault, FieldPath, Place, ResMap, Resource, Value, Warning};
use crate::transform::patch::Schema;

/// A plugin that is a program.
#[derive(Debug)]
pub(in crate::build) struct External {
    program: Program,
    /// The object that configures it.
    configuration: Resource,
    /// Whether objects carry records, which the program sees.
    keeps_records: bool,
}

#[derive(Debug)]
enum Program {
    Function(Function),
    Executable(Executable),
    /// A function that may not be run. kustomize goes on without it.
    Nothing,
}

impl External {
    /// Finds out which program a configuration means, and what it is to be told.
    pub(super) fn configure(
        resource: &Resource,
        layer: &Layer,
        session: &Session<'_>,
    ) -> Result<Self> {
        let kind = &resource.id().gvk.kind;
        if !session.plugins.are_enabled {
            let message =
                format!("external plugins disabled; unable to load external plugin '{kind}'");
            let hint = "those of kustomize itself have `apiVersion: builtin`; pass `--enable-alpha-plugins` to use others";
            bail!(configuration::at(Fault::new(message), resource).hint(hint));
        }
        let at = |error: Error| match error.downcast::<Fault>() {
            Ok(fault) if fault.place.is_none() => configuration::at(fault, resource).into(),
            Ok(fault) => fault.into(),
            Err(error) => error,
        };
        let program = match Function::of(resource, layer, session).map_err(at)? {
            Said::Function(function) => Program::Function(function),
            Said::Refused => Program::Nothing,
            Said::Nothing => {
                let visible = exchange::visible(resource, session.keeps_records)?;
                let text = exchange::print(resource, &visible)?;
                let executable = Executable::find(resource, text, session).map_err(at)?;
                let configuration = Configuration::new(resource, layer, session)?;
                let told = executable.told(&configuration);
                Program::Executable(told.map_err(|error| configuration.failure(error))?)
            }
        };
        Ok(Self {
            program,
            configuration: resource.clone(),
            keeps_records: session.keeps_records,
        })
    }

    /// What the author should know.
    pub(in crate::build) fn warning(&self) -> Option<Warning> {
        matches!(self.program, Program::Nothing).then(|| skipped(&self.configuration))
    }

    /// Has the program make objects.
    pub(super) fn generate(&self, outside: &Outside<'_>) -> Result<Vec<Resource>> {
        let made = match &self.program {
            Program::Executable(executable) => {
                let printed = executable.run(String::new(), outside)?;
                self.read(&printed, &[], Schema::built_in())
            }
            Program::Function(_) | Program::Nothing => {
                self.call(Vec::new(), Schema::built_in(), outside)
            }
        };
        let mut unique = ResMap::default();
        for mut resource in made? {
            exchange::take_generator_options(&mut resource)?;
            unique.push(resource)?;
        }
        Ok(unique.into_resources())
    }

    /// Has the program change objects.
    pub(super) fn transform(
        &self,
        resources: &mut ResMap,
        schema: &Schema,
        outside: &Outside<'_>,
    ) -> Result<()> {
        let given = resources
            .iter()
            .map(|resource| exchange::with_id(resource, self.keeps_records));
        let given: Vec<_> = given.collect::<Result<_>>()?;
        let print = || {
            let given = resources.iter().zip(&given);
            let texts = given.map(|(resource, value)| exchange::print(resource, value));
            anyhow::Ok(texts.collect::<Result<Vec<_>>>()?.join("---\n"))
        };
        let changed = match &self.program {
            Program::Executable(executable) => {
                let printed = executable.run(print()?, outside)?;
                self.read(&printed, &[], schema)
            }
            // kustomize prints the objects and reads them again even where it runs nothing.
            Program::Nothing if !given.is_empty() => self.read(print()?.as_bytes(), &[], schema),
            Program::Function(_) | Program::Nothing => self.call(given, schema, outside),
        };
        exchange::put_back(resources, changed?, &self.configuration)
    }

    /// Calls a function with some objects. It is given its configuration where there are none, and what it is given is what
    /// it leaves where it may not be run.
    fn call(
        &self,
        mut given: Vec<Value>,
        schema: &Schema,
        outside: &Outside<'_>,
    ) -> Result<Vec<Resource>> {
        let config = exchange::visible(&self.configuration, self.keeps_records)?;
        let input = resource_list::print(&given, &config)?;
        if given.is_empty() {
            given.push(config);
        }
        let printed = match &self.program {
            Program::Function(function) => {
                received::check_given(&given)
                    .map_err(|fault| configuration::at(fault, &self.configuration))?;
                let printed = function.run(&self.configuration.id().name, input, outside);
                printed.map_err(|fault| configuration::at(fault, &self.configuration))?
            }
            Program::Executable(_) | Program::Nothing => input.into_bytes(),
        };
        self.read(&printed, &given, schema)
    }

    /// The objects that the program prints, their books in order; a function was given these.
    fn read(&self, printed: &[u8], given: &[Value], schema: &Schema) -> Result<Vec<Resource>> {
        let file = Arc::new(PathBuf::from("the output of a plugin"));
        let read = documents::read_counting(printed, &file);
        let (mut resources, own) = read.map_err(|failure| {
            let is_syntax = matches!(failure, Failure::Syntax(_));
            let fault = failure.into_fault();
            let message = match (&self.program, is_syntax) {
                (Program::Function(_), true) => format!("couldn't execute function: {fault}"),
                _ => fault.message.clone(),
            };
            let title = format!(
                "plugin `{}` prints what are no objects: {fault}",
                self.configuration.id().name
            );
            let fault = Fault::new(message).titled(title);
            configuration::at(fault, &self.configuration)
        })?;
        for (position, resource) in resources.iter_mut().enumerate() {
            resource.source = None;
            if matches!(self.program, Program::Function(_)) {
                // What lists hold was still in them when kustomize did this.
                let is_own = position < own;
                received::settle(resource, given, schema, is_own)
                    .map_err(|fault| configuration::at(fault, &self.configuration))?;
            }
            exchange::take(resource, self.keeps_records)?;
        }
        Ok(resources)
    }
}

/// The warning about a program that is not run because nobody allowed it (spec 15 R81).
fn skipped(resource: &Resource) -> Warning {
    let name = &resource.id().name;
    let warning = Warning::new(format!(
        "function `{name}` is a program, and is left out because programs may not be run"
    ));
    let warning = match &resource.source {
        Some(source) => warning.at(Place::of_field(source.clone(), FieldPath::default())),
        None => warning,
    };
    warning.hint("pass `--enable-exec` to run it")
}
