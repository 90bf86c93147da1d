//! Plugins that add objects.

use anyhow::Result;

use super::args::NamedByMetadata;
use super::configuration::Configuration;
use super::external::External;
use super::helm::Chart;
use crate::build::Session;
use crate::generate::{self, IamPolicyArgs};
use crate::kustomization::decode::AsWritten;
use crate::kustomization::{Files, GeneratorArgs, Kustomization};
use crate::load::Layer;
use crate::model::{Resource, Warning};

/// A plugin that adds objects.
pub(in crate::build) enum Generator {
    ConfigMap(GeneratorArgs, Files),
    Secret(GeneratorArgs, Files),
    IamPolicy(IamPolicyArgs),
    Chart(Box<Chart>),
    External(Box<External>),
}

impl Generator {
    /// The generator of a kind, if there is one.
    pub(super) fn configure(kind: &str, configuration: &Configuration<'_>) -> Result<Option<Self>> {
        Ok(Some(match kind {
            "ConfigMapGenerator" => {
                let args = key_value_args(configuration)?;
                let part = Kustomization {
                    config_map_generator: vec![args.clone()],
                    ..Kustomization::default()
                };
                Self::ConfigMap(args, configuration.read(part)?.files.clone())
            }
            "SecretGenerator" => {
                let args = key_value_args(configuration)?;
                let part = Kustomization {
                    secret_generator: vec![args.clone()],
                    ..Kustomization::default()
                };
                Self::Secret(args, configuration.read(part)?.files.clone())
            }
            "IAMPolicyGenerator" => {
                let AsWritten(args) = configuration.decode()?;
                Self::IamPolicy(args)
            }
            "HelmChartInflationGenerator" => {
                let AsWritten(args) = configuration.decode()?;
                let AsWritten(globals) = configuration.decode()?;
                let AsWritten(written) = configuration.decode()?;
                let chart = Chart {
                    args,
                    globals,
                    written,
                    place: None,
                };
                Self::Chart(Box::new(
                    chart.configured(configuration.layer, configuration.session)?,
                ))
            }
            _ => return Ok(None),
        }))
    }

    /// What the author should know.
    pub(in crate::build) fn warning(&self) -> Option<Warning> {
        match self {
            Self::External(program) => program.warning(),
            _ => None,
        }
    }

    /// Makes its objects.
    pub(in crate::build) fn run(
        &self,
        layer: &Layer,
        session: &Session<'_>,
    ) -> Result<Vec<Resource>> {
        let generated = match self {
            Self::ConfigMap(args, files) => generate::config_map(args, None, files),
            Self::Secret(args, files) => generate::secret(args, None, files),
            Self::IamPolicy(args) => generate::iam_policy(args),
            Self::Chart(chart) => return chart.inflate(layer, session),
            Self::External(program) => return program.generate(session.outside),
        };
        Ok(vec![generated?])
    }
}

fn key_value_args(configuration: &Configuration<'_>) -> Result<GeneratorArgs> {
    let named: NamedByMetadata = configuration.decode()?;
    let AsWritten(args) = configuration.decode()?;
    Ok(named.complete(args))
}
