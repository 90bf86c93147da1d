//! Charts, inflated by the user's own helm as kustomize has it done (spec 15 R40–R49).

mod arguments;
mod program;
mod values;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Error, Result, bail};

pub(in crate::build) use self::arguments::Written;

use self::program::Helm;
use crate::build::{HelmOptions, Session};
use crate::kustomization::documents::{self, Failure};
use crate::kustomization::{HelmChart, HelmGlobals};
use crate::load::{Layer, Outside};
use crate::model::{Fault, Place, ResMap, Resource};
use crate::yaml;

/// The folder of charts where nobody names one.
const DEFAULT_HOME: &str = "charts";

/// The ways of joining inline values with a file of values.
const MERGES: [&str; 3] = ["merge", "override", "replace"];

/// A chart to inflate.
#[derive(Debug)]
pub(in crate::build) struct Chart {
    pub(super) args: HelmChart,
    pub(super) globals: HelmGlobals,
    pub(super) written: Written,
    /// Where a kustomization names it, if a field of one does.
    pub(super) place: Option<Place>,
}

impl Chart {
    /// Configures an entry of `helmCharts`.
    pub(super) fn of_field(self, layer: &Layer, session: &Session<'_>) -> Result<Self> {
        let mut text = String::new();
        yaml::write(&self.args.to_value(&self.globals), &mut text)?;
        self.configured(layer, session).with_context(|| {
            format!(
                "trouble configuring builtin HelmChartInflationGenerator with config: `\n{text}`"
            )
        })
    }

    /// Checks what can be checked before anything is run, and fills in what the command line says.
    pub(super) fn configured(mut self, layer: &Layer, session: &Session<'_>) -> Result<Self> {
        let HelmOptions { command, .. } = &session.plugins.helm;
        let chart = &self.args;
        let merge = chart.values_merge.as_str();
        let fault = if !session.plugins.allow_programs() {
            let fault = Fault::new("must specify --enable-helm");
            Some(fault.hint("pass `--enable-helm` if helm may be run"))
        } else if command.is_empty() {
            Some(Fault::new("must specify --helm-command"))
        } else if chart.name.is_empty() {
            Some(Fault::new("chart name cannot be empty").hint("give the chart a `name`"))
        } else if !(merge.is_empty() || MERGES.contains(&merge)) {
            let message = format!("valuesMerge must be one of [{}]", MERGES.join(" "));
            Some(Fault::new(message))
        } else {
            None
        };
        if let Some(fault) = fault {
            bail!(self.at(fault));
        }
        self.args.fill_in(&session.plugins.helm, &self.written);
        for entry in &self.args.additional_values_files {
            let read = session.outside.file(layer, entry);
            read.map_err(|fault| self.at(fault))
                .context("could not load additionalValuesFile")?;
        }
        Ok(self)
    }

    /// Has helm inflate the chart, and reads the objects that it prints.
    pub(in crate::build) fn inflate(
        &self,
        layer: &Layer,
        session: &Session<'_>,
    ) -> Result<Vec<Resource>> {
        let outside = session.outside;
        let place = |error: Error| match error.downcast::<Fault>() {
            Ok(fault) => self.at(fault).into(),
            Err(error) => error,
        };
        let folder = self.folder(layer, outside).map_err(place)?;
        let scratch = outside.scratch("kustomize-helm-")?;
        let helm = Helm::new(self, &session.plugins.helm, scratch.path(), outside);
        helm.check_version().map_err(place)?;
        if !outside.is_dir(&folder) {
            let pull = self.pull(&folder, outside).map_err(place)?;
            helm.run(pull).map_err(place)?;
        }
        let values = self.values(&folder, layer, outside).map_err(place)?;
        let name = self.args.name.replace("/", "-");
        let name = format!("{name}-kustomize-values.yaml");
        let values = scratch.write(&name, &values)?;
        let template = self.template(&folder, &values, layer, outside);
        let output = helm.run(template).map_err(place)?;
        let mut resources = self.read(&output)?;
        for resource in &mut resources {
            resource.source = None;
            resource.is_from_helm = true;
        }
        Ok(resources)
    }

    /// The folder of the chart (spec 15 R43).
    fn folder(&self, layer: &Layer, outside: &Outside<'_>) -> Result<PathBuf> {
        let home = match self.globals.chart_home.as_str() {
            "" => DEFAULT_HOME,
            home => home,
        };
        let home = outside.path(layer, home);
        let HelmChart {
            name,
            version,
            repo,
            ..
        } = &self.args;
        let mut folder = home.clone();
        if !(version.is_empty() || repo.is_empty()) {
            folder = outside.below(&folder, &format!("{name}-{version}"));
        }
        let folder = outside.below(&folder, name);
        outside.check_confined(&folder)?;
        Ok(folder)
    }

    /// The objects in what helm prints.
    fn read(&self, output: &[u8]) -> Result<Vec<Resource>> {
        let file = Arc::new(PathBuf::from("helm's output"));
        let resources = documents::read(output, &file).or_else(|failure| match failure {
            Failure::Object(_) => documents::read_as_they_are(output, &file),
            failure @ Failure::Syntax(_) => Err(failure),
        });
        let trouble = |fault: &Fault| match yaml::read_documents(output) {
            Ok(_) => format!("could not parse rnode slice into resource map: {fault}"),
            Err(_) => format!("error reading helm output: {fault}"),
        };
        let resources = resources.map_err(Failure::into_fault);
        let resources = resources.and_then(|resources| {
            let mut unique = ResMap::default();
            for resource in resources {
                let pushed = unique.push(resource);
                pushed.map_err(|error| Fault::new(error.to_string()))?;
            }
            Ok(unique.into_resources())
        });
        resources.map_err(|fault| {
            let name = &self.args.name;
            let title = format!("helm does not print objects for the chart `{name}`: {fault}");
            let fault = Fault::new(trouble(&fault)).titled(title);
            self.at(fault).into()
        })
    }

    /// A failure at the place where the chart is named.
    fn at(&self, fault: Fault) -> Fault {
        match (&fault.place, &self.place) {
            (None, Some(place)) => fault.at(place.clone()),
            _ => fault,
        }
    }
}
