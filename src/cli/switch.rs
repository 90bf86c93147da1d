//! Switches as kustomize has them: `--name` or `--name=false`, and the last one counts.

use clap::{Arg, ArgAction, Command};

/// The texts that Go takes for a truth value.
const TRUE: [&str; 6] = ["1", "t", "T", "true", "TRUE", "True"];
const FALSE: [&str; 6] = ["0", "f", "F", "false", "FALSE", "False"];

/// The command with switches that take a value behind `=`, and options that may be repeated.
pub(super) fn with_values(command: Command) -> Command {
    let names: Vec<_> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    let command = command.args_override_self(true).mut_args(with_value);
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, with_values)
    })
}

fn with_value(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    let arg = match arg.get_default_values() {
        [] => arg.default_value("false"),
        _ => arg,
    };
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .value_parser(parse)
}

/// Reads a truth value, and refuses what is none in Go's words.
fn parse(text: &str) -> Result<bool, String> {
    if TRUE.contains(&text) {
        return Ok(true);
    }
    if FALSE.contains(&text) {
        return Ok(false);
    }
    Err(format!(
        "strconv.ParseBool: parsing {text:?}: invalid syntax"
    ))
}

/// A switch of kustomize that every command takes. Errors here say where they come from anyway.
pub(super) fn stack_trace() -> Arg {
    Arg::new("stack-trace")
        .long("stack-trace")
        .action(ArgAction::SetTrue)
        .hide(true)
        .global(true)
}
