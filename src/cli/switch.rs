//! Flags as kustomize has them: switches are `--name` or `--name=false`, and `--name -value` gives a value that begins with a dash.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command};

/// The texts that Go takes for a truth value.
const TRUE: [&str; 6] = ["1", "t", "T", "true", "TRUE", "True"];
const FALSE: [&str; 6] = ["0", "f", "F", "false", "FALSE", "False"];

/// Parses arguments. Switches take values only where they are not understood without, so that help need not show it.
pub(super) fn parse(
    parser: impl Fn() -> Command,
    args: &[OsString],
) -> Result<ArgMatches, clap::Error> {
    match parser().try_get_matches_from(args) {
        Err(error) if error.use_stderr() => with_values(parser()).try_get_matches_from(args),
        parsed => parsed,
    }
}

/// The command with flags that take whatever comes next for their value.
pub(super) fn with_any_value(command: Command) -> Command {
    command
        .mut_args(|flag| match flag.get_action() {
            ArgAction::Set | ArgAction::Append if flag.get_long().is_some() => {
                flag.allow_hyphen_values(true)
            }
            _ => flag,
        })
        .mut_subcommands(with_any_value)
}

fn with_values(command: Command) -> Command {
    command.mut_args(with_value).mut_subcommands(with_values)
}

fn with_value(flag: Arg) -> Arg {
    if !matches!(flag.get_action(), ArgAction::SetTrue) {
        return flag;
    }
    let flag = match flag.get_default_values() {
        [] => flag.default_value("false"),
        _ => flag,
    };
    flag.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .value_parser(truth)
}

/// Reads a truth value, and refuses what is none in Go's words.
fn truth(text: &str) -> Result<bool, String> {
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
