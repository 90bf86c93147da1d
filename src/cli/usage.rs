//! Mistakes in the command itself: `build` answers them in kustomize's words and with its status.

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

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

/// Parses arguments. Flags may be told whether they are on, as those of kustomize may: `--flag=true`.
pub(super) fn parse(
    parser: impl Fn() -> Command,
    args: &[OsString],
) -> Result<ArgMatches, clap::Error> {
    match parser().try_get_matches_from(args) {
        Err(error) if error.kind() == ErrorKind::TooManyValues => {
            with_values(parser()).try_get_matches_from(args)
        }
        parsed => parsed,
    }
}

/// A parser whose switches take values, those of commands below it too.
fn with_values(parser: Command) -> Command {
    parser.mut_args(as_switch).mut_subcommands(with_values)
}

fn as_switch(flag: Arg) -> Arg {
    if !matches!(flag.get_action(), ArgAction::SetTrue) {
        return flag;
    }
    flag.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .default_value("false")
        .value_parser(parse_switch)
}

/// The words for yes and no that Go takes.
fn parse_switch(word: &str) -> Result<bool, String> {
    match word {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!(
            "strconv.ParseBool: parsing {word:?}: invalid syntax"
        )),
    }
}

/// The mistake as kustomize tells it (spec 14 R3, R10).
fn as_kustomize(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg)?;
    // `--reorder <ORDER>`, or `--output <FILE|DIR>` where only `-o` was written, or `--strict[=<STRICT>]`.
    let flag = argument.split([' ', '[']).next().unwrap_or(argument);
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
        ErrorKind::ValueValidation => format!(
            "invalid argument {:?} for {flag:?} flag: {}",
            value?,
            error.source()?
        ),
        _ => return None,
    })
}
