//! Mistakes in the command itself: `build` answers them in kustomize's words and with its status.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Program;
use super::terminal::complain;

/// Prints what clap has to say: help and version are results, anything else is a mistake in the command.
pub(super) fn report(error: &clap::Error, program: Program, command: &str) -> ExitCode {
    if !error.use_stderr() {
        // A reader that has gone away is no failure.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let is_kustomize = program == Program::Kustomize;
    match as_kustomize(error) {
        Some(message) if is_kustomize => complain(&format!("Error: {message}")),
        Some(message) if command == "build" => complain(&format!(
            "error: {message}\n\nFor more information, try 'render build --help'.\n"
        )),
        _ => {
            drop(error.print());
            return ExitCode::from(if is_kustomize { 1 } else { 2 });
        }
    }
    ExitCode::FAILURE
}

/// The mistake as kustomize tells it (spec 14 R3, R10).
fn as_kustomize(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg)?;
    // `--reorder <ORDER>`, or `--output <FILE|DIR>` where only `-o` was written.
    let flag = argument.split(' ').next().unwrap_or(argument);
    let value = text(ContextKind::InvalidValue);
    Some(match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with("--") => {
            format!("unknown flag: {flag}")
        }
        ErrorKind::UnknownArgument => match argument.strip_prefix('-') {
            Some(letters) => {
                let letter = letters.chars().next()?;
                format!("unknown shorthand flag: '{letter}' in -{letters}")
            }
            None => "specify one path to kustomization.yaml".to_owned(),
        },
        ErrorKind::InvalidValue if value.is_none_or(str::is_empty) => {
            format!("flag needs an argument: {flag}")
        }
        ErrorKind::InvalidValue => {
            let Some(ContextValue::Strings(legal)) = error.get(ContextKind::ValidValue) else {
                return None;
            };
            format!(
                "illegal flag value {flag} {}; legal values: [{}]",
                value?,
                legal.join(" ")
            )
        }
        _ => return None,
    })
}
