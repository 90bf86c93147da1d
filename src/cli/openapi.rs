//! `render openapi`: the schema that is compiled in, and the schema of a cluster.

use std::io::ErrorKind;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};

use super::Run;
use super::terminal::Terminal;

/// The schema that kustomize has compiled in.
const INFO: &str = "{title:Kubernetes,version:v1.21.2}\n";

/// Show or fetch the schemas of objects
#[derive(Args)]
pub(super) struct OpenapiArgs {
    #[command(subcommand)]
    command: Schema,
}

#[derive(Subcommand)]
enum Schema {
    /// Print which schema is compiled in
    Info {
        #[arg(hide = true)]
        ignored: Vec<String>,
    },
    /// Print the schema of the current cluster, which `kubectl` asks for
    Fetch {
        /// Print as `json` or `yaml`
        #[arg(long, default_value = "json")]
        format: String,

        #[arg(hide = true)]
        ignored: Vec<String>,
    },
}

impl Run for OpenapiArgs {
    fn run(self, terminal: &mut Terminal) -> Result<ExitCode> {
        match self.command {
            Schema::Info { .. } => terminal.print(INFO)?,
            Schema::Fetch { format, .. } => terminal.print(&fetch(&format)?)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn fetch(format: &str) -> Result<String> {
    if !["json", "yaml"].contains(&format) {
        bail!("format must be either 'json' or 'yaml'");
    }
    let output = Command::new("kubectl")
        .args(["get", "--raw", "/openapi/v2"])
        .output();
    let output = output.map_err(|error| match error.kind() {
        ErrorKind::NotFound => failure("exec: \"kubectl\": executable file not found in $PATH", ""),
        _ => failure(&format!("kubectl: {error}"), ""),
    })?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(failure(
            &output.status.to_string().replace(':', ""),
            &complaint,
        ));
    }
    let schema: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("read what kubectl prints")?;
    Ok(match format {
        "yaml" => format!("{}\n", serde_yaml::to_string(&schema)?),
        _ => format!("{}\n", serde_json::to_string_pretty(&schema)?),
    })
}

fn failure(problem: &str, complaint: &str) -> anyhow::Error {
    anyhow!(
        "{problem}\n{complaint}\nError fetching schema from cluster.\nPlease make sure kubectl is installed, its context is set correctly, and your cluster is up."
    )
}
