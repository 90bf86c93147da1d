//! Plugins that add objects.

use anyhow::{Result, bail};

use super::args::NamedByMetadata;
use super::configuration::Configuration;
use crate::generate::{self, IamPolicyArgs};
use crate::kustomization::decode::AsWritten;
use crate::kustomization::{Files, GeneratorArgs, Kustomization};
use crate::model::{Fault, Resource};

/// A plugin that adds an object.
pub(in crate::build) enum Generator {
    ConfigMap(GeneratorArgs, Files),
    Secret(GeneratorArgs, Files),
    IamPolicy(IamPolicyArgs),
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
                let fault = Fault::new("must specify --enable-helm");
                bail!(fault.hint("helm charts are not supported yet"));
            }
            _ => return Ok(None),
        }))
    }

    /// Makes its object.
    pub(in crate::build) fn run(&self) -> Result<Resource> {
        match self {
            Self::ConfigMap(args, files) => generate::config_map(args, None, files),
            Self::Secret(args, files) => generate::secret(args, None, files),
            Self::IamPolicy(args) => generate::iam_policy(args),
        }
    }
}

fn key_value_args(configuration: &Configuration<'_>) -> Result<GeneratorArgs> {
    let named: NamedByMetadata = configuration.decode()?;
    let AsWritten(args) = configuration.decode()?;
    Ok(named.complete(args))
}
