//! The command line: the only module that prints, reads the environment and decides the exit status.

mod all;
mod build;
mod cfg;
mod completion;
mod create;
mod deprecated;
mod edit;
mod fn_run;
mod heap;
mod localize;
mod lock;
mod names;
mod openapi;
mod overlay;
mod plugins;
mod remotes;
mod report;
mod switch;
mod terminal;
mod usage;
mod version;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgMatches, Args, Parser};

pub use self::heap::Heap;
use self::terminal::Terminal;

/// Render Kubernetes manifests from kustomize trees, byte for byte as kustomize 5.8.1 does.
///
/// A bare name is an overlay: `render production` renders overlays/production of the nearest folder that has it. A path to a
/// folder with a kustomization file works too, and no argument means the current folder.
#[derive(Debug, Parser)]
#[command(
    name = "render",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  render production                     print overlays/production
  render production | kubectl apply -f -
  render ./deploy/base                  print the kustomization of a folder
  render production -o out/             write one file per object into a folder
  render production --strict            print nothing, and fail, where something is suspicious
  render --all --output-dir out/        write every overlay of the repository into a file of its own
  render build overlays/production      the same under kustomize's name and flags

Manifests go to standard output; errors and warnings, each with its file and line, to standard error.
The exit status is 0, or 1 where the kustomization cannot be rendered, or 2 for a mistake in the command."
)]
struct Cli {
    /// The overlay's name, or the path of a folder with a kustomization file
    #[arg(value_name = "OVERLAY|DIR")]
    target: Option<String>,

    #[command(flatten)]
    options: build::BuildOptionsArgs,

    #[command(flatten)]
    all: all::AllArgs,
}

/// A command: its arguments, and what it does with them.
trait Run: Args {
    /// The arguments that say nothing but this word, for commands that are nearly always called so.
    fn plain(_word: &OsStr) -> Option<Self> {
        None
    }

    /// Does it, and says what the exit status is where nothing fails.
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode>;
}

impl Run for Cli {
    fn plain(target: &OsStr) -> Option<Self> {
        Some(Self {
            target: Some(target.to_str()?.to_owned()),
            options: build::BuildOptionsArgs::default(),
            all: all::AllArgs::default(),
        })
    }

    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        if self.all.is_wanted() {
            return all::render(self.target.as_deref(), &self.options, &self.all, terminal);
        }
        let dir = overlay::find(self.target.as_deref())?;
        build::render(&dir, &self.options, terminal)
    }
}

/// What is known of a command before its arguments are looked at.
struct Command {
    name: &'static str,
    aliases: &'static [&'static str],
    is_hidden: bool,
    /// The exit status of a failure.
    failure: u8,
    augment: fn(clap::Command) -> clap::Command,
    run: fn(&ArgMatches, &mut Terminal) -> Result<ExitCode>,
    run_plain: fn(&OsStr, &mut Terminal) -> Option<Result<ExitCode>>,
}

/// The commands in the order of `--help`.
const COMMANDS: &[Command] = &[
    Command::new::<build::BuildArgs>("build", 1),
    Command::new::<create::CreateArgs>("create", 2).also(&["init"]),
    Command::new::<edit::EditArgs>("edit", 2),
    Command::new::<localize::LocalizeArgs>("localize", 2),
    Command::new::<lock::LockArgs>("lock", 2),
    Command::new::<cfg::CfgArgs>("cfg", 2),
    Command::new::<fn_run::FnArgs>("fn", 2),
    Command::new::<completion::CompletionArgs>("completion", 2),
    Command::new::<openapi::OpenapiArgs>("openapi", 2).hidden(),
    Command::new::<version::VersionArgs>("version", 2),
];

/// What runs where no command is named.
const ROOT: Command = Command::new::<Cli>("render", 1);

impl Command {
    const fn new<A: Run>(name: &'static str, failure: u8) -> Self {
        Self {
            name,
            aliases: &[],
            is_hidden: false,
            failure,
            augment: A::augment_args,
            run: |matches, terminal| A::from_arg_matches(matches)?.run(terminal),
            run_plain: |word, terminal| Some(A::plain(word)?.run(terminal)),
        }
    }

    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    const fn hidden(self) -> Self {
        Self {
            is_hidden: true,
            ..self
        }
    }

    fn is_named(&self, word: &str) -> bool {
        self.name == word || self.aliases.contains(&word)
    }

    fn parser(&self) -> clap::Command {
        // Of a flag that is given twice the last one counts, as in kustomize.
        let command = clap::Command::new(self.name).args_override_self(true);
        switch::with_any_value((self.augment)(command))
            .visible_aliases(self.aliases)
            .hide(self.is_hidden)
    }

    /// Reads the arguments behind the command's name.
    fn matches(&self, program: Program, args: &[OsString]) -> Result<ArgMatches, clap::Error> {
        let name = format!("{} {}", program.name(), self.name);
        switch::parse(|| self.parser().bin_name(&name), args)
    }
}

/// The name under which the program was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    /// Its own.
    Render,
    /// That of the program whose place it takes: words, warnings and exit statuses are the original's.
    Kustomize,
}

impl Program {
    fn named(path: Option<&OsString>) -> Self {
        match path.and_then(|path| Path::new(path).file_stem()) {
            Some(name) if name == "kustomize" => Self::Kustomize,
            _ => Self::Render,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Render => "render",
            Self::Kustomize => "kustomize",
        }
    }
}

/// Runs the program with its arguments, the program's own name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args: Vec<_> = args.into_iter().collect();
    let program = Program::named(args.first());
    let mut terminal = Terminal::new(program);
    if program == Program::Kustomize {
        let end = args.iter().position(|word| word == "--");
        let mut values = args.split_off(end.unwrap_or(args.len()));
        args.retain(|word| word != "--stack-trace");
        args.append(&mut values);
    }
    for warning in deprecated::warnings(&args) {
        terminal.say(&warning);
    }
    let (command, outcome) = run_plain(program, &args, &mut terminal).unwrap_or_else(|| {
        let (command, parsed) = parse(program, &args);
        let run = command.unwrap_or(&ROOT).run;
        let outcome = parsed.map_err(Into::into);
        (
            command,
            outcome.and_then(|matches| run(&matches, &mut terminal)),
        )
    });
    let status = match outcome {
        Ok(status) => status,
        Err(error) => match error.downcast::<clap::Error>() {
            Ok(error) => {
                let args = &args;
                let usage = usage::Usage {
                    program,
                    command,
                    args,
                };
                return usage.report(&error);
            }
            Err(error) => terminal.failure(&error, command.unwrap_or(&ROOT).failure),
        },
    };
    terminal.remotes().abandon();
    status
}

/// Runs `render OVERLAY` or `render build DIR`, for which no parser is needed: one takes as long as to render ten objects.
/// Returns the command that is named, and what became of it.
fn run_plain(
    program: Program,
    args: &[OsString],
    terminal: &mut Terminal,
) -> Option<(Option<&'static Command>, Result<ExitCode>)> {
    let (command, word) = match args {
        [_, word] if program == Program::Render && named(word).is_none() => (None, word),
        [_, command, word] => (Some(named(command)?), word),
        _ => return None,
    };
    if word.is_empty() || word == "help" || word.as_encoded_bytes().starts_with(b"-") {
        return None;
    }
    let outcome = (command.unwrap_or(&ROOT).run_plain)(word, terminal)?;
    Some((command, outcome))
}

/// The command of a name.
fn named(word: &OsStr) -> Option<&'static Command> {
    let word = word.to_str()?;
    COMMANDS.iter().find(|command| command.is_named(word))
}

/// The command that is named, if one is, and its arguments.
///
/// Only the parser of that command is built: one of all commands takes longer than rendering a small tree.
fn parse(
    program: Program,
    args: &[OsString],
) -> (Option<&'static Command>, Result<ArgMatches, clap::Error>) {
    let word = args.get(1);
    let command = word.and_then(|word| named(word));
    let parsed = match (command, program) {
        (Some(command), _) => command.matches(program, &args[1..]),
        (None, Program::Render) if word.is_none_or(|word| word != "help") => {
            switch::parse(|| ROOT.parser(), args)
                // Help and advice know all commands.
                .or_else(|_| whole(program).try_get_matches_from(args))
        }
        (None, _) => whole(program).try_get_matches_from(args),
    };
    (command, parsed)
}

/// What may be meant by a word that is no overlay.
fn command_names() -> impl Iterator<Item = &'static str> {
    let commands = COMMANDS.iter().filter(|command| !command.is_hidden);
    commands.map(|command| command.name)
}

/// The parser of all commands.
fn whole(program: Program) -> clap::Command {
    let root = match program {
        Program::Render => ROOT.parser(),
        Program::Kustomize => clap::Command::new("kustomize")
            .about("Manages declarative configuration of Kubernetes, as kustomize 5.8.1 does.")
            .disable_version_flag(true)
            .subcommand_required(true),
    };
    root.subcommands(COMMANDS.iter().map(Command::parser))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a parser makes of a word what is made of it without one.
    fn is_read_alike<A: Run + std::fmt::Debug>(command: &Command) -> bool {
        let word = "some/folder";
        let args = [command.name, word].map(OsString::from);
        let matches = command.matches(Program::Render, &args);
        let parsed = A::from_arg_matches(&matches.expect("a word is all that is needed"));
        let plain = A::plain(OsStr::new(word)).expect("a word is all that is needed");
        format!("{:?}", parsed.expect("parsed arguments are whole")) == format!("{plain:?}")
    }

    #[test]
    fn a_word_is_read_without_a_parser_as_with_one() {
        assert!(is_read_alike::<Cli>(&ROOT));
        let build = named(OsStr::new("build")).expect("there is such a command");
        assert!(is_read_alike::<build::BuildArgs>(build));
    }
}
