//! `render completion SHELL`: a script that completes commands and flags.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use clap_complete::{Shell, generate};

use super::terminal::Terminal;
use super::{Run, whole};

/// Print a script that completes commands and flags in a shell
#[derive(Args)]
#[command(after_help = "Examples:
  source <(render completion bash)
  render completion fish > ~/.config/fish/completions/render.fish")]
pub(super) struct CompletionArgs {
    /// One of bash, zsh, fish and powershell
    #[arg(value_name = "SHELL")]
    shells: Vec<String>,
}

impl Run for CompletionArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let program = terminal.program();
        let [shell] = self.shells.as_slice() else {
            bail!("accepts 1 arg(s), received {}", self.shells.len());
        };
        let shell = match shell.as_str() {
            "bash" => Shell::Bash,
            "zsh" => Shell::Zsh,
            "fish" => Shell::Fish,
            "powershell" => Shell::PowerShell,
            other => bail!(
                "invalid argument {other:?} for \"{} completion\"",
                program.name()
            ),
        };
        let mut script = Vec::new();
        generate(shell, &mut whole(program), program.name(), &mut script);
        terminal.print(&String::from_utf8_lossy(&script))?;
        Ok(ExitCode::SUCCESS)
    }
}
