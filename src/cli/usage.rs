//! Mistakes in the command itself: kustomize's commands answer them in kustomize's words and with its status.

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::terminal::complain;
use super::{Command, Program, command_names, whole};

/// What was called, and how.
pub(super) struct Usage<'a> {
    pub(super) program: Program,
    pub(super) command: Option<&'a Command>,
    pub(super) args: &'a [OsString],
}

/// How many letters may be wrong in a command's name for kustomize to know it.
const FORGIVEN: usize = 2;

/// The commands of kustomize that print a text about its alpha commands and do nothing else.
const TOPICS: [&str; 7] = [
    "docs-fn",
    "docs-fn-spec",
    "docs-io-annotations",
    "docs-merge",
    "docs-merge3",
    "tutorials-command-basics",
    "tutorials-function-basics",
];

impl Usage<'_> {
    /// Prints what clap has to say: help and version are results, anything else is a mistake in the command.
    pub(super) fn report(&self, error: &clap::Error) -> ExitCode {
        if !error.use_stderr() {
            // A reader that has gone away is no failure.
            drop(error.print());
            return ExitCode::SUCCESS;
        }
        let is_kustomize = self.program == Program::Kustomize;
        if is_kustomize && let Some(help) = self.help_instead(error) {
            drop(help.print());
            return ExitCode::SUCCESS;
        }
        match self.in_kustomize_words(error) {
            Some(message) if is_kustomize => complain(&format!("Error: {message}")),
            Some(message) if self.is_of_build() => complain(&format!(
                "error: {message}\n\nFor more information, try 'render build --help'.\n"
            )),
            _ => {
                drop(error.print());
                return ExitCode::from(if is_kustomize { 1 } else { 2 });
            }
        }
        ExitCode::FAILURE
    }

    fn is_of_build(&self) -> bool {
        self.command.is_some_and(|command| command.name == "build")
    }

    /// The help of a command below which there is no such command, or none is named.
    fn help_instead(&self, error: &clap::Error) -> Option<clap::Error> {
        let end = match error.kind() {
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                self.args.len()
            }
            ErrorKind::InvalidSubcommand => {
                let word = text(error, ContextKind::InvalidSubcommand)?;
                self.args.iter().position(|arg| arg == word)?
            }
            _ => return None,
        };
        // A word that is no command at all is a mistake, but for help to be asked about.
        let asks_for_help = self
            .args
            .get(1)
            .is_some_and(|word| word == "help" || word == "--");
        if end == 1 && self.args.len() > 1 && !asks_for_help {
            return None;
        }
        let end = if asks_for_help { 1 } else { end };
        let words = self.args[..end].iter().cloned().chain(["--help".into()]);
        whole(self.program).try_get_matches_from(words).err()
    }

    /// The mistake as kustomize tells it (spec 14 R3, R10).
    fn in_kustomize_words(&self, error: &clap::Error) -> Option<String> {
        if error.kind() == ErrorKind::InvalidSubcommand {
            return Some(unknown_command(text(
                error,
                ContextKind::InvalidSubcommand,
            )?));
        }
        let argument = text(error, ContextKind::InvalidArg)?;
        // `--reorder <ORDER>`, `--kind[=<KIND>]`, or `--output <FILE|DIR>` where only `-o` was written.
        let flag = argument.split([' ', '=', '[']).next().unwrap_or(argument);
        let value = text(error, ContextKind::InvalidValue);
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
            // What is named by its place has no name to be told.
            ErrorKind::InvalidValue if flag.is_empty() => {
                "must build at directory: directory path cannot be empty".to_owned()
            }
            ErrorKind::InvalidValue if value.is_none_or(str::is_empty) => {
                format!("flag needs an argument: {}", self.as_written(flag))
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
            ErrorKind::ValueValidation => {
                let reason = error.source()?;
                format!(
                    "invalid argument {:?} for \"{}\" flag: {reason}",
                    value?,
                    self.in_full(flag)
                )
            }
            _ => return None,
        })
    }

    /// A flag without its value, as the command has it: `'o' in -o` for `--output`.
    fn as_written(&self, flag: &str) -> String {
        let last = self
            .args
            .last()
            .and_then(|word| word.to_str())
            .unwrap_or_default();
        match last
            .strip_prefix('-')
            .filter(|letters| !letters.starts_with('-'))
        {
            Some(letters) => {
                let letter = letters.chars().next_back().unwrap_or_default();
                format!("'{letter}' in -{letters}")
            }
            None => flag.to_owned(),
        }
    }

    /// A flag with its short form, where it has one.
    fn in_full(&self, flag: &str) -> String {
        let words = self.args.iter().skip(2).filter_map(|word| word.to_str());
        let Some(root) = self.command.map(Command::parser) else {
            return flag.to_owned();
        };
        let command = words.fold(&root, |command, word| {
            command.find_subcommand(word).unwrap_or(command)
        });
        let mut arguments = command.get_arguments();
        let argument = arguments.find(|it| it.get_long() == Some(flag.trim_start_matches('-')));
        match argument.and_then(clap::Arg::get_short) {
            Some(letter) => format!("-{letter}, {flag}"),
            None => flag.to_owned(),
        }
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.as_str()),
        _ => None,
    }
}

fn unknown_command(word: &str) -> String {
    if TOPICS.contains(&word) {
        return format!(
            "{word:?} is a text about kustomize's alpha commands, which this program does not have\nSee https://sigs.k8s.io/kustomize"
        );
    }
    let word_in_small = word.to_lowercase();
    let is_near = |name: &&str| {
        strsim::levenshtein(name, &word_in_small) <= FORGIVEN || name.starts_with(&word_in_small)
    };
    let near: Vec<_> = command_names().filter(is_near).collect();
    let advice = if near.is_empty() {
        String::new()
    } else {
        format!("\nDid you mean this?\n\t{}\n\n", near.join("\n\t"))
    };
    format!("unknown command {word:?} for \"kustomize\"\n{advice}Run 'kustomize --help' for usage.")
}
