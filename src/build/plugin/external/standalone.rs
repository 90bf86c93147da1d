//! Functions that are run outside of a build, over the files of a package.

use std::path::Path;

use anyhow::Result;

use super::function::{self, Function, Ground};
use crate::build::FunctionOptions;
use crate::load::{Output, Outside};
use crate::model::Value;

/// A function that an object declares, ready to be run.
#[derive(Debug)]
pub struct StandaloneFunction {
    /// What is run: a path or an image.
    pub program: String,
    /// Whether it may be run: programs may not unless somebody allows it.
    pub is_allowed: bool,
    function: Function,
}

impl StandaloneFunction {
    /// The function that an object declares, to be run in a folder. There is none where it declares nothing.
    pub fn declared(
        object: &Value,
        folder: &Path,
        options: &FunctionOptions,
        outside: &Outside<'_>,
    ) -> Result<Option<Self>> {
        let Some(spec) = function::spec(object)? else {
            return Ok(None);
        };
        let name = object.at(&["metadata", "name"]).and_then(Value::text);
        let ground = Ground {
            options,
            folder,
            function: name.map(ToString::to_string).unwrap_or_default(),
            outside,
        };
        let commands = spec.commands(&ground)?;
        Ok(Some(Self {
            program: spec.program().to_owned(),
            is_allowed: commands.is_some(),
            function: Function {
                commands: commands.unwrap_or_default(),
            },
        }))
    }

    /// Runs it. Fails where it cannot be started.
    pub fn run(&self, input: &[u8], outside: &Outside<'_>) -> Result<Output, String> {
        self.function.execute(input, outside)
    }
}
