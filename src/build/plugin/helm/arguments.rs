//! kustomize's command lines for helm (spec 15 R44).

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Chart;
use crate::build::HelmOptions;
use crate::kustomization::HelmChart;
use crate::load::{Layer, Outside};
use crate::model::{Fault, Text};

/// What the configuration of a plugin says, even if it is nothing: the command line counts for less. An entry of `helmCharts`
/// loses what is nothing on its way to the plugin.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::build) struct Written {
    debug: Option<IgnoredAny>,
    kube_version: Option<IgnoredAny>,
    api_versions: Option<IgnoredAny>,
}

impl HelmChart {
    /// Takes over what the command line says where the chart says nothing.
    pub(super) fn fill_in(&mut self, options: &HelmOptions, written: &Written) {
        if written.debug.is_none() {
            self.debug |= options.debug;
        }
        if self.kube_version.is_empty() && written.kube_version.is_none() {
            self.kube_version = options.kube_version.as_str().into();
        }
        if self.api_versions.is_empty() && written.api_versions.is_none() {
            self.api_versions = options.api_versions.iter().map(Text::from).collect();
        }
    }
}

impl Chart {
    /// The arguments that pull the chart to where it belongs.
    pub(super) fn pull(&self, folder: &Path, outside: &Outside<'_>) -> Result<Vec<OsString>> {
        let HelmChart {
            name,
            version,
            repo,
            devel,
            ..
        } = &self.args;
        if repo.is_empty() {
            let found = outside
                .is_file(folder)
                .then(|| folder.display().to_string());
            let found = found.unwrap_or_default();
            let message = format!("no repo specified for pull, no chart found at '{found}'");
            let title = format!("there is no chart `{name}` at `{}`", folder.display());
            let fault = Fault::new(message).titled(title);
            bail!(fault.hint("put the chart there, name its folder's home in `helmGlobals.chartHome`, or name a `repo` to pull it from"));
        }
        if outside.is_offline() {
            let message = format!("chart '{name}' is not pulled: `--offline` was given");
            bail!(
                Fault::new(message).hint(format!("pull it beforehand to `{}`", folder.display()))
            );
        }
        let mut args = words(["pull", "--untar", "--untardir"]);
        // A chart's name may have several steps, but it is unpacked below its home.
        let steps = Path::new(name).components().count();
        let home = folder.ancestors().nth(steps).unwrap_or(folder);
        args.push(home.into());
        if repo.starts_with("oci://") {
            let repo = repo.strip_suffix('/').unwrap_or(repo);
            args.push(format!("{repo}/{name}").into());
        } else {
            args.extend(words(["--repo", repo, name]));
        }
        push(&mut args, "--version", version);
        if *devel {
            args.push("--devel".into());
        }
        Ok(args)
    }

    /// The arguments that print the chart's objects.
    pub(super) fn template(
        &self,
        folder: &Path,
        values: &Path,
        layer: &Layer,
        outside: &Outside<'_>,
    ) -> Vec<OsString> {
        let chart = &self.args;
        let release = match chart.release_name.as_str() {
            "" => "--generate-name",
            name => name,
        };
        let mut args = words(["template", release]);
        args.push(folder.into());
        push(&mut args, "--namespace", &chart.namespace);
        push(&mut args, "--name-template", &chart.name_template);
        args.extend(["-f".into(), values.into()]);
        for file in &chart.additional_values_files {
            args.extend(["-f".into(), outside.path(layer, file).into()]);
        }
        for version in &chart.api_versions {
            args.extend(words(["--api-versions", version]));
        }
        push(&mut args, "--kube-version", &chart.kube_version);
        let switches = [
            ("--include-crds", chart.include_crds),
            ("--skip-tests", chart.skip_tests),
            ("--no-hooks", chart.skip_hooks),
            ("--debug", chart.debug),
            ("--devel", chart.devel),
        ];
        let switches = switches.into_iter().filter(|(_, is_on)| *is_on);
        args.extend(switches.map(|(flag, _)| OsString::from(flag)));
        args
    }
}

fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.into_iter().map(OsString::from).collect()
}

/// Adds a flag with its value, unless it has none.
fn push(args: &mut Vec<OsString>, flag: &str, value: &str) {
    if !value.is_empty() {
        args.extend(words([flag, value]));
    }
}
