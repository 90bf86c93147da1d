//! Runs helm, and tells its failures as kustomize does (spec 15 R44, R48).

use std::ffi::OsString;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Result, bail};
use regex::Regex;

use super::Chart;
use crate::build::HelmOptions;
use crate::load::{Command, Output, Outside};
use crate::model::Fault;

static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"v?[0-9]+(\.[0-9]+)+").expect("invariant: the expression is a constant")
});

/// The user's helm, with folders of its own.
pub(super) struct Helm<'a> {
    outside: &'a Outside<'a>,
    command: &'a str,
    chart: &'a str,
    env: Vec<(String, OsString)>,
    debug: bool,
}

impl<'a> Helm<'a> {
    pub(super) fn new(
        chart: &'a Chart,
        options: &'a HelmOptions,
        scratch: &Path,
        outside: &'a Outside<'a>,
    ) -> Self {
        let home = match chart.globals.config_home.as_str() {
            "" => scratch.join("helm"),
            home => home.into(),
        };
        let home = home.into_os_string();
        let below = |name: &str| {
            let mut path = home.clone();
            path.push(name);
            path
        };
        Self {
            outside,
            command: &options.command,
            chart: &chart.args.name,
            env: [
                ("HELM_CONFIG_HOME", ""),
                ("HELM_CACHE_HOME", "/.cache"),
                ("HELM_DATA_HOME", "/.data"),
            ]
            .map(|(variable, name)| (variable.to_owned(), below(name)))
            .to_vec(),
            debug: chart.args.debug,
        }
    }

    /// Refuses a helm whose commands are not those that kustomize knows.
    pub(super) fn check_version(&self) -> Result<()> {
        let output = self.run(vec!["version".into(), "--short".into()])?;
        let text = String::from_utf8_lossy(&output);
        let Some(version) = VERSION.find(&text) else {
            bail!(Fault::new(format!("cannot find version string in {text}")));
        };
        let version = version.as_str();
        let number = version.strip_prefix('v').unwrap_or(version);
        let major = number.split('.').next().unwrap_or_default();
        if !matches!(major, "3" | "4") {
            let message = format!("this plugin requires helm V3 or V4 but got {version}");
            bail!(Fault::new(message).hint("name another helm with `--helm-command`"));
        }
        Ok(())
    }

    /// Runs helm, and returns what it prints.
    pub(super) fn run(&self, args: Vec<OsString>) -> Result<Vec<u8>> {
        let command = Command {
            program: self.command.to_owned(),
            args,
            env: self.env.clone(),
            keeps_stderr: true,
            ..Command::default()
        };
        let (output, failure) = match self.outside.run(&command) {
            Ok(output) => match output.failure.clone() {
                None => return Ok(output.stdout),
                Some(failure) => (Some(output), failure),
            },
            Err(failure) => (None, failure),
        };
        Err(self.failure(&command, output.as_ref(), &failure).into())
    }

    fn failure(&self, command: &Command, output: Option<&Output>, failure: &str) -> Fault {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let stderr = output.map_or(String::new(), |output| text(&output.stderr));
        let stdout = output.map_or(String::new(), |output| text(&output.stdout));
        let said = match (self.debug, stderr.as_str()) {
            (true, _) => format!(" Helm stack trace:\n{stderr}\nHelm template:\n{stdout}\n: "),
            (false, "") => String::new(),
            (false, _) => format!("{stderr}: "),
        };
        let name = self.command;
        let words = command.args.iter().map(|word| word.to_string_lossy());
        let line: Vec<_> = std::iter::once(name.into()).chain(words).collect();
        let env = self.env.iter();
        let env: Vec<_> = env
            .map(|(name, value)| format!("{name}={}", value.to_string_lossy()))
            .collect();
        let fault = Fault::new(format!(
            "{said}unable to run: '{}' with env=[{}] (is '{name}' installed?): {failure}",
            line.join(" "),
            env.join(" ")
        ));
        let step = command.args.first().map(|word| word.to_string_lossy());
        let chart = self.chart;
        match stderr.trim() {
            "" => fault.titled(format!(
                "`{name} {}` fails for the chart `{chart}`: {failure}",
                step.unwrap_or_default()
            )),
            said => fault.titled(format!(
                "`{name} {}` fails for the chart `{chart}`: {said}",
                step.unwrap_or_default()
            )),
        }
    }
}
