//! Flags as Go's programs take them: `--force`, `--force=true`, `--force=false`; `--patch '- op: add'`.

use std::ffi::OsString;

use clap::{ArgAction, Command};

/// The command with flags that take whatever comes next for their value, of several the last.
pub(super) fn as_in_go(command: Command) -> Command {
    command
        .args_override_self(true)
        .mut_args(|arg| match arg.get_action() {
            ArgAction::Set | ArgAction::Append if arg.get_long().is_some() => {
                arg.allow_hyphen_values(true)
            }
            _ => arg,
        })
        .mut_subcommands(as_in_go)
}

/// The arguments with the values of switches taken in: those that are off are gone.
pub(super) fn without_switch_values(command: &Command, args: &[OsString]) -> Vec<OsString> {
    let mut names = Vec::new();
    collect(command, &mut names);
    let end = args.iter().position(|arg| arg == "--");
    let (flags, rest) = args.split_at(end.unwrap_or(args.len()));
    let settled = flags.iter().filter_map(|arg| {
        let value = arg.to_str().and_then(|arg| {
            let (name, value) = arg.strip_prefix("--")?.split_once('=')?;
            let is_switch = names.iter().any(|switch| switch == name);
            Some((name, boolean(value)?)).filter(|_| is_switch)
        });
        match value {
            Some((name, true)) => Some(OsString::from(format!("--{name}"))),
            Some((_, false)) => None,
            None => Some(arg.clone()),
        }
    });
    settled.chain(rest.iter().cloned()).collect()
}

/// The names of the switches of a command and all below it.
fn collect(command: &Command, names: &mut Vec<String>) {
    let switches = command
        .get_arguments()
        .filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue));
    names.extend(switches.filter_map(|arg| arg.get_long().map(str::to_owned)));
    for below in command.get_subcommands() {
        collect(below, names);
    }
}

/// What Go takes for a boolean.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_may_have_values() {
        let switch = |name| clap::Arg::new(name).long(name).action(ArgAction::SetTrue);
        let command = Command::new("x").arg(switch("all")).subcommand(
            Command::new("y")
                .arg(switch("force"))
                .arg(clap::Arg::new("name").long("name")),
        );
        let args = [
            "x",
            "--all=1",
            "y",
            "--force=false",
            "--name=true",
            "--force=maybe",
            "--",
            "--all=1",
        ];
        let settled = without_switch_values(&command, &args.map(OsString::from));
        let expected = [
            "x",
            "--all",
            "y",
            "--name=true",
            "--force=maybe",
            "--",
            "--all=1",
        ];
        assert_eq!(settled, expected.map(OsString::from));
    }
}
