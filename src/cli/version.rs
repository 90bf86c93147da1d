//! `render version`: the version of kustomize that the output is compatible with, in the forms that callers of kustomize read.
//!
//! The program's own version is what `render --version` prints.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use super::Run;
use super::terminal::Terminal;

/// The version of kustomize in whose place the program stands.
const VERSION: &str = "v5.8.1";

/// When that version was released: callers look for a date here.
const BUILD_DATE: &str = "2026-02-09T00:00:00Z";

/// What the original says where it does not know.
const UNKNOWN: &str = "unknown";

/// Print the version of kustomize that the output is compatible with
#[derive(Args)]
#[command(after_help = "Examples:
  render version                        print v5.8.1
  render version -o json                the same with commit, date and platform
  render --version                      print the version of this program")]
pub(super) struct VersionArgs {
    /// Print the version and the date alone
    #[arg(long)]
    short: bool,

    /// Print as `yaml` or `json`
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<String>,

    #[arg(hide = true)]
    ignored: Vec<String>,
}

/// The fields in the order in which kustomize prints them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provenance {
    version: &'static str,
    git_commit: &'static str,
    build_date: &'static str,
    go_os: &'static str,
    go_arch: &'static str,
    go_version: &'static str,
}

impl Run for VersionArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        let provenance = Provenance {
            version: VERSION,
            git_commit: UNKNOWN,
            build_date: BUILD_DATE,
            go_os: go_os(std::env::consts::OS),
            go_arch: go_arch(std::env::consts::ARCH),
            go_version: UNKNOWN,
        };
        match self.output.as_deref() {
            Some(_) if self.short => bail!("--short and --output are mutually exclusive"),
            None if self.short => terminal.print(&format!("{{{VERSION}  {BUILD_DATE}   }}\n"))?,
            None => terminal.print(&format!("{VERSION}\n"))?,
            // One line break more than one would expect (spec 14 R20).
            Some("yaml") => {
                terminal.print(&format!("{}\n", serde_yaml::to_string(&provenance)?))?;
            }
            Some("json") => {
                terminal.print(&format!("{}\n", serde_json::to_string_pretty(&provenance)?))?;
            }
            // Other formats print nothing, and are no failure either.
            Some(_) => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The name that Go has for a system.
fn go_os(name: &'static str) -> &'static str {
    match name {
        "macos" => "darwin",
        other => other,
    }
}

/// The name that Go has for a kind of processor.
fn go_arch(name: &'static str) -> &'static str {
    match name {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}
